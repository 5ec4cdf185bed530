/**
 * Writes on their way to the disk: one at a time and, of each lane, in the order of the axis. Were a later turn stored
 * before an earlier one of its lane, a crash in between would have the later one heard and stored again. None is ever
 * dropped: its words are on the screen, and the disk may have room again.
 */
import type { Commit, Ms } from "./io";
import { Asking } from "./reconnect";

/** Where a lane puts its turns. */
export interface Sink {
  push(commit: Commit): void;
}

export class Commits {
  readonly #queue: { owner: object; commit: Commit }[] = [];
  readonly #asking = new Asking();

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  get wakesAt(): Ms | null {
    return this.#asking.wakesAt;
  }

  /** Whether something of this owner is still on its way. */
  has(owner: object): boolean {
    return this.#queue.some((one) => one.owner === owner);
  }

  push(owner: object, commit: Commit): void {
    this.#queue.push({ owner, commit });
  }

  /** What to write now, if anything. */
  next(now: Ms): Commit | null {
    const first = this.#queue[0];
    if (first === undefined) return null;
    this.#asking.want(now);
    return this.#asking.isDue(now) ? first.commit : null;
  }

  stored(): { owner: object; commit: Commit } | null {
    this.#asking.answered();
    return this.#queue.shift() ?? null;
  }

  failed(now: Ms, random: () => number): void {
    this.#asking.failed(now, random);
  }
}
