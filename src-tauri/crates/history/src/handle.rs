//! The handle: one thread that writes, a few connections that read.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use uuid::Uuid;

use crate::query::Query;
use crate::tables::{gaps, recordings, search, stored, turns};
use crate::{
    Claim, Gap, GapCause, HistoryError, OpenedRecording, ResumePoint, SetAside, Summary, Turn, file,
};

/// How many idle connections are kept for readers.
const IDLE_READERS: usize = 3;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// The history. Cheap to clone; the file is closed with the last clone. All calls block; see the crate's own words.
#[derive(Clone)]
pub struct History {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    /// `None` only while the handle is being dropped.
    writer: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
    readers: Mutex<Vec<Connection>>,
    set_aside: Option<SetAside>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.readers.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        drop(self.writer.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the history's thread did not end well");
        }
    }
}

impl History {
    /// Opens the file, made if there is none. A damaged one is set aside and a fresh one begun; see
    /// [`History::set_aside`].
    ///
    /// # Errors
    /// When the file cannot be used, or a newer program made it.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let (mut connection, set_aside) = file::open(path, unix_ms())?;
        let (writer, inbox) = mpsc::channel::<Work>();
        let run = move || {
            for work in inbox {
                work(&mut connection);
            }
        };
        let thread = thread::Builder::new().name("history".to_owned()).spawn(run)?;
        let shared = Shared {
            path: path.to_owned(),
            writer: Some(writer),
            thread: Some(thread),
            readers: Mutex::default(),
            set_aside,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The damaged file that opening moved out of the way, if it did.
    #[must_use]
    pub fn set_aside(&self) -> Option<&SetAside> {
        self.shared.set_aside.as_ref()
    }

    /// Begins a recording; one that is there already is left alone.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub fn recording_create(&self, recording: Uuid, started_at: u64) -> Result<(), HistoryError> {
        self.write(move |tx| recordings::create(tx, recording, started_at))
    }

    /// The microphone is off and the length known.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn recording_stopped(&self, recording: Uuid, samples: u64) -> Result<(), HistoryError> {
        self.write(move |tx| recordings::stopped(tx, recording, samples))
    }

    /// The transcript is complete.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn recording_finished(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.write(move |tx| recordings::finished(tx, recording))
    }

    /// Whether the transcript is complete; false for a recording that is not there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_finished(&self, recording: Uuid) -> Result<bool, HistoryError> {
        self.read(|conn| recordings::is_finished(conn, recording))
    }

    /// Recordings whose transcript is not complete, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unfinished(&self) -> Result<Vec<Uuid>, HistoryError> {
        self.read(recordings::unfinished)
    }

    /// Stores a final turn; it is on disk when this returns. Idempotent by (recording, leg, turn order); another text
    /// under the same key replaces what the machine heard and leaves the user's edit alone.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn turn_commit(&self, turn: &Turn) -> Result<(), HistoryError> {
        let turn = turn.clone();
        self.write(move |tx| turns::commit(tx, &turn))
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
        self.write(move |tx| turns::edit(tx, recording, (leg, turn_order), text.as_deref()))
    }

    /// Stores that a range has no text. Idempotent.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn gap_declare(&self, gap: &Gap) -> Result<(), HistoryError> {
        let gap = gap.clone();
        self.write(move |tx| gaps::declare(tx, &gap))
    }

    /// Takes a recording up: where to go on, and the claim that lets this session store. Every earlier claim is
    /// worthless when this returns.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn take_up(&self, recording: Uuid) -> Result<ResumePoint, HistoryError> {
        self.write(move |tx| {
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
        self.write(move |tx| {
            recordings::check(tx, turn.recording, claim)?;
            turns::commit(tx, &turn)
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
        self.write(move |tx| {
            recordings::check(tx, recording, claim)?;
            turns::replace(tx, recording, &range, &turns)
        })
    }

    /// Ends a recording as it is: what no turn answers for, before `end`, becomes a gap.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn give_up(&self, recording: Uuid, end: u64) -> Result<(), HistoryError> {
        self.write(move |tx| {
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
        self.read(|conn| gaps::uncovered(conn, recordings::key(conn, recording)?, end))
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
        let before = before.map_or(Ok(i64::MAX), stored)?;
        self.read(|conn| match Query::typed(query) {
            Query::Nothing => Ok(Vec::new()),
            Query::All => {
                let keys = recordings::page(conn, before, limit)?;
                keys.into_iter().map(|key| recordings::summary(conn, key)).collect()
            }
            Query::Expression(expression) => search::page(conn, &expression, before, limit)?
                .into_iter()
                .map(|(key, snippet)| {
                    Ok(Summary { snippet: Some(snippet), ..recordings::summary(conn, key)? })
                })
                .collect(),
        })
    }

    /// A recording with all its text, also one that was deleted and not purged.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn open_recording(&self, recording: Uuid) -> Result<OpenedRecording, HistoryError> {
        self.read(|conn| {
            let key = recordings::key(conn, recording)?;
            Ok(OpenedRecording {
                summary: recordings::summary(conn, key)?,
                turns: turns::of(conn, recording, key)?,
                gaps: gaps::of(conn, recording, key)?,
            })
        })
    }

    /// Gives a title; an empty one goes back to the first words.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn rename(&self, recording: Uuid, title: &str) -> Result<(), HistoryError> {
        let title = title.to_owned();
        self.write(move |tx| recordings::rename(tx, recording, &title))
    }

    /// Takes a recording out of the library; everything stays on disk until [`History::purge`].
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn delete(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.write(move |tx| recordings::set_deleted(tx, recording, Some(unix_ms())))
    }

    /// Takes back [`History::delete`].
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn restore(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.write(move |tx| recordings::set_deleted(tx, recording, None))
    }

    /// Recordings that were deleted before `time` (Unix milliseconds) and may be purged.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn deleted_before(&self, time: u64) -> Result<Vec<Uuid>, HistoryError> {
        self.read(|conn| recordings::deleted_before(conn, time))
    }

    /// Removes a recording for good and overwrites what it held.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn purge(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.write(move |tx| recordings::purge(tx, recording))
    }

    /// One transaction on the writer's thread; waits for its end.
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        self.on_writer(move |conn| {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        })
    }

    fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let work: Work = Box::new(move |conn| {
            // Whoever asked waits below for as long as this takes, unless its thread died.
            answer.send(work(conn)).ok();
        });
        self.shared
            .writer
            .as_ref()
            .ok_or(HistoryError::Closed)?
            .send(work)
            .map_err(|_| HistoryError::Closed)?;
        answered.recv().map_err(|_| HistoryError::Closed)?
    }

    /// One snapshot, so that a summary and its turns agree.
    fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, HistoryError>,
    ) -> Result<T, HistoryError> {
        let idle = self.readers().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => file::open_reader(&self.shared.path)?,
        };
        let tx = connection.transaction()?;
        let value = work(&tx)?;
        tx.finish()?;
        let mut readers = self.readers();
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
        Ok(value)
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.shared.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
