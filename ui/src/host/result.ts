/** What comes of a question to the trusted side. */

/** Codes that the window treats differently; the table of words and actions is `errors/`. */
export type ErrorCode =
  | "MicDenied"
  | "MicMissing"
  | "MicBusy"
  | "MicLost"
  | "KeyMissing"
  | "KeyRejected"
  | "KeyringMissing"
  | "KeyringLocked"
  | "KeyringDenied"
  | "TokenRefused"
  | "QuotaSpent"
  | "RateLimited"
  | "Offline"
  | "EngineMissing"
  | "ModelUnusable"
  | "HistoryLocked"
  | "HistoryNeedsKey"
  | "RecoveryKeyMistyped"
  | "RecoveryKeyWrong"
  | "RecoveryKeyUnconfirmed"
  | "RecordingRuns"
  | "DiskFull"
  | "FileUnreadable"
  | "NotFound"
  | "Superseded"
  | "Invalid"
  | "KeyTermsTooMany"
  | "KeyTermTooLong"
  | "ShortcutTaken"
  | "ShortcutOurs"
  | "ShortcutUnusable"
  | "DictationOnClipboard"
  | "UpdateNotReached"
  | "UpdateNotGenuine"
  | "UpdateNotInstalled"
  | "Unexpected";

export interface CommandError {
  code: ErrorCode;
  /** For the log and the details fold; never shown alone. */
  message: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: CommandError };
