//! Starting with the computer, by setting: the window stays hidden then, and the tray is there.

use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt as _;

use crate::ipc::{CommandError, ErrorCode};

/// The argument with which the system starts the program.
pub(crate) const ARGUMENT: &str = "--hidden";

/// Tells the system to start the program, or not to any more.
///
/// # Errors
/// When the system refuses.
pub(crate) fn set(handle: &AppHandle, is_on: bool) -> Result<(), CommandError> {
    let autostart = handle.autolaunch();
    let done = if is_on { autostart.enable() } else { autostart.disable() };
    done.map_err(|error| CommandError::new(ErrorCode::Unexpected, error))
}
