//! Feeds that go over a channel instead of a socket: who asks what of which recording.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;
use uuid::Uuid;

/// One line a recording at most.
#[derive(Default)]
pub struct FeedLines {
    requests: Mutex<HashMap<Uuid, mpsc::UnboundedSender<String>>>,
}

impl FeedLines {
    /// Opens the line of a recording; one that was open ends, for its page is gone.
    pub fn open(&self, recording: Uuid) -> mpsc::UnboundedReceiver<String> {
        let (ask, requests) = mpsc::unbounded_channel();
        self.lines().insert(recording, ask);
        requests
    }

    /// Passes a request on; false when there is no line, or it has ended.
    pub fn ask(&self, recording: Uuid, text: String) -> bool {
        self.lines().get(&recording).is_some_and(|line| line.send(text).is_ok())
    }

    /// Ends the line of a recording.
    pub fn close(&self, recording: Uuid) {
        self.lines().remove(&recording);
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Uuid, mpsc::UnboundedSender<String>>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_line_ends_the_first() {
        let lines = FeedLines::default();
        let (recording, text) = (Uuid::nil(), || "follow".to_owned());
        assert!(!lines.ask(recording, text()));
        let mut first = lines.open(recording);
        let mut second = lines.open(recording);
        assert!(lines.ask(recording, text()));
        assert!(first.try_recv().is_err() && first.is_closed());
        assert_eq!(second.try_recv().unwrap(), "follow");
        lines.close(recording);
        assert!(second.is_closed());
    }
}
