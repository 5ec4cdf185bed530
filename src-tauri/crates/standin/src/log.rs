//! What the stand-in saw.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use crate::{Fault, Standing};

/// One thing that happened. Sessions are numbered from 0 in the order of their connects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Entry {
    /// A token was given.
    Minted {
        /// As asked for.
        expires_in_seconds: u32,
        /// As asked for.
        max_session_duration_seconds: u32,
    },
    /// A token was refused.
    MintRefused {
        /// HTTP.
        status: u16,
    },
    /// A session began.
    Began {
        /// Which one.
        session: usize,
    },
    /// A connect was refused after its upgrade.
    Refused {
        /// Which one.
        session: usize,
        /// The close code.
        code: u16,
        /// The text of the `Error` frame.
        text: String,
    },
    /// The client did what it must not do, even if the cloud would let it pass.
    Violation {
        /// Which session, if any.
        session: Option<usize>,
        /// What it did.
        what: String,
    },
    /// A turn became final.
    Final {
        /// Which one.
        session: usize,
        /// Its unformatted text.
        text: String,
    },
    /// `Terminate` came.
    Terminated {
        /// Which one.
        session: usize,
    },
    /// A planned fault struck.
    Met {
        /// Which one.
        session: usize,
        /// What.
        fault: Fault,
    },
    /// From now on something else holds.
    Set {
        /// What.
        standing: Standing,
    },
    /// The session is over.
    Ended {
        /// Which one.
        session: usize,
        /// The code that the stand-in closed with; `None` when the client went away or the connection was cut.
        code: Option<u16>,
        /// Binary messages received.
        frames: u64,
        /// Their bytes.
        bytes: u64,
    },
}

/// What a session that began received so far. Times are Unix milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Which one.
    pub session: usize,
    /// When it began.
    pub began_at: u64,
    /// When the first audio came.
    pub first_audio_at: Option<u64>,
    /// When the last audio came.
    pub last_audio_at: Option<u64>,
    /// When it was over.
    pub ended_at: Option<u64>,
    /// Audio received.
    pub audio_ms: u64,
    /// Words recognised in it.
    pub words: u64,
    /// What it was asked for, without its token.
    pub query: String,
}

/// Everything that happened, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The entries.
    pub entries: Vec<Entry>,
    /// When each entry was made, in Unix milliseconds.
    pub times: Vec<u64>,
    /// The sessions that began, in the order in which they did.
    pub heard: Vec<Heard>,
}

impl Log {
    /// Tokens given.
    pub fn mints(&self) -> usize {
        self.count(|entry| matches!(entry, Entry::Minted { .. }))
    }

    /// Sessions begun.
    pub fn sessions(&self) -> usize {
        self.count(|entry| matches!(entry, Entry::Began { .. }))
    }

    /// Sessions that were ended by `Terminate`.
    pub fn terminations(&self) -> usize {
        self.count(|entry| matches!(entry, Entry::Terminated { .. }))
    }

    /// Bytes of audio in sessions that are over.
    pub fn bytes(&self) -> u64 {
        self.entries
            .iter()
            .map(|entry| if let Entry::Ended { bytes, .. } = entry { *bytes } else { 0 })
            .sum()
    }

    /// What the client must not have done.
    pub fn violations(&self) -> Vec<&str> {
        self.entries
            .iter()
            .filter_map(|entry| {
                if let Entry::Violation { what, .. } = entry { Some(what.as_str()) } else { None }
            })
            .collect()
    }

    /// The unformatted texts of all final turns, in the order in which they were said.
    pub fn finals(&self) -> Vec<&str> {
        self.entries
            .iter()
            .filter_map(|entry| {
                if let Entry::Final { text, .. } = entry { Some(text.as_str()) } else { None }
            })
            .collect()
    }

    fn of(&mut self, session: usize, change: impl FnOnce(&mut Heard)) {
        self.heard.iter_mut().rev().find(|heard| heard.session == session).map(change);
    }

    fn count(&self, is_counted: impl Fn(&Entry) -> bool) -> usize {
        self.entries.iter().filter(|entry| is_counted(entry)).count()
    }
}

#[derive(Debug, Default)]
pub(crate) struct SharedLog(Mutex<Log>);

impl SharedLog {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, entry: Entry) {
        tracing::debug!(?entry);
        let at = unix_ms();
        let mut log = self.lock();
        match entry {
            Entry::Began { session } => {
                log.heard.push(Heard { session, began_at: at, ..Heard::default() });
            }
            Entry::Ended { session, .. } => log.of(session, |heard| heard.ended_at = Some(at)),
            _ => {}
        }
        log.entries.push(entry);
        log.times.push(at);
    }

    /// What a session that began was asked for.
    pub(crate) fn asked(&self, session: usize, query: String) {
        self.lock().of(session, |heard| heard.query = query);
    }

    /// A session received audio, so much by now, and recognised so many more words.
    pub(crate) fn heard(&self, session: usize, audio_ms: u64, words: u64) {
        let at = unix_ms();
        self.lock().of(session, |heard| {
            heard.first_audio_at.get_or_insert(at);
            heard.last_audio_at = Some(at);
            heard.audio_ms = audio_ms;
            heard.words += words;
        });
    }
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
