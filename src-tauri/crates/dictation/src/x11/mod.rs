//! X11: keys by the XTEST extension, and a clipboard that tells who took something from it.

mod desk;
mod kept;
mod offer;
mod typing;

use std::sync::mpsc;
use std::thread;

use enigo::{Direction, Enigo, Key, Keyboard as _, Settings};
use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};
use x11rb::rust_connection::RustConnection;

use self::desk::Desk;
use self::offer::Offer;
use crate::{DictationError, Manner};

pub(crate) fn hand_over(text: &str, manner: Manner) -> Result<(), DictationError> {
    let desk = Desk::open()?;
    desk.wait_for_free_keys()?;
    match manner {
        Manner::Type => typed(text),
        Manner::Paste => pasted(desk, text),
    }
}

/// By what the window manager says (`_NET_ACTIVE_WINDOW` of the EWMH).
pub(crate) fn active_window() -> Result<Option<u32>, DictationError> {
    let (connection, screen) = RustConnection::connect(None)?;
    let root = connection.setup().roots[screen].root;
    let name = desk::Atoms::new(&connection)?.reply()?._NET_ACTIVE_WINDOW;
    let answer = connection.get_property(false, root, name, AtomEnum::WINDOW, 0, 1)?.reply()?;
    Ok(answer.value32().and_then(|mut numbers| numbers.next()).filter(|window| *window != 0))
}

fn typed(text: &str) -> Result<(), DictationError> {
    typing::text(text)
}

/// The clipboard belongs to a thread from here on: whoever wants what it held before is served until somebody else copies
/// something.
fn pasted(desk: Desk, text: &str) -> Result<(), DictationError> {
    let focused = desk.focused()?;
    let Some(before) = desk.kept()? else {
        tracing::info!("what the clipboard holds could not be put back, so the text is typed");
        return typed(text);
    };
    let offer = Offer::of_text(desk, text, focused)?;
    let (done, when_done) = mpsc::channel();
    let lent = thread::Builder::new().name("clipboard".to_owned()).spawn(move || {
        offer.serve(before, &|outcome| {
            // The one who waits may have gone; the clipboard is given back all the same.
            done.send(outcome).ok();
        });
    });
    lent.map_err(|error| DictationError::Refused(error.to_string()))?;
    let mut keyboard = keyboard()?;
    keyboard.key(Key::Control, Direction::Press).map_err(refused)?;
    let pressed = keyboard.key(Key::Unicode('v'), Direction::Click).map_err(refused);
    keyboard.key(Key::Control, Direction::Release).map_err(refused)?;
    pressed?;
    when_done.recv().map_err(|_| DictationError::NotTaken)?
}

fn keyboard() -> Result<Enigo, DictationError> {
    Enigo::new(&Settings::default()).map_err(refused)
}

fn refused(error: impl std::fmt::Display) -> DictationError {
    DictationError::Refused(error.to_string())
}

macro_rules! refused_by_server {
    ($($error:ty),*) => {$(
        impl From<$error> for DictationError {
            fn from(error: $error) -> Self {
                refused(error)
            }
        }
    )*};
}

refused_by_server!(ConnectError, ConnectionError, ReplyError, ReplyOrIdError);
