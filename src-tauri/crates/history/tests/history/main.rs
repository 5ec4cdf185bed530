//! The history over real files: what it stores, finds again, and survives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "tests")]

mod bookmarks;
mod claims;
mod damage;
mod encryption;
mod filters;
mod kill;
mod library;
mod passages;
mod pauses;
mod power;
mod private;
mod search;
mod speakers;
mod turns;
mod usage;

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sotto_history::{History, Source, Turn, Word};
use uuid::Uuid;

/// A history in a folder that goes when this is dropped.
pub(crate) struct Place {
    pub(crate) history: History,
    pub(crate) path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data").join("history.db");
        Self { history: History::open(&path).unwrap(), path, _folder: folder }
    }

    /// What anyone else sees in the file.
    pub(crate) fn beside(&self) -> Connection {
        Connection::open(&self.path).unwrap()
    }

    pub(crate) fn recording(&self, started_at: u64) -> Uuid {
        let recording = Uuid::new_v4();
        self.history.recording_create(recording, started_at).unwrap();
        recording
    }

    /// A recording in which each text is a turn of one second.
    pub(crate) fn spoken(&self, started_at: u64, texts: &[&str]) -> Uuid {
        let recording = self.recording(started_at);
        for (order, text) in (0_u32..).zip(texts) {
            self.history.turn_commit(&turn(recording, 0, order, text)).unwrap();
        }
        recording
    }
}

/// A turn of one second at the place that its order says.
pub(crate) fn turn(recording: Uuid, leg: u32, turn_order: u32, text: &str) -> Turn {
    let from = u64::from(turn_order) * 16_000;
    let word = |text: &str| Word {
        text: text.to_owned(),
        from,
        to: from + 800,
        confidence: 0.5,
        speaker: None,
    };
    Turn {
        recording,
        leg,
        turn_order,
        from,
        to: from + 16_000,
        text: text.to_owned(),
        words: text.split_whitespace().map(word).collect(),
        source: Source::Offline,
        is_fallback: false,
        speaker: None,
    }
}

/// A recording whose turns fill some pages.
pub(crate) fn long(place: &Place) -> Uuid {
    let text = "a sentence that fills pages ".repeat(40);
    let recording = place.recording(1_000);
    for order in 0..40 {
        place.history.turn_commit(&turn(recording, 0, order, &text)).unwrap();
    }
    recording
}

/// What says of a file that it is as it was left.
pub(crate) fn seal_of(path: &Path) -> PathBuf {
    path.with_file_name("history.db-seal")
}

/// Pages behind the middle of a closed file go bad, as a disk does it: the time of the file says nothing of it. What it is then.
pub(crate) fn spoil(path: &Path) -> Vec<u8> {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    let end = bytes.len() - 4096;
    bytes[end / 2..end].fill(0x5a);
    fs::write(path, &bytes).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(modified).unwrap();
    bytes
}
