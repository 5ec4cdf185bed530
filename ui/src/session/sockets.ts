/**
 * How many sockets the chosen recogniser allows at once. Nobody says; it is learned from the first refusal. The engine
 * inside the program is not counted.
 */
import type { LegId } from "./io";

/** Live, its successor, one that heals, and that one's successor. */
const USUAL = 4;

export class Sockets {
  readonly #open = new Set<LegId>();
  #allowed = USUAL;

  opened(leg: LegId): void {
    this.#open.add(leg);
  }

  closed(leg: LegId): void {
    this.#open.delete(leg);
  }

  get hasRoom(): boolean {
    return this.#open.size < this.#allowed;
  }

  get open(): number {
    return this.#open.size;
  }

  /** Room beside what the live recording needs for itself. */
  get isShared(): boolean {
    return this.#allowed > 1;
  }

  /** The recogniser took no more than those that are open; at least one it does take, or nothing could ever be heard. */
  refused(leg: LegId): void {
    this.#open.delete(leg);
    this.#allowed = Math.max(1, this.#open.size);
  }
}
