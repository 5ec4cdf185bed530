//! What is being recorded and finished, and what can go wrong with it.

use std::sync::Arc;

use sotto_audio::{AudioError, CaptureNotice, FileError, SpoolError};
use sotto_history::HistoryError;
use uuid::Uuid;

use super::SharedError;

/// What the microphone is doing.
#[derive(Debug, Clone)]
pub enum Live {
    /// Nothing is recorded.
    Idle,
    /// The device was asked; no sample has been kept yet.
    Arming {
        /// Which recording.
        recording: Uuid,
        /// When it was started, Unix milliseconds.
        started_at: u64,
    },
    /// Samples are being kept.
    Recording {
        /// Which recording.
        recording: Uuid,
        /// When it was started, Unix milliseconds.
        started_at: u64,
        /// The device that delivers.
        device_name: String,
        /// It delivers nothing but one and the same value.
        is_muted: bool,
    },
    /// The user paused it: the microphone is off, and the axis stands.
    Paused {
        /// Which recording.
        recording: Uuid,
        /// When it was started, Unix milliseconds.
        started_at: u64,
        /// The sample at which the axis stands.
        at: u64,
        /// Since when it is paused, Unix milliseconds.
        since: u64,
    },
    /// The device went away; silence marked as a gap is written until it is back.
    MicLost {
        /// Which recording.
        recording: Uuid,
        /// When it was started, Unix milliseconds.
        started_at: u64,
        /// The device that delivered last.
        device_name: String,
        /// What happened to it.
        error: Arc<AudioError>,
    },
}

impl Live {
    /// When the live recording was started.
    pub(super) fn started_at(&self) -> u64 {
        match self {
            Self::Idle => 0,
            Self::Arming { started_at, .. }
            | Self::Recording { started_at, .. }
            | Self::Paused { started_at, .. }
            | Self::MicLost { started_at, .. } => *started_at,
        }
    }

    /// The recording that is live, if any.
    #[must_use]
    pub fn recording(&self) -> Option<Uuid> {
        match self {
            Self::Idle => None,
            Self::Arming { recording, .. }
            | Self::Recording { recording, .. }
            | Self::Paused { recording, .. }
            | Self::MicLost { recording, .. } => Some(*recording),
        }
    }
}

/// Where a recording's audio and text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keeping {
    /// On the disk.
    #[default]
    Disk,
    /// In memory alone: nothing is written, and it is gone when the program ends.
    Memory,
}

/// What is being recorded, and what is still being finished.
#[derive(Debug, Clone)]
pub struct RecordingState {
    /// The microphone.
    pub live: Live,
    /// What is live is in memory alone.
    pub is_private: bool,
    /// Stopped recordings whose transcript is not complete.
    pub finishing: Vec<Uuid>,
    /// What went wrong last: a start that did not work, a disk that takes no audio now, audio that had to be set aside.
    pub failure: Option<SharedError>,
}

impl RecordingState {
    /// Whether anything is being recorded or finished, so that a recogniser is needed.
    #[must_use]
    pub fn needs_recogniser(&self) -> bool {
        self.live.recording().is_some() || !self.finishing.is_empty()
    }

    /// Whether this recording is live or not finished.
    #[must_use]
    pub fn is_open(&self, recording: Uuid) -> bool {
        self.live.recording() == Some(recording) || self.finishing.contains(&recording)
    }
}

/// What can go wrong with a recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The microphone.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The audio's file.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The database.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Nothing is recorded that could be paused, or nothing paused that could go on.
    #[error("nothing is recorded that could be paused or go on")]
    NotNow,
    /// A file that was to be imported.
    #[error(transparent)]
    File(#[from] FileError),
    /// The folder of the spools.
    #[error("the folder for audio cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// No recording of this id is open.
    #[error("no recording {0} is open")]
    Unknown(Uuid),
    /// A private recording was asked for while one is made that is kept.
    #[error("a recording is being made that is kept on the disk; stop it first")]
    NotPrivate,
    /// Something is recorded, finished or imported, so that its files cannot be encrypted or decrypted now.
    #[error("recordings that are made or finished now come first")]
    Busy,
    /// The owner is gone: the program is ending.
    #[error("the program is ending")]
    Ending,
}

/// The state of the microphone after a notice.
pub(super) fn after(live: Live, notice: CaptureNotice) -> Live {
    match (notice, live) {
        (
            CaptureNotice::FirstSampleKept { device_name }
            | CaptureNotice::Resumed { device_name, .. },
            Live::Arming { recording, started_at }
            | Live::Recording { recording, started_at, .. }
            | Live::MicLost { recording, started_at, .. },
        ) => Live::Recording { recording, started_at, device_name, is_muted: false },
        (
            notice @ (CaptureNotice::Muted | CaptureNotice::Unmuted),
            Live::Recording { recording, started_at, device_name, .. },
        ) => {
            let is_muted = matches!(notice, CaptureNotice::Muted);
            Live::Recording { recording, started_at, device_name, is_muted }
        }
        (
            CaptureNotice::Lost { error },
            Live::Recording { recording, started_at, device_name, .. },
        ) => Live::MicLost { recording, started_at, device_name, error: Arc::new(error) },
        (CaptureNotice::Lost { error }, Live::Arming { recording, started_at }) => Live::MicLost {
            recording,
            started_at,
            device_name: String::new(),
            error: Arc::new(error),
        },
        (_, live) => live,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording() -> Live {
        let device_name = "A".to_owned();
        Live::Recording { recording: Uuid::nil(), started_at: 1, device_name, is_muted: false }
    }

    #[test]
    fn arming_is_not_recording_until_a_sample_is_kept() {
        let armed = Live::Arming { recording: Uuid::nil(), started_at: 1 };
        let kept = after(armed, CaptureNotice::FirstSampleKept { device_name: "A".to_owned() });
        assert!(matches!(kept, Live::Recording { device_name, .. } if device_name == "A"));
    }

    #[test]
    fn a_lost_microphone_is_told_and_the_one_that_replaces_it_is_named() {
        let lost = after(recording(), CaptureNotice::Lost { error: AudioError::Lost });
        assert!(matches!(&lost, Live::MicLost { device_name, .. } if device_name == "A"));
        let back = after(lost, CaptureNotice::Resumed { device_name: "B".to_owned(), gap: 0..800 });
        assert!(matches!(back, Live::Recording { device_name, .. } if device_name == "B"));
    }

    #[test]
    fn a_muted_microphone_is_told_until_it_delivers_sound() {
        let muted = after(recording(), CaptureNotice::Muted);
        assert!(matches!(&muted, Live::Recording { is_muted: true, .. }));
        let loud = after(muted, CaptureNotice::Unmuted);
        assert!(matches!(loud, Live::Recording { is_muted: false, .. }));
    }

    #[test]
    fn an_overrun_changes_nothing_that_is_shown() {
        assert!(matches!(
            after(recording(), CaptureNotice::Overrun { gap: 0..10 }),
            Live::Recording { .. }
        ));
    }
}
