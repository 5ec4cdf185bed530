//! Pure functions from a transcript to bytes: one file a format, one function a file.
//!
//! A [`Transcript`] is made by whoever has one; this crate reads no database, no file and no clock, so the same
//! transcript always gives the same bytes. Every format says what is missing: a gap is written where it lies, never
//! left out in silence.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod clock;
mod json;
mod ledger;
mod transcript;
mod txt;

pub use json::json;
pub use ledger::{Fate, Ledger, LedgerRange};
pub use transcript::{Gap, GapCause, SAMPLE_RATE, Source, Transcript, Turn, Word};
pub use txt::txt;

/// Why a transcript could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The encoder refused.
    #[error("the transcript could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A start that no calendar has.
    #[error("{0} ms is no time that can be written")]
    Start(u64),
}

#[cfg(test)]
mod tests;
