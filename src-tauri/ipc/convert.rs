//! Between what the parts know and what crosses the border. No rules: each function says one thing in another form.

use std::ops::Range;
use std::sync::Arc;

use sotto_audio::{AudioError, Device, SpoolError};
use sotto_feed::FeedMessage;
use sotto_history::{
    Bookmark, By, Filter, Gap, GapCause, HistoryError, Origin, Outline, Passage, Pause,
    RecordingState as StoredState, Relabelling, ResumePoint, Source, SpeakerChange, Speakers,
    StoredTurn, StretchName, Summary, Turn, TurnHits, Voice, VoiceName, Word,
};
use sotto_tokens::MintError;
use sotto_vault::{FoundKey, KeyStatus, VaultError};
use tauri::ipc::InvokeResponseBody;
use uuid::Uuid;

use super::dto::{
    BookmarkDto, ByDto, CommittedTurnDto, DeviceDto, FoundKeyDto, GapCauseDto, GapDto,
    KeyStatusDto, LibraryFilterDto, LiveDto, OpenedRecordingDto, PassageDto, PauseDto, RangeDto,
    RecogniserKindDto, RecordingStateDto, RecordingSummaryDto, RelabellingDto, ResumePointDto,
    SpeakerChangeDto, SpeakersDto, StoredTurnDto, StretchNameDto, TurnHitsDto, VoiceDto,
    VoiceNameDto, WordDto,
};
use super::{CommandError, ErrorCode};
use crate::encryption::EncryptionError;
use crate::recogniser::{Recogniser, TokenError};
use crate::recordings::{Live, RecordingError, RecordingState, SharedError};
use crate::settings::SettingsError;

pub(crate) fn recording_id(text: &str) -> Result<Uuid, CommandError> {
    text.parse().map_err(|_| CommandError::new(ErrorCode::Invalid, "this is no recording's id"))
}

/// Runs a call of the history off the async threads.
pub(super) async fn blocking<T: Send + 'static, E: Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, CommandError>
where
    CommandError: From<E>,
{
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| CommandError::new(ErrorCode::Unexpected, error))??)
}

pub(super) fn feed_message(message: FeedMessage) -> InvokeResponseBody {
    match message {
        FeedMessage::Frame(bytes) => InvokeResponseBody::Raw(bytes),
        FeedMessage::Text(json) => InvokeResponseBody::Json(json),
    }
}

pub(crate) fn recording_state(state: &RecordingState) -> RecordingStateDto {
    let live = match &state.live {
        Live::Idle => LiveDto::Idle,
        Live::Arming { recording, started_at } => {
            LiveDto::Arming { recording_id: recording.to_string(), started_at: *started_at }
        }
        Live::Recording { recording, started_at, device_name, is_muted } => LiveDto::Recording {
            recording_id: recording.to_string(),
            started_at: *started_at,
            device_name: device_name.clone(),
            is_muted: *is_muted,
        },
        Live::Paused { recording, started_at, at, since } => LiveDto::Paused {
            recording_id: recording.to_string(),
            started_at: *started_at,
            at: *at,
            since: *since,
        },
        Live::MicLost { recording, started_at, device_name, error } => LiveDto::MicLost {
            recording_id: recording.to_string(),
            started_at: *started_at,
            device_name: device_name.clone(),
            error: error.as_ref().into(),
        },
    };
    RecordingStateDto {
        live,
        is_private: state.is_private,
        finishing: state.finishing.iter().map(Uuid::to_string).collect(),
        failure: state.failure.clone().map(CommandError::from),
    }
}

pub(crate) fn device(device: Device) -> DeviceDto {
    DeviceDto {
        id: device.id.to_string(),
        name: device.name,
        is_default: device.is_default,
        is_monitor: device.is_monitor,
    }
}

pub(crate) fn key_status(status: KeyStatus) -> KeyStatusDto {
    match status {
        KeyStatus::Missing => KeyStatusDto::Missing,
        KeyStatus::Saved { store } => KeyStatusDto::Saved { store },
        KeyStatus::ThisRunOnly { reason } => KeyStatusDto::ThisRunOnly { reason },
        KeyStatus::Environment => KeyStatusDto::Environment,
        KeyStatus::WaitingForUnlock => KeyStatusDto::WaitingForUnlock,
        KeyStatus::Unavailable { reason } => KeyStatusDto::Unavailable { reason },
    }
}

/// For the command line.
pub(crate) fn key_words(status: &KeyStatusDto) -> String {
    match status {
        KeyStatusDto::Missing => "There is no key; the offline engine needs none.".to_owned(),
        KeyStatusDto::Saved { store } => format!("The key is kept in the {store}."),
        KeyStatusDto::ThisRunOnly { reason } => {
            format!("The key is kept for this run only: {reason}.")
        }
        KeyStatusDto::Environment => {
            "The key comes from ASSEMBLYAI_API_KEY, for this run.".to_owned()
        }
        KeyStatusDto::WaitingForUnlock => "The keyring waits to be unlocked.".to_owned(),
        KeyStatusDto::Unavailable { reason } => format!("The keyring cannot be asked: {reason}."),
    }
}

