//! Typing letters that no key has: for them, free keys are given a meaning. A program that is slow looks a key up long after it
//! was pressed, so the keys keep their meaning for a while; taken away at once, those letters would be lost.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use enigo::{Enigo, Keyboard as _};

use super::{keyboard, refused};
use crate::DictationError;

/// How slow a program may be.
const KEPT: Duration = Duration::from_secs(20);

/// One for all texts: a second one would take keys of the first for the user's, and lose them with it.
static KEYS: Mutex<Option<Keys>> = Mutex::new(None);

struct Keys {
    keyboard: Enigo,
    used: Instant,
}

pub(super) fn text(text: &str) -> Result<(), DictationError> {
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut keyboard = match keys.take() {
        Some(kept) => kept.keyboard,
        None => keyboard()?,
    };
    let typed = keyboard.text(text).map_err(refused);
    *keys = Some(Keys { keyboard, used: Instant::now() });
    drop(keys);
    if let Err(error) = thread::Builder::new().name("keys".to_owned()).spawn(give_back) {
        // What was typed is there; said to have failed, it would be handed over twice.
        tracing::warn!(%error, "the keys keep their meaning until the next text");
    }
    typed
}

/// Unless another text was typed meanwhile, whose own thread does it.
fn give_back() {
    thread::sleep(KEPT);
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    if keys.as_ref().is_some_and(|kept| kept.used.elapsed() >= KEPT) {
        *keys = None;
    }
}
