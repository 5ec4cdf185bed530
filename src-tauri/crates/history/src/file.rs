//! The database file: made private, checked, brought up to date, and set aside when it is damaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use sotto_encryption::DataKey;
use uuid::Uuid;

use crate::HistoryError;
use crate::encryption;
use crate::seal;
use crate::tables::migrations;

/// How long a call waits for another process before it is [`HistoryError::Locked`].
const BUSY: Duration = Duration::from_secs(5);

const DAMAGED: &str = ".damaged-";

/// A damaged file that was moved out of the way, with its side files; a fresh history was begun in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it is now.
    pub moved_to: PathBuf,
}

/// The file, open for writing.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    /// What had to be moved for it.
    pub(crate) set_aside: Option<SetAside>,
    /// When all of it was read, in Unix milliseconds.
    pub(crate) checked_at: u64,
}

/// Opens the file for writing, as the only one in this process. `now` (Unix milliseconds) names what is set aside. One that is as
/// it was left is not read through; see [`seal`].
///
/// The key is the right one, if there is one: what cannot be read with it is damaged.
pub(crate) fn open(path: &Path, key: Option<&DataKey>, now: u64) -> Result<Opened, HistoryError> {
    make_private(path)?;
    let known = seal::break_open(path, now)?;
    let is_known = known.is_some();
    match open_sound(path, key, is_known) {
        Ok(connection) => {
            Ok(Opened { connection, set_aside: None, checked_at: known.unwrap_or(now) })
        }
        Err(HistoryError::Corrupt) => {
            let moved_to = set_aside(path, now)?;
            tracing::error!(moved_to = %moved_to.display(), "the history is damaged; it was set aside");
            make_private(path)?;
            let connection = open_sound(path, key, false)?;
            Ok(Opened { connection, set_aside: Some(SetAside { moved_to }), checked_at: now })
        }
        Err(error) => Err(error),
    }
}

/// Where a database is.
#[derive(Debug)]
pub(crate) enum Home {
    /// With the key, if it is encrypted.
    File(PathBuf, Option<DataKey>),
    /// In the memory of this process, under this name.
    Memory(Uuid),
}

impl Home {
    /// What SQLite calls it. The name of a memory begins with a slash: else each connection would have one of its own.
    fn name(&self) -> PathBuf {
        match self {
            Self::File(path, _) => path.clone(),
            Self::Memory(name) => format!("file:/{name}?vfs=memdb").into(),
        }
    }

    fn flags(&self) -> OpenFlags {
        match self {
            Self::File(..) => OpenFlags::SQLITE_OPEN_NO_MUTEX,
            Self::Memory(_) => OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI,
        }
    }
}

/// Opens one for reading beside the writer.
pub(crate) fn open_reader(home: &Home) -> Result<Connection, HistoryError> {
    let flags = home.flags() | OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(home.name(), flags)?;
    if let Home::File(_, key) = home {
        encryption::unlock(&connection, key.as_ref())?;
    }
    connection.busy_timeout(BUSY)?;
    if matches!(home, Home::Memory(_)) {
        without_files(&connection)?;
    }
    Ok(connection)
}

/// Makes a database in memory, which is there for as long as this connection is.
pub(crate) fn open_memory(home: &Home) -> Result<Connection, HistoryError> {
    let flags = home.flags() | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = Connection::open_with_flags(home.name(), flags)?;
    connection.busy_timeout(BUSY)?;
    without_files(&connection)?;
    connection.pragma_update(None, "journal_mode", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    migrations().to_latest(&mut connection)?;
    Ok(connection)
}

/// What a query needs on the way would go to a file otherwise, once it is large.
fn without_files(connection: &Connection) -> Result<(), HistoryError> {
    Ok(connection.pragma_update(None, "temp_store", "MEMORY")?)
}

fn open_sound(
    path: &Path,
    key: Option<&DataKey>,
    is_known: bool,
) -> Result<Connection, HistoryError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    encryption::unlock(&connection, key)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS, fsync alone leaves data in the drive's cache; elsewhere this does nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    if !is_known {
        read_through(&connection, key.is_some())?;
    }
    remove_stale_journal(path)?;
    migrations().to_latest(&mut connection)?;
    Ok(connection)
}

fn read_through(connection: &Connection, is_encrypted: bool) -> Result<(), HistoryError> {
    let checked = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match checked {
        Ok(verdict) if verdict == "ok" => Ok(()),
        // A page whose tag is wrong has no code of its own; what the system refuses has.
        Err(error) if !is_encrypted || !is_unexplained(&error) => Err(error.into()),
        _ => Err(HistoryError::Corrupt),
    }
}

/// A process that was killed before the file had a write-ahead log may have left a journal that it had only begun. SQLite rolls
/// back what has to be, and leaves such a one lying for ever; pages of a history that is encrypted by now could be in it.
fn remove_stale_journal(path: &Path) -> Result<(), HistoryError> {
    match fs::remove_file(with_suffix(path, "-journal")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn is_unexplained(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_ERROR)
}

/// Moved, never deleted: someone may still be able to read it. The side files go with it, for a stale WAL would be
/// replayed into the fresh file.
fn set_aside(path: &Path, now: u64) -> Result<PathBuf, HistoryError> {
    let moved_to = with_suffix(path, &format!("{DAMAGED}{now}"));
    fs::rename(path, &moved_to)?;
    for side in ["-wal", "-shm"] {
        let file = with_suffix(path, side);
        if file.exists() {
            fs::rename(&file, with_suffix(&moved_to, side))?;
        }
    }
    Ok(moved_to)
}

/// What [`set_aside`] moved.
pub(crate) fn damaged(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(DAMAGED);
    let mut found = Vec::new();
    for entry in fs::read_dir(path.parent().unwrap_or_else(|| Path::new(".")))? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(name.as_encoded_bytes()) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Transcripts are for their owner alone. SQLite gives its side files the mode of the main one.
fn make_private(path: &Path) -> Result<(), HistoryError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(file);
    Ok(())
}
