//! Who recognises.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::super::error::CommandError;

/// Who recognises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RecogniserKindDto {
    /// The engine inside the program.
    Offline,
    /// AssemblyAI, nearest edge.
    Assemblyai,
    /// AssemblyAI, in the EU.
    AssemblyaiEu,
    /// A service at a base URL of the user's own.
    SelfHosted,
}

impl RecogniserKindDto {
    /// The form that the history stores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Assemblyai => "assemblyai",
            Self::AssemblyaiEu => "assemblyaiEu",
            Self::SelfHosted => "selfHosted",
        }
    }
}

/// The recogniser that the next session will use.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecogniserStatusDto {
    /// Which.
    pub kind: RecogniserKindDto,
    /// As shown on the chip.
    pub label: String,
    /// It can be asked now.
    pub is_ready: bool,
    /// Why not.
    pub problem: Option<CommandError>,
}
