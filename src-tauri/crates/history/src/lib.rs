//! Recordings, turns, words, gaps, search and resume points in SQLite.
//!
//! A final turn is on disk before it is shown as final: WAL with `synchronous=FULL`. One thread owns the connection that
//! writes; readers have their own. What the machine heard and what the user made of it are separate columns. Knows
//! nothing of the network or the window.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod error;
mod history;
mod read;
mod schema;
mod search;
mod write;
mod writer;

pub use error::HistoryError;
pub use history::History;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A word on the recording's axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// As recognised.
    pub text: String,
    /// First sample.
    pub from: u64,
    /// One past the last sample.
    pub to: u64,
    /// 0 to 1.
    pub confidence: f64,
}

/// A final turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Which recording.
    pub recording: Uuid,
    /// The socket that it came over, numbered within the recording.
    pub leg: u32,
    /// Its number on that socket.
    pub turn_order: u32,
    /// First sample that it answers for.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// Its text, as the machine heard it.
    pub text: String,
    /// Its words.
    pub words: Vec<Word>,
    /// Who recognised it.
    pub source: String,
}

/// A turn with what the user made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTurn {
    /// As the machine heard it.
    pub turn: Turn,
    /// The user's text; `None` when untouched.
    pub edited_text: Option<String>,
}

impl StoredTurn {
    /// What a reader sees: the user's edits always win.
    #[must_use]
    pub fn shown_text(&self) -> &str {
        self.edited_text.as_deref().unwrap_or(&self.turn.text)
    }
}

/// Why a range has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapCause {
    /// The device delivered nothing.
    MicLost,
    /// The system dropped samples.
    Xrun,
    /// It was never recognised.
    NotTranscribed,
    /// The recogniser would not take it.
    RecogniserRefused,
}

/// A range that is known to be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Which recording.
    pub recording: Uuid,
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// Why.
    pub cause: GapCause,
}

/// Where a session takes a recording up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumePoint {
    /// The first sample that no turn and no gap covers.
    pub from: u64,
    /// The first free leg number.
    pub next_leg: u32,
}

/// How far a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingPhase {
    /// The microphone is on (or the program died while it was).
    Recording,
    /// Stopped; the transcript is not complete.
    Finishing,
    /// The transcript is complete.
    Finished,
}

/// A recording as the library lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Which.
    pub recording: Uuid,
    /// The user's title, or the first words; empty when nothing was said yet.
    pub title: String,
    /// Wall time of sample 0, Unix milliseconds.
    pub started_at: u64,
    /// Length.
    pub samples: u64,
    /// How many words.
    pub words: u32,
    /// Who recognised it, or `mixed`; `None` before the first turn.
    pub source: Option<String>,
    /// How far it is.
    pub phase: RecordingPhase,
    /// How many gaps.
    pub gaps: u32,
    /// Surroundings of a search's first hit; hits between U+E000 and U+E001.
    pub snippet: Option<String>,
}

/// A recording with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedRecording {
    /// Its row.
    pub summary: Summary,
    /// In the order of the axis.
    pub turns: Vec<StoredTurn>,
    /// In the order of the axis.
    pub gaps: Vec<Gap>,
}
