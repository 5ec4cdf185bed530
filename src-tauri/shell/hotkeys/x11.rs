//! X11. The library of Tauri's own plugin looks for pressed keys every 50 ms: so much is lost of what somebody says who presses
//! and speaks, and a program that does nothing all day wakes twenty times a second. Here they are waited for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use global_hotkey::hotkey::{HotKey, Modifiers};
use tauri::AppHandle;
use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::xkb::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, Keycode, ModMask, Window};
use x11rb::protocol::{ErrorKind, Event};
use x11rb::rust_connection::RustConnection;

use super::HotkeyError;
use super::layout::Layout;
use crate::shortcuts::Key;

/// A key is grabbed with exactly the modifiers that are down, and Caps Lock and Num Lock are two of them.
const LOCKS: [u16; 4] = [0, LOCK, NUM_LOCK, LOCK | NUM_LOCK];
const LOCK: u16 = 1 << 1;
const NUM_LOCK: u16 = 1 << 4;
/// Shift, Control, Alt, Super: all else says nothing about what was meant.
const MEANT: u16 = 1 | 1 << 2 | 1 << 3 | 1 << 6;

type Told = Box<dyn Fn(u32, Key) + Send + Sync>;

/// The keys that X11 hands to this program.
#[derive(Debug)]
pub(super) struct Keyboard(Arc<Grabs>);

impl Keyboard {
    /// `told`: which keys went down or came up, on a thread of its own.
    pub(super) fn open(
        _: &AppHandle,
        told: impl Fn(u32, Key) + Send + Sync + 'static,
    ) -> Result<Self, HotkeyError> {
        Self::connected(None, Box::new(told))
    }

    fn connected(display: Option<&str>, told: Told) -> Result<Self, HotkeyError> {
        let (connection, screen) = RustConnection::connect(display).map_err(system)?;
        let root = connection.setup().roots.get(screen).ok_or_else(|| system("no screen"))?.root;
        follow(&connection).map_err(system)?;
        let grabs = Arc::new(Grabs { connection, root, held: Mutex::default(), told });
        let waiting = Arc::clone(&grabs);
        let thread = thread::Builder::new().name("hotkeys".to_owned());
        thread.spawn(move || waiting.wait()).map_err(system)?;
        Ok(Self(grabs))
    }

    pub(super) fn take(&self, keys: HotKey) -> Result<(), HotkeyError> {
        // A layout that changes meanwhile waits, and finds the key among those that are held.
        let mut held = self.0.held();
        let layout = Layout::now(&self.0.connection).map_err(system)?;
        let on = layout.key_of(keys.key).ok_or(HotkeyError::Absent)?;
        self.0.grab(on, keys)?;
        held.push(Held { keys, on, is_down: false });
        Ok(())
    }

    /// Never fails here, as it may elsewhere.
    pub(super) fn give_back(&self, keys: HotKey) -> Result<(), HotkeyError> {
        let mut held = self.0.held();
        for one in held.extract_if(.., |one| one.keys == keys) {
            self.0.let_go(one.on, one.keys);
        }
        Ok(())
    }
}

/// A key that is grabbed.
#[derive(Debug, Clone, Copy)]
struct Held {
    keys: HotKey,
    on: Keycode,
    is_down: bool,
}

struct Grabs {
    connection: RustConnection,
    root: Window,
    held: Mutex<Vec<Held>>,
    told: Told,
}

impl std::fmt::Debug for Grabs {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Grabs").field("held", &self.held).finish_non_exhaustive()
    }
}

impl Grabs {
    fn held(&self) -> MutexGuard<'_, Vec<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until the connection ends, which is with the program, or with X11.
    fn wait(&self) {
        loop {
            match self.connection.wait_for_event() {
                Ok(Event::KeyPress(event)) => self.pressed(event.detail, event.state.into()),
                Ok(Event::KeyRelease(event)) => self.let_up(|one| one.on == event.detail),
                Ok(Event::XkbMapNotify(_) | Event::XkbNewKeyboardNotify(_)) => {
                    if let Err(error) = self.lay_out_anew() {
                        tracing::warn!(%error, "the keyboard's new layout cannot be read");
                    }
                }
                Ok(_) => {}
                Err(error) => return tracing::warn!(%error, "X11 hands over no more keys"),
            }
        }
    }

