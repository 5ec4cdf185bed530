/**
 * The one table of what can go wrong: how bad, and what to do; `words/` says it in the user's language.
 * No other file decides by a code, and none matches on the words of an error.
 */
import type { ErrorCode } from "../host/host";
import type { SessionFailure } from "../session/events";
import type { BudgetKind, OwnKind, ProblemWords } from "../words/problems.en";
import { say } from "../words/say";

/** info: it mends itself; warning: something is delayed; error: the user must act. */
export type Severity = "info" | "warning" | "error";

/** What the button does; the views give it a label and a deed. */
export type ActionId =
  | "retry"
  | "openKey"
  | "openDevices"
  | "openSystemPrivacy"
  | "openShortcuts"
  | "openAccount"
  | "openCost"
  | "useOffline"
  | "unlockKeyring"
  | "openHistory";

interface Verdict {
  severity: Severity;
  action: ActionId | null;
}

export type Problem = Verdict & ProblemWords;

const BY_CODE: Record<ErrorCode, Verdict> = {
  MicDenied: { severity: "error", action: "openSystemPrivacy" },
  MicMissing: { severity: "error", action: "openDevices" },
  MicBusy: { severity: "error", action: "openDevices" },
  MicLost: { severity: "warning", action: "openDevices" },
  KeyMissing: { severity: "error", action: "openKey" },
  KeyRejected: { severity: "error", action: "openKey" },
  KeyringMissing: { severity: "warning", action: null },
  KeyringLocked: { severity: "warning", action: "unlockKeyring" },
  KeyringDenied: { severity: "error", action: "unlockKeyring" },
  TokenRefused: { severity: "error", action: "openKey" },
  QuotaSpent: { severity: "error", action: "openAccount" },
  RateLimited: { severity: "warning", action: null },
  Offline: { severity: "warning", action: "retry" },
  EngineMissing: { severity: "error", action: "openKey" },
  ModelUnusable: { severity: "warning", action: null },
  HistoryLocked: { severity: "error", action: "retry" },
  HistoryNeedsKey: { severity: "error", action: "openHistory" },
  RecoveryKeyMistyped: { severity: "warning", action: null },
  RecoveryKeyWrong: { severity: "warning", action: null },
  RecoveryKeyUnconfirmed: { severity: "warning", action: null },
  RecordingRuns: { severity: "warning", action: null },
  DiskFull: { severity: "error", action: "retry" },
  Superseded: { severity: "warning", action: null },
  FileUnreadable: { severity: "warning", action: null },
  NotFound: { severity: "warning", action: null },
  Invalid: { severity: "error", action: null },
  KeyTermsTooMany: { severity: "warning", action: null },
  KeyTermTooLong: { severity: "warning", action: null },
  ShortcutTaken: { severity: "warning", action: "openShortcuts" },
  ShortcutOurs: { severity: "warning", action: "openShortcuts" },
  ShortcutUnusable: { severity: "warning", action: "openShortcuts" },
  DictationOnClipboard: { severity: "warning", action: null },
  UpdateNotReached: { severity: "info", action: null },
  UpdateNotGenuine: { severity: "error", action: null },
  UpdateNotInstalled: { severity: "warning", action: null },
  Unexpected: { severity: "error", action: "retry" },
};

const MENDING: Verdict = { severity: "info", action: null };

/** A failure of a session: another name for an error of the trusted side, or a thing of its own. */
const BY_KIND: Record<SessionFailure["kind"], ErrorCode | Verdict> = {
  network: "Offline",
  credential: "KeyRejected",
  account: "QuotaSpent",
  tooManySessions: "RateLimited",
  tokenExpired: MENDING,
  sessionExpired: MENDING,
  inactivity: MENDING,
  tooFast: MENDING,
  silent: MENDING,
  serverFault: { severity: "warning", action: "retry" },
  badRequest: { severity: "error", action: "useOffline" },
  trustedSide: "Unexpected",
};

/** Nothing is wrong with money that is spent, but somebody wanted to know. */
const BY_BUDGET: Record<BudgetKind, Verdict> = {
  budgetNear: { severity: "warning", action: "openCost" },
  budgetSpent: { severity: "warning", action: "openCost" },
  budgetOffline: { severity: "warning", action: "openCost" },
};

export function classifyBudget(kind: BudgetKind): Problem {
  return { ...BY_BUDGET[kind], ...say.problems[kind] };
}

/** A code of the trusted side, or a failure of a session; the code knows more where there is one. */
export function classify(what: ErrorCode | SessionFailure): Problem {
  if (typeof what === "string") return { ...BY_CODE[what], ...say.problems[what] };
  if (what.code !== null) return classify(what.code);
  return ofKind(what.kind);
}

function ofKind(kind: SessionFailure["kind"]): Problem {
  const verdict = BY_KIND[kind];
  return typeof verdict === "string" ? classify(verdict) : { ...verdict, ...say.problems[kind as OwnKind] };
}
