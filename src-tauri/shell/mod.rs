//! What only Tauri can do: the window, the tray, the global shortcut.

pub(crate) mod autostart;
pub(crate) mod captions;
#[cfg(target_os = "linux")]
pub(crate) mod compositing;
#[cfg(target_os = "linux")]
mod defaults;
pub(crate) mod dictation;
pub(crate) mod ending;
mod ground;
pub(crate) mod hotkeys;
pub(crate) mod notification;
#[cfg(target_os = "linux")]
pub(crate) mod portal;
pub(crate) mod revival;
#[cfg(target_os = "linux")]
pub(crate) mod scripts;
pub(crate) mod shortcut;
pub(crate) mod tray;
pub(crate) mod updates;
pub(crate) mod window;
