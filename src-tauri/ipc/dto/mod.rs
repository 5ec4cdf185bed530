//! What crosses the border to the window, in camelCase; the mirror of `ui/src/host`.
//!
//! Samples count 16 kHz samples from the start of a recording; `…_at` are Unix milliseconds. Both stay far below 2^53,
//! so they cross as plain numbers.

mod library;
mod recogniser;
mod recording;
mod trust;
mod turns;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::cost::CostDto;
use super::error::CommandError;
pub use library::{
    BookmarkDto, ByDto, LibraryFilterDto, OpenedRecordingDto, PassageDto, RecordingSummaryDto,
    TurnHitsDto,
};
pub use recogniser::{RecogniserKindDto, RecogniserStatusDto};
pub use recording::{
    DeviceDto, FrameChannelDto, GapCauseDto, GapDto, LiveDto, PauseDto, RangeDto,
    RecordingStateDto, ResumePointDto,
};
pub use trust::{EncryptionDto, FoundKeyDto, KeyCheckDto, KeyStatusDto, TokenDto, WantedDto};
pub use turns::{
    CommittedTurnDto, RelabellingDto, SpeakerChangeDto, SpeakersDto, StoredTurnDto, StretchNameDto,
    VoiceDto, VoiceNameDto, WordDto,
};

/// All that a window needs to paint its first screen.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotDto {
    /// Recordings.
    pub recording: RecordingStateDto,
    /// Settings.
    pub settings: crate::settings::Settings,
    /// Key.
    pub key: KeyStatusDto,
    /// A key to import.
    pub found_key: FoundKeyDto,
    /// How the history lies on the disk.
    pub encryption: EncryptionDto,
    /// Recogniser.
    pub recogniser: RecogniserStatusDto,
    /// What the cloud costs.
    pub cost: CostDto,
    /// What is spoken where the user leaves it to the system.
    pub system_language: crate::language::Language,
    /// Of the program.
    pub version: String,
    /// The desktop can be told of what happens.
    pub has_notifications: bool,
    /// What is known of newer ones.
    pub updates: crate::updates::Updates,
    /// Somebody measures when words appear.
    pub tells_paints: bool,
}

/// What the window is told without asking.
#[derive(Debug, Clone, Serialize, Deserialize, Type, tauri_specta::Event)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum HostEvent {
    /// A recording was started, stopped, lost its device, or ended.
    RecordingChanged {
        /// The new state.
        state: RecordingStateDto,
    },
    /// Settings were changed.
    SettingsChanged {
        /// The new settings.
        settings: crate::settings::Settings,
    },
    /// The key was saved, forgotten, or its keyring changed.
    KeyChanged {
        /// The new status.
        status: KeyStatusDto,
    },
    /// The history is encrypted, was decrypted or opened, or is on its way there.
    EncryptionChanged {
        /// How it lies on the disk now.
        status: EncryptionDto,
    },
    /// Another recogniser, or it became ready.
    RecogniserChanged {
        /// The new status.
        status: RecogniserStatusDto,
    },
    /// The device delivered nothing for a while.
    GapDeclared {
        /// Which samples, and why.
        gap: GapDto,
    },
    /// A recording was paused, or goes on.
    PauseDeclared {
        /// Where, and from when to when.
        pause: PauseDto,
    },
    /// A moment was marked, or a mark was taken away.
    BookmarksChanged {
        /// In which recording.
        recording_id: String,
        /// All of it.
        bookmarks: Vec<BookmarkDto>,
    },
    /// A recording's stored text or title changed.
    HistoryChanged {
        /// Which.
        recording_id: String,
    },
    /// A shortcut was pressed while it was being tried.
    ShortcutPressed {
        /// Which.
        deed: crate::shortcuts::Deed,
    },
    /// The desktop gave shortcuts, or took them back.
    ShortcutsChanged,
    /// What was said could not be handed to the program in front.
    DictationFailed {
        /// Why, and where it is now.
        error: CommandError,
    },
    /// Sessions of the cloud were open for longer, or cost something else.
    CostChanged {
        /// What it comes to.
        cost: CostDto,
    },
    /// The window was to be closed, and the user does not know yet what that means.
    CloseAsked,
    /// The user wants to see the settings, and said so outside of the window.
    SettingsWanted,
    /// Something else is known of newer versions.
    UpdatesChanged {
        /// As it stands.
        updates: crate::updates::Updates,
    },
}
