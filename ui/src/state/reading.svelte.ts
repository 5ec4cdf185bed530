/** One past recording, opened for reading. */
import type {
  CommandError,
  ExportFormat,
  RecordingId,
  RecordingSummary,
  Speakers,
  TurnHits,
  Voice,
} from "../host/host";
import { type Cast, castOf, changed, NOBODY } from "../transcript/speakers";
import type { TurnName } from "../transcript/transcript";
import { say } from "../words/say";
import { Bookmarks } from "./bookmarks.svelte";
import { Deeds } from "./deeds";
import { Edits } from "./edits";
import { Find } from "./find.svelte";
import { Passages } from "./passages.svelte";
import { Player } from "./player.svelte";
import { SpeakerNames } from "./speakers.svelte";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

export class Reading {
  readonly recordingId: RecordingId;
  summary = $state.raw<RecordingSummary | null>(null);
  error = $state.raw<CommandError | null>(null);

  readonly #world: World;
  readonly #toasts: Toasts;
  readonly edits: Edits;
  readonly bookmarks: Bookmarks;
  readonly speakers: SpeakerNames;
  readonly find = new Find({ hits: () => this.#hits, ask: (query) => void this.#look(query) });
  readonly passages: Passages;
  readonly player: Player;
  hasSound = $state(false);
  /** Somebody is told apart. */
  hasSpeakers = $state(false);
  /** Who speaks in all of it, most of which is not here. */
  #cast: Cast = NOBODY;
  #voices: readonly Voice[] = [];
  /** What was found in all of the text, most of which is not here. */
  #hits = $state.raw<readonly TurnHits[]>([]);
  #looked = 0;

  constructor(world: World, toasts: Toasts, recordingId: RecordingId) {
    this.#world = world;
    this.#toasts = toasts;
    this.recordingId = recordingId;
    this.player = new Player(world, toasts, recordingId);
    this.bookmarks = new Bookmarks(world, toasts, recordingId);
    this.passages = new Passages((from, to) => world.host.recordingTurns(recordingId, from, to));
    const deeds = new Deeds();
    const show = (turn: TurnName, text: string | null) => {
      this.passages.edit(turn, text);
      this.find.refresh();
    };
    this.edits = new Edits(world, toasts, recordingId, show, deeds);
    const now = () => this.#cast;
    this.speakers = new SpeakerNames(world, toasts, recordingId, deeds, now, (changes) => {
      this.#castAs(changes.reduce(changed, this.#cast.names));
    });
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
    this.bookmarks.list = opened.value.bookmarks;
    this.#voices = opened.value.voices;
    this.#castAs(opened.value.speakers);
    await this.passages.lay(opened.value);
    this.find.refresh();
  }

  #castAs(names: Speakers): void {
    this.#cast = castOf(names, this.#voices);
    this.hasSpeakers = this.#cast.met.length > 0;
    this.passages.cast(this.#cast);
  }

  async #look(query: string): Promise<void> {
    this.#looked += 1;
    const looked = this.#looked;
    const found = query.trim() === "" ? null : await this.#world.host.recordingFind(this.recordingId, query);
    if (looked !== this.#looked) return;
    this.#hits = found?.ok ? found.value : [];
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

  async saveSound(): Promise<void> {
    const saved = await this.#world.host.recordingSaveSound(this.recordingId);
    if (!saved.ok) this.#toasts.fail(saved.error);
    else if (saved.value !== null) this.#toasts.say(say.reading.exported(saved.value));
  }
}
