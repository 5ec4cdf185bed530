/**
 * What one leg hears: the open turn, and the finals that may still be replaced by their formatted form. Keyed by
 * `turn_order`, which restarts with each leg. Knows no socket and no axis but the leg's first sample.
 */
import type { Sample, Word } from "../host/host";
import type { WireTurn } from "./codec";
import { type Ms, SAMPLES_PER_MS } from "./io";

/** How long an unformatted final waits for its formatted twin, which comes at once or never. */
export const FORMAT_WAIT: Ms = 2000;

export type Heard =
  | { kind: "tentative"; turnOrder: number; words: Word[] }
  /** `before`: where the following turn is known to begin. */
  | { kind: "final"; turnOrder: number; words: Word[]; text: string; before: Sample | null };

interface Turn {
  turnOrder: number;
  words: Word[];
  text: string;
}

export class Hearing {
  readonly #first: Sample;
  #next = 0;
  #open: Turn | null = null;
  #provisional: (Turn & { at: Ms }) | null = null;

  /** `first`: the sample that the leg was sent first; the recogniser's clock starts there. */
  constructor(first: Sample) {
    this.#first = first;
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
    this.#open = null;
    if (wire.isFormatted) return [...heard, this.#final(turn, null)];
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

  #final(turn: Turn, before: Sample | null): Heard {
    this.#next = turn.turnOrder + 1;
    if (this.#open !== null && this.#open.turnOrder <= turn.turnOrder) this.#open = null;
    this.#provisional = null;
    return { kind: "final", turnOrder: turn.turnOrder, words: turn.words, text: turn.text, before };
  }

  /** Text is built from the words: a partial's `transcript` may lack the word in progress. */
  #turn(wire: WireTurn, to: Sample | null): Turn {
    const words = wire.words.map(({ text, startMs, endMs, confidence }) => ({
      text,
      from: this.#first + Math.round(startMs * SAMPLES_PER_MS),
      to: this.#first + Math.round(endMs * SAMPLES_PER_MS),
      confidence,
    }));
    const own = to === null ? words : words.filter((word) => heart(word) < to);
    const isWhole = own.length === words.length;
    const text =
      wire.isEnd && isWhole && wire.text.trim() !== "" ? wire.text.trim() : own.map((word) => word.text).join(" ");
    return { turnOrder: wire.turnOrder, words: own, text };
  }
}

/** Recognisers pad the ends of last words, by up to a second; what lies further in than this says nothing. */
const HALF_LONGEST: Sample = 100 * SAMPLES_PER_MS;

/** Where a word surely sounds: by this it is decided whose it is. */
export function heart({ from, to }: Pick<Word, "from" | "to">): Sample {
  return from + Math.min((to - from) / 2, HALF_LONGEST);
}

function tentative({ turnOrder, words }: Turn): Heard {
  return { kind: "tentative", turnOrder, words };
}
