/** The one thing that the strip above the sheet has to say, if any: the nearest to losing words comes first. */

import { classify, classifyBudget, type Problem } from "../errors/classify";
import type { Cost, RecogniserStatus, RecordingState } from "../host/host";
import type { SessionFailure, SessionPhase } from "../session/events";
import { isFatal } from "../session/failure";

export interface Notice {
  /** The same trouble has the same id, so that it is not shown again after it was dismissed. */
  id: string;
  problem: Problem;
  details: string;
}

/** A loss that mends itself within two attempts is told by the state chip alone. */
const QUIET_ATTEMPTS = 2;

export function notice(
  recording: RecordingState,
  phase: SessionPhase | null,
  recogniser: RecogniserStatus,
  budget: Cost["budget"],
): Notice | null {
  const { live, failure } = recording;
  if (live.kind === "micLost")
    return { id: `mic ${live.error.code}`, problem: classify(live.error.code), details: live.error.message };
  if (phase?.kind === "ended" && phase.reason !== null) return ofSession(phase.reason);
  if (phase?.kind === "streaming" && phase.standsInFor !== null) return ofStandIn(phase.standsInFor);
  if (phase?.kind === "reconnecting" && phase.attempt > QUIET_ATTEMPTS) return ofSession(phase.reason);
  if (failure !== null)
    return { id: `start ${failure.code}`, problem: classify(failure.code), details: failure.message };
  const { problem } = recogniser;
  if (problem !== null)
    return { id: `recogniser ${problem.code}`, problem: classify(problem.code), details: problem.message };
  return ofBudget(budget, recogniser);
}

/** Offline although it was not chosen: that is what the budget was to bring about. */
function ofBudget(budget: Cost["budget"], { kind }: RecogniserStatus): Notice | null {
  if (budget === "unset" || budget === "fine") return null;
  const found = budget === "near" ? "budgetNear" : kind === "offline" ? "budgetOffline" : "budgetSpent";
  return { id: found, problem: classifyBudget(found), details: "" };
}

/** No words are lost and the text goes on: only what a person could mend is worth the place above the sheet. */
function ofStandIn(reason: SessionFailure): Notice | null {
  return isFatal(reason) ? ofSession(reason) : null;
}

function ofSession(reason: SessionFailure): Notice {
  return { id: `session ${reason.code ?? reason.kind}`, problem: classify(reason), details: reason.detail };
}
