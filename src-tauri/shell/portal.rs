//! The global shortcuts that the desktop's portal gives, where a program may not listen for keys itself.

use futures_util::StreamExt as _;
use global_hotkey::hotkey::{HotKey, Modifiers};
use tauri::{AppHandle, Manager as _};

use super::{shortcut, window};
use crate::ipc::shortcuts::Portal;
use crate::portal::{PortalError, Shortcuts, Wish};
use crate::settings::Settings;
use crate::shortcuts::{Deed, Given};
use crate::wiring::Happening;

/// Asks the desktop for the shortcuts, or asks again, and follows what is pressed.
pub(crate) fn ask(handle: &AppHandle) {
    let settings = window::program(handle).settings();
    let wishes: Vec<Wish> = Deed::ALL.into_iter().map(|deed| wish(deed, &settings)).collect();
    let asking = handle.clone();
    let listener = tauri::async_runtime::spawn(async move {
        if let Err(error) = follow(&asking, &wishes).await {
            tracing::info!(%error, "no shortcuts from the desktop; its keyboard settings can run `sotto toggle`");
        }
        tell(&asking, None);
    });
    handle.state::<Portal>().listens(listener);
}

async fn follow(handle: &AppHandle, wishes: &[Wish]) -> Result<(), PortalError> {
    let shortcuts = Shortcuts::ask(&handle.config().identifier, wishes).await?;
    let mut keys = shortcuts.keys().await?;
    tell(handle, Some(shortcuts.given.clone()));
    while let Some((deed, key)) = keys.next().await {
        shortcut::done(handle, deed, key);
    }
    Ok(())
}

fn tell(handle: &AppHandle, given: Option<Vec<Given>>) {
    handle.state::<Portal>().gave(given);
    window::program(handle).tell(Happening::ShortcutsChanged);
}

fn wish(deed: Deed, settings: &Settings) -> Wish {
    let words = settings.language.spoken().words();
    let description = match deed {
        Deed::Toggle => words.deed_toggle,
        Deed::Talk => words.deed_talk,
        Deed::Captions => words.deed_captions,
    };
    let keys = deed.keys(settings).and_then(|keys| keys.parse().ok());
    Wish { deed, description: description.to_owned(), trigger: keys.as_ref().and_then(trigger) }
}

/// As the desktop wants keys to be written; `None` for keys whose name there is not known here.
fn trigger(keys: &HotKey) -> Option<String> {
    let names = [
        (Modifiers::CONTROL, "CTRL"),
        (Modifiers::ALT, "ALT"),
        (Modifiers::SHIFT, "SHIFT"),
        (Modifiers::SUPER | Modifiers::META, "LOGO"),
    ];
    let held = names.into_iter().filter(|(held, _)| keys.mods.intersects(*held));
    let mut parts: Vec<String> = held.map(|(_, name)| name.to_owned()).collect();
    parts.push(keysym(&keys.key.to_string())?);
    Some(parts.join("+"))
}

/// The name of a key as X11 has it, from its name as browsers have it.
fn keysym(code: &str) -> Option<String> {
    if let Some(letter) = code.strip_prefix("Key") {
        return Some(letter.to_ascii_lowercase());
    }
    if let Some(digit) = code.strip_prefix("Digit") {
        return Some(digit.to_owned());
    }
    let is_function_key = code.strip_prefix('F').is_some_and(|rest| rest.parse::<u8>().is_ok());
    match code {
        "Space" => Some("space".to_owned()),
        "Enter" => Some("Return".to_owned()),
        _ if is_function_key => Some(code.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_desktops_want_them() {
        let of = |keys: &str| trigger(&keys.parse().unwrap());
        assert_eq!(of("CommandOrControl+Alt+R").as_deref(), Some("CTRL+ALT+r"));
        assert_eq!(of("CommandOrControl+Alt+Space").as_deref(), Some("CTRL+ALT+space"));
        assert_eq!(of("Super+Shift+F9").as_deref(), Some("SHIFT+LOGO+F9"));
        assert_eq!(of("Alt+Digit3").as_deref(), Some("ALT+3"));
        assert_eq!(of("Control+Comma"), None);
    }

    #[test]
    fn all_shortcuts_of_a_new_user_are_wished_for_with_their_keys() {
        let settings = Settings::default();
        for deed in Deed::ALL {
            let wish = wish(deed, &settings);
            assert!(wish.trigger.is_some() && !wish.description.is_empty(), "{wish:?}");
        }
    }
}
