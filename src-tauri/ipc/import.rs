//! Importing audio files. The window names no path: the system's own dialog does.

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_plugin_dialog::DialogExt as _;

use super::{Answer, AppState, CommandError, ErrorCode};
use crate::recordings::Imported;

/// The endings of what can be read.
const ENDINGS: [&str; 7] = ["wav", "flac", "ogg", "oga", "mp3", "m4a", "mp4"];

/// A file that became a recording.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportedDto {
    /// Which recording.
    pub recording_id: String,
    /// Only its beginning could be read.
    pub is_damaged: bool,
}

/// Asks for an audio file and makes a recording of it; `None` when the user thought better of it.
#[tauri::command]
#[specta::specta]
pub async fn recording_import(
    app: AppState<'_>,
    window: tauri::AppHandle,
) -> Answer<Option<ImportedDto>> {
    let name = app.settings().language.spoken().words().audio_files;
    let ask = move || window.dialog().file().add_filter(name, &ENDINGS).blocking_pick_file();
    let chosen = tokio::task::spawn_blocking(ask)
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))?;
    let Some(chosen) = chosen else { return Ok(None) };
    let path = chosen.into_path().map_err(|error| CommandError::new(ErrorCode::Invalid, error))?;
    Ok(Some(app.recording_import(&path).await?.into()))
}

impl From<Imported> for ImportedDto {
    fn from(imported: Imported) -> Self {
        Self { recording_id: imported.recording.to_string(), is_damaged: imported.damage.is_some() }
    }
}
