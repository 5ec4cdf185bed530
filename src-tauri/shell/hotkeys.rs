//! Keys that the system hands to this program whatever has the focus, by way of the library of Tauri's own plugin.
//!
//! The plugin asks for one shortcut after the other, and on X11 the library looks for orders every 50 ms only: asked for all at
//! once, they are there with its first look, which would otherwise hold up the window at every start.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};

use global_hotkey::hotkey::HotKey;
use global_hotkey::{Error, GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};
use tauri::{AppHandle, Manager as _};

use super::shortcut;
use crate::ipc::{CommandError, ErrorCode};
use crate::shortcuts::{Deed, Key};

thread_local! {
    /// On the main thread: macOS and Windows take orders from nobody else, and what is made there cannot be handed over.
    static MANAGER: OnceCell<GlobalHotKeyManager> = const { OnceCell::new() };
}

/// Which keys were had, and for what; managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct Hotkeys(Mutex<BTreeMap<u32, Deed>>);

impl Hotkeys {
    fn held(&self) -> MutexGuard<'_, BTreeMap<u32, Deed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows what is pressed from now on. Once, at the start.
pub(crate) fn follow(handle: &AppHandle) {
    let handle = handle.clone();
    GlobalHotKeyEvent::set_event_handler(Some(move |event: GlobalHotKeyEvent| {
        let deed = handle.state::<Hotkeys>().held().get(&event.id).copied();
        // A key that is held repeats; the system's repetitions are no presses, and come here as none.
        let key = if event.state == HotKeyState::Pressed { Key::Down } else { Key::Up };
        if let Some(deed) = deed {
            shortcut::done(&handle, deed, key);
        }
    }));
}

/// Asks for all of them, and tells which cannot be had.
pub(crate) fn register_all(
    handle: &AppHandle,
    wanted: Vec<(Deed, HotKey)>,
) -> Vec<(Deed, CommandError)> {
    let keys: Vec<HotKey> = wanted.iter().map(|(_, keys)| *keys).collect();
    let at_once = on_main(handle, move |manager| {
        let outcome = manager.register_all(&keys);
        if outcome.is_err() {
            // Which of them were had before one was not is not told.
            for keys in keys {
                if let Err(error) = manager.unregister(keys) {
                    tracing::debug!(%error, "a shortcut that was not had");
                }
            }
        }
        outcome
    });
    if at_once.is_ok() {
        handle
            .state::<Hotkeys>()
            .held()
            .extend(wanted.iter().map(|(deed, keys)| (keys.id(), *deed)));
        return Vec::new();
    }
    let one_by_one = wanted.into_iter().map(|(deed, keys)| (deed, register(handle, deed, keys)));
    one_by_one.filter_map(|(deed, outcome)| Some((deed, outcome.err()?))).collect()
}

/// Asks for one.
///
/// # Errors
/// [`ErrorCode::ShortcutTaken`] when another program has it, or the system refuses.
pub(crate) fn register(handle: &AppHandle, deed: Deed, keys: HotKey) -> Result<(), CommandError> {
    on_main(handle, move |manager| manager.register(keys))?;
    handle.state::<Hotkeys>().held().insert(keys.id(), deed);
    Ok(())
}

/// Gives one back.
///
/// # Errors
/// When the system does not take it.
pub(crate) fn unregister(handle: &AppHandle, keys: HotKey) -> Result<(), CommandError> {
    on_main(handle, move |manager| manager.unregister(keys))?;
    handle.state::<Hotkeys>().held().remove(&keys.id());
    Ok(())
}

fn on_main(
    handle: &AppHandle,
    order: impl FnOnce(&GlobalHotKeyManager) -> Result<(), Error> + Send + 'static,
) -> Result<(), CommandError> {
    // Who asks waits for the answer, so it always finds a place.
    let (done, outcome) = mpsc::sync_channel(1);
    let ordered = move || MANAGER.with(|made| with_manager(made, order));
    handle
        .run_on_main_thread(move || done.send(ordered()).unwrap_or_default())
        .map_err(unexpected)?;
    outcome
        .recv()
        .map_err(unexpected)?
        .map_err(|error| CommandError::new(ErrorCode::ShortcutTaken, error))
}

fn with_manager(
    made: &OnceCell<GlobalHotKeyManager>,
    order: impl FnOnce(&GlobalHotKeyManager) -> Result<(), Error>,
) -> Result<(), Error> {
    if let Some(manager) = made.get() {
        return order(manager);
    }
    let manager = GlobalHotKeyManager::new()?;
    order(made.get_or_init(|| manager))
}

fn unexpected(error: impl std::fmt::Display) -> CommandError {
    CommandError::new(ErrorCode::Unexpected, error)
}
