//! The handle: what may be asked of the history, and which store answers.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Transaction};
use sotto_encryption::DataKey;
use uuid::Uuid;

use crate::disk::Disk;
use crate::private::Private;
use crate::query::Query;
use crate::store::Store;
use crate::tables::{bookmarks, gaps, pauses, recordings, search, speakers, stored, turns, usage};
use crate::{
    Bookmark, Claim, Filter, Gap, GapCause, HistoryError, OpenedRecording, Origin, Outline, Pause,
    Relabelling, ResumePoint, SetAside, Source, SpeakerChange, StoredTurn, Summary, Turn, TurnHits,
    Usage, file, finding, passages,
};

/// The history. Cheap to clone; the file is closed with the last clone. All calls block; see the crate's own words.
///
/// Private recordings are in a store of their own, in memory: whoever names one is answered from there, and nothing of it
/// comes near the file.
#[derive(Clone)]
pub struct History {
    disk: Arc<Disk>,
    private: Arc<Private>,
    set_aside: Option<Arc<SetAside>>,
}

impl History {
    /// Opens the file, made if there is none. A damaged one is set aside and a fresh one begun; see
    /// [`History::set_aside`]. One that is encrypted waits for its key; see [`History::unlock`].
    ///
    /// # Errors
    /// When the file cannot be used, or a newer program made it.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let (disk, set_aside) = Disk::open(path, None)?;
        let disk = Arc::new(disk);
        Ok(Self { disk, private: Arc::default(), set_aside: set_aside.map(Arc::new) })
    }

    /// Whether the file is encrypted and its key is not here.
    #[must_use]
    pub fn needs_key(&self) -> bool {
        self.disk.needs_key()
    }

    /// The key with which the file is encrypted, if it is and if it is here.
    #[must_use]
    pub fn key(&self) -> Option<DataKey> {
        self.disk.key()
    }

    /// Opens an encrypted file with its key; one that is open is left alone.
    ///
    /// # Errors
    /// [`HistoryError::WrongKey`] when it is another's; when the file cannot be used.
    pub fn unlock(&self, key: &DataKey) -> Result<(), HistoryError> {
        self.disk.unlock(key)
    }

    /// Encrypts the file: a copy takes its place, and it is overwritten. All other calls wait. A crash leaves one of the two,
    /// whole, and maybe a beginning of the other, which [`crate::tidy`] removes.
    ///
    /// # Errors
    /// When it is encrypted already, another process has it open, or the copy cannot be made; it is as it was then.
    pub fn encrypt(&self, key: &DataKey) -> Result<(), HistoryError> {
        self.disk.convert(Some(key))
    }

    /// Files that were set aside because they were damaged, in this run or an earlier one, with what lay beside them.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn damaged_files(&self) -> Result<Vec<PathBuf>, HistoryError> {
        Ok(file::damaged(self.disk.path())?)
    }

    /// How large the file is.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub fn size(&self) -> Result<u64, HistoryError> {
        Ok(std::fs::metadata(self.disk.path())?.len())
    }

    /// The way back.
    ///
    /// # Errors
    /// As [`History::encrypt`].
    pub fn decrypt(&self) -> Result<(), HistoryError> {
        self.disk.convert(None)
    }

    /// The damaged file that opening moved out of the way, if it did.
    #[must_use]
    pub fn set_aside(&self) -> Option<&SetAside> {
        self.set_aside.as_deref()
    }

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

    /// Whether a recording is in memory alone.
    #[must_use]
    pub fn is_private(&self, recording: Uuid) -> bool {
        self.private.of(recording).is_some()
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

    /// Whether the transcript is complete; false for a recording that is not there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_finished(&self, recording: Uuid) -> Result<bool, HistoryError> {
        self.of(recording).read(|conn| recordings::is_finished(conn, recording))
    }

    /// Recordings whose transcript is not complete, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unfinished(&self) -> Result<Vec<Uuid>, HistoryError> {
        self.disk.read(recordings::unfinished)
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

    /// Takes a recording up: where to go on, and the claim that lets this session store. Every earlier claim is
    /// worthless when this returns.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn take_up(&self, recording: Uuid) -> Result<ResumePoint, HistoryError> {
        self.of(recording).write(move |tx| {
            let key = recordings::key(tx, recording)?;
            let mut holes = gaps::uncovered(tx, key, u64::MAX)?;
            let from = holes.pop().map_or(u64::MAX, |open| open.start);
            let sql = "SELECT legs FROM recordings WHERE started_at = ?1";
            Ok(ResumePoint {
                claim: recordings::claim(tx, key)?,
                from,
                holes,
                fallback: turns::fallback(tx, key)?,
                next_leg: tx.query_row(sql, [key], |row| row.get(0))?,
            })
        })
    }

    /// As [`History::turn_commit`], for the session that holds the claim.
    ///
    /// # Errors
    /// [`HistoryError::Superseded`] when another took the recording up; and as without a claim.
    pub fn commit_as(&self, claim: Claim, turn: &Turn) -> Result<(), HistoryError> {
        let turn = turn.clone();
        self.of(turn.recording).write(move |tx| {
            recordings::check(tx, turn.recording, claim)?;
            turns::commit(tx, &turn)
        })
    }

    /// Says anew who spoke in a turn; nothing happens where it is no longer there.
    ///
    /// # Errors
    /// [`HistoryError::Superseded`] when another took the recording up; and when it cannot be stored.
    pub fn relabel_as(
        &self,
        claim: Claim,
        recording: Uuid,
        anew: &Relabelling,
    ) -> Result<(), HistoryError> {
        let anew = anew.clone();
        self.of(recording).write(move |tx| {
            recordings::check(tx, recording, claim)?;
            turns::relabel(tx, recording, &anew)
        })
    }

    /// Puts `turns`, which tile `range`, in place of the turns that the fallback wrote there. False when the user had
    /// edited one of those; nothing was changed then.
    ///
    /// # Errors
    /// [`HistoryError::Superseded`] when another took the recording up; when the turns do not tile; when it cannot be
    /// stored.
    pub fn replace_as(
        &self,
        claim: Claim,
        recording: Uuid,
        range: Range<u64>,
        turns: &[Turn],
    ) -> Result<bool, HistoryError> {
        let turns = turns.to_owned();
        self.of(recording).write(move |tx| {
            recordings::check(tx, recording, claim)?;
            turns::replace(tx, recording, &range, &turns)
        })
    }

    /// Ends a recording as it is: what no turn answers for, before `end`, becomes a gap.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn give_up(&self, recording: Uuid, end: u64) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| {
            let key = recordings::key(tx, recording)?;
            // Whoever is still at it must not store beside the gap.
            recordings::claim(tx, key)?;
            for hole in gaps::uncovered(tx, key, end)? {
                let cause = GapCause::NotTranscribed;
                gaps::declare(tx, &Gap { recording, from: hole.start, to: hole.end, cause })?;
            }
            Ok(())
        })
    }

    /// All ranges before `end` that no stored turn answers for and nobody gave up, in order.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn uncovered(&self, recording: Uuid, end: u64) -> Result<Vec<Range<u64>>, HistoryError> {
        self.of(recording)
            .read(|conn| gaps::uncovered(conn, recordings::key(conn, recording)?, end))
    }

    /// At most `limit` recordings that began before `before` (Unix milliseconds), newest first; with a query, those in
    /// which all its words are said, the last one possibly unfinished. The query may hold anything.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn page(
        &self,
        query: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Summary>, HistoryError> {
        self.filtered(query, &Filter::default(), before, limit)
    }

    /// As [`History::page`], of what a filter lets through.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn filtered(
        &self,
        query: &str,
        filter: &Filter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Summary>, HistoryError> {
        let before = before.map_or(Ok(i64::MAX), stored)?;
        let query = Query::typed(query);
        let mut page = Vec::new();
        for (store, is_private) in self.stores() {
            let found = store.read(|conn| page_of(conn, &query, filter, before, limit))?;
            page.extend(found.into_iter().map(|one| Summary { is_private, ..one }));
        }
        page.sort_by_key(|summary| std::cmp::Reverse(summary.started_at));
        page.truncate(limit as usize);
        Ok(page)
    }

    /// A recording with all its text, also one that was deleted and not purged.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn open_recording(&self, recording: Uuid) -> Result<OpenedRecording, HistoryError> {
        let is_private = self.is_private(recording);
        self.of(recording).read(|conn| {
            let key = recordings::key(conn, recording)?;
            Ok(OpenedRecording {
                summary: Summary { is_private, ..recordings::summary(conn, key)? },
                turns: turns::of(conn, recording, key)?,
                gaps: gaps::of(conn, recording, key)?,
                pauses: pauses::of(conn, recording, key)?,
                speakers: speakers::of(conn, key)?,
                bookmarks: bookmarks::of(conn, recording, key)?,
            })
        })
    }

    /// A recording without its turns, however long it is; see [`History::turns_between`].
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn outline(&self, recording: Uuid) -> Result<Outline, HistoryError> {
        let is_private = self.is_private(recording);
        self.of(recording).read(|conn| {
            let key = recordings::key(conn, recording)?;
            Ok(Outline {
                summary: Summary { is_private, ..recordings::summary(conn, key)? },
                passages: passages::passages(&turns::beginnings(conn, key)?),
                gaps: gaps::of(conn, recording, key)?,
                pauses: pauses::of(conn, recording, key)?,
                speakers: speakers::of(conn, key)?,
                voices: speakers::told_apart(conn, key)?,
                bookmarks: bookmarks::of(conn, recording, key)?,
            })
        })
    }

    /// The turns that begin in `range`, in the order of the axis.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn turns_between(
        &self,
        recording: Uuid,
        range: Range<u64>,
    ) -> Result<Vec<StoredTurn>, HistoryError> {
        self.of(recording).read(|conn| {
            let key = recordings::key(conn, recording)?;
            turns::beginning_in(conn, recording, key, &range)
        })
    }

    /// The turns in which `query` is said or corrected to, and how often, in the order of the axis. Case does not matter.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn find_in(&self, recording: Uuid, query: &str) -> Result<Vec<TurnHits>, HistoryError> {
        let Some(pattern) = finding::pattern(query) else { return Ok(Vec::new()) };
        self.of(recording).read(|conn| {
            let key = recordings::key(conn, recording)?;
            turns::counted(conn, key, |text| pattern.find_iter(text).count())
        })
    }

    /// Gives a title; an empty one goes back to the first words.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn rename(&self, recording: Uuid, title: &str) -> Result<(), HistoryError> {
        let title = title.to_owned();
        self.of(recording).write(move |tx| recordings::rename(tx, recording, &title))
    }

    /// Stores where a recording's sound came from; a microphone unless it is said.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn recording_from(&self, recording: Uuid, origin: Origin) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| recordings::set_origin(tx, recording, origin))
    }

    /// Stores whether the sound of a finished recording was kept. False where that was known.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub fn audio_kept(&self, recording: Uuid, is_kept: bool) -> Result<bool, HistoryError> {
        self.of(recording).write(move |tx| recordings::set_audio(tx, recording, is_kept))
    }

    /// Recordings whose sound is said to be kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn with_audio(&self) -> Result<Vec<Uuid>, HistoryError> {
        self.disk.read(recordings::with_audio)
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

    /// The moments that are marked, in the order of the axis.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn bookmarks(&self, recording: Uuid) -> Result<Vec<Bookmark>, HistoryError> {
        self.of(recording)
            .read(|conn| bookmarks::of(conn, recording, recordings::key(conn, recording)?))
    }

    /// Takes a recording out of the library; everything stays on disk until [`History::purge`].
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn delete(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| recordings::set_deleted(tx, recording, Some(unix_ms())))
    }

    /// Takes back [`History::delete`].
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn restore(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| recordings::set_deleted(tx, recording, None))
    }

    /// Recordings that were deleted before `time` (Unix milliseconds) and may be purged.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn deleted_before(&self, time: u64) -> Result<Vec<Uuid>, HistoryError> {
        self.everywhere(|conn| recordings::deleted_before(conn, time))
    }

    /// Recordings that were started before `time` (Unix milliseconds), are finished, and were not deleted.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn finished_before(&self, time: u64) -> Result<Vec<Uuid>, HistoryError> {
        self.everywhere(|conn| recordings::finished_before(conn, time))
    }

    /// Adds to the time that sessions of a recogniser were open on the day of `at` (Unix milliseconds); on disk when this
    /// returns. Private recordings count as well: a day and a sum name nothing.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub fn usage_add(&self, source: Source, open_ms: u64, at: u64) -> Result<(), HistoryError> {
        self.disk.write(move |tx| usage::add(tx, source, open_ms, at))
    }

    /// For how long sessions were open, on the day and in the months around `at` (Unix milliseconds).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn usage(&self, at: u64) -> Result<Usage, HistoryError> {
        self.disk.read(|conn| usage::around(conn, at))
    }

    /// Writes everything into the one file and empties the log beside it, which still holds what was purged.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn settle(&self) -> Result<(), HistoryError> {
        self.disk.on_writer(|conn| {
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            let is_busy: bool = conn.query_row(sql, [], |row| row.get(0))?;
            if is_busy { Err(HistoryError::Locked) } else { Ok(()) }
        })
    }

    /// Removes a recording for good and overwrites what it held.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn purge(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| recordings::purge(tx, recording))?;
        self.private.dismiss(recording);
        Ok(())
    }

    /// Who has this recording; one that nobody has is not in the file.
    fn of(&self, recording: Uuid) -> Place<'_> {
        self.private.of(recording).map_or(Place::Disk(&self.disk), Place::Memory)
    }

    /// What is in the file, and what is in memory.
    fn stores(&self) -> impl Iterator<Item = (Place<'_>, bool)> {
        let private = self.private.store().map(|store| (Place::Memory(store), true));
        std::iter::once((Place::Disk(&self.disk), false)).chain(private)
    }

    fn everywhere<T>(
        &self,
        work: impl Fn(&Connection) -> Result<Vec<T>, HistoryError>,
    ) -> Result<Vec<T>, HistoryError> {
        let mut all = Vec::new();
        for (store, _) in self.stores() {
            all.extend(store.read(&work)?);
        }
        Ok(all)
    }
}