/// Why the cloud cannot be asked, as far as the key tells.
pub(super) fn key_problem(status: &KeyStatus) -> Option<CommandError> {
    match status {
        KeyStatus::Saved { .. } | KeyStatus::ThisRunOnly { .. } | KeyStatus::Environment => None,
        KeyStatus::Missing => Some(CommandError::new(ErrorCode::KeyMissing, "there is no API key")),
        KeyStatus::WaitingForUnlock => {
            Some(CommandError::new(ErrorCode::KeyringLocked, "the keyring is locked"))
        }
        KeyStatus::Unavailable { reason } => {
            Some(CommandError::new(ErrorCode::KeyringMissing, reason))
        }
    }
}

pub(super) fn found_key(found: &FoundKey) -> FoundKeyDto {
    match found {
        FoundKey::None => FoundKeyDto::None,
        FoundKey::Environment(_) => FoundKeyDto::Environment,
        FoundKey::DotEnv { path, .. } => FoundKeyDto::DotEnv {
            file_name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        },
    }
}

pub(super) fn recogniser_kind(recogniser: &Recogniser) -> RecogniserKindDto {
    match recogniser {
        Recogniser::Offline => RecogniserKindDto::Offline,
        Recogniser::AssemblyAi => RecogniserKindDto::Assemblyai,
        Recogniser::AssemblyAiEu => RecogniserKindDto::AssemblyaiEu,
        Recogniser::SelfHosted(_) => RecogniserKindDto::SelfHosted,
    }
}

pub(super) fn source(kind: RecogniserKindDto) -> Source {
    match kind {
        RecogniserKindDto::Offline => Source::Offline,
        RecogniserKindDto::Assemblyai => Source::AssemblyAi,
        RecogniserKindDto::AssemblyaiEu => Source::AssemblyAiEu,
        RecogniserKindDto::SelfHosted => Source::SelfHosted,
    }
}

fn kind(source: Source) -> RecogniserKindDto {
    match source {
        Source::Offline => RecogniserKindDto::Offline,
        Source::AssemblyAi => RecogniserKindDto::Assemblyai,
        Source::AssemblyAiEu => RecogniserKindDto::AssemblyaiEu,
        Source::SelfHosted => RecogniserKindDto::SelfHosted,
    }
}

pub(super) fn turn(turn: CommittedTurnDto) -> Result<Turn, CommandError> {
    let word = |word: WordDto| Word {
        text: word.text,
        from: word.from,
        to: word.to,
        confidence: word.confidence,
        speaker: word.speaker,
    };
    Ok(Turn {
        recording: recording_id(&turn.recording_id)?,
        leg: turn.leg,
        turn_order: turn.turn_order,
        from: turn.from,
        to: turn.to,
        text: turn.text,
        words: turn.words.into_iter().map(word).collect(),
        source: source(turn.source),
        is_fallback: turn.is_fallback,
        speaker: turn.speaker,
    })
}

pub(super) fn resume_point(
    recording_id: String,
    point: ResumePoint,
    captured: u64,
) -> ResumePointDto {
    let ranges = |ranges: Vec<Range<u64>>| {
        ranges.into_iter().map(|range| RangeDto { from: range.start, to: range.end }).collect()
    };
    ResumePointDto {
        recording_id,
        from: point.from,
        next_leg: point.next_leg,
        claim: point.claim.0,
        captured,
        holes: ranges(point.holes),
        fallback: ranges(point.fallback),
    }
}

pub(crate) fn summary(summary: Summary) -> RecordingSummaryDto {
    RecordingSummaryDto {
        recording_id: summary.recording.to_string(),
        title: summary.title,
        started_at: summary.started_at,
        samples: summary.samples,
        words: summary.words,
        source: summary.source.map(|heard| heard.as_str().to_owned()),
        state: match summary.state {
            StoredState::Recording => "recording",
            StoredState::Finishing => "finishing",
            StoredState::Finished => "finished",
        }
        .to_owned(),
        gaps: summary.gaps,
        bookmarks: summary.bookmarks,
        is_imported: summary.origin == Origin::File,
        snippet: summary.snippet,
        is_private: summary.is_private,
    }
}

