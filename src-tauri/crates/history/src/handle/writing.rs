//! What is stored as it happens, and what the user makes of it.

use uuid::Uuid;

use super::History;
use crate::tables::{bookmarks, gaps, pauses, recordings, speakers, turns, usage};
use crate::{Bookmark, Gap, HistoryError, Origin, Pause, Source, SpeakerChange, Turn};

impl History {
    /// Begins a recording; one that is there already is left alone.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub fn recording_create(&self, recording: Uuid, started_at: u64) -> Result<(), HistoryError> {
        self.disk.write(move |tx| recordings::create(tx, recording, started_at))
    }

    /// Begins a recording of which nothing is to be written: it is in memory, with all its text, until it is purged or
    /// the last handle is gone.
    ///
    /// # Errors
    /// When memory cannot hold it.
    pub fn recording_create_private(
        &self,
        recording: Uuid,
        started_at: u64,
    ) -> Result<(), HistoryError> {
        let store = self.private.admit(recording)?;
        let made = store.write(move |tx| recordings::create(tx, recording, started_at));
        made.inspect_err(|_| self.private.dismiss(recording))
    }

    /// Stores where a recording's sound came from; a microphone unless it is said.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn recording_from(&self, recording: Uuid, origin: Origin) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| recordings::set_origin(tx, recording, origin))
    }

    /// The microphone is off and the length known.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn recording_stopped(&self, recording: Uuid, samples: u64) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| recordings::stopped(tx, recording, samples))
    }

    /// The transcript is complete.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn recording_finished(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| recordings::finished(tx, recording))
    }

    /// Stores whether the sound of a finished recording was kept. False where that was known.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub fn audio_kept(&self, recording: Uuid, is_kept: bool) -> Result<bool, HistoryError> {
        self.of(recording).write(move |tx| recordings::set_audio(tx, recording, is_kept))
    }

    /// Stores a final turn; it is on disk when this returns. Idempotent by (recording, leg, turn order); another text
    /// under the same key replaces what the machine heard and leaves the user's edit alone.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn turn_commit(&self, turn: &Turn) -> Result<(), HistoryError> {
        let turn = turn.clone();
        self.of(turn.recording).write(move |tx| turns::commit(tx, &turn))
    }

    /// Stores what the user made of a turn; `None` goes back to what the machine heard.
    ///
    /// # Errors
    /// When there is no such turn or it cannot be stored.
    pub fn turn_edit(
        &self,
        recording: Uuid,
        leg: u32,
        turn_order: u32,
        text: Option<&str>,
    ) -> Result<(), HistoryError> {
        let text = text.map(str::to_owned);
        self.of(recording)
            .write(move |tx| turns::edit(tx, recording, (leg, turn_order), text.as_deref()))
    }

    /// Names those who spoke, or takes names back: all of the changes or none.
    ///
    /// # Errors
    /// When there is no such recording, a name is too long, or it cannot be stored.
    pub fn speakers_name(
        &self,
        recording: Uuid,
        changes: &[SpeakerChange],
    ) -> Result<(), HistoryError> {
        let changes = changes.to_owned();
        self.of(recording).write(move |tx| speakers::change(tx, recording, &changes))
    }

    /// Stores that a range has no text. Idempotent.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn gap_declare(&self, gap: &Gap) -> Result<(), HistoryError> {
        let gap = gap.clone();
        self.of(gap.recording).write(move |tx| gaps::declare(tx, &gap))
    }

    /// Stores that a recording was paused, and until when once that is known. Idempotent.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn pause_declare(&self, pause: &Pause) -> Result<(), HistoryError> {
        let pause = pause.clone();
        self.of(pause.recording).write(move |tx| pauses::declare(tx, &pause))
    }

    /// Gives a title; an empty one goes back to the first words.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn rename(&self, recording: Uuid, title: &str) -> Result<(), HistoryError> {
        let title = title.to_owned();
        self.of(recording).write(move |tx| recordings::rename(tx, recording, &title))
    }

    /// Marks a moment, or gives one that is marked another note. Idempotent.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn bookmark_set(&self, bookmark: &Bookmark) -> Result<(), HistoryError> {
        let bookmark = bookmark.clone();
        self.of(bookmark.recording).write(move |tx| bookmarks::set(tx, &bookmark))
    }

    /// Takes the mark of a moment away. Idempotent.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn bookmark_remove(&self, recording: Uuid, at: u64) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| bookmarks::remove(tx, recording, at))
    }

    /// Adds to the time that sessions of a recogniser were open on the day of `at` (Unix milliseconds); on disk when this
    /// returns. Private recordings count as well: a day and a sum name nothing.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub fn usage_add(&self, source: Source, open_ms: u64, at: u64) -> Result<(), HistoryError> {
        self.disk.write(move |tx| usage::add(tx, source, open_ms, at))
    }
}
