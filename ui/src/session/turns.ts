/**
 * What one leg hears: the open turn, and the finals that may still be replaced by their formatted form. Keyed by
 * `turn_order`, which restarts with each leg. Knows no socket and no axis but the leg's first sample.
 */
import type { Sample, Word } from "../host/host";
import type { WireRevision, WireTurn } from "./codec";
import { type Ms, SAMPLES_PER_MS } from "./io";

/** How long an unformatted final waits for its formatted twin, which comes at once or never. */
export const FORMAT_WAIT: Ms = 2000;

export type Heard =
  | { kind: "tentative"; turnOrder: number; words: Word[] }
  /** `before`: where the following turn is known to begin. */
  | { kind: "final"; turnOrder: number; words: Word[]; text: string; before: Sample | null; speaker?: string };

interface Turn {
  turnOrder: number;
  words: Word[];
  text: string;
  speaker?: string;
}

export class Hearing {
  readonly #first: Sample;
  readonly #mayComeTwice: boolean;
  #next = 0;
  #open: Turn | null = null;
  #provisional: (Turn & { at: Ms }) | null = null;

  /**
   * `first`: the sample that the leg was sent first; the recogniser's clock starts there. `mayComeTwice`: formatted finals
   * were asked for, so that an unformatted one may be followed by its twin.
   */
  constructor(first: Sample, mayComeTwice = true) {
    this.#first = first;
    this.#mayComeTwice = mayComeTwice;
  }

  /** Something was heard that no settled final covers. */
  get isOpen(): boolean {
    return this.#open !== null || this.#provisional !== null;
  }

  /** The first number that no turn of this leg has. */
  get next(): number {
    return this.#next;
  }

  get settlesAt(): Ms | null {
    return this.#provisional === null ? null : this.#provisional.at + FORMAT_WAIT;
  }

  /** `to`: words from there on belong to another leg. */
  receive(wire: WireTurn, to: Sample | null, now: Ms): Heard[] {
    if (wire.turnOrder < this.#next) return [];
    const turn = this.#turn(wire, to);
    const heard = this.#closeBefore(turn);
    if (turn.words.length === 0 && turn.text === "") return [...heard, ...this.#emptied(wire)];
    if (!wire.isEnd) {
      // A partial after the unformatted final of the same turn can only be late.
      if (this.#provisional?.turnOrder === turn.turnOrder) return heard;
      this.#open = turn;
      return [...heard, tentative(turn)];
    }
    this.#endOpen(turn.turnOrder);
    if (wire.isFormatted || !this.#mayComeTwice) return [...heard, this.#final(turn, null)];
    this.#provisional = { ...turn, at: now };
    return [...heard, tentative(turn)];
  }

  /** The provisional final as it is: its formatted twin did not come. */
  settle(): Heard[] {
    return this.#provisional === null ? [] : [this.#final(this.#provisional, null)];
  }

  /** The leg ended cleanly: what is still open will not change any more, so it is final. */
  close(): Heard[] {
    const heard = this.settle();
    return this.#open === null ? heard : [...heard, this.#final(this.#open, null)];
  }

  /** The leg was lost: settled finals stay, the open turn is taken back. */
  abandon(): Heard[] {
    const heard = this.settle();
    if (this.#open === null) return heard;
    const { turnOrder } = this.#open;
    this.#open = null;
    return [...heard, { kind: "tentative", turnOrder, words: [] }];
  }

  /** Says anew who spoke in a final that still waits for its twin; false when none of that number does. */
  relabel(revision: WireRevision): boolean {
    if (this.#provisional?.turnOrder !== revision.turnOrder) return false;
    this.#provisional = relabelled(this.#provisional, revision);
    return true;
  }

  #closeBefore(turn: Turn): Heard[] {
    const earlier = [this.#provisional, this.#open].find((one) => one !== null && one.turnOrder < turn.turnOrder);
    return earlier === undefined || earlier === null ? [] : [this.#final(earlier, turn.words[0]?.from ?? null)];
  }

  /** `Terminate` brings a final without words; it says nothing and is dropped, and so is an open turn that it takes back. */
  #emptied(wire: WireTurn): Heard[] {
    if (this.#provisional?.turnOrder === wire.turnOrder) return [];
    const isKnown = this.#open?.turnOrder === wire.turnOrder;
    if (isKnown) this.#open = null;
    if (wire.isEnd) this.#next = wire.turnOrder + 1;
    return isKnown ? [{ kind: "tentative", turnOrder: wire.turnOrder, words: [] }] : [];
  }

  /** A turn that comes after the one that ended stays open. */
  #endOpen(turnOrder: number): void {
    if (this.#open !== null && this.#open.turnOrder <= turnOrder) this.#open = null;
  }

  #final(turn: Turn, before: Sample | null): Heard {
    this.#next = turn.turnOrder + 1;
    this.#endOpen(turn.turnOrder);
    this.#provisional = null;
    const { turnOrder, words, text, speaker } = turn;
    return { kind: "final", turnOrder, words, text, before, ...(speaker === undefined ? {} : { speaker }) };
  }

  /** Text is built from the words: a partial's `transcript` may lack the word in progress. */
  #turn(wire: WireTurn, to: Sample | null): Turn {
    const words = wire.words.map(({ text, startMs, endMs, confidence, speaker }) => ({
      text,
      from: this.#first + Math.round(startMs * SAMPLES_PER_MS),
      to: this.#first + Math.round(endMs * SAMPLES_PER_MS),
      confidence,
      ...(speaker === undefined ? {} : { speaker }),
    }));
    const own = to === null ? words : words.filter((word) => heart(word) < to);
    const isWhole = own.length === words.length;
    const text =
      wire.isEnd && isWhole && wire.text.trim() !== "" ? wire.text.trim() : own.map((word) => word.text).join(" ");
    const { turnOrder, speaker } = wire;
    return { turnOrder, words: own, text, ...(speaker === undefined ? {} : { speaker }) };
  }
}

/** Recognisers pad the ends of last words, by up to a second; what lies further in than this says nothing. */
const HALF_LONGEST: Sample = 100 * SAMPLES_PER_MS;

/** Where a word surely sounds: by this it is decided whose it is. */
export function heart({ from, to }: Pick<Word, "from" | "to">): Sample {
  return from + Math.min((to - from) / 2, HALF_LONGEST);
}

/** A turn as the recogniser sees its speaker now; its words only where it has as many. */
export function relabelled<T extends { words: { speaker?: string }[]; speaker?: string }>(
  turn: T,
  { speaker, words }: Pick<WireRevision, "speaker" | "words">,
): T {
  const isWhole = words.length === turn.words.length;
  return {
    ...signedBy(turn, speaker),
    words: isWhole ? turn.words.map((word, i) => signedBy(word, words[i] ?? null)) : turn.words,
  };
}

function signedBy<T extends { speaker?: string }>(one: T, speaker: string | null): T {
  const { speaker: _before, ...rest } = one;
  return (speaker === null ? rest : { ...rest, speaker }) as T;
}

function tentative({ turnOrder, words }: Turn): Heard {
  return { kind: "tentative", turnOrder, words };
}
