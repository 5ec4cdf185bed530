//! The one form in which an error reaches the window: a code that the window acts on, and words for the log.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Only codes that the window treats differently; its table is `ui/src/errors`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum ErrorCode {
    /// The system refuses the microphone.
    MicDenied,
    /// There is no such device.
    MicMissing,
    /// Another program holds it.
    MicBusy,
    /// It went away while recording.
    MicLost,
    /// No API key.
    KeyMissing,
    /// The recogniser does not accept the key.
    KeyRejected,
    /// This system has no keyring.
    KeyringMissing,
    /// The keyring waits to be unlocked.
    KeyringLocked,
    /// The keyring refused.
    KeyringDenied,
    /// No token, for another reason than the key.
    TokenRefused,
    /// Funds or plan.
    QuotaSpent,
    /// Too many tokens or sessions in a short time.
    RateLimited,
    /// The recogniser cannot be reached.
    Offline,
    /// The engine's files are not there or do not load.
    EngineMissing,
    /// The model that the user chose cannot be used.
    ModelUnusable,
    /// Another process holds the history.
    HistoryLocked,
    /// The history is encrypted, and its key is not here.
    HistoryNeedsKey,
    /// What was typed is no recovery key.
    RecoveryKeyMistyped,
    /// It is the recovery key of another history.
    RecoveryKeyWrong,
    /// Nobody showed that they have the recovery key.
    RecoveryKeyUnconfirmed,
    /// Something is being recorded, finished or imported.
    RecordingRuns,
    /// No space left.
    DiskFull,
    /// A file that is no audio, or cannot be read.
    FileUnreadable,
    /// No such recording.
    NotFound,
    /// Another session took the recording up.
    Superseded,
    /// A value that makes no sense.
    Invalid,
    /// More key terms than a recogniser takes.
    KeyTermsTooMany,
    /// A key term that a recogniser would ignore.
    KeyTermTooLong,
    /// Another program has the shortcut.
    ShortcutTaken,
    /// Another shortcut of ours is the same.
    ShortcutOurs,
    /// No key that could be a shortcut.
    ShortcutUnusable,
    /// What was dictated could not be handed over; it is on the clipboard.
    DictationOnClipboard,
    /// The list of versions cannot be read.
    UpdateNotReached,
    /// A new version was not signed by those who make the program.
    UpdateNotGenuine,
    /// A new version could not be put in place.
    UpdateNotInstalled,
    /// Everything else.
    Unexpected,
}

/// What a command answers when it could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    /// What the window acts on.
    pub code: ErrorCode,
    /// For the log and the details; never shown alone.
    pub message: String,
}

impl CommandError {
    /// An error with this code; `message` says what happened.
    pub fn new(code: ErrorCode, message: impl std::fmt::Display) -> Self {
        Self { code, message: message.to_string() }
    }
}