    fn pressed(&self, on: Keycode, state: u16) {
        let is_meant = |one: &Held| one.on == on && modifiers(one.keys) == state & MEANT;
        // A key that is held down is pressed again and again.
        self.turn(|one| !one.is_down && is_meant(one), Key::Down);
    }

    fn let_up(&self, which: impl Fn(&Held) -> bool) {
        self.turn(|one| one.is_down && which(one), Key::Up);
    }

    /// Tells without holding the lock: whoever is told may ask for keys.
    fn turn(&self, which: impl Fn(&Held) -> bool, key: Key) {
        let mut turned = Vec::new();
        for one in self.held().iter_mut().filter(|one| which(one)) {
            one.is_down = key == Key::Down;
            turned.push(one.keys.id());
        }
        for id in turned {
            (self.told)(id, key);
        }
    }

    /// Letters may lie on other keys now.
    fn lay_out_anew(&self) -> Result<(), ReplyError> {
        let layout = Layout::now(&self.connection)?;
        let moved = |one: &Held| layout.key_of(one.keys.key).filter(|on| *on != one.on);
        // Nobody will say that it came up.
        self.let_up(|one| moved(one).is_some());
        for one in self.held().iter_mut() {
            let Some(on) = moved(one) else { continue };
            self.let_go(one.on, one.keys);
            one.on = on;
            if let Err(error) = self.grab(on, one.keys) {
                tracing::warn!(%error, keys = %one.keys, "a shortcut is lost with the old layout");
            }
        }
        Ok(())
    }

    fn grab(&self, on: Keycode, keys: HotKey) -> Result<(), HotkeyError> {
        // All of them are asked for, and then all answers waited for.
        let asked: Result<Vec<_>, ConnectionError> = LOCKS
            .map(|locks| {
                let with = ModMask::from(modifiers(keys) | locks);
                let mode = GrabMode::ASYNC;
                self.connection.grab_key(false, self.root, with, on, mode, mode)
            })
            .into_iter()
            .collect();
        let answers = asked.map_err(system)?.into_iter().map(|cookie| cookie.check());
        let refused = answers.filter_map(Result::err).last();
        let Some(refused) = refused else { return Ok(()) };
        self.let_go(on, keys);
        Err(match &refused {
            ReplyError::X11Error(error) if error.error_kind == ErrorKind::Access => {
                HotkeyError::Taken(keys.to_string())
            }
            _ => system(refused),
        })
    }

    fn let_go(&self, on: Keycode, keys: HotKey) {
        for locks in LOCKS {
            let with = ModMask::from(modifiers(keys) | locks);
            // What was not had is no harm.
            if let Ok(cookie) = self.connection.ungrab_key(on, self.root, with) {
                cookie.ignore_error();
            }
        }
        if let Err(error) = self.connection.flush() {
            tracing::debug!(%error, "keys that are given back");
        }
    }
}

fn modifiers(keys: HotKey) -> u16 {
    let x11 = [
        (Modifiers::SHIFT, 1),
        (Modifiers::CONTROL, 1 << 2),
        (Modifiers::ALT, 1 << 3),
        (Modifiers::SUPER, 1 << 6),
        (Modifiers::META, 1 << 6),
    ];
    let held = x11.into_iter().filter(|(modifier, _)| keys.mods.contains(*modifier));
    held.fold(0, |mask, (_, bit)| mask | bit)
}

/// Layouts that change are told; and repetitions apart from presses, or a key that is held would seem to come up and go down all
/// the time.
fn follow(connection: &RustConnection) -> Result<(), ReplyError> {
    connection.xkb_use_extension(1, 0)?.reply()?;
    let keyboard = xkb::ID::USE_CORE_KBD.into();
    let (told, none) =
        (xkb::EventType::NEW_KEYBOARD_NOTIFY | xkb::EventType::MAP_NOTIFY, 0_u8.into());
    let symbols = xkb::MapPart::KEY_SYMS;
    let details = xkb::SelectEventsAux::default();
    connection.xkb_select_events(keyboard, none, told, symbols, symbols, &details)?.check()?;
    let (flag, none) = (xkb::PerClientFlag::DETECTABLE_AUTO_REPEAT, xkb::BoolCtrl::default());
    connection.xkb_per_client_flags(keyboard, flag, flag, none, none, none)?.reply()?;
    Ok(())
}

