//! Recordings, turns, words, gaps, search and resume points in SQLite.
//!
//! A final turn is on disk before it is shown as final: WAL with `synchronous=FULL`. One thread owns the connection that
//! writes; readers have their own. What the machine heard and what the user made of it are separate columns.
//!
//! What this crate is not: it knows nothing of the network, the window or the audio. All calls block for the length of
//! one small transaction; call them off the async threads.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod error;
mod file;
mod handle;
mod query;
mod tables;
mod types;

pub use error::HistoryError;
pub use file::SetAside;
pub use handle::History;
pub use types::*;
