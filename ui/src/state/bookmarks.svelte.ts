/** The moments of one recording that the user marked. */
import type { Bookmark, RecordingId, Result, Sample } from "../host/host";
import { clock } from "../transcript/paragraphs";
import { say } from "../words/say";
import type { Row } from "./rows";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

/** For so long a moment that was jumped to stands out. */
const AIM_MS = 1_600;

export class Bookmarks {
  /** In the order of the axis. */
  list = $state.raw<readonly Bookmark[]>([]);
  isOpen = $state(false);
  /** Whose note is being written. */
  noting = $state<Sample | null>(null);
  /** To be in sight. */
  aim = $state.raw<{ at: Sample } | null>(null);
  readonly #world: World;
  readonly #toasts: Toasts;
  readonly #recordingId: RecordingId;

  constructor(world: World, toasts: Toasts, recordingId: RecordingId) {
    this.#world = world;
    this.#toasts = toasts;
    this.#recordingId = recordingId;
  }

  /** null: this moment of what is being recorded. */
  async add(at: Sample | null): Promise<void> {
    if (at !== null && this.list.some((one) => one.at === at)) return this.open(at);
    const set = await this.#world.host.bookmarkSet(this.#recordingId, at, "");
    if (!this.#isGood(set)) return;
    const moment = set.value;
    this.#toasts.say(say.bookmark.added(clock(moment)), { label: say.bookmark.note, run: () => this.open(moment) });
  }

  async note(at: Sample, note: string): Promise<void> {
    this.noting = null;
    const known = this.list.find((one) => one.at === at);
    if (known === undefined || known.note === note.trim()) return;
    this.#isGood(await this.#world.host.bookmarkSet(this.#recordingId, at, note.trim()));
  }

  /** Gone at once, and back with one press. */
  async remove({ at, note }: Bookmark): Promise<void> {
    if (!this.#isGood(await this.#world.host.bookmarkRemove(this.#recordingId, at))) return;
    const back = async () => this.#isGood(await this.#world.host.bookmarkSet(this.#recordingId, at, note));
    this.#toasts.say(say.bookmark.removed(clock(at)), { label: say.reading.undo, run: () => void back() });
  }

  go(at: Sample): void {
    const aim = { at };
    this.aim = aim;
    this.#world.later(AIM_MS, () => {
      if (this.aim === aim) this.aim = null;
    });
  }

  /** With the note of one to be written, if one is named. */
  open(noting: Sample | null = null): void {
    this.isOpen = true;
    this.noting = noting;
  }

  close(): void {
    this.isOpen = false;
    this.noting = null;
  }

  #isGood<T>(result: Result<T>): result is { ok: true; value: T } {
    if (!result.ok) this.#toasts.fail(result.error);
    return result.ok;
  }
}

/** Where a row begins on the axis: a turn also answers for the silence before its words. */
function beginning(row: Row): Sample {
  return row.kind === "text" ? Math.min(row.from, row.turns[0]?.from ?? row.from) : row.from;
}

/** The row in which a moment lies: the last that begins before it. Null where there is none. */
export function rowAt(rows: readonly Row[], at: Sample): number | null {
  const found = rows.findLastIndex((row) => beginning(row) <= at);
  return found >= 0 ? found : rows.length > 0 ? 0 : null;
}

/** The marks of each row that has some. */
export function marksOf(rows: readonly Row[], marks: readonly Bookmark[]): ReadonlyMap<string, readonly Bookmark[]> {
  const found = new Map<string, Bookmark[]>();
  for (const mark of marks) {
    const key = rows[rowAt(rows, mark.at) ?? -1]?.key;
    if (key === undefined) continue;
    const of = found.get(key);
    if (of === undefined) found.set(key, [mark]);
    else of.push(mark);
  }
  return found;
}
