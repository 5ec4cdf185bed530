//! Commands about the program itself.

use super::dto::{DeviceDto, RecogniserKindDto, RecogniserStatusDto, SnapshotDto};
use super::{Answer, AppState, CommandError, ErrorCode, convert};
use crate::recogniser::{EngineState, Recogniser};
use crate::settings::{Settings, SettingsPatch};
use crate::shell::shortcut::{self, Deed};
use crate::wiring::App;

/// All that a window needs to paint its first screen.
#[tauri::command]
#[specta::specta]
pub async fn snapshot(app: AppState<'_>) -> Answer<SnapshotDto> {
    let recording = convert::recording_state(&app.recordings.state().borrow());
    Ok(SnapshotDto {
        recording,
        settings: app.settings(),
        key: convert::key_status(app.vault.status().await),
        found_key: convert::found_key(&app.found_key),
        recogniser: recogniser_status(&app).await,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        tells_paints: std::env::var_os("SOTTO_TELL_PAINTS").is_some(),
    })
}

/// Changes settings; a shortcut that another program holds changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn settings_update(
    app: AppState<'_>,
    window: tauri::AppHandle,
    patch: SettingsPatch,
) -> Answer<Settings> {
    let before = app.settings();
    if let Some(keys) = &patch.toggle_shortcut {
        shortcut::replace(&window, Deed::Toggle, &before.toggle_shortcut, keys)?;
    }
    if let Some(keys) = &patch.captions_shortcut {
        shortcut::replace(&window, Deed::Captions, &before.captions_shortcut, keys)?;
    }
    Ok(app.settings_update(patch)?)
}

/// What can be recorded from.
#[tauri::command]
#[specta::specta]
pub async fn devices() -> Answer<Vec<DeviceDto>> {
    let devices = tokio::task::spawn_blocking(sotto_audio::devices)
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))??;
    Ok(devices.into_iter().map(convert::device).collect())
}

/// The chip: who recognises, and whether it can be asked.
pub(super) async fn recogniser_status(app: &App) -> RecogniserStatusDto {
    let recogniser = app.recogniser();
    let problem = match &recogniser {
        Recogniser::Offline => engine_problem(app),
        _ => convert::key_problem(&app.vault.status().await),
    };
    let kind = convert::recogniser_kind(&recogniser);
    let label = match kind {
        RecogniserKindDto::Offline => offline_label(app),
        RecogniserKindDto::Assemblyai => "AssemblyAI · English".to_owned(),
        RecogniserKindDto::AssemblyaiEu => "AssemblyAI EU · English".to_owned(),
        RecogniserKindDto::SelfHosted => "Self-hosted · English".to_owned(),
    };
    RecogniserStatusDto { kind, label, is_ready: problem.is_none(), problem }
}

/// The pack's model needs no name.
fn offline_label(app: &App) -> String {
    let is_own = matches!(
        &*app.tokens.engine().borrow(),
        EngineState::Ready { instead_of: None } if app.settings().own_model.is_some()
    );
    if is_own {
        format!("Offline · {}", app.engine.model().0)
    } else {
        "Offline · English".to_owned()
    }
}

fn engine_problem(app: &App) -> Option<CommandError> {
    match &*app.tokens.engine().borrow() {
        EngineState::Failed(error) => Some(CommandError::new(ErrorCode::EngineMissing, error)),
        EngineState::Ready { instead_of: Some(error) } => {
            Some(CommandError::new(ErrorCode::ModelUnusable, error))
        }
        EngineState::Ready { instead_of: None } | EngineState::Loading => None,
    }
}
