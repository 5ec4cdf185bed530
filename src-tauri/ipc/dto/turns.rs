//! What was said, and by whom.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::RecogniserKindDto;

/// A word on the recording's axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WordDto {
    /// As recognised.
    pub text: String,
    /// First sample.
    pub from: u64,
    /// One past the last sample.
    pub to: u64,
    /// 0 to 1.
    pub confidence: f64,
    /// The recogniser's label of who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub speaker: Option<String>,
}

/// A final turn, as the window hands it over to be stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CommittedTurnDto {
    /// Which recording.
    pub recording_id: String,
    /// The socket that it came over, numbered within the recording.
    pub leg: u32,
    /// Its number on that socket.
    pub turn_order: u32,
    /// First sample that it answers for.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// Its text.
    pub text: String,
    /// Its words.
    pub words: Vec<WordDto>,
    /// Who recognised it.
    pub source: RecogniserKindDto,
    /// The offline engine stood in for the chosen recogniser.
    pub is_fallback: bool,
    /// The recogniser's label of who spoke; labels begin anew with every leg.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub speaker: Option<String>,
}

/// A turn from the history.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StoredTurnDto {
    /// As the machine heard it.
    #[serde(flatten)]
    pub turn: CommittedTurnDto,
    /// What the user made of it.
    pub edited_text: Option<String>,
}

/// Later insight of the recogniser into who spoke in a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RelabellingDto {
    /// The turn's leg.
    pub leg: u32,
    /// Its number on it.
    pub turn_order: u32,
    /// Of the turn.
    pub speaker: Option<String>,
    /// Of each word.
    pub words: Vec<Option<String>>,
}

/// What a speaker is called from now on; without a name, what the recogniser calls them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SpeakerChangeDto {
    /// Everything that a voice said on one leg.
    Voice {
        /// Which leg.
        leg: u32,
        /// The recogniser's label.
        label: String,
        /// The new name.
        name: Option<String>,
    },
    /// What was said in a stretch.
    Stretch {
        /// First sample.
        from: u64,
        /// One past the last.
        to: u64,
        /// The new name.
        name: Option<String>,
    },
}

/// Somebody whom a recogniser told apart in one of its sessions.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VoiceDto {
    /// Which leg.
    pub leg: u32,
    /// The recogniser's label.
    pub label: String,
}

/// What the user calls a voice.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VoiceNameDto {
    /// Which leg.
    pub leg: u32,
    /// The recogniser's label.
    pub label: String,
    /// The name.
    pub name: String,
}

/// Whom the user heard in a stretch.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StretchNameDto {
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// The name.
    pub name: String,
}

/// The names of those who spoke.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SpeakersDto {
    /// By leg and label.
    pub voices: Vec<VoiceNameDto>,
    /// Where two overlap, the later counts.
    pub stretches: Vec<StretchNameDto>,
}