pub(super) fn opened(opened: Outline, has_sound: bool) -> OpenedRecordingDto {
    let passage = |one: Passage| PassageDto { from: one.from, turns: one.turns };
    OpenedRecordingDto {
        summary: summary(opened.summary),
        passages: opened.passages.into_iter().map(passage).collect(),
        gaps: opened.gaps.iter().map(gap).collect(),
        pauses: opened.pauses.iter().map(pause).collect(),
        speakers: speakers(opened.speakers),
        voices: opened.voices.into_iter().map(voice).collect(),
        bookmarks: opened.bookmarks.into_iter().map(bookmark).collect(),
        has_sound,
    }
}

fn voice(Voice { leg, label }: Voice) -> VoiceDto {
    VoiceDto { leg, label }
}

fn speakers(speakers: Speakers) -> SpeakersDto {
    let voice = |VoiceName { leg, label, name }| VoiceNameDto { leg, label, name };
    let stretch = |StretchName { from, to, name }| StretchNameDto { from, to, name };
    SpeakersDto {
        voices: speakers.voices.into_iter().map(voice).collect(),
        stretches: speakers.stretches.into_iter().map(stretch).collect(),
    }
}

pub(super) fn speaker_change(change: SpeakerChangeDto) -> SpeakerChange {
    match change {
        SpeakerChangeDto::Voice { leg, label, name } => SpeakerChange::Voice { leg, label, name },
        SpeakerChangeDto::Stretch { from, to, name } => SpeakerChange::Stretch { from, to, name },
    }
}

pub(super) fn relabelling(anew: RelabellingDto) -> Relabelling {
    let RelabellingDto { leg, turn_order, speaker, words } = anew;
    Relabelling { leg, turn_order, speaker, words }
}

pub(super) fn bookmark(bookmark: Bookmark) -> BookmarkDto {
    BookmarkDto { at: bookmark.at, note: bookmark.note }
}

pub(super) fn filter(filter: LibraryFilterDto) -> Filter {
    let LibraryFilterDto { by, has_audio, has_bookmarks, since, until } = filter;
    let by = by.map(|by| match by {
        ByDto::Cloud => By::Cloud,
        ByDto::Offline => By::Offline,
        ByDto::File => By::File,
    });
    Filter { by, has_audio, has_bookmarks, since, until }
}

pub(super) fn turn_hits(hits: TurnHits) -> TurnHitsDto {
    TurnHitsDto { from: hits.from, count: hits.count }
}

pub(super) fn stored_turn(stored: StoredTurn) -> StoredTurnDto {
    let turn = stored.turn;
    let word = |word: Word| WordDto {
        text: word.text,
        from: word.from,
        to: word.to,
        confidence: word.confidence,
        speaker: word.speaker,
    };
    StoredTurnDto {
        turn: CommittedTurnDto {
            recording_id: turn.recording.to_string(),
            leg: turn.leg,
            turn_order: turn.turn_order,
            from: turn.from,
            to: turn.to,
            text: turn.text,
            words: turn.words.into_iter().map(word).collect(),
            source: kind(turn.source),
            is_fallback: turn.is_fallback,
            speaker: turn.speaker,
        },
        edited_text: stored.edited_text,
    }
}

pub(super) fn pause(pause: &Pause) -> PauseDto {
    PauseDto {
        recording_id: pause.recording.to_string(),
        at: pause.at,
        since: pause.since,
        until: pause.until,
    }
}

pub(super) fn gap(gap: &Gap) -> GapDto {
    let cause = match gap.cause {
        GapCause::MicLost => GapCauseDto::MicLost,
        GapCause::Xrun => GapCauseDto::Xrun,
        GapCause::NotTranscribed => GapCauseDto::NotTranscribed,
        GapCause::RecogniserRefused => GapCauseDto::RecogniserRefused,
    };
    GapDto { recording_id: gap.recording.to_string(), from: gap.from, to: gap.to, cause }
}

impl From<&AudioError> for CommandError {
    fn from(error: &AudioError) -> Self {
        let code = match error {
            AudioError::Denied => ErrorCode::MicDenied,
            AudioError::Missing => ErrorCode::MicMissing,
            AudioError::Busy => ErrorCode::MicBusy,
            AudioError::Lost => ErrorCode::MicLost,
            AudioError::Spool(error) => return error.into(),
            _ => ErrorCode::Unexpected,
        };
        Self::new(code, error)
    }
}

impl From<AudioError> for CommandError {
    fn from(error: AudioError) -> Self {
        (&error).into()
    }
}

impl From<&SpoolError> for CommandError {
    fn from(error: &SpoolError) -> Self {
        let code = if matches!(error, SpoolError::DiskFull) {
            ErrorCode::DiskFull
        } else {
            ErrorCode::Unexpected
        };
        Self::new(code, error)
    }
}

