/** One past recording, opened for reading. */
import type { CommandError, ExportFormat, RecordingId, RecordingSummary } from "../host/host";
import { edited, emptyTranscript, fromStored, named, type Transcript } from "../transcript/transcript";
import { say } from "../words/say";
import { Deeds } from "./deeds";
import { Edits } from "./edits";
import { Find } from "./find.svelte";
import { Player } from "./player.svelte";
import { type Row, Rows } from "./rows";
import { SpeakerNames } from "./speakers.svelte";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

export class Reading {
  readonly recordingId: RecordingId;
  summary = $state.raw<RecordingSummary | null>(null);
  rows = $state.raw<readonly Row[]>([]);
  error = $state.raw<CommandError | null>(null);

  readonly #world: World;
  readonly #toasts: Toasts;
  readonly edits: Edits;
  readonly speakers: SpeakerNames;
  readonly find = new Find(() => this.rows);
  readonly player: Player;
  hasSound = $state(false);
  /** Somebody is told apart. */
  hasSpeakers = $state(false);
  readonly #layout = new Rows();
  #transcript: Transcript = emptyTranscript();

  constructor(world: World, toasts: Toasts, recordingId: RecordingId) {
    this.#world = world;
    this.#toasts = toasts;
    this.recordingId = recordingId;
    this.player = new Player(world, toasts, recordingId);
    const deeds = new Deeds();
    const now = () => this.#transcript;
    this.edits = new Edits(world, toasts, recordingId, (turn, text) => this.#lay(edited(now(), turn, text)), deeds);
    this.speakers = new SpeakerNames(world, toasts, recordingId, deeds, now, (changes) =>
      this.#lay(named(now(), changes)),
    );
  }

  async load(): Promise<void> {
    const opened = await this.#world.host.recordingOpen(this.recordingId);
    if (!opened.ok) {
      this.error = opened.error;
      return;
    }
    this.error = null;
    this.summary = opened.value.summary;
    // What is still written down has its line for that.
    this.hasSound = opened.value.hasSound && opened.value.summary.state === "finished";
    this.#lay(fromStored(opened.value));
  }

  #lay(transcript: Transcript): void {
    this.#transcript = transcript;
    this.rows = this.#layout.of(transcript);
    this.hasSpeakers = transcript.cast.met.length > 0;
  }

  async copy(isTimed: boolean): Promise<void> {
    const copied = await this.#world.host.recordingCopy(this.recordingId, isTimed);
    if (copied.ok) this.#toasts.say(isTimed ? say.reading.copiedTimed : say.reading.copied);
    else this.#toasts.fail(copied.error);
  }

  async export(format: ExportFormat): Promise<void> {
    const saved = await this.#world.host.recordingExport(this.recordingId, format);
    if (!saved.ok) this.#toasts.fail(saved.error);
    else if (saved.value !== null) this.#toasts.say(say.reading.exported(saved.value));
  }
}