fn system(error: impl ToString) -> HotkeyError {
    HotkeyError::System(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use global_hotkey::hotkey::Code;
    use sotto_desktop::{Desktop, DesktopOptions, Screen};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);
    /// Longer than a key of X11's waits before it repeats, and than it waits then.
    const REPEATING: Duration = Duration::from_millis(900);

    struct Scene {
        desktop: Desktop,
        keyboard: Keyboard,
        told: Receiver<(u32, Key)>,
    }

    impl Scene {
        async fn set() -> Self {
            let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
            let display = desktop.env().into_iter().find(|(name, _)| name == "DISPLAY").unwrap().1;
            let (tell, told) = channel();
            let tell = move |id, key| tell.send((id, key)).unwrap();
            let keyboard = Keyboard::connected(Some(&display), Box::new(tell)).unwrap();
            Self { desktop, keyboard, told }
        }

        fn next(&self) -> (u32, Key) {
            self.told.recv_timeout(PATIENCE).unwrap()
        }

        /// The key that is held for the first since the keyboard has the letters of another country.
        async fn lay_out(&self, country: &str) -> Keycode {
            let before = self.keyboard.0.held()[0].on;
            self.desktop.lay_out_keyboard(country).await.unwrap();
            let moved = async {
                loop {
                    let on = self.keyboard.0.held()[0].on;
                    if on != before {
                        return on;
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(PATIENCE, moved).await.unwrap()
        }
    }

    fn keys(written: &str) -> HotKey {
        written.parse().unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_key_that_is_held_goes_down_once_and_a_lock_says_nothing() {
        let scene = Scene::set().await;
        let (talk, toggle) = (keys("Control+Alt+Space"), keys("Control+Alt+R"));
        for one in [talk, toggle] {
            scene.keyboard.take(one).unwrap();
        }
        scene.desktop.hold("ctrl+alt+space").await.unwrap();
        assert_eq!(scene.next(), (talk.id(), Key::Down));
        tokio::time::sleep(REPEATING).await;
        scene.desktop.release("ctrl+alt+space").await.unwrap();
        assert_eq!(scene.next(), (talk.id(), Key::Up));

        for lock in ["Num_Lock", "Caps_Lock"] {
            scene.desktop.press(lock).await.unwrap();
            // With Shift it is another chord.
            scene.desktop.press("ctrl+alt+shift+r").await.unwrap();
            scene.desktop.press("ctrl+alt+r").await.unwrap();
            assert_eq!(scene.next(), (toggle.id(), Key::Down), "{lock}");
            assert_eq!(scene.next(), (toggle.id(), Key::Up), "{lock}");
        }

        scene.keyboard.give_back(toggle).unwrap();
        scene.desktop.press("ctrl+alt+r").await.unwrap();
        scene.desktop.press("ctrl+alt+space").await.unwrap();
        assert_eq!(scene.next(), (talk.id(), Key::Down));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_another_program_has_is_told_and_can_be_had_later() {
        let scene = Scene::set().await;
        let stranger = Screen::open(&scene.desktop).unwrap();
        stranger.take_keys(modifiers(keys("Control+Alt+R")), xkeysym::key::R).unwrap();
        let refused = scene.keyboard.take(keys("Control+Alt+R"));
        assert!(matches!(refused, Err(HotkeyError::Taken(_))), "{refused:?}");
        assert!(scene.keyboard.0.held().is_empty());
        drop(stranger);
        scene.keyboard.take(keys("Control+Alt+R")).unwrap();
        let absent = scene.keyboard.take(HotKey::new(None, Code::Lang1));
        assert!(matches!(absent, Err(HotkeyError::Absent)), "{absent:?}");
    }

    /// French keyboards have the A where English ones have the Q, and Russian ones have neither.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_letter_is_followed_to_where_another_layout_has_it() {
        let scene = Scene::set().await;
        let letter = keys("Control+Alt+A");
        scene.keyboard.take(letter).unwrap();
        assert_eq!(scene.keyboard.0.held()[0].on, 38, "the first of the second row");
        assert_eq!(scene.lay_out("fr").await, 24, "the first of the first row");
        scene.desktop.press("ctrl+alt+a").await.unwrap();
        assert_eq!(scene.next(), (letter.id(), Key::Down));
        assert_eq!(scene.next(), (letter.id(), Key::Up));
        assert_eq!(scene.lay_out("ru").await, 38);
        scene.desktop.press("ctrl+alt+Cyrillic_ef").await.unwrap();
        assert_eq!(scene.next(), (letter.id(), Key::Down));
    }
}
