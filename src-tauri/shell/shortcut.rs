//! The global shortcuts: one starts and stops a recording, one shows and hides the captions.

use std::sync::Arc;

use tauri::{AppHandle, Manager as _};
use tauri_plugin_global_shortcut::{GlobalShortcutExt as _, ShortcutState};

use super::captions;
use crate::ipc::{CommandError, ErrorCode};
use crate::wiring::App;

/// What a shortcut does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Starts or stops a recording.
    Toggle,
    /// Shows or hides the captions.
    Captions,
}

/// Registers a shortcut of the settings.
///
/// # Errors
/// [`ErrorCode::ShortcutTaken`]; tray, window and `sotto toggle` go on working.
pub(crate) fn register(app: &AppHandle, deed: Deed, shortcut: &str) -> Result<(), CommandError> {
    app.global_shortcut()
        .on_shortcut(shortcut, move |handle, _, event| {
            if event.state() == ShortcutState::Pressed {
                match deed {
                    Deed::Toggle => toggle(handle),
                    Deed::Captions => captions::show(handle, |is_shown| !is_shown),
                }
            }
        })
        .map_err(|error| CommandError::new(ErrorCode::ShortcutTaken, error))
}

/// Replaces one shortcut by another; when the new one cannot be had, the old one stays.
///
/// # Errors
/// As [`register`].
pub(crate) fn replace(
    app: &AppHandle,
    deed: Deed,
    old: &str,
    new: &str,
) -> Result<(), CommandError> {
    if old == new {
        return Ok(());
    }
    register(app, deed, new)?;
    if let Err(error) = app.global_shortcut().unregister(old) {
        tracing::warn!(%error, "the old shortcut could not be given back");
    }
    Ok(())
}

/// Starts or stops, from wherever there is nobody to answer to: what went wrong is in the published state.
pub(crate) fn toggle(handle: &AppHandle) {
    let app = Arc::clone(&handle.state::<Arc<App>>());
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app.recording_toggle().await {
            tracing::warn!(%error, "the recording could not be started or stopped");
        }
    });
}
