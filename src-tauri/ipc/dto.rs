//! What crosses the border to the window, in camelCase; the mirror of `ui/src/host/host.ts`.
//!
//! Samples count 16 kHz samples from the start of a recording; `…_at` are Unix milliseconds. Both stay far below 2^53,
//! so they cross as plain numbers.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::cost::CostDto;
use super::error::CommandError;

/// A device that can be recorded from.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceDto {
    /// Stable over restarts.
    pub id: String,
    /// As the system names it.
    pub name: String,
    /// The system's default.
    pub is_default: bool,
    /// The sound that the system plays.
    pub is_monitor: bool,
}

/// What the microphone is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LiveDto {
    /// Nothing is recorded.
    Idle,
    /// The device was asked; no sample has been kept yet.
    Arming {
        /// Which recording.
        recording_id: String,
        /// When it was started.
        started_at: u64,
    },
    /// Samples are being kept.
    Recording {
        /// Which recording.
        recording_id: String,
        /// When it was started.
        started_at: u64,
        /// The device that delivers.
        device_name: String,
        /// It delivers no sound at all: muted, or dead.
        is_muted: bool,
    },
    /// The user paused it: the microphone is off, and the axis stands.
    Paused {
        /// Which recording.
        recording_id: String,
        /// When it was started.
        started_at: u64,
        /// The sample at which the axis stands.
        at: u64,
        /// Since when it is paused.
        since: u64,
    },
    /// The device stopped delivering; a gap is being written until it is back.
    MicLost {
        /// Which recording.
        recording_id: String,
        /// When it was started.
        started_at: u64,
        /// The device that delivered last.
        device_name: String,
        /// What happened.
        error: CommandError,
    },
}

/// The live recording, and those that are still being finished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordingStateDto {
    /// What the microphone is doing.
    pub live: LiveDto,
    /// What is live is in memory alone: nothing of it is written.
    pub is_private: bool,
    /// Stopped, or found without an end at start; still being transcribed from the spool.
    pub finishing: Vec<String>,
    /// Why the last attempt to start did not work.
    pub failure: Option<CommandError>,
}

/// How the history lies on the disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EncryptionDto {
    /// As it is.
    Off,
    /// Encrypted, and open.
    On {
        /// Where the keyring's copy of its key is.
        keyring: KeyStatusDto,
        /// So many files could not be encrypted yet.
        in_the_clear: u32,
    },
    /// Encrypted, and nobody gave its key yet.
    Locked {
        /// What the keyring says.
        keyring: KeyStatusDto,
    },
    /// Being encrypted or decrypted.
    Working {
        /// Which of the two.
        is_encrypting: bool,
        /// So many bytes are through.
        done: u64,
        /// Of so many.
        total: u64,
    },
}

/// Where the API key is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum KeyStatusDto {
    /// There is none.
    Missing,
    /// In the keyring.
    Saved {
        /// The keyring's name.
        store: String,
    },
    /// In memory only.
    ThisRunOnly {
        /// Why it is not in a keyring.
        reason: String,
    },
    /// Taken from the environment for this run.
    Environment,
    /// The keyring's own prompt waits for the user.
    WaitingForUnlock,
    /// The keyring cannot be reached.
    Unavailable {
        /// What the system said.
        reason: String,
    },
}

/// A key that was seen and could be imported.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FoundKeyDto {
    /// Nothing was seen.
    None,
    /// In `ASSEMBLYAI_API_KEY`.
    Environment,
    /// In a `.env` file.
    DotEnv {
        /// The file's name, without its folder.
        file_name: String,
    },
}

/// The verdict of minting a token with a key.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum KeyCheckDto {
    /// A token was minted; the key is kept.
    Works {
        /// Where it is kept.
        status: KeyStatusDto,
    },
    /// The recogniser refused it; nothing was kept.
    Rejected {
        /// In words.
        message: String,
    },
    /// Nobody answered; nothing was kept.
    Unreachable {
        /// In words.
        message: String,
    },
}

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

/// Where frames go when the window may not open a socket to loopback: one of Tauri's channels, by its id.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FrameChannelDto {
    /// As `Channel.toJSON()` gives it.
    #[specta(type = String)]
    pub id: tauri::ipc::JavaScriptChannelId,
}

/// A temporary token; the only credential that the window ever holds.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TokenDto {
    /// Opaque.
    pub token: String,
    /// When it can no longer be redeemed.
    pub expires_at: u64,
    /// Without parameters.
    pub socket_url: String,
    /// Who minted it.
    pub recogniser: RecogniserKindDto,
    /// How much faster than real time audio may be sent; `None`: as fast as the socket takes it.
    pub pace_limit: Option<f64>,
}

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

/// Whose token is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WantedDto {
    /// The recogniser that the user chose.
    Chosen,
    /// The offline engine, because the chosen one is away.
    Fallback,
}

/// Samples from `from` on, before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RangeDto {
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
}

/// Why a range has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum GapCauseDto {
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GapDto {
    /// Which recording.
    pub recording_id: String,
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// Why.
    pub cause: GapCauseDto,
}

/// The user paused a recording. It takes no place on the axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PauseDto {
    /// Which recording.
    pub recording_id: String,
    /// The sample before which it lies.
    pub at: u64,
    /// When it began.
    pub since: u64,
    /// When it ended; nothing while it lasts.
    pub until: Option<u64>,
}

/// Where a session takes a recording up.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ResumePointDto {
    /// Which recording.
    pub recording_id: String,
    /// Nothing from this sample on is covered.
    pub from: u64,
    /// The first free leg number.
    pub next_leg: u32,
    /// Lets this session store.
    pub claim: u32,
    /// How far capture is.
    pub captured: u64,
    /// What is not covered before `from`.
    pub holes: Vec<RangeDto>,
    /// Turns that the fallback wrote and nobody edited.
    pub fallback: Vec<RangeDto>,
}

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