impl From<&HistoryError> for CommandError {
    fn from(error: &HistoryError) -> Self {
        let code = match error {
            HistoryError::Locked => ErrorCode::HistoryLocked,
            HistoryError::NeedsKey => ErrorCode::HistoryNeedsKey,
            HistoryError::WrongKey => ErrorCode::RecoveryKeyWrong,
            HistoryError::DiskFull => ErrorCode::DiskFull,
            HistoryError::NotFound(_) => ErrorCode::NotFound,
            HistoryError::Superseded(_) => ErrorCode::Superseded,
            HistoryError::Invalid(_) => ErrorCode::Invalid,
            _ => ErrorCode::Unexpected,
        };
        Self::new(code, error)
    }
}

impl From<HistoryError> for CommandError {
    fn from(error: HistoryError) -> Self {
        (&error).into()
    }
}

impl From<SharedError> for CommandError {
    fn from(error: Arc<RecordingError>) -> Self {
        match error.as_ref() {
            RecordingError::Audio(error) => error.into(),
            RecordingError::Spool(error) => error.into(),
            RecordingError::History(error) => error.into(),
            RecordingError::File(error) => Self::new(ErrorCode::FileUnreadable, error),
            RecordingError::NotNow => Self::new(ErrorCode::NotFound, error),
            RecordingError::Unknown(_) => Self::new(ErrorCode::NotFound, error),
            RecordingError::Busy => Self::new(ErrorCode::RecordingRuns, error),
            RecordingError::NotPrivate => Self::new(ErrorCode::Invalid, error),
            RecordingError::Folder(_) | RecordingError::Ending => {
                Self::new(ErrorCode::Unexpected, error)
            }
        }
    }
}

impl From<EncryptionError> for CommandError {
    fn from(error: EncryptionError) -> Self {
        match error {
            EncryptionError::Mistyped(_) => Self::new(ErrorCode::RecoveryKeyMistyped, error),
            EncryptionError::NotConfirmed => Self::new(ErrorCode::RecoveryKeyUnconfirmed, error),
            EncryptionError::NotInKeyring => Self::new(ErrorCode::HistoryNeedsKey, error),
            EncryptionError::History(error) => error.into(),
            EncryptionError::Recordings(error) => error.into(),
            EncryptionError::Vault(error) => error.into(),
            EncryptionError::System(error) => error.into(),
        }
    }
}

impl From<VaultError> for CommandError {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::Locked | VaultError::TimedOut => ErrorCode::KeyringLocked,
            VaultError::Denied => ErrorCode::KeyringDenied,
            VaultError::NoKeyring { .. } => ErrorCode::KeyringMissing,
            VaultError::TooLong { .. } => ErrorCode::Invalid,
            _ => ErrorCode::Unexpected,
        };
        Self::new(code, error)
    }
}

impl From<TokenError> for CommandError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Engine(error) => Self::new(ErrorCode::EngineMissing, error),
            TokenError::KeyMissing => Self::new(ErrorCode::KeyMissing, error),
            TokenError::Vault(error) => error.into(),
            TokenError::Mint(error) => error.into(),
            TokenError::Address(_) => Self::new(ErrorCode::Invalid, error),
        }
    }
}

impl From<MintError> for CommandError {
    fn from(error: MintError) -> Self {
        let code = match &error {
            MintError::Rejected { .. } | MintError::NotAKey => ErrorCode::KeyRejected,
            MintError::Forbidden { .. } => ErrorCode::QuotaSpent,
            MintError::RateLimited { .. } | MintError::LocalRateLimit => ErrorCode::RateLimited,
            MintError::Unreachable { .. } | MintError::ServerFault { .. } => ErrorCode::Offline,
            MintError::OutOfRange(_) | MintError::Endpoint(_) => ErrorCode::Invalid,
            MintError::BadRequest { .. } | MintError::Unexpected { .. } => ErrorCode::TokenRefused,
            _ => ErrorCode::Unexpected,
        };
        Self::new(code, error)
    }
}

impl From<SettingsError> for CommandError {
    fn from(error: SettingsError) -> Self {
        let code = match &error {
            SettingsError::OutOfRange { .. } => ErrorCode::Invalid,
            SettingsError::KeyTermsTooMany { .. } => ErrorCode::KeyTermsTooMany,
            SettingsError::KeyTermTooLong { .. } => ErrorCode::KeyTermTooLong,
            SettingsError::Write(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                ErrorCode::DiskFull
            }
            SettingsError::Write(_) | SettingsError::Encode(_) => ErrorCode::Unexpected,
        };
        Self::new(code, error)
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        let code = if error.kind() == std::io::ErrorKind::StorageFull {
            ErrorCode::DiskFull
        } else {
            ErrorCode::Unexpected
        };
        Self::new(code, error)
    }
}

impl From<sotto_export::ExportError> for CommandError {
    fn from(error: sotto_export::ExportError) -> Self {
        Self::new(ErrorCode::Unexpected, error)
    }
}
