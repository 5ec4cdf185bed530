/** One past recording, opened for reading. */
import type { CommandError, ExportFormat, RecordingId, RecordingSummary, TurnHits } from "../host/host";
import { say } from "../words/say";
import { Bookmarks } from "./bookmarks.svelte";
import { Edits } from "./edits";
import { Find } from "./find.svelte";
import { Passages } from "./passages.svelte";
import { Player } from "./player.svelte";
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
  readonly find = new Find({ hits: () => this.#hits, ask: (query) => void this.#look(query) });
  readonly passages: Passages;
  readonly player: Player;
  hasSound = $state(false);
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
    this.edits = new Edits(world, toasts, recordingId, (turn, text) => {
      this.passages.edit(turn, text);
      this.find.refresh();
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
    await this.passages.lay(opened.value);
    this.find.refresh();
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
