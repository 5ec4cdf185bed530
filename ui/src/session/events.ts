/** What a session tells the rest of the window. Pure data; `transcript/` folds it. */
import type { CommittedTurn, ErrorCode, Gap, Pause, RecogniserKind, Relabelling, Sample, Word } from "../host/host";

/** One state, never two flags that could disagree. */
export type SessionPhase =
  /** No socket has said `Begin` yet; audio is already being kept. */
  | { kind: "connecting" }
  /**
   * A socket is open and takes audio. `behind`: samples captured that were not sent yet. `standsInFor`: why the offline
   * engine does the work of the chosen recogniser; null when it does not.
   */
  | { kind: "streaming"; source: RecogniserKind; behind: Sample; standsInFor: SessionFailure | null }
  /** The socket was lost; audio is being kept; the next attempt is at `retryAt` (session clock, ms). */
  | { kind: "reconnecting"; reason: SessionFailure; attempt: number; retryAt: number }
  /** Nobody speaks, or the recording is paused: no socket is open until there is something to hear. */
  | { kind: "resting" }
  /** Stopped by the user; the last words are on their way. */
  | { kind: "finishing" }
  /** Nothing more will come; `reason` is null after a complete end. */
  | { kind: "ended"; reason: SessionFailure | null };

/** Why a leg or a session failed, typed from Error texts, close codes and mint errors. */
export interface SessionFailure {
  kind:
    | "network"
    | "credential"
    | "tokenExpired"
    | "account"
    | "tooManySessions"
    | "serverFault"
    | "badRequest"
    | "tooFast"
    | "sessionExpired"
    | "inactivity"
    | "silent"
    | "trustedSide";
  /** Set when the trusted side refused: the code for the table in `errors/`. */
  code: ErrorCode | null;
  detail: string;
}

export interface Ledger {
  captured: Sample;
  /** Covered by a stored turn, silence included. */
  transcribed: Sample;
}

/** A piece of the past that is on its way: not heard yet, being heard, or heard by the fallback and being redone. */
export interface ShownHole {
  kind: "waiting" | "healing" | "redoing";
  from: Sample;
  to: Sample;
}

export type SessionEvent =
  /** From now on only this session stores: what history holds is what was stored before it. */
  | { kind: "resumed" }
  | { kind: "phaseChanged"; phase: SessionPhase }
  /** Replaces the open turn; an empty list clears it. */
  | { kind: "tentative"; leg: number; turnOrder: number; words: Word[] }
  /** Stored already. */
  | { kind: "turnCommitted"; turn: CommittedTurn }
  /** Stored in place of what stood in this range. */
  | { kind: "turnsReplaced"; range: { from: Sample; to: Sample }; turns: CommittedTurn[] }
  /** Who spoke in a stored turn, after all. */
  | { kind: "turnRelabelled"; anew: Relabelling }
  /** All of them, in no order. */
  | { kind: "holesChanged"; holes: readonly ShownHole[] }
  /** The last final could not be stored and is being tried again; the next `turnCommitted` says that it went well. */
  | { kind: "storingFailed"; failure: SessionFailure }
  | { kind: "gapDeclared"; gap: Gap }
  | { kind: "pauseDeclared"; pause: Pause }
  | { kind: "ledgerChanged"; ledger: Ledger };
