/**
 * The past that is still to be heard: holes that no turn covers, and stretches that the fallback wrote and the chosen
 * recogniser is to redo. Holes come first. Only numbers, in the order of the axis.
 */
import type { Sample } from "../host/host";
import type { Range, Storable } from "./io";

/** `tile`: the first sample that no turn covers; `from`: the frame that holds it. */
export interface Hole extends Range {
  tile: Sample;
}

export type Errand = { kind: "hole"; hole: Hole } | { kind: "redo"; range: Range; boundaries: Sample[] };

export class Backlog {
  #holes: Hole[] = [];
  #stopgaps: Range[] = [];

  get holes(): readonly Hole[] {
    return this.#holes;
  }

  get hasStopgaps(): boolean {
    return this.#stopgaps.length > 0;
  }

  get isEmpty(): boolean {
    return this.#holes.length === 0 && this.#stopgaps.length === 0;
  }

  addHole(hole: Hole): void {
    if (hole.to > hole.from) this.#holes.push(hole);
  }

  /** A turn that the fallback wrote; silence needs no second opinion. */
  addStopgap(turn: Pick<Storable, "from" | "to">): void {
    if (turn.to > turn.from) this.#stopgaps.push({ from: turn.from, to: turn.to });
  }

  forgetStopgaps(): void {
    this.#stopgaps = [];
  }

  /** What to do next; it is no longer in here then. */
  take(isRedone: boolean): Errand | null {
    const hole = this.#holes.shift();
    if (hole !== undefined) return { kind: "hole", hole };
    return isRedone ? this.#takeStretch() : null;
  }

  /** The first stopgaps that follow on each other without a break. */
  #takeStretch(): Errand | null {
    this.#stopgaps.sort((a, b) => a.from - b.from);
    const [first] = this.#stopgaps;
    if (first === undefined) return null;
    let count = 1;
    while (this.#stopgaps[count]?.from === this.#stopgaps[count - 1]?.to) count += 1;
    const run = this.#stopgaps.splice(0, count);
    const boundaries = run.map((turn) => turn.to);
    return { kind: "redo", range: { from: first.from, to: boundaries.at(-1) ?? first.to }, boundaries };
  }
}
