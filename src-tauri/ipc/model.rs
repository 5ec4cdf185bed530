//! Commands about the offline engine's model. The window names no path: the system's own dialog does.

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_plugin_dialog::DialogExt as _;

use super::{Answer, AppState, CommandError, ErrorCode};
use crate::own_model::{ModelError, OwnModel};

/// A model of the user's own.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnModelDto {
    /// What it is called.
    pub name: String,
    /// What kind of model it is.
    pub kind: String,
    /// The languages that it knows, as BCP 47.
    pub languages: Vec<String>,
    /// Whether one of them has to be chosen.
    pub takes_language: bool,
    /// The one that was chosen.
    pub language: Option<String>,
}

/// The user's own model, where one is chosen and still there.
#[tauri::command]
#[specta::specta]
pub async fn model_status(app: AppState<'_>) -> Answer<Option<OwnModelDto>> {
    let Some(model) = app.settings().own_model else { return Ok(None) };
    described(model).await.map(Some)
}

/// Asks for a folder, tries the model in it, and takes it; `None` when the user thought better of it.
#[tauri::command]
#[specta::specta]
pub async fn model_choose(
    app: AppState<'_>,
    window: tauri::AppHandle,
) -> Answer<Option<OwnModelDto>> {
    let ask = move || window.dialog().file().blocking_pick_folder();
    let chosen = tokio::task::spawn_blocking(ask)
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))?;
    let Some(chosen) = chosen else { return Ok(None) };
    let path = chosen.into_path().map_err(|error| CommandError::new(ErrorCode::Invalid, error))?;
    let folder = path.to_string_lossy().into_owned();
    take(&app, OwnModel { folder, language: None }).await.map(Some)
}

/// Says which language will be spoken to the user's own model.
#[tauri::command]
#[specta::specta]
pub async fn model_speak(app: AppState<'_>, language: Option<String>) -> Answer<OwnModelDto> {
    let Some(model) = app.settings().own_model else {
        return Err(CommandError::new(ErrorCode::NotFound, "no model was chosen"));
    };
    take(&app, OwnModel { language, ..model }).await
}

/// Back to the model that comes with the program.
#[tauri::command]
#[specta::specta]
pub async fn model_forget(app: AppState<'_>) -> Answer<()> {
    Ok(app.choose_model(None)?)
}

async fn take(app: &AppState<'_>, model: OwnModel) -> Answer<OwnModelDto> {
    model.try_out().await?;
    app.choose_model(Some(model.clone()))?;
    described(model).await
}

async fn described(model: OwnModel) -> Answer<OwnModelDto> {
    let language = model.language.clone();
    let folder = tokio::task::spawn_blocking(move || model.inspect())
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))?
        .map_err(ModelError::from)?;
    Ok(OwnModelDto {
        name: folder.name().to_owned(),
        kind: folder.kind().name().to_owned(),
        languages: folder.languages().to_vec(),
        takes_language: folder.takes_language(),
        language,
    })
}

impl From<ModelError> for CommandError {
    fn from(error: ModelError) -> Self {
        let code = match error {
            ModelError::Trial(_) => ErrorCode::Unexpected,
            _ => ErrorCode::ModelUnusable,
        };
        Self::new(code, error)
    }
}
