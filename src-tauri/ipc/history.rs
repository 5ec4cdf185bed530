//! Commands of the library.

use std::path::{Path, PathBuf};

use sotto_history::Bookmark;
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_dialog::DialogExt as _;

use super::dto::{
    LibraryFilterDto, OpenedRecordingDto, RecordingSummaryDto, SpeakerChangeDto, StoredTurnDto,
    TurnHitsDto,
};
use super::{Answer, AppState, CommandError, ErrorCode, convert};
use crate::export_format::ExportFormat;
use crate::transcript;
use crate::wiring::Happening;

/// Recordings from the newest to the oldest, or those in which `query` is said; of those, what the filter lets through.
#[tauri::command]
#[specta::specta]
pub async fn history_page(
    app: AppState<'_>,
    query: String,
    filter: Option<LibraryFilterDto>,
    before: Option<u64>,
    limit: u32,
) -> Answer<Vec<RecordingSummaryDto>> {
    let history = app.history.clone();
    let filter = filter.map(convert::filter).unwrap_or_default();
    let ask = move || history.filtered(&query, &filter, before, limit.min(200));
    let page = convert::blocking(ask).await?;
    Ok(page.into_iter().map(convert::summary).collect())
}

/// A recording without its turns, however long it is.
#[tauri::command]
#[specta::specta]
pub async fn recording_open(app: AppState<'_>, recording_id: String) -> Answer<OpenedRecordingDto> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    let opened = convert::blocking(move || history.outline(recording)).await?;
    Ok(convert::opened(opened, app.recordings.has_sound(recording)))
}

/// The turns that begin in a range; `None`: to the end.
#[tauri::command]
#[specta::specta]
pub async fn recording_turns(
    app: AppState<'_>,
    recording_id: String,
    from: u64,
    to: Option<u64>,
) -> Answer<Vec<StoredTurnDto>> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    let range = from..to.unwrap_or(u64::MAX);
    let turns = convert::blocking(move || history.turns_between(recording, range)).await?;
    Ok(turns.into_iter().map(convert::stored_turn).collect())
}

/// The turns in which something is said, and how often.
#[tauri::command]
#[specta::specta]
pub async fn recording_find(
    app: AppState<'_>,
    recording_id: String,
    query: String,
) -> Answer<Vec<TurnHitsDto>> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    let hits = convert::blocking(move || history.find_in(recording, &query)).await?;
    Ok(hits.into_iter().map(convert::turn_hits).collect())
}

/// Gives a recording a title; an empty one goes back to the first words.
#[tauri::command]
#[specta::specta]
pub async fn recording_rename(
    app: AppState<'_>,
    recording_id: String,
    title: String,
) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    convert::blocking(move || history.rename(recording, title.trim())).await?;
    app.tell(Happening::HistoryChanged(recording));
    Ok(())
}

/// Stores what the user made of a turn; `None` goes back to what was heard.
#[tauri::command]
#[specta::specta]
pub async fn turn_edit(
    app: AppState<'_>,
    recording_id: String,
    leg: u32,
    turn_order: u32,
    text: Option<String>,
) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    convert::blocking(move || history.turn_edit(recording, leg, turn_order, text.as_deref()))
        .await?;
    app.tell(Happening::HistoryChanged(recording));
    Ok(())
}

/// Names those who spoke, or takes names back; all of the changes or none.
#[tauri::command]
#[specta::specta]
pub async fn speakers_name(
    app: AppState<'_>,
    recording_id: String,
    changes: Vec<SpeakerChangeDto>,
) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    let changes: Vec<_> = changes.into_iter().map(convert::speaker_change).collect();
    let history = app.history.clone();
    convert::blocking(move || history.speakers_name(recording, &changes)).await?;
    app.tell(Happening::HistoryChanged(recording));
    Ok(())
}

/// Marks a moment, or gives one that is marked another note. `None`: this moment of the live recording. Gives the moment.
#[tauri::command]
#[specta::specta]
pub async fn bookmark_set(
    app: AppState<'_>,
    recording_id: String,
    at: Option<u64>,
    note: String,
) -> Answer<u64> {
    let recording = convert::recording_id(&recording_id)?;
    let at = match at {
        Some(at) => at,
        None => app.recordings.moment(recording).await?,
    };
    let bookmark = Bookmark { recording, at, note };
    let history = app.history.clone();
    convert::blocking(move || history.bookmark_set(&bookmark)).await?;
    app.tell(Happening::BookmarksChanged(recording));
    Ok(at)
}

