//! Recordings, their turns and gaps, search and recovery, in one SQLite file.
//!
//! [`History`] is the only way in. One thread owns the connection that writes, so commits queue instead of failing;
//! readers come from a small pool and never wait for it (WAL). Every call blocks for as long as the disk takes: an
//! asynchronous caller wraps it in `spawn_blocking`.
//!
//! The promise that everything else rests on: when [`History::turn_commit`] returns, the turn has been synced to disk
//! (`synchronous=FULL`), and no crash or loss of power takes it back. It is therefore called before a turn is shown as
//! final. What the machine heard and what the user made of it are separate columns.
//!
//! The file may be encrypted; see [`History::encrypt`]. One whose key is not here is opened all the same, and answers
//! [`HistoryError::NeedsKey`] to everything but what is private, until it is unlocked.
//!
//! What this crate is not: it keeps no audio (the spool does), knows nothing of the network or the window, and never
//! throws text away by itself. A damaged file is moved aside, not deleted; see [`SetAside`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod convert;
mod disk;
mod encryption;
mod error;
mod file;
mod finding;
mod handle;
mod passages;
mod private;
mod query;
mod seal;
mod store;
mod tables;
mod types;

pub use convert::tidy;
pub use encryption::is_encrypted;
pub use error::HistoryError;
pub use file::SetAside;
pub use handle::History;
pub use types::{
    Bookmark, By, Claim, Filter, Gap, GapCause, Heard, OpenTime, OpenedRecording, Origin, Outline,
    Passage, Pause, RecordingState, Relabelling, ResumePoint, Source, SpeakerChange, Speakers,
    StoredTurn, StretchName, Summary, Turn, TurnHits, Unknown, Usage, Voice, VoiceName, Word,
};
