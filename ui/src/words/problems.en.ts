/** What can go wrong, in words: what happened, what is safe, what to do. How bad it is and what helps is in `errors/`. */
import type { ErrorCode } from "../host/host";
import type { SessionFailure } from "../session/events";

/** A failure of a session that is no error of the trusted side under another name. */
export type OwnKind = Exclude<
  SessionFailure["kind"],
  "network" | "credential" | "account" | "tooManySessions" | "trustedSide"
>;

/** What the user wanted to pay, and how far it is spent. `budgetOffline`: the offline engine goes on in the cloud's place. */
export type BudgetKind = "budgetNear" | "budgetSpent" | "budgetOffline";

export interface ProblemWords {
  happened: string;
  /** What the user does not lose; the first question of anybody who records. */
  safe: string;
  todo: string;
}

export type ProblemTable = Record<ErrorCode | OwnKind | BudgetKind, ProblemWords>;

const AUDIO_SAFE = "Recording goes on. What you say is kept and will be written down.";
const NOTHING_LOST = "Nothing was lost.";
const PAST_SAFE = "Earlier recordings are safe.";
const NEW_SESSION = "Sotto has opened a new session.";

export const problems: ProblemTable = {
  MicDenied: {
    happened: "The system does not let Sotto use the microphone.",
    safe: PAST_SAFE,
    todo: "Allow it in the system's privacy settings.",
  },
  MicMissing: {
    happened: "No microphone was found.",
    safe: PAST_SAFE,
    todo: "Connect one, or choose another source.",
  },
  MicBusy: {
    happened: "Another program holds the microphone.",
    safe: PAST_SAFE,
    todo: "Close that program, or choose another source.",
  },
  MicLost: {
    happened: "The microphone went away.",
    safe: "All that was said before is kept. The pause is marked.",
    todo: "Connect it again; Sotto picks it up by itself.",
  },
  KeyMissing: {
    happened: "There is no API key.",
    safe: AUDIO_SAFE,
    todo: "Add your key, or use the offline recogniser.",
  },
  KeyRejected: {
    happened: "AssemblyAI does not accept the API key.",
    safe: AUDIO_SAFE,
    todo: "Check the key.",
  },
  KeyringMissing: {
    happened: "This system has no keyring.",
    safe: NOTHING_LOST,
    todo: "The key stays for this run only.",
  },
  KeyringLocked: {
    happened: "The keyring is locked.",
    safe: NOTHING_LOST,
    todo: "Unlock it in the window of the system.",
  },
  KeyringDenied: {
    happened: "The keyring did not give the key.",
    safe: NOTHING_LOST,
    todo: "Allow Sotto to read it.",
  },
  TokenRefused: {
    happened: "The recogniser refused to give access.",
    safe: AUDIO_SAFE,
    todo: "Check your key and your plan.",
  },
  QuotaSpent: {
    happened: "The account has no funds or the plan does not include this.",
    safe: AUDIO_SAFE,
    todo: "Look into your account, or use the offline recogniser.",
  },
  RateLimited: {
    happened: "Too many sessions in a short time.",
    safe: AUDIO_SAFE,
    todo: "Sotto tries again in a minute.",
  },
  Offline: {
    happened: "The recogniser cannot be reached.",
    safe: AUDIO_SAFE,
    todo: "Sotto tries again by itself.",
  },
  EngineMissing: {
    happened: "The offline recogniser is not installed.",
    safe: AUDIO_SAFE,
    todo: "Install it again, or add a key.",
  },
  ModelUnusable: {
    happened: "The model that you chose cannot be used.",
    safe: "The one that comes with Sotto writes in its place.",
    todo: "Choose another model, or go back to that one.",
  },
  HistoryLocked: {
    happened: "The history cannot be written.",
    safe: "The words stay on screen and the audio is kept.",
    todo: "Close other copies of Sotto.",
  },
  HistoryNeedsKey: {
    happened: "The history is encrypted, and its key is not here.",
    safe: "It is safe as it lies.",
    todo: "Enter your recovery key. A private recording can be made without it.",
  },
  RecoveryKeyMistyped: {
    happened: "This is no recovery key: a letter is wrong or missing.",
    safe: NOTHING_LOST,
    todo: "Compare it with your note, group by group.",
  },
  RecoveryKeyWrong: {
    happened: "This is the recovery key of another history.",
    safe: NOTHING_LOST,
    todo: "Look for the one that was shown when this history was encrypted.",
  },
  RecoveryKeyUnconfirmed: {
    happened: "This is not the end of the recovery key.",
    safe: "Nothing was encrypted.",
    todo: "Type the last four letters that are shown above.",
  },
  RecordingRuns: {
    happened: "Something is being recorded, imported or written down.",
    safe: NOTHING_LOST,
    todo: "Try again when it is finished.",
  },
  DiskFull: {
    happened: "The disk is full.",
    safe: "What was stored before is safe.",
    todo: "Free some space; Sotto goes on by itself.",
  },
  Superseded: {
    happened: "This recording is being written down in another window.",
    safe: NOTHING_LOST,
    todo: "Nothing to do.",
  },
  FileUnreadable: {
    happened: "This is no sound that Sotto can read.",
    safe: "The file is as it was.",
    todo: "WAV, FLAC, Ogg Vorbis, MP3 and M4A can be read.",
  },
  NotFound: {
    happened: "This recording is no longer there.",
    safe: PAST_SAFE,
    todo: "Nothing to do.",
  },
  Invalid: {
    happened: "Sotto asked for something that makes no sense.",
    safe: NOTHING_LOST,
    todo: "This is a defect; the details help to mend it.",
  },
  KeyTermsTooMany: {
    happened: "More than 100 key terms are not taken.",
    safe: NOTHING_LOST,
    todo: "Remove one that you need less.",
  },
  KeyTermTooLong: {
    happened: "A key term has at most 50 characters: a longer one would have no effect.",
    safe: NOTHING_LOST,
    todo: "Make two of it.",
  },
  ShortcutTaken: {
    happened: "Another program uses this shortcut.",
    safe: NOTHING_LOST,
    todo: "Choose another one.",
  },
  ShortcutOurs: {
    happened: "Another shortcut of Sotto’s is the same.",
    safe: NOTHING_LOST,
    todo: "Choose another one.",
  },
  ShortcutUnusable: {
    happened: "This cannot be a shortcut.",
    safe: NOTHING_LOST,
    todo: "Hold Ctrl, Alt or Super and press another key, or press F1 to F12.",
  },
  DictationOnClipboard: {
    happened: "The program in front did not take what you said.",
    safe: "It is on the clipboard, and in your recordings.",
    todo: "Paste it with Ctrl+V.",
  },
  UpdateNotReached: {
    happened: "The list of versions cannot be reached.",
    safe: "Sotto works as before.",
    todo: "It is looked for again tomorrow.",
  },
  UpdateNotGenuine: {
    happened: "The new version was not signed by those who make Sotto, so it was thrown away.",
    safe: "Sotto works as before.",
    todo: "Please report this.",
  },
  UpdateNotInstalled: {
    happened: "The new version could not be put in place.",
    safe: "Sotto works as before.",
    todo: "Install it by hand.",
  },
  Unexpected: {
    happened: "Something unexpected happened.",
    safe: NOTHING_LOST,
    todo: "Try again; the details help to mend it.",
  },
  budgetNear: {
    happened: "Four fifths of this month’s budget are spent.",
    safe: "Recording goes on as before.",
    todo: "Raise it, or go on offline for free.",
  },
  budgetSpent: {
    happened: "This month’s budget is spent.",
    safe: "Recording and writing go on, and cost more.",
    todo: "Raise it, or go on offline for free.",
  },
  budgetOffline: {
    happened: "This month’s budget is spent.",
    safe: "The offline engine goes on, for free.",
    todo: "With a larger budget, AssemblyAI goes on.",
  },
  tokenExpired: {
    happened: "The access to the recogniser ran out.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  sessionExpired: {
    happened: "The recogniser's session reached its longest time.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  inactivity: {
    happened: "The recogniser closed an idle session.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  tooFast: {
    happened: "The recogniser asked for a slower pace.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  silent: {
    happened: "The recogniser stopped answering.",
    safe: AUDIO_SAFE,
    todo: NEW_SESSION,
  },
  serverFault: {
    happened: "The recogniser had a fault.",
    safe: AUDIO_SAFE,
    todo: "Sotto tries again by itself.",
  },
  badRequest: {
    happened: "The recogniser did not understand Sotto.",
    safe: AUDIO_SAFE,
    todo: "This is a defect; the details help to mend it. The offline recogniser may do meanwhile.",
  },
};
