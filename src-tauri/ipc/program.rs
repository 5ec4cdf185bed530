//! Commands about the program itself.

use sotto_vault::KeyStatus;

use super::dto::{DeviceDto, RecogniserKindDto, RecogniserStatusDto, SnapshotDto};
use super::metering::OpenMeter;
use super::{Answer, AppState, CommandError, ErrorCode, convert};
use crate::language::Language;
use crate::recogniser::{Access, EngineState, Recogniser};
use crate::settings::{Settings, SettingsPatch};
use crate::shell::{autostart, ending, notification, shortcut, window};
use crate::wiring::{App, Happening};

/// All that a window needs to paint its first screen.
#[tauri::command]
#[specta::specta]
pub async fn snapshot(
    app: AppState<'_>,
    meter: tauri::State<'_, OpenMeter>,
) -> Answer<SnapshotDto> {
    meter.forget();
    app.page_has_begun();
    let recording = convert::recording_state(&app.recordings.state().borrow());
    let key = app.key_status().await;
    Ok(SnapshotDto {
        recording,
        settings: app.settings(),
        recogniser: recogniser_status(&app, Some(&key)).await,
        key: convert::key_status(key),
        encryption: super::encryption::status(&app).await,
        found_key: convert::found_key(&app.found_key),
        cost: app.cost().into(),
        system_language: Language::of_system(),
        has_notifications: notification::IS_THERE,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        updates: app.updates.now(),
        tells_paints: std::env::var_os("SOTTO_TELL_PAINTS").is_some(),
    })
}

/// Changes settings; a shortcut that another program holds changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn settings_update(
    app: AppState<'_>,
    handle: tauri::AppHandle,
    patch: SettingsPatch,
) -> Answer<Settings> {
    let before = app.settings();
    shortcut::change(&handle, &before, &before.patched(patch.clone())?)?;
    if let Some(is_on) = patch.is_autostarted {
        autostart::set(&handle, is_on)?;
    }
    Ok(app.settings_update(patch)?)
}

/// Asks the system whether it will start the program; the settings follow what it says.
#[tauri::command]
#[specta::specta]
pub async fn autostart_check(app: AppState<'_>, handle: tauri::AppHandle) -> Answer<()> {
    let is_on = autostart::is_on(&handle)?;
    if is_on != app.settings().is_autostarted {
        let patch = SettingsPatch { is_autostarted: Some(is_on), ..SettingsPatch::default() };
        app.settings_update(patch)?;
    }
    Ok(())
}

/// Closes the window, as the user meant it to be once it was said what that means.
#[tauri::command]
#[specta::specta]
pub async fn window_close(handle: tauri::AppHandle) -> Answer<()> {
    window::hide(&handle);
    Ok(())
}

/// Ends the program; a recording is stopped first.
#[tauri::command]
#[specta::specta]
pub async fn program_quit(handle: tauri::AppHandle) -> Answer<()> {
    ending::quit_after_stop(&handle);
    Ok(())
}

/// What can be recorded from.
#[tauri::command]
#[specta::specta]
pub async fn devices(app: AppState<'_>) -> Answer<Vec<DeviceDto>> {
    let devices = tokio::task::spawn_blocking(sotto_audio::devices)
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))??;
    app.tell(Happening::DevicesListed(devices.clone().into()));
    Ok(devices.into_iter().map(convert::device).collect())
}

/// The chip: who recognises, and whether it can be asked.
/// `key` is where the key is, if that is known: a keyring is only asked when it matters.
pub(super) async fn recogniser_status(app: &App, key: Option<&KeyStatus>) -> RecogniserStatusDto {
    let recogniser = app.recogniser();
    let problem = match &recogniser {
        Recogniser::Offline => engine_problem(app),
        _ if matches!(app.access(), Access::Broker { .. }) => None,
        _ => match key {
            Some(key) => convert::key_problem(key),
            None => convert::key_problem(&app.vault.status().await),
        },
    };
    let kind = convert::recogniser_kind(&recogniser);
    let model = app.settings().recognition.model;
    let label = match kind {
        RecogniserKindDto::Offline => offline_label(app),
        RecogniserKindDto::Assemblyai => format!("AssemblyAI · {}", model.label()),
        RecogniserKindDto::AssemblyaiEu => format!("AssemblyAI EU · {}", model.label()),
        RecogniserKindDto::SelfHosted => format!("Self-hosted · {}", model.label()),
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
        EngineState::Ready { instead_of: None } | EngineState::Loading | EngineState::Unread => {
            None
        }
    }
}
