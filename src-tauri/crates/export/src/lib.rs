//! Pure functions from a transcript to bytes: one file a format, one function a file.
//!
//! A [`Transcript`] is made by whoever has one; this crate reads no database, no file and no clock, so the same
//! transcript always gives the same bytes. Every format says what is missing: a gap is written where it lies, never
//! left out in silence.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod clock;
mod cues;
mod docx;
mod json;
mod ledger;
mod md;
mod pdf;
mod pieces;
mod srt;
mod text;
mod transcript;
mod txt;
mod vtt;

pub use docx::docx;
pub use json::json;
pub use ledger::{Fate, Ledger, LedgerRange};
pub use md::md;
pub use pdf::pdf;
pub use srt::srt;
pub use transcript::{
    Bookmark, Gap, GapCause, Pause, SAMPLE_RATE, Source, Speaker, Transcript, Turn, Word,
};
pub use txt::txt;
pub use vtt::vtt;

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
    /// The container of a Word document refused.
    #[error("the transcript could not be written as a Word document: {0}")]
    Docx(#[from] zip::result::ZipError),
    /// A PDF carries its letters with it.
    #[error("a PDF cannot be written without a font")]
    NoFont,
    /// The font of this number, counted from 0, is none, or is broken.
    #[error("font {0} could not be read")]
    Font(usize),
    /// The encoder refused.
    #[error("the transcript could not be written as PDF: {0}")]
    Pdf(String),
}

#[cfg(test)]
mod tests;
