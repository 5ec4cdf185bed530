/** What a session says of itself: one phase, one ledger and the holes, each only when it changed. */
import type { Sample } from "../host/host";
import type { Hole, Ledger, SessionEvent, SessionFailure, SessionPhase } from "./events";
import type { Lane } from "./lane";

const SECOND: Sample = 16_000;

export interface Standing {
  /** The one that the phase is about: the live one, or after its end the one that heals. */
  lane: Lane | null;
  captured: Sample;
  end: Sample | null;
  transcribed: Sample;
  holes: readonly Hole[];
  closing: { reason: SessionFailure | null } | null;
}

export class Report {
  readonly #emit: (event: SessionEvent) => void;
  #phase = "";
  #ledger = "";
  #holes = "[]";

  constructor(emit: (event: SessionEvent) => void) {
    this.#emit = emit;
  }

  say(standing: Standing): void {
    const phase = phaseOf(standing);
    if (differs(this.#phase, phase)) {
      this.#phase = JSON.stringify(phase);
      this.#emit({ kind: "phaseChanged", phase });
    }
    const ledger = ledgerOf(standing);
    if (differs(this.#ledger, ledger)) {
      this.#ledger = JSON.stringify(ledger);
      this.#emit({ kind: "ledgerChanged", ledger });
    }
    const holes = standing.closing === null ? standing.holes : [];
    if (differs(this.#holes, holes)) {
      this.#holes = JSON.stringify(holes);
      this.#emit({ kind: "holesChanged", holes });
    }
  }
}

function differs(before: string, now: SessionPhase | Ledger | readonly Hole[]): boolean {
  return before !== JSON.stringify(now);
}

function phaseOf({ lane, captured, end, closing }: Standing): SessionPhase {
  if (closing !== null) return { kind: "ended", reason: closing.reason };
  if (lane === null) return { kind: "connecting" };
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
