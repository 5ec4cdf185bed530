//! Commands about newer versions. What comes of them is told by an event.

use super::{Answer, AppState, CommandError, ErrorCode};
use crate::shell::updates;
use crate::updates::UpdateError;

/// Asks whether there is a newer version.
#[tauri::command]
#[specta::specta]
pub async fn updates_look(app: AppState<'_>, handle: tauri::AppHandle) -> Answer<()> {
    updates::look(&app, &handle).await.map_err(|error| CommandError::from(&error))
}

/// Puts the newer version in place of this one; it begins with the next start.
#[tauri::command]
#[specta::specta]
pub async fn updates_install(app: AppState<'_>, handle: tauri::AppHandle) -> Answer<()> {
    updates::install(&app, &handle).await.map_err(|error| CommandError::from(&error))
}

impl From<&UpdateError> for CommandError {
    fn from(error: &UpdateError) -> Self {
        let code = match error {
            UpdateError::NotReached(_) => ErrorCode::UpdateNotReached,
            UpdateError::NotGenuine(_) => ErrorCode::UpdateNotGenuine,
            UpdateError::NotInstalled(_) => ErrorCode::UpdateNotInstalled,
            UpdateError::Absent | UpdateError::Recording => ErrorCode::Invalid,
        };
        Self::new(code, error)
    }
}
