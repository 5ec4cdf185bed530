/**
 * A transcript of any length in passages. Those that are in sight are here, and a few that were; of all others it is only
 * known where they are. So a window that reads a hundred hours holds no more than one that reads a minute.
 */
import type { OpenedRecording, Passage, Result, Sample, StoredTurn } from "../host/host";
import { type Cast, NOBODY } from "../transcript/speakers";
import { castAs, edited, fromStored, type Transcript, type TurnName } from "../transcript/transcript";
import { type Row, Rows } from "./rows";

/** So many that are out of sight are kept, for whoever scrolls back and forth. */
const KEPT = 16;
/** What a turn takes, about: until its passage was painted once. */
const TURN_PX = 44;

type Ask = (from: Sample, to: Sample | null) => Promise<Result<StoredTurn[]>>;

type Marks = Pick<OpenedRecording, "gaps" | "pauses">;

export class PassageText {
  readonly key: string;
  readonly from: Sample;
  /** null: to the end. */
  readonly to: Sample | null;
  readonly turns: number;
  /** null: not here. */
  rows = $state.raw<readonly Row[] | null>(null);
  /** As it was painted last. */
  height: number | null = null;
  transcript: Transcript | null = null;
  /** Only while it is here: of most passages there is never one. */
  #layout: Rows | null = null;

  constructor({ from, turns }: Passage, to: Sample | null) {
    this.key = `passage ${from}`;
    this.from = from;
    this.to = to;
    this.turns = turns;
  }

  /** In pixels, as far as it is known. */
  get likelyHeight(): number {
    return this.height ?? this.turns * TURN_PX;
  }

  has(at: Sample): boolean {
    return at >= this.from && (this.to === null || at < this.to);
  }

  lay(transcript: Transcript): void {
    this.transcript = transcript;
    this.#layout ??= new Rows();
    this.rows = this.#layout.of(transcript);
  }

  forget(): void {
    this.transcript = null;
    this.rows = null;
    this.#layout = null;
  }
}

export class Passages {
  list = $state.raw<readonly PassageText[]>([]);
  readonly #ask: Ask;
  #marks: Marks = { gaps: [], pauses: [] };
  /** Of the whole recording: a passage alone does not know who else speaks. */
  #cast: Cast = NOBODY;
  /** In sight, and how often: a list may hold one twice while it moves it. */
  readonly #shown = new Map<PassageText, number>();
  /** Here, and out of sight; the one that left last is last. */
  readonly #left = new Set<PassageText>();
  /** Counts what may have made an answer stale that is on its way. */
  #changes = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Passages that are as they were stay the same objects, and what is in sight of them is asked for anew. */
  async lay({ passages, gaps, pauses }: Marks & Pick<OpenedRecording, "passages">): Promise<void> {
    this.#changes += 1;
    this.#marks = { gaps, pauses };
    const before = new Map(this.list.map((one) => [one.from, one]));
    const made = passages.map((passage, i) => {
      const to = passages[i + 1]?.from ?? null;
      const known = before.get(passage.from);
      const isKnown = known?.to === to && known.turns === passage.turns;
      return isKnown ? known : new PassageText(passage, to);
    });
    for (const one of this.#left) one.forget();
    this.#left.clear();
    const [first] = made;
    // Whoever opens it sees words at once, and no empty place before them.
    if (this.list.length === 0 && first !== undefined) await this.#bring(first);
    this.list = made;
    const isStill = new Set(made);
    await Promise.all([...this.#shown.keys()].filter((one) => isStill.has(one)).map((one) => this.#bring(one)));
  }

  /** It comes into sight. */
  enter(passage: PassageText): void {
    this.#shown.set(passage, (this.#shown.get(passage) ?? 0) + 1);
    this.#left.delete(passage);
    if (passage.rows === null) void this.#bring(passage);
  }

  leave(passage: PassageText): void {
    const count = (this.#shown.get(passage) ?? 1) - 1;
    if (count > 0) return void this.#shown.set(passage, count);
    this.#shown.delete(passage);
    if (passage.rows === null) return;
    this.#left.add(passage);
    for (const one of this.#left) {
      if (this.#left.size <= KEPT) break;
      this.#left.delete(one);
      one.forget();
    }
  }

  /** The user made this of a turn, wherever it is. */
  edit(turn: TurnName, text: string | null): void {
    this.#changes += 1;
    this.#relay((transcript) => edited(transcript, turn, text));
  }

  /** Who speaks, in what is here and in whatever comes: names are not in the turns that are asked for. */
  cast(cast: Cast): void {
    this.#cast = cast;
    this.#relay((transcript) => castAs(transcript, cast));
  }

  #relay(next: (transcript: Transcript) => Transcript): void {
    for (const one of [...this.#shown.keys(), ...this.#left]) {
      if (one.transcript === null) continue;
      const transcript = next(one.transcript);
      if (transcript !== one.transcript) one.lay(transcript);
    }
  }

  /** The passage with this sample; null where there is none. */
  indexOf(at: Sample): number | null {
    let [low, high] = [0, this.list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.list[middle]?.from ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? null : low - 1;
  }

  async #bring(passage: PassageText): Promise<void> {
    const changes = this.#changes;
    const turns = await this.#ask(passage.from, passage.to);
    // What cannot be read now is asked for when it comes into sight again.
    if (!turns.ok) return;
    if (changes !== this.#changes) return this.#bring(passage);
    const gaps = this.#marks.gaps.filter((gap) => passage.has(gap.from));
    const pauses = this.#marks.pauses.filter((pause) => passage.has(pause.at));
    passage.lay(castAs(fromStored({ turns: turns.value, gaps, pauses }), this.#cast));
    if (!this.#shown.has(passage)) this.#left.add(passage);
  }
}
