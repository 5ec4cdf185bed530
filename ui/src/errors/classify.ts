/**
 * The one table of what can go wrong: how bad, what happened, what is safe, what to do.
 * No other file decides by a code, and none matches on the words of an error.
 */
import type { ErrorCode } from "../host/host";
import type { SessionFailure } from "../session/events";

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
  | "useOffline"
  | "unlockKeyring";

export interface Problem {
  severity: Severity;
  happened: string;
  /** What the user does not lose; the first question of anybody who records. */
  safe: string;
  todo: string;
  action: ActionId | null;
}

const AUDIO_SAFE = "Recording goes on. What you say is kept and will be written down.";
const NOTHING_LOST = "Nothing was lost.";
const PAST_SAFE = "Earlier recordings are safe.";

const BY_CODE: Record<ErrorCode, Problem> = {
  MicDenied: problem(
    "error",
    "The system does not let Sotto use the microphone.",
    PAST_SAFE,
    "Allow it in the system's privacy settings.",
    "openSystemPrivacy",
  ),
  MicMissing: problem(
    "error",
    "No microphone was found.",
    PAST_SAFE,
    "Connect one, or choose another source.",
    "openDevices",
  ),
  MicBusy: problem(
    "error",
    "Another program holds the microphone.",
    PAST_SAFE,
    "Close that program, or choose another source.",
    "openDevices",
  ),
  MicLost: problem(
    "warning",
    "The microphone went away.",
    "All that was said before is kept. The pause is marked.",
    "Connect it again; Sotto picks it up by itself.",
    "openDevices",
  ),
  KeyMissing: problem(
    "error",
    "There is no API key.",
    AUDIO_SAFE,
    "Add your key, or use the offline recogniser.",
    "openKey",
  ),
  KeyRejected: problem("error", "AssemblyAI does not accept the API key.", AUDIO_SAFE, "Check the key.", "openKey"),
  KeyringMissing: problem(
    "warning",
    "This system has no keyring.",
    NOTHING_LOST,
    "The key stays for this run only.",
    null,
  ),
  KeyringLocked: problem(
    "warning",
    "The keyring is locked.",
    NOTHING_LOST,
    "Unlock it in the window of the system.",
    "unlockKeyring",
  ),
  KeyringDenied: problem(
    "error",
    "The keyring did not give the key.",
    NOTHING_LOST,
    "Allow Sotto to read it.",
    "unlockKeyring",
  ),
  TokenRefused: problem(
    "error",
    "The recogniser refused to give access.",
    AUDIO_SAFE,
    "Check your key and your plan.",
    "openKey",
  ),
  QuotaSpent: problem(
    "error",
    "The account has no funds or the plan does not include this.",
    AUDIO_SAFE,
    "Look into your account, or use the offline recogniser.",
    "openAccount",
  ),
  RateLimited: problem(
    "warning",
    "Too many sessions in a short time.",
    AUDIO_SAFE,
    "Sotto tries again in a minute.",
    null,
  ),
  Offline: problem("warning", "The recogniser cannot be reached.", AUDIO_SAFE, "Sotto tries again by itself.", "retry"),
  EngineMissing: problem(
    "error",
    "The offline recogniser is not installed.",
    AUDIO_SAFE,
    "Install it again, or add a key.",
    "openKey",
  ),
  ModelUnusable: problem(
    "warning",
    "The model that you chose cannot be used.",
    "The one that comes with Sotto writes in its place.",
    "Choose another model, or go back to that one.",
    null,
  ),
  HistoryLocked: problem(
    "error",
    "The history cannot be written.",
    "The words stay on screen and the audio is kept.",
    "Close other copies of Sotto.",
    "retry",
  ),
  DiskFull: problem(
    "error",
    "The disk is full.",
    "What was stored before is safe.",
    "Free some space; Sotto goes on by itself.",
    "retry",
  ),
  Superseded: problem(
    "warning",
    "This recording is being written down in another window.",
    NOTHING_LOST,
    "Nothing to do.",
    null,
  ),
  NotFound: problem("warning", "This recording is no longer there.", PAST_SAFE, "Nothing to do.", null),
  Invalid: problem(
    "error",
    "Sotto asked for something that makes no sense.",
    NOTHING_LOST,
    "This is a defect; the details help to mend it.",
    null,
  ),
  ShortcutTaken: problem(
    "warning",
    "Another program uses this shortcut.",
    NOTHING_LOST,
    "Choose another one.",
    "openShortcuts",
  ),
  Unexpected: problem(
    "error",
    "Something unexpected happened.",
    NOTHING_LOST,
    "Try again; the details help to mend it.",
    "retry",
  ),
};

const BY_KIND: Record<SessionFailure["kind"], Problem> = {
  network: BY_CODE.Offline,
  credential: BY_CODE.KeyRejected,
  account: BY_CODE.QuotaSpent,
  tooManySessions: BY_CODE.RateLimited,
  tokenExpired: mending("The access to the recogniser ran out."),
  sessionExpired: mending("The recogniser's session reached its longest time."),
  inactivity: mending("The recogniser closed an idle session."),
  tooFast: mending("The recogniser asked for a slower pace."),
  silent: mending("The recogniser stopped answering."),
  serverFault: problem("warning", "The recogniser had a fault.", AUDIO_SAFE, "Sotto tries again by itself.", "retry"),
  badRequest: problem(
    "error",
    "The recogniser did not understand Sotto.",
    AUDIO_SAFE,
    "This is a defect; the details help to mend it. The offline recogniser may do meanwhile.",
    "useOffline",
  ),
  trustedSide: BY_CODE.Unexpected,
};

/** A code of the trusted side, or a failure of a session; the code knows more where there is one. */
export function classify(what: ErrorCode | SessionFailure): Problem {
  if (typeof what === "string") return BY_CODE[what];
  return what.code === null ? BY_KIND[what.kind] : BY_CODE[what.code];
}

function problem(severity: Severity, happened: string, safe: string, todo: string, action: ActionId | null): Problem {
  return { severity, happened, safe, todo, action };
}

function mending(happened: string): Problem {
  return problem("info", happened, AUDIO_SAFE, "Sotto has opened a new session.", null);
}
