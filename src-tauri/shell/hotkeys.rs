//! Keys that the system hands to this program whatever has the focus.

#[cfg(target_os = "linux")]
mod layout;
#[cfg(not(target_os = "linux"))]
mod system;
#[cfg(target_os = "linux")]
mod x11;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use global_hotkey::hotkey::HotKey;
use tauri::{AppHandle, Manager as _};

#[cfg(not(target_os = "linux"))]
use self::system::Keyboard;
#[cfg(target_os = "linux")]
use self::x11::Keyboard;
use super::shortcut;
use crate::ipc::{CommandError, ErrorCode};
use crate::shortcuts::Deed;

/// Why a key cannot be had.
#[derive(Debug, thiserror::Error)]
enum HotkeyError {
    #[error("another program has it: {0}")]
    Taken(String),
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "these systems do not tell"))]
    #[error("no key of this keyboard")]
    Absent,
    #[error("the system hands over no keys: {0}")]
    System(String),
}

impl From<HotkeyError> for CommandError {
    fn from(error: HotkeyError) -> Self {
        let code = match error {
            HotkeyError::Taken(_) => ErrorCode::ShortcutTaken,
            HotkeyError::Absent => ErrorCode::ShortcutUnusable,
            HotkeyError::System(_) => ErrorCode::Unexpected,
        };
        Self::new(code, error)
    }
}

/// Which keys were had, and for what; managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct Hotkeys {
    keyboard: OnceLock<Keyboard>,
    held: Mutex<BTreeMap<u32, Deed>>,
}

impl Hotkeys {
    fn held(&self) -> MutexGuard<'_, BTreeMap<u32, Deed>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opened when it is first needed; where that fails, it is tried anew.
    fn keyboard(&self, handle: &AppHandle) -> Result<&Keyboard, HotkeyError> {
        if let Some(open) = self.keyboard.get() {
            return Ok(open);
        }
        let told = handle.clone();
        let keyboard = Keyboard::open(handle, move |id, key| {
            let deed = told.state::<Self>().held().get(&id).copied();
            if let Some(deed) = deed {
                shortcut::done(&told, deed, key);
            }
        })?;
        Ok(self.keyboard.get_or_init(|| keyboard))
    }
}

/// Asks for one.
///
/// # Errors
/// [`ErrorCode::ShortcutTaken`] when another program has it, [`ErrorCode::ShortcutUnusable`] where no key is called so.
pub(crate) fn register(handle: &AppHandle, deed: Deed, keys: HotKey) -> Result<(), CommandError> {
    let hotkeys = handle.state::<Hotkeys>();
    hotkeys.keyboard(handle)?.take(keys)?;
    hotkeys.held().insert(keys.id(), deed);
    Ok(())
}

/// Gives one back.
///
/// # Errors
/// When the system does not take it.
pub(crate) fn unregister(handle: &AppHandle, keys: HotKey) -> Result<(), CommandError> {
    let hotkeys = handle.state::<Hotkeys>();
    hotkeys.keyboard(handle)?.give_back(keys)?;
    hotkeys.held().remove(&keys.id());
    Ok(())
}
