//! The global shortcuts: listened for with the system, where it lets a program listen.

use std::env;
use std::time::Instant;

use global_hotkey::hotkey::{Code, HotKey, Modifiers};
use tauri::{AppHandle, Manager as _};

use super::{captions, hotkeys, window};
use crate::ipc::shortcuts::Problems;
use crate::ipc::{CommandError, ErrorCode};
use crate::settings::Settings;
use crate::shortcuts::{Deed, Key};
use crate::wiring::Happening;

/// Whether the system hands keys to a program that does not have the focus. Wayland's compositors do not: what is registered
/// there works at best while an X11 program has the focus.
pub(crate) fn is_listening() -> bool {
    let says = |name: &str, is: fn(&str) -> bool| env::var(name).is_ok_and(|value| is(&value));
    let is_wayland = says("XDG_SESSION_TYPE", |kind| kind == "wayland")
        || says("WAYLAND_DISPLAY", |display| !display.is_empty());
    !(cfg!(target_os = "linux") && is_wayland)
}

/// Listens for the shortcuts of the settings. One that cannot be had is told in the settings; tray, window and `sotto toggle`
/// go on working.
pub(crate) fn listen(handle: &AppHandle, settings: &Settings) {
    for deed in Deed::ALL {
        let Some(keys) = deed.keys(settings) else { continue };
        let had = checked(deed, keys, settings);
        if let Err(error) = had.and_then(|keys| register(handle, deed, keys)) {
            tracing::warn!(%error, keys, "a shortcut cannot be used");
            handle.state::<Problems>().set(deed, Some(error));
        }
    }
}

/// Goes over from the shortcuts of one value of the settings to those of another. When one cannot be had, the one before stays,
/// and the settings must as well.
///
/// # Errors
/// [`ErrorCode::ShortcutTaken`], [`ErrorCode::ShortcutOurs`] or [`ErrorCode::ShortcutUnusable`].
pub(crate) fn change(
    handle: &AppHandle,
    before: &Settings,
    after: &Settings,
) -> Result<(), CommandError> {
    for deed in Deed::ALL {
        let (old, new) = (deed.keys(before), deed.keys(after));
        if old == new {
            continue;
        }
        if let Some(keys) = new {
            register(handle, deed, checked(deed, keys, after)?)?;
        }
        let is_old_used = !handle.state::<Problems>().all().iter().any(|(one, _)| *one == deed);
        if let Some(old) = old.filter(|_| is_old_used).and_then(|keys| keys.parse().ok())
            && let Err(error) = hotkeys::unregister(handle, old)
        {
            tracing::warn!(%error, "the old shortcut could not be given back");
        }
        handle.state::<Problems>().set(deed, None);
    }
    Ok(())
}

/// Where the system hands over no keys anyhow, it is no failure that there may be nobody to ask for them: a desktop of Wayland's need
/// not have X11 beside.
fn register(handle: &AppHandle, deed: Deed, keys: HotKey) -> Result<(), CommandError> {
    match hotkeys::register(handle, deed, keys) {
        Err(error) if error.code == ErrorCode::Unexpected && !is_listening() => {
            tracing::debug!(%error, "nobody can be asked for shortcuts");
            Ok(())
        }
        other => other,
    }
}

/// A shortcut was pressed or let go.
pub(super) fn done(handle: &AppHandle, deed: Deed, key: Key) {
    let app = window::program(handle);
    if app.trial.is_on(Instant::now()) {
        if key == Key::Down {
            app.tell(Happening::ShortcutPressed(deed));
        }
        return;
    }
    match (deed, key) {
        (Deed::Talk, key) => app.talk.press(key),
        (Deed::Toggle, Key::Down) => toggle(handle),
        (Deed::Captions, Key::Down) => captions::show(handle, |is_shown| !is_shown),
        (Deed::Toggle | Deed::Captions, Key::Up) => {}
    }
}

/// The keys as the system wants them, if they can be a shortcut for `deed` at all.
fn checked(deed: Deed, keys: &str, all: &Settings) -> Result<HotKey, CommandError> {
    let unusable = || CommandError::new(ErrorCode::ShortcutUnusable, keys);
    let shortcut: HotKey = keys.parse().map_err(|_| unusable())?;
    let held = Modifiers::CONTROL | Modifiers::ALT | Modifiers::SUPER | Modifiers::META;
    // A letter by itself would be taken from every other program.
    if !shortcut.mods.intersects(held) && !is_function_key(shortcut.key) {
        return Err(unusable());
    }
    let is_same = |other: &Deed| {
        *other != deed && other.keys(all).and_then(|keys| keys.parse().ok()) == Some(shortcut)
    };
    if Deed::ALL.iter().any(is_same) {
        return Err(CommandError::new(ErrorCode::ShortcutOurs, keys));
    }
    Ok(shortcut)
}

fn is_function_key(key: Code) -> bool {
    let name = key.to_string();
    name.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok())
}

/// Starts or stops, from wherever there is nobody to answer to: what went wrong is in the published state.
pub(crate) fn toggle(handle: &AppHandle) {
    let app = window::program(handle);
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app.recording_toggle().await {
            tracing::warn!(%error, "the recording could not be started or stopped");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(deed: Deed, keys: &str, all: &Settings) -> Option<ErrorCode> {
        checked(deed, keys, all).err().map(|error| error.code)
    }

    #[test]
    fn a_shortcut_needs_a_key_that_nobody_types_with() {
        let all = Settings::default();
        for keys in ["", "Control+Alt", "R", "Shift+R", "Control+Nonsense"] {
            assert_eq!(code(Deed::Toggle, keys, &all), Some(ErrorCode::ShortcutUnusable), "{keys}");
        }
        for keys in ["F9", "Control+Alt+T", "Super+Space", "Alt+F1"] {
            assert_eq!(code(Deed::Toggle, keys, &all), None, "{keys}");
        }
    }

    #[test]
    fn two_deeds_never_share_a_shortcut_however_it_is_written() {
        let all = Settings::default();
        let taken = ["CommandOrControl+Alt+C", "Alt+Control+C", "Ctrl+Alt+c"];
        for keys in taken {
            assert_eq!(code(Deed::Toggle, keys, &all), Some(ErrorCode::ShortcutOurs), "{keys}");
        }
        assert_eq!(code(Deed::Captions, "CommandOrControl+Alt+C", &all), None);
    }

    #[test]
    fn the_shortcuts_of_a_new_user_can_all_be_used() {
        let all = Settings::default();
        for deed in Deed::ALL {
            assert_eq!(code(deed, deed.keys(&all).unwrap(), &all), None, "{deed:?}");
        }
    }
}
