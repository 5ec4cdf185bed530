//! macOS and Windows, by way of the library of Tauri's own plugin: they tell when a key is pressed.

use std::cell::OnceCell;
use std::sync::mpsc;

use global_hotkey::hotkey::HotKey;
use global_hotkey::{Error, GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};
use tauri::AppHandle;

use super::HotkeyError;
use crate::shortcuts::Key;

thread_local! {
    /// On the main thread: these systems take orders from nobody else, and what is made there cannot be handed over.
    static MANAGER: OnceCell<GlobalHotKeyManager> = const { OnceCell::new() };
}

/// The keys that the system hands to this program.
#[derive(Debug)]
pub(super) struct Keyboard(AppHandle);

impl Keyboard {
    /// `told`: which keys went down or came up. Once.
    pub(super) fn open(
        handle: &AppHandle,
        told: impl Fn(u32, Key) + Send + Sync + 'static,
    ) -> Result<Self, HotkeyError> {
        GlobalHotKeyEvent::set_event_handler(Some(move |event: GlobalHotKeyEvent| {
            // A key that is held repeats; the system's repetitions are no presses, and come here as none.
            told(event.id, if event.state == HotKeyState::Pressed { Key::Down } else { Key::Up });
        }));
        Ok(Self(handle.clone()))
    }

    pub(super) fn take(&self, keys: HotKey) -> Result<(), HotkeyError> {
        self.on_main(move |manager| manager.register(keys))
    }

    pub(super) fn give_back(&self, keys: HotKey) -> Result<(), HotkeyError> {
        self.on_main(move |manager| manager.unregister(keys))
    }

    fn on_main(
        &self,
        order: impl FnOnce(&GlobalHotKeyManager) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), HotkeyError> {
        // Who asks waits for the answer, so it always finds a place.
        let (done, outcome) = mpsc::sync_channel(1);
        let ordered = move || MANAGER.with(|made| with_manager(made, order));
        let ran = self.0.run_on_main_thread(move || done.send(ordered()).unwrap_or_default());
        ran.map_err(|error| HotkeyError::System(error.to_string()))?;
        match outcome.recv() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(HotkeyError::Taken(error.to_string())),
            Err(error) => Err(HotkeyError::System(error.to_string())),
        }
    }
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
