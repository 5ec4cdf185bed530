//! Recordings that were made.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{GapDto, PauseDto, SpeakersDto, VoiceDto};

/// A recording as the library lists it.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordingSummaryDto {
    /// Which.
    pub recording_id: String,
    /// The user's, or the first words.
    pub title: String,
    /// Wall time of sample 0.
    pub started_at: u64,
    /// Length.
    pub samples: u64,
    /// How many words.
    pub words: u32,
    /// `offline`, `assemblyai`, `assemblyaiEu`, `selfHosted`, `mixed`, or nothing yet.
    pub source: Option<String>,
    /// `recording`, `finishing` or `finished`.
    pub state: String,
    /// How many gaps.
    pub gaps: u32,
    /// How many moments the user marked.
    pub bookmarks: u32,
    /// It was made of a file.
    pub is_imported: bool,
    /// Surroundings of a search's first hit, hits between U+E000 and U+E001.
    pub snippet: Option<String>,
    /// It is in memory alone, and gone when the program ends.
    pub is_private: bool,
}

/// By whom a recording was recognised, or from where it came.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ByDto {
    /// At least in part over the network.
    Cloud,
    /// At least in part by the engine inside the program.
    Offline,
    /// From a file, whoever recognised it.
    File,
}

/// What the library is to list; all that is said has to be so.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LibraryFilterDto {
    /// `None`: whoever it was.
    pub by: Option<ByDto>,
    /// Its sound is still there.
    pub has_audio: bool,
    /// Somebody marked a moment in it.
    pub has_bookmarks: bool,
    /// Begun at this time (Unix milliseconds) or later.
    pub since: Option<u64>,
    /// Begun before this time.
    pub until: Option<u64>,
}

/// A moment that the user marked.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BookmarkDto {
    /// The sample.
    pub at: u64,
    /// May be empty.
    pub note: String,
}

/// A few turns that are asked for together.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PassageDto {
    /// The turns that begin from here on, up to the next passage, are its own.
    pub from: u64,
    /// How many of them have words.
    pub turns: u32,
}

/// How often something that was looked for is said in a turn.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TurnHitsDto {
    /// Where the turn begins.
    pub from: u64,
    /// How often.
    pub count: u32,
}

/// A recording without its turns, which are asked for passage by passage.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OpenedRecordingDto {
    /// Its row.
    pub summary: RecordingSummaryDto,
    /// From sample 0 on, in the order of the axis; none where nothing is said.
    pub passages: Vec<PassageDto>,
    /// What is missing.
    pub gaps: Vec<GapDto>,
    /// When it was paused.
    pub pauses: Vec<PauseDto>,
    /// The names of those who spoke.
    pub speakers: SpeakersDto,
    /// Everyone who was told apart, in the order in which they began to speak.
    pub voices: Vec<VoiceDto>,
    /// What the user marked.
    pub bookmarks: Vec<BookmarkDto>,
    /// Its sound is still there.
    pub has_sound: bool,
}
