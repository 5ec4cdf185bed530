/**
 * Finals on their way to the disk: one at a time and in the order of the axis. Were a later turn stored before an
 * earlier one, a crash in between would have the later one heard and stored again. None is ever dropped: its words are
 * on the screen, and the disk may have room again.
 */
import type { CommittedTurn } from "../host/host";
import type { Ms } from "./io";
import { Asking } from "./reconnect";

export type Storable = Omit<CommittedTurn, "recordingId">;

export class Commits {
  readonly #queue: Storable[] = [];
  readonly #asking = new Asking();

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  get wakesAt(): Ms | null {
    return this.#asking.wakesAt;
  }

  push(turn: Storable): void {
    this.#queue.push(turn);
  }

  /** The turn to store now, if any. */
  next(now: Ms): Storable | null {
    const turn = this.#queue[0];
    if (turn === undefined) return null;
    this.#asking.want(now);
    return this.#asking.isDue(now) ? turn : null;
  }

  stored(): Storable | null {
    this.#asking.answered();
    return this.#queue.shift() ?? null;
  }

  failed(now: Ms, random: () => number): void {
    this.#asking.failed(now, random);
  }
}