/// Who has a recording.
enum Place<'a> {
    Disk(&'a Disk),
    Memory(&'a Store),
}

impl Place<'_> {
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        match self {
            Self::Disk(disk) => disk.write(work),
            Self::Memory(store) => store.write(work),
        }
    }

    fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, HistoryError>,
    ) -> Result<T, HistoryError> {
        match self {
            Self::Disk(disk) => disk.read(work),
            Self::Memory(store) => store.read(work),
        }
    }
}

/// A page of one store.
fn page_of(
    conn: &Connection,
    query: &Query,
    filter: &Filter,
    before: i64,
    limit: u32,
) -> Result<Vec<Summary>, HistoryError> {
    match query {
        Query::Nothing => Ok(Vec::new()),
        Query::All => {
            let keys = recordings::page(conn, filter, before, limit)?;
            keys.into_iter().map(|key| recordings::summary(conn, key)).collect()
        }
        Query::Expression(expression) => found(conn, expression, filter, before, limit),
    }
}

/// Those in which it is said, with the surroundings of the first place.
fn found(
    conn: &Connection,
    expression: &str,
    filter: &Filter,
    before: i64,
    limit: u32,
) -> Result<Vec<Summary>, HistoryError> {
    let is_wanted = |key| recordings::is_wanted(conn, filter, key);
    let until = filter.until.map_or(Ok(i64::MAX), stored)?.min(before);
    let hits = search::hits(conn, expression, until, limit, is_wanted)?;
    let texts: Vec<String> =
        hits.iter().map(|hit| turns::shown(conn, hit.turn)).collect::<Result<_, _>>()?;
    let snippets = search::snippets(expression, &texts)?;
    hits.iter()
        .zip(snippets)
        .map(|(hit, snippet)| Ok(Summary { snippet, ..recordings::summary(conn, hit.recording)? }))
        .collect()
}

pub(crate) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
