//! Commands for whoever asks why something does not work.

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_plugin_clipboard_manager::ClipboardExt as _;

use super::timing::TimingDto;
use super::{Answer, AppState, CommandError, ErrorCode};
use crate::diagnostics::{self, Fact};
use crate::wiring::App;

/// Enough to see what happened, and not more than can be read.
const LINES: usize = 200;

/// What is on, and the end of the log.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticsDto {
    /// What is on.
    pub facts: Vec<Fact>,
    /// How long sound and text took in the running recording and in the one before, the newest first.
    pub timing: Vec<TimingDto>,
    /// Never anything that was said.
    pub log: String,
}

/// What is on, and the end of the log.
#[tauri::command]
#[specta::specta]
pub async fn diagnostics(app: AppState<'_>) -> Answer<DiagnosticsDto> {
    seen(&app).await
}

/// Puts the same on the clipboard, as one text.
#[tauri::command]
#[specta::specta]
pub async fn diagnostics_copy(app: AppState<'_>, handle: tauri::AppHandle) -> Answer<()> {
    let DiagnosticsDto { facts, timing, log } = seen(&app).await?;
    let report = diagnostics::report(&facts, &timing, &log);
    let copied = handle.clipboard().write_text(report);
    copied.map_err(|error| CommandError::new(ErrorCode::Unexpected, error))
}

async fn seen(app: &App) -> Answer<DiagnosticsDto> {
    let log = diagnostics::recent_log(&app.place, LINES)?;
    let timing = app.recordings.timing().figures().into_iter().map(TimingDto::from).collect();
    Ok(DiagnosticsDto { facts: diagnostics::facts(app).await, timing, log })
}
