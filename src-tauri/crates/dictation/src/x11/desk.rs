//! A connection to the display, with a window of its own that nobody sees: the clipboard needs one.

use std::thread;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConnectionExt as _, CreateWindowAux, EventMask, KeyButMask, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT};

use crate::DictationError;

x11rb::atom_manager! {
    pub(super) Atoms: AtomsCookie {
        CLIPBOARD,
        TARGETS,
        MULTIPLE,
        TIMESTAMP,
        SAVE_TARGETS,
        DELETE,
        INCR,
        UTF8_STRING,
        STRING,
        TEXT,
        PLAIN: b"text/plain",
        PLAIN_UTF8: b"text/plain;charset=utf-8",
        // By it, programs that remember what was copied know what not to remember.
        NOT_TO_REMEMBER: b"x-kde-passwordManagerHint",
        SOTTO_CLIPBOARD,
        _NET_ACTIVE_WINDOW,
    }
}

/// How long somebody may go on holding the keys of a shortcut.
const KEYS_LIMIT: Duration = Duration::from_secs(5);
/// Between two looks at them, or for an event.
const LOOK: Duration = Duration::from_millis(5);

/// A connection of its own: what waits for events here must not wait for anybody else's.
pub(super) struct Desk {
    pub(super) connection: RustConnection,
    pub(super) atoms: Atoms,
    pub(super) window: Window,
    root: Window,
}

impl Desk {
    pub(super) fn open() -> Result<Self, DictationError> {
        let (connection, screen) = RustConnection::connect(None)?;
        let atoms = Atoms::new(&connection)?.reply()?;
        let root = connection.setup().roots[screen].root;
        let window = connection.generate_id()?;
        let only_for_events = WindowClass::INPUT_ONLY;
        let watch = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        connection
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                window,
                root,
                0,
                0,
                1,
                1,
                0,
                only_for_events,
                COPY_FROM_PARENT,
                &watch,
            )?
            .check()?;
        Ok(Self { connection, atoms, window, root })
    }

    /// Waits until no key is held that changes what other keys mean.
    pub(super) fn wait_for_free_keys(&self) -> Result<(), DictationError> {
        let changing =
            KeyButMask::CONTROL | KeyButMask::MOD1 | KeyButMask::MOD4 | KeyButMask::SHIFT;
        let until = Instant::now() + KEYS_LIMIT;
        loop {
            let held = self.connection.query_pointer(self.root)?.reply()?.mask & changing;
            if held == KeyButMask::default() {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(DictationError::KeysHeld);
            }
            thread::sleep(LOOK);
        }
    }

    /// The window that keys go to.
    pub(super) fn focused(&self) -> Result<Window, DictationError> {
        const POINTER_ROOT: Window = 1;
        let focus = self.connection.get_input_focus()?.reply()?.focus;
        if focus <= POINTER_ROOT { Err(DictationError::NoFocus) } else { Ok(focus) }
    }

    /// Whether two windows are of one program, which the server tells by their numbers.
    pub(super) fn is_same_program(&self, one: Window, other: Window) -> bool {
        let mask = !self.connection.setup().resource_id_mask;
        one & mask == other & mask
    }

    /// The next event before `until`.
    pub(super) fn next_event(&self, until: Instant) -> Result<Option<Event>, DictationError> {
        loop {
            if let Some(event) = self.connection.poll_for_event()? {
                return Ok(Some(event));
            }
            if Instant::now() > until {
                return Ok(None);
            }
            thread::sleep(LOOK);
        }
    }
}
