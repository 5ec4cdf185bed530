//! Commands of the library.

use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_dialog::DialogExt as _;

use super::dto::{OpenedRecordingDto, RecordingSummaryDto, StoredTurnDto, TurnHitsDto};
use super::{Answer, AppState, CommandError, ErrorCode, convert};
use crate::export_format::ExportFormat;
use crate::transcript;
use crate::wiring::Happening;

/// Recordings from the newest to the oldest, or those in which `query` is said.
#[tauri::command]
#[specta::specta]
pub async fn history_page(
    app: AppState<'_>,
    query: String,
    before: Option<u64>,
    limit: u32,
) -> Answer<Vec<RecordingSummaryDto>> {
    let history = app.history.clone();
    let page = convert::blocking(move || history.page(&query, before, limit.min(200))).await?;
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
    let extension = format.extension();
    let name = format!("{stem}.{extension}");
    let words = app.settings().language.spoken().words();
    let ask = move || {
        window
            .dialog()
            .file()
            .set_file_name(name)
            .add_filter(format.name(words), &[extension])
            .blocking_save_file()
    };
    let chosen = tokio::task::spawn_blocking(ask)
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))?;
    let Some(chosen) = chosen else { return Ok(None) };
    let path = chosen.into_path().map_err(|error| CommandError::new(ErrorCode::Invalid, error))?;
    tokio::fs::write(&path, bytes).await?;
    Ok(Some(path.file_name().unwrap_or_default().to_string_lossy().into_owned()))
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
