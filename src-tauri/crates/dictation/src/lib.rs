//! Hands text to the program that has the focus: typed key by key, or by way of the clipboard, which gets back what it held.
//!
//! X11, macOS and Windows. A Wayland compositor lets no program type into another; there it is said so, and the caller
//! leaves the text on the clipboard. Knows nothing of recordings, the network or Tauri.

mod error;
#[cfg(target_os = "linux")]
mod x11;

pub use error::DictationError;

/// How the text gets there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// By the clipboard and Ctrl+V: at once, whatever its length.
    Paste,
    /// Key by key: where Ctrl+V means something else, as in terminals.
    Type,
}

/// Hands `text` to the program that has the focus; returns when that program has it. Keys that somebody still holds down are
/// waited for, or they would change the meaning of every key that is pressed here.
///
/// # Errors
/// When the desktop has no way for it, or nobody took the text. The clipboard is as it was then.
#[cfg(target_os = "linux")]
pub fn hand_over(text: &str, manner: Manner) -> Result<(), DictationError> {
    if is_wayland() {
        return Err(DictationError::Wayland);
    }
    x11::hand_over(text, manner)
}

#[cfg(target_os = "linux")]
fn is_wayland() -> bool {
    std::env::var_os("WAYLAND_DISPLAY").is_some_and(|display| !display.is_empty())
}

/// X's number of the window that is active, whoever holds the keyboard for a moment; `None` where none is, or where the system
/// does not tell.
#[cfg(target_os = "linux")]
#[must_use]
pub fn active_window() -> Option<u32> {
    if is_wayland() {
        return None;
    }
    match x11::active_window() {
        Ok(window) => window,
        Err(error) => {
            tracing::warn!(%error, "the display does not tell which window is active");
            None
        }
    }
}

/// These systems take no focus away while keys are pressed: what a window is told of its own focus is true.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn active_window() -> Option<u32> {
    None
}

/// As on Linux, but typed in either manner: these systems take whole texts as one event.
///
/// # Errors
/// When the system does not let this program type.
#[cfg(not(target_os = "linux"))]
pub fn hand_over(text: &str, _manner: Manner) -> Result<(), DictationError> {
    use enigo::Keyboard as _;
    let refused = |error: &dyn std::fmt::Display| DictationError::Refused(error.to_string());
    let mut keyboard =
        enigo::Enigo::new(&enigo::Settings::default()).map_err(|error| refused(&error))?;
    keyboard.text(text).map_err(|error| refused(&error))
}
