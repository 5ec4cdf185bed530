/**
 * How long a recogniser may say nothing although what it is sent sounds like speech. It may hang; but music and other
 * languages sound like speech too, and to give it up for them every ten seconds would be seen in the text.
 */
import type { Sample } from "../host/host";

const MOST = 16;

export class Patience {
  #times = 1;
  /** What noise has taught. */
  #least = 1;
  /** What one leg said nothing to, until another has been asked. */
  #doubted: { from: Sample; to: Sample } | null = null;

  /** In multiples of the usual limit. */
  get times(): number {
    return this.#times;
  }

  /** A leg was given up that had said nothing to what it was sent in `[from, to)`. */
  gaveUp(from: Sample, to: Sample): void {
    this.#times = Math.min(MOST, this.#times * 2);
    this.#doubted = { from, to };
  }

  /**
   * A leg that was sent everything from `sentFrom` on has a word at `at`, or is through with all before it. If it had
   * none for the doubted stretch either, that was noise, and what it took to find out is remembered.
   */
  heard(sentFrom: Sample, at: Sample): void {
    const doubted = this.#doubted;
    if (doubted !== null && sentFrom <= doubted.from) {
      if (at >= doubted.to) this.#least = this.#times;
      this.#doubted = null;
    }
    this.#times = this.#least;
  }

  /** Another recogniser is another matter. */
  forget(): void {
    this.#times = this.#least = 1;
    this.#doubted = null;
  }
}
