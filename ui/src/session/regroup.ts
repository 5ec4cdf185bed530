/**
 * Turns that redo a stretch, on their way to replace those that stand there. The two recognisers do not cut their turns
 * at the same places, and a replacement must not split a word: so turns are handed on in groups that end where both have
 * a boundary. At the stretch's end they always do.
 */
import type { Relabelling, Sample } from "../host/host";
import type { Sink } from "./commits";
import type { Storable } from "./io";
import { heart, relabelled } from "./turns";

export class Regroup {
  readonly #sink: Sink;
  /** Ends of the turns that stand there, in order; the last one is the stretch's. */
  readonly #boundaries: Sample[];
  #from: Sample;
  #waiting: Storable[] = [];

  constructor(from: Sample, boundaries: readonly Sample[], sink: Sink) {
    this.#from = from;
    this.#boundaries = [...boundaries];
    this.#sink = sink;
  }

  push(turn: Storable): void {
    this.#waiting.push(turn);
    const at = this.#boundaries.findLastIndex((boundary) => boundary <= turn.to && this.#isCommon(boundary));
    if (at < 0) return;
    const [boundary] = this.#boundaries.splice(0, at + 1).slice(-1) as [Sample];
    this.#replace(boundary);
  }

  /** Says anew who spoke in a turn that still waits; false when none of that name does. */
  relabel(anew: Relabelling): boolean {
    const at = this.#waiting.findIndex((turn) => turn.leg === anew.leg && turn.turnOrder === anew.turnOrder);
    const waiting = this.#waiting[at];
    if (waiting !== undefined) this.#waiting[at] = relabelled(waiting, anew);
    return waiting !== undefined;
  }

  /** Every waiting word lies wholly on one side, and not all of them beyond. */
  #isCommon(boundary: Sample): boolean {
    const sides = this.#waiting.map((turn) => side(turn, boundary));
    return sides[0] === "before" && !sides.includes("across");
  }

  #replace(to: Sample): void {
    const count = this.#waiting.filter((turn) => side(turn, to) === "before").length;
    const turns = this.#waiting.splice(0, count);
    const range = { from: this.#from, to };
    const last = turns.length - 1;
    this.#sink.push({
      kind: "replacement",
      range,
      turns: turns.map((turn, i) => ({
        ...turn,
        from: i === 0 ? range.from : turn.from,
        to: i === last ? to : turn.to,
      })),
    });
    this.#from = to;
    const [next] = this.#waiting;
    if (next !== undefined) this.#waiting[0] = { ...next, from: to };
  }
}

/** A turn without words is where it begins. */
function side(turn: Storable, boundary: Sample): "before" | "beyond" | "across" {
  const hearts = turn.words.length === 0 ? [turn.from] : turn.words.map(heart);
  if (hearts.every((at) => at < boundary)) return "before";
  return hearts.every((at) => at >= boundary) ? "beyond" : "across";
}
