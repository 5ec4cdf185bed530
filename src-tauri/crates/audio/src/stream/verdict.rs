//! What the sound system says about a stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use cpal::ErrorKind;

use crate::AudioError;

/// What the sound system said about a stream that is running, as one byte: its callback may not allocate either.
#[derive(Clone, Default)]
pub(crate) struct Verdict {
    code: Arc<AtomicU8>,
    has_dropped: Arc<AtomicBool>,
}

impl Verdict {
    const DENIED: u8 = 1;
    const LOST: u8 = 2;

    pub(crate) fn set(&self, error: &cpal::Error) {
        let code = match error.kind() {
            // The stream goes on; the clock shows how much was dropped.
            ErrorKind::Xrun => return self.has_dropped.store(true, Ordering::Release),
            // So it does after a rerouted device, or a plea for priority that was not heard.
            ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => return,
            ErrorKind::PermissionDenied => Self::DENIED,
            _ => Self::LOST,
        };
        self.code.store(code, Ordering::Release);
    }

    /// Whether the system said, since this was asked last, that it dropped samples. PulseAudio never does.
    pub(crate) fn has_dropped(&self) -> bool {
        self.has_dropped.swap(false, Ordering::AcqRel)
    }

    /// The device, or the sound system with it, is gone, whatever the stream says.
    pub(crate) fn vanished(&self) {
        // What the system said first is nearer to the cause.
        self.code.compare_exchange(0, Self::LOST, Ordering::AcqRel, Ordering::Acquire).ok();
    }

    /// Why the stream is over, if it is.
    pub(crate) fn error(&self) -> Option<AudioError> {
        match self.code.load(Ordering::Acquire) {
            0 => None,
            Self::DENIED => Some(AudioError::Denied),
            _ => Some(AudioError::Lost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drop_is_told_once() {
        let verdict = Verdict::default();
        assert!(!verdict.has_dropped());
        verdict.set(&cpal::Error::new(ErrorKind::Xrun));
        assert!(verdict.error().is_none());
        assert!(verdict.has_dropped() && !verdict.has_dropped());
    }

    #[test]
    fn what_the_system_said_first_stands() {
        let verdict = Verdict::default();
        verdict.vanished();
        assert!(matches!(verdict.error(), Some(AudioError::Lost)));
        let denied = Verdict::default();
        denied.set(&cpal::Error::new(ErrorKind::PermissionDenied));
        denied.vanished();
        assert!(matches!(denied.error(), Some(AudioError::Denied)));
    }

    #[test]
    fn only_what_ends_a_stream_is_a_verdict() {
        for kind in [ErrorKind::DeviceChanged, ErrorKind::Xrun, ErrorKind::RealtimeDenied] {
            let verdict = Verdict::default();
            verdict.set(&cpal::Error::new(kind));
            assert!(verdict.error().is_none(), "{kind:?} ends nothing");
        }
        let verdict = Verdict::default();
        verdict.set(&cpal::Error::new(ErrorKind::PermissionDenied));
        assert!(matches!(verdict.error(), Some(AudioError::Denied)));
        for kind in
            [ErrorKind::StreamInvalidated, ErrorKind::DeviceNotAvailable, ErrorKind::BackendError]
        {
            let verdict = Verdict::default();
            verdict.set(&cpal::Error::new(kind));
            assert!(matches!(verdict.error(), Some(AudioError::Lost)), "{kind:?} ends the stream");
        }
    }
}
