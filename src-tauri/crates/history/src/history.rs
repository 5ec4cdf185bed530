//! The handle that everyone holds: writes go to one thread, reads to a small pool of connections.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

use crate::writer::Writer;
use crate::{Gap, HistoryError, OpenedRecording, ResumePoint, Summary, Turn, read, schema, write};

const BUSY: Duration = Duration::from_secs(5);
const READERS: usize = 4;

/// The history; cheap to clone. Every call blocks for the length of one small transaction: call it off the async threads.
#[derive(Clone)]
pub struct History {
    path: Arc<PathBuf>,
    writer: Writer,
    readers: Arc<Mutex<Vec<Connection>>>,
}

impl History {
    /// Opens the database at `path`, making it and its folder (closed to others) if need be. A file that is no sound
    /// database is set aside beside the new one, never deleted.
    ///
    /// # Errors
    /// When the file cannot be used, or was written by a newer Sotto.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        make_private(path)?;
        let connection = match open_sound(path) {
            Err(HistoryError::Corrupt) => {
                set_aside(path)?;
                make_private(path)?;
                open_sound(path)?
            }
            opened => opened?,
        };
        let writer = Writer::start(connection).map_err(|error| file_error(path, error))?;
        Ok(Self { path: Arc::new(path.to_owned()), writer, readers: Arc::default() })
    }

    /// Keeps that a recording began. Repeating it changes nothing.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn recording_create(&self, recording: Uuid, started_at: u64) -> Result<(), HistoryError> {
        self.writer.run(move |db| write::recording_create(db, recording, started_at))
    }

    /// Keeps that the microphone was switched off after `samples`.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn recording_stopped(&self, recording: Uuid, samples: u64) -> Result<(), HistoryError> {
        self.writer.run(move |db| write::recording_stopped(db, recording, samples))
    }

    /// Keeps that the transcript is complete.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn recording_finished(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.writer.run(move |db| write::recording_finished(db, recording))
    }

    /// Whether the transcript of a recording is complete; false for one that is not known.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn is_finished(&self, recording: Uuid) -> Result<bool, HistoryError> {
        self.read(|db| read::is_finished(db, recording))
    }

    /// Stores a final turn; it is on disk when this returns. Idempotent by (recording, leg, turn order): a repetition
    /// replaces what the machine heard, never what the user made of it.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn turn_commit(&self, turn: &Turn) -> Result<(), HistoryError> {
        let turn = turn.clone();
        self.writer.run(move |db| write::turn_commit(db, &turn))
    }

    /// Stores that a range has no text. Repeating it changes nothing.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn gap_declare(&self, gap: &Gap) -> Result<(), HistoryError> {
        let gap = gap.clone();
        self.writer.run(move |db| write::gap_declare(db, &gap))
    }

    /// Keeps what the user made of a turn; `None` goes back to the machine's text.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn turn_edit(
        &self,
        recording: Uuid,
        leg: u32,
        turn_order: u32,
        text: Option<String>,
    ) -> Result<(), HistoryError> {
        self.writer.run(move |db| write::turn_edit(db, recording, leg, turn_order, text.as_deref()))
    }

    /// The first sample that no turn and no gap covers, and the first free leg.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn resume_point(&self, recording: Uuid) -> Result<ResumePoint, HistoryError> {
        self.read(|db| read::resume_point(db, recording))
    }

    /// Recordings whose transcript is not complete, oldest first.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn unfinished(&self) -> Result<Vec<Uuid>, HistoryError> {
        self.read(read::unfinished)
    }

    /// Recordings that began before `before` (Unix milliseconds), newest first, at most `limit`; with a query, those in
    /// which every typed word is said in one turn (the last word may be unfinished).
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn page(&self, query: &str, before: Option<u64>, limit: u32) -> Result<Vec<Summary>, HistoryError> {
        self.read(|db| read::page(db, query, before, limit))
    }

    /// A recording with its text.
    ///
    /// # Errors
    /// [`HistoryError::NotFound`], and as everywhere.
    pub fn open_recording(&self, recording: Uuid) -> Result<OpenedRecording, HistoryError> {
        self.read(|db| read::open_recording(db, recording))
    }

    /// Gives a recording a title; an empty one goes back to the first words.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn rename(&self, recording: Uuid, title: &str) -> Result<(), HistoryError> {
        let title = Some(title.to_owned()).filter(|title| !title.is_empty());
        self.writer.run(move |db| write::rename(db, recording, title.as_deref()))
    }

    /// Takes a recording out of the library at `now` (Unix milliseconds); [`Self::restore`] puts it back.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn delete(&self, recording: Uuid, now: u64) -> Result<(), HistoryError> {
        self.writer.run(move |db| write::set_deleted(db, recording, Some(now)))
    }

    /// Puts a deleted recording back.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn restore(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.writer.run(move |db| write::set_deleted(db, recording, None))
    }

    /// Deletes for good what was taken out of the library before `before` (Unix milliseconds).
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn purge(&self, before: u64) -> Result<(), HistoryError> {
        self.writer.run(move |db| write::purge(db, before))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, HistoryError>) -> Result<T, HistoryError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        let result = work(&connection);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS {
            readers.push(connection);
        }
        result
    }
}

fn open_sound(path: &Path) -> Result<Connection, HistoryError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(HistoryError::Corrupt);
    }
    schema::migrations().to_latest(&mut connection)?;
    Ok(connection)
}

fn open_reader(path: &Path) -> Result<Connection, HistoryError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "query_only", "ON")?;
    Ok(connection)
}

/// Renames a damaged database, with its log, to `NAME.damaged-N`.
fn set_aside(path: &Path) -> Result<(), HistoryError> {
    let named = |suffix: &str, number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        if number > 0 {
            name.push(format!(".damaged-{number}"));
        }
        PathBuf::from(name)
    };
    let number = (1..).find(|number| !named("", *number).exists()).unwrap_or(u32::MAX);
    tracing::error!("the history is damaged; it is set aside as number {number} and a new one is begun");
    for suffix in ["", "-wal", "-shm"] {
        let from = named(suffix, 0);
        if from.exists() {
            fs::rename(&from, named(suffix, number)).map_err(|error| file_error(&from, error))?;
        }
    }
    Ok(())
}

/// Makes the folder and the file, readable by the user alone.
fn make_private(path: &Path) -> Result<(), HistoryError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| file_error(folder, error))?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| file_error(path, error))?;
    Ok(())
}

fn file_error(path: &Path, error: std::io::Error) -> HistoryError {
    HistoryError::File { path: path.to_owned(), error }
}
