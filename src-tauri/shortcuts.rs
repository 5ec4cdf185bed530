//! What the global shortcuts do, push-to-talk among them. Who listens for the keys is the shell's affair.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::recordings::Keeping;
use crate::settings::Settings;
use crate::wiring::App;

/// What a shortcut does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Deed {
    /// Starts or stops a recording.
    Toggle,
    /// Records for as long as it is held.
    Talk,
    /// Shows or hides the captions.
    Captions,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Toggle, Self::Talk, Self::Captions];

    /// The keys that the user chose for it, if any.
    #[must_use]
    pub fn keys(self, settings: &Settings) -> Option<&str> {
        match self {
            Self::Toggle => Some(&settings.toggle_shortcut),
            Self::Talk => settings.talk_shortcut.as_deref(),
            Self::Captions => Some(&settings.captions_shortcut),
        }
    }
}

/// A shortcut that the desktop's portal gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Given {
    /// What it does.
    pub deed: Deed,
    /// Its keys in the desktop's own words; empty where its user chose none.
    pub keys: String,
}

/// How long a page may be silent before a trial ends by itself: a page that died must not leave dead keys behind.
const TRIAL: Duration = Duration::from_secs(60);

/// While a shortcut is tried, it does nothing but say that it was pressed.
#[derive(Debug, Default)]
pub struct Trial {
    until: Mutex<Option<Instant>>,
}

impl Trial {
    /// Begins or ends it.
    pub fn set(&self, is_on: bool, now: Instant) {
        *self.lock() = is_on.then(|| now + TRIAL);
    }

    /// Whether one is going on.
    #[must_use]
    pub fn is_on(&self, now: Instant) -> bool {
        self.lock().is_some_and(|until| now < until)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So long after the key was let go its words are still expected where the user was writing.
const EXPECTED: Duration = Duration::from_secs(30);

/// One end of a press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// It went down.
    Down,
    /// It came up.
    Up,
}

/// Push-to-talk: a recording that lives as long as a key is held. The ends of presses are worked off in their order, so a
/// release that comes before the microphone is open stops it all the same.
#[derive(Debug)]
pub struct Talk {
    keys: mpsc::UnboundedSender<Key>,
    /// When the key was let go, or went down where it is still held.
    takes: Mutex<BTreeMap<Uuid, Instant>>,
}

impl Talk {
    /// With the end of the line that `follow` reads.
    #[must_use]
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Key>) {
        let (keys, pressed) = mpsc::unbounded_channel();
        (Self { keys, takes: Mutex::default() }, pressed)
    }

    /// The key went down or came up.
    pub fn press(&self, key: Key) {
        // Nobody reads any more: the program is ending.
        self.keys.send(key).ok();
    }

    /// Whether `recording` was made with the key held, and is still expected where the user was writing; asked once. After a
    /// long outage somebody else may read what is in front: then it is a recording like any other.
    pub fn take(&self, recording: Uuid, now: Instant) -> bool {
        let mut takes = self.takes.lock().unwrap_or_else(PoisonError::into_inner);
        takes.remove(&recording).is_some_and(|at| now < at + EXPECTED)
    }

    fn remember(&self, recording: Uuid, now: Instant) {
        self.takes.lock().unwrap_or_else(PoisonError::into_inner).insert(recording, now);
    }
}

/// Starts and stops what the key says, until the program ends.
pub(crate) async fn follow(app: Weak<App>, mut pressed: mpsc::UnboundedReceiver<Key>) {
    let mut held = None;
    while let Some(key) = pressed.recv().await {
        let Some(app) = app.upgrade() else { return };
        held = match key {
            Key::Down => begun(&app, held).await,
            Key::Up => {
                ended(&app, held).await;
                None
            }
        };
    }
}

/// A recording that is made already is somebody else's: the key leaves it alone.
async fn begun(app: &Arc<App>, held: Option<Uuid>) -> Option<Uuid> {
    if app.recordings.state().borrow().live.recording().is_some() {
        return held;
    }
    match app.recording_start(Keeping::Disk).await {
        Ok(recording) => {
            app.talk.remember(recording, Instant::now());
            Some(recording)
        }
        Err(error) => {
            tracing::warn!(%error, "push-to-talk could not start a recording");
            None
        }
    }
}

async fn ended(app: &Arc<App>, held: Option<Uuid>) {
    let live = app.recordings.state().borrow().live.recording();
    if held.is_none() || live != held {
        return;
    }
    if let Some(recording) = held {
        app.talk.remember(recording, Instant::now());
    }
    if let Err(error) = app.recordings.stop().await {
        tracing::warn!(%error, "push-to-talk could not stop its recording");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_ends_by_itself() {
        let (trial, now) = (Trial::default(), Instant::now());
        assert!(!trial.is_on(now));
        trial.set(true, now);
        assert!(trial.is_on(now) && !trial.is_on(now + TRIAL));
        trial.set(false, now);
        assert!(!trial.is_on(now));
    }

    #[test]
    fn a_take_is_asked_for_once_and_not_after_a_long_outage() {
        let ((talk, _pressed), now) = (Talk::new(), Instant::now());
        talk.remember(Uuid::nil(), now);
        assert!(talk.take(Uuid::nil(), now) && !talk.take(Uuid::nil(), now));
        talk.remember(Uuid::nil(), now);
        assert!(!talk.take(Uuid::nil(), now + EXPECTED));
    }
}
