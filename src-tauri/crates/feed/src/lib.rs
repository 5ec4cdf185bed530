//! Frames of one recording to one window, over a loopback WebSocket that belongs to that window alone.
//!
//! A port that carries a microphone must not stay open. [`Feed::offer`] makes a ticket that works once; the listener is
//! open only while a ticket is out, ten seconds at most, always on the same port, so that the window's content policy
//! can name it. Frames come from the spool alone: live and replayed audio are one path, and nothing is seen that is not
//! on disk.
//!
//! | from the window | meaning |
//! |---|---|
//! | `{"kind":"follow"}` | go on from the newest frame, into live |
//! | `{"kind":"replay","from":N}` | go on from sample N, into live |
//! | `{"kind":"replay","from":N,"until":M}` | send [N, M) once, beside the running frames |
//! | `{"kind":"clock","sent":T}` | say what time it is here |
//!
//! The feed answers with binary frames (see [`sotto_audio::Frame::encode`]) and, when the running frames have reached the
//! end of a complete spool, once with `{"kind":"end","to":N}`. Behind a running frame that a device delivered moments ago
//! stands when its last sample came: eight bytes more, microseconds of [`sotto_timing::now`], little endian. That clock is
//! told by `{"kind":"clock","sent":T,"at":U}`, where T is the asker's own time, which comes back as it was.
//!
//! What this crate is not: it knows no recogniser.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod guard;
mod line;
mod listener;
mod request;

use std::sync::Arc;

use sotto_audio::{SpoolPlace, SpoolProgress};
use sotto_timing::PathTimes;
use tokio::sync::watch;

pub use line::{FeedMessage, pour};
pub use listener::Feed;

/// The audio of one recording.
#[derive(Debug, Clone)]
pub struct FeedSource {
    /// Where its frames are.
    pub spool: SpoolPlace,
    /// How far they are.
    pub progress: watch::Receiver<SpoolProgress>,
    /// How long they take, where somebody records them just now.
    pub times: Option<Arc<PathTimes>>,
}

/// An address that works once.
#[derive(Clone)]
pub struct FeedOffer {
    /// `ws://127.0.0.1:PORT/feed?ticket=…`
    pub url: String,
}

/// Why there is no feed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FeedError {
    /// The loopback port cannot be had.
    #[error("the loopback port cannot be opened: {0}")]
    Port(Arc<std::io::Error>),
    /// The system gave no random numbers.
    #[error("the system gave no random numbers: {0}")]
    Random(String),
}

impl From<std::io::Error> for FeedError {
    fn from(error: std::io::Error) -> Self {
        Self::Port(Arc::new(error))
    }
}
