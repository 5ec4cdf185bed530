/** Past recordings, page by page, and the search over them. */
import type { LibraryFilter, RecordingId, RecordingSummary, Result } from "../host/host";
import { say } from "../words/say";
import type { Toasts } from "./toasts.svelte";
import type { World } from "./world";

const PAGE = 60;
const DAY_MS = 86_400_000;

/** Whole days, the one that is now included. */
export const PERIODS = { today: 1, week: 7, month: 30, year: 365 } as const;
export type Period = keyof typeof PERIODS;

/** What the user wants to see of the library. */
export interface Narrowing extends Pick<LibraryFilter, "by" | "hasAudio" | "hasBookmarks"> {
  period: Period | null;
}

const WIDE: Narrowing = { by: null, hasAudio: false, hasBookmarks: false, period: null };
/** Longer than between two keys of a quick typist, shorter than a wait. */
const TYPING_MS = 90;
/** Several turns may be stored at once. */
const CHANGES_MS = 200;

export class Library {
  items = $state.raw<readonly RecordingSummary[]>([]);
  query = $state("");
  narrowing = $state.raw<Narrowing>(WIDE);
  isLoaded = $state(false);
  isWhole = $state(false);

  readonly #world: World;
  readonly #toasts: Toasts;
  #asked = 0;
  #callOff: () => void = () => {};
  #isChangeDue = false;

  constructor(world: World, toasts: Toasts) {
    this.#world = world;
    this.#toasts = toasts;
  }

  find(recordingId: RecordingId): RecordingSummary | null {
    return this.items.find((item) => item.recordingId === recordingId) ?? null;
  }

  search(query: string): void {
    this.query = query;
    this.#callOff();
    this.#callOff = this.#world.later(TYPING_MS, () => void this.load());
  }

  get isNarrowed(): boolean {
    const { by, hasAudio, hasBookmarks, period } = this.narrowing;
    return by !== null || hasAudio || hasBookmarks || period !== null;
  }

  narrow(changes: Partial<Narrowing>): void {
    this.narrowing = { ...this.narrowing, ...changes };
    void this.load();
  }

  widen(): void {
    this.narrow(WIDE);
  }

  get #filter(): LibraryFilter {
    const { period, ...rest } = this.narrowing;
    return { ...rest, since: period === null ? null : sinceOf(period, this.#world.now()), until: null };
  }

  /** The first page anew; what was loaded beyond it stays. */
  async load(): Promise<void> {
    const [query, asked, filter] = [this.query.trim(), ++this.#asked, this.#filter];
    const page = await this.#world.host.historyPage(query, filter, null, PAGE);
    if (asked !== this.#asked || !this.#isGood(page)) return;
    const last = page.value.at(-1);
    const isFull = page.value.length === PAGE;
    const asking = JSON.stringify([query, filter]);
    const known = isFull && last !== undefined && this.#loadedFor === asking;
    const older = known ? this.items.filter((item) => item.startedAt < last.startedAt) : [];
    this.#loadedFor = asking;
    this.items = [...page.value, ...older];
    this.isWhole = !isFull;
    this.isLoaded = true;
  }
  #loadedFor: string | null = null;

  async more(): Promise<void> {
    const last = this.items.at(-1);
    if (this.isWhole || last === undefined) return;
    const asked = ++this.#asked;
    const page = await this.#world.host.historyPage(this.query.trim(), this.#filter, last.startedAt, PAGE);
    if (asked !== this.#asked || !this.#isGood(page)) return;
    this.items = [...this.items, ...page.value];
    this.isWhole = page.value.length < PAGE;
  }

  /** Something was stored, renamed or deleted; many such words make one question. */
  changed(): void {
    if (this.#isChangeDue) return;
    this.#isChangeDue = true;
    this.#world.later(CHANGES_MS, () => {
      this.#isChangeDue = false;
      void this.load();
    });
  }

  async rename(recordingId: RecordingId, title: string): Promise<void> {
    const wish = title.trim();
    const known = this.find(recordingId);
    if (wish === "" || wish === known?.title) return;
    this.items = this.items.map((item) => (item.recordingId === recordingId ? { ...item, title: wish } : item));
    if (this.#isGood(await this.#world.host.recordingRename(recordingId, wish))) return;
    await this.load();
  }

  /** Gone at once, and back with one press. */
  async remove(summary: Pick<RecordingSummary, "recordingId" | "title">): Promise<boolean> {
    const { recordingId, title } = summary;
    if (!this.#isGood(await this.#world.host.recordingDelete(recordingId))) return false;
    this.items = this.items.filter((item) => item.recordingId !== recordingId);
    const undo = { label: say.reading.undo, run: () => void this.#restore(recordingId) };
    this.#toasts.say(say.reading.removed(title), undo);
    return true;
  }

  async #restore(recordingId: RecordingId): Promise<void> {
    if (this.#isGood(await this.#world.host.recordingRestore(recordingId))) await this.load();
  }

  #isGood<T>(result: Result<T>): result is { ok: true; value: T } {
    if (!result.ok) this.#toasts.fail(result.error);
    return result.ok;
  }
}

/** The midnight before the first of its days. */
function sinceOf(period: Period, now: number): number {
  return new Date(now - (PERIODS[period] - 1) * DAY_MS).setHours(0, 0, 0, 0);
}
