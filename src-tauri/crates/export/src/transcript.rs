//! What an exporter is given. Sample indices count from the start of the recording.

use serde::Serialize;

use crate::text::one_line;

/// Samples a second of the recording's axis.
pub const SAMPLE_RATE: u64 = 16_000;

/// A recording with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// The user's title, or the first words.
    pub title: String,
    /// Wall time of sample 0, Unix milliseconds.
    pub started_at: u64,
    /// Length in samples.
    pub samples: u64,
    /// In the order of the axis.
    pub turns: Vec<Turn>,
    /// In the order of the axis.
    pub gaps: Vec<Gap>,
    /// In the order of the axis.
    pub pauses: Vec<Pause>,
    /// In the order of the axis.
    pub bookmarks: Vec<Bookmark>,
}

/// A moment that the user marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookmark {
    /// The sample.
    pub at: u64,
    /// May be empty.
    pub note: String,
}

impl Bookmark {
    /// As a reader is told, on one line.
    pub(crate) fn words(&self) -> String {
        let note = one_line(self.note.trim());
        if note.is_empty() { "bookmark".to_owned() } else { format!("bookmark: {note}") }
    }
}

/// A stretch of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// First sample that it answers for.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// As the machine heard it; empty where it answers for silence.
    pub text: String,
    /// What the user made of it.
    pub edited_text: Option<String>,
    /// As the machine heard them.
    pub words: Vec<Word>,
    /// Who recognised it.
    pub source: Source,
    /// The offline engine stood in for the chosen recogniser.
    pub is_fallback: bool,
    /// The socket over which it was sent, numbered within the recording.
    pub leg: u32,
    /// Its number on that socket.
    pub turn_order: u32,
    /// Who spoke, where the recogniser or the user said so.
    pub speaker: Option<Speaker>,
}

/// Who spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// As a reader is told.
    pub name: String,
    /// As the recogniser said it; nothing where only the user knew.
    pub label: Option<String>,
}

impl Turn {
    /// The text that counts: the user's, else the machine's.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.edited_text.as_deref().unwrap_or(&self.text).trim()
    }

    /// Who spoke, on one line.
    pub(crate) fn spoken_by(&self) -> Option<String> {
        let name = one_line(&self.speaker.as_ref()?.name);
        (!name.is_empty()).then_some(name)
    }
}

/// A word on the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As recognised.
    pub text: String,
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// 0 to 1.
    pub confidence: f64,
    /// The recogniser's label of who said it.
    pub speaker: Option<String>,
}

/// Who recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The engine inside the program.
    Offline,
    /// AssemblyAI, nearest edge.
    #[serde(rename = "assemblyai")]
    AssemblyAi,
    /// AssemblyAI, in the EU.
    #[serde(rename = "assemblyaiEu")]
    AssemblyAiEu,
    /// A service of the user's own.
    SelfHosted,
}

/// The user paused the recording. It takes no place on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The sample before which it lies.
    pub at: u64,
    /// Wall time of its beginning, Unix milliseconds.
    pub since: u64,
    /// Of its end.
    pub until: u64,
}

impl Pause {
    /// How long it was, as a reader is told.
    pub(crate) fn words(&self) -> String {
        let length = self.until.saturating_sub(self.since) * SAMPLE_RATE / 1_000;
        format!("paused for {}", crate::clock::short(length))
    }
}

/// A range without text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// Why.
    pub cause: GapCause,
}

/// Why a range has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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

impl GapCause {
    /// As a reader is told.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::MicLost => "the microphone was gone",
            Self::Xrun => "the system dropped audio",
            Self::NotTranscribed => "no recogniser heard it",
            Self::RecogniserRefused => "the recogniser refused it",
        }
    }
}
