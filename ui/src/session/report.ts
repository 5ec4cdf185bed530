/** What a session says of itself: one phase, one ledger and the holes, each only when it changed. */
import type { Sample } from "../host/host";
import type { Ledger, SessionEvent, SessionFailure, SessionPhase, ShownHole } from "./events";
import type { Lane } from "./lane";

const SECOND: Sample = 16_000;

export interface Standing {
  /** The one that the phase is about: the live one, or after its end the one that heals. */
  lane: Lane | null;
  captured: Sample;
  end: Sample | null;
  transcribed: Sample;
  holes: readonly ShownHole[];
  closing: { reason: SessionFailure | null } | null;
}

export class Report {
  readonly #emit: (event: SessionEvent) => void;
  #phase: SessionPhase | null = null;
  #ledger: Ledger | null = null;
  #holes: readonly ShownHole[] = [];

  constructor(emit: (event: SessionEvent) => void) {
    this.#emit = emit;
  }

  /** Called after every input, nearly always for nothing: so nothing is built to be compared. */
  say(standing: Standing): void {
    const phase = phaseOf(standing);
    if (this.#phase === null || !isSame(this.#phase, phase)) {
      this.#phase = phase;
      this.#emit({ kind: "phaseChanged", phase });
    }
    const ledger = ledgerOf(standing);
    if (this.#ledger === null || !isSame(this.#ledger, ledger)) {
      this.#ledger = ledger;
      this.#emit({ kind: "ledgerChanged", ledger });
    }
    const holes = standing.closing === null ? standing.holes : [];
    if (holes.length === this.#holes.length && holes.every((hole, i) => isSame(hole, this.#holes[i] ?? {}))) return;
    this.#holes = holes;
    this.#emit({ kind: "holesChanged", holes });
  }
}

/** Flat objects with the same fields; what is deeper is compared as itself. */
function isSame(a: object, b: object): boolean {
  const fields = Object.entries(a);
  return fields.length === Object.keys(b).length && fields.every(([name, value]) => Reflect.get(b, name) === value);
}

function phaseOf({ lane, captured, end, closing }: Standing): SessionPhase {
  if (closing !== null) return { kind: "ended", reason: closing.reason };
  if (lane === null) return { kind: "connecting" };
  if (lane.isAtRest) return { kind: "resting" };
  const { live } = lane.axis;
  const { failure, attempt, retryAt, isHalted } = lane.chosen;
  if (lane.isNeedy && failure !== null) {
    if (isHalted) return { kind: "ended", reason: failure };
    return { kind: "reconnecting", reason: failure, attempt, retryAt };
  }
  if (end !== null) return { kind: "finishing" };
  if (live === null) return { kind: "connecting" };
  const { source } = live;
  const standsInFor = live.isFallback ? failure : null;
  return { kind: "streaming", source, behind: coarse(captured - live.sent), standsInFor };
}

/** In whole seconds, so that a frame more or less is no news. */
function coarse(samples: Sample): Sample {
  return Math.max(0, Math.round(samples / SECOND) * SECOND);
}

function ledgerOf({ captured, transcribed, end, closing }: Standing): Ledger {
  const isOver = end !== null || closing !== null;
  return { captured: isOver ? captured : Math.floor(captured / SECOND) * SECOND, transcribed };
}