/// Takes the mark of a moment away.
#[tauri::command]
#[specta::specta]
pub async fn bookmark_remove(app: AppState<'_>, recording_id: String, at: u64) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    convert::blocking(move || history.bookmark_remove(recording, at)).await?;
    app.tell(Happening::BookmarksChanged(recording));
    Ok(())
}

/// Takes a recording out of the library; it can be restored.
#[tauri::command]
#[specta::specta]
pub async fn recording_delete(app: AppState<'_>, recording_id: String) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    if app.recordings.state().borrow().is_open(recording) {
        return Err(CommandError::new(
            ErrorCode::Invalid,
            "a recording that is not finished cannot be deleted",
        ));
    }
    let history = app.history.clone();
    convert::blocking(move || history.delete(recording)).await?;
    app.tell(Happening::HistoryChanged(recording));
    Ok(())
}

/// Puts a deleted recording back.
#[tauri::command]
#[specta::specta]
pub async fn recording_restore(app: AppState<'_>, recording_id: String) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    convert::blocking(move || history.restore(recording)).await?;
    app.tell(Happening::HistoryChanged(recording));
    Ok(())
}

/// Asks where to save a transcript and writes it there. The window never names a path.
#[tauri::command]
#[specta::specta]
pub async fn recording_export(
    app: AppState<'_>,
    window: tauri::AppHandle,
    recording_id: String,
    format: ExportFormat,
) -> Answer<Option<String>> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    let opened = convert::blocking(move || history.open_recording(recording)).await?;
    let stem = transcript::file_stem(&opened.summary.title);
    let transcript = transcript::of(opened);
    let bytes = convert::blocking(move || format.bytes(&transcript)).await?;
    let words = app.settings().language.spoken().words();
    let Some(path) = ask_where(window, &stem, format.name(words), format.extension()).await? else {
        return Ok(None);
    };
    tokio::fs::write(&path, bytes).await?;
    Ok(Some(name_of(&path)))
}

/// Asks where to save the sound of a recording and writes it there, as FLAC.
#[tauri::command]
#[specta::specta]
pub async fn recording_save_sound(
    app: AppState<'_>,
    window: tauri::AppHandle,
    recording_id: String,
) -> Answer<Option<String>> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    let title = convert::blocking(move || history.outline(recording)).await?.summary.title;
    let stem = transcript::file_stem(&title);
    let Some(path) = ask_where(window, &stem, "FLAC", sotto_audio::KEPT_EXTENSION).await? else {
        return Ok(None);
    };
    app.recordings.save_sound(recording, path.clone()).await?;
    Ok(Some(name_of(&path)))
}

/// `None`: the user thought better of it.
async fn ask_where(
    window: tauri::AppHandle,
    stem: &str,
    kind: &'static str,
    extension: &'static str,
) -> Result<Option<PathBuf>, CommandError> {
    let name = format!("{stem}.{extension}");
    let ask = move || {
        window
            .dialog()
            .file()
            .set_file_name(name)
            .add_filter(kind, &[extension])
            .blocking_save_file()
    };
    let chosen = tokio::task::spawn_blocking(ask)
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))?;
    let Some(chosen) = chosen else { return Ok(None) };
    let path = chosen.into_path().map_err(|error| CommandError::new(ErrorCode::Invalid, error))?;
    Ok(Some(path))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Puts a transcript on the clipboard as plain text, with the time of each paragraph if asked for.
#[tauri::command]
#[specta::specta]
pub async fn recording_copy(
    app: AppState<'_>,
    window: tauri::AppHandle,
    recording_id: String,
    is_timed: bool,
) -> Answer<()> {
    let recording = convert::recording_id(&recording_id)?;
    let history = app.history.clone();
    let opened = convert::blocking(move || history.open_recording(recording)).await?;
    let text = sotto_export::txt(&transcript::of(opened), is_timed);
    window
        .clipboard()
        .write_text(text)
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))
}
