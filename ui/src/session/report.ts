/** What a session says of itself: one phase and one ledger, each only when it changed. */
import type { Sample } from "../host/host";
import type { Axis } from "./axis";
import type { Ledger, SessionEvent, SessionFailure, SessionPhase } from "./events";
import type { Raising } from "./raising";

const SECOND: Sample = 16_000;

export interface Standing {
  axis: Axis | null;
  raising: Raising | null;
  captured: Sample;
  end: Sample | null;
  transcribed: Sample;
  closing: { reason: SessionFailure | null } | null;
}

export class Report {
  readonly #emit: (event: SessionEvent) => void;
  #phase = "";
  #ledger = "";

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
  }
}

function differs(before: string, now: SessionPhase | Ledger): boolean {
  return before !== JSON.stringify(now);
}

function phaseOf({ axis, raising, captured, end, closing }: Standing): SessionPhase {
  if (closing !== null) return { kind: "ended", reason: closing.reason };
  if (axis === null || raising === null) return { kind: "connecting" };
  const { live } = axis;
  const isNeeded = live === null && (end === null || axis.resumeAt < end);
  if (isNeeded && raising.failure !== null) {
    if (raising.isHalted) return { kind: "ended", reason: raising.failure };
    const { failure: reason, attempt, retryAt } = raising;
    return { kind: "reconnecting", reason, attempt, retryAt };
  }
  if (end !== null) return { kind: "finishing" };
  if (live === null) return { kind: "connecting" };
  return { kind: "streaming", source: live.source, behind: coarse(captured - live.sent) };
}

/** In whole seconds, so that a frame more or less is no news. */
function coarse(samples: Sample): Sample {
  return Math.max(0, Math.round(samples / SECOND) * SECOND);
}

function ledgerOf({ captured, transcribed, end, closing }: Standing): Ledger {
  const isOver = end !== null || closing !== null;
  return { captured: isOver ? captured : Math.floor(captured / SECOND) * SECOND, transcribed, gaps: 0 };
}
