//! What can go wrong with the history, sorted by what its user can do about it. Never carries transcript text.

use std::io;

use rusqlite::ErrorCode;
use uuid::Uuid;

/// What can go wrong with the history. Nothing that was acknowledged is ever lost by one of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// Another process held the database for longer than the busy time-out.
    #[error("another program holds the history")]
    Locked,
    /// It is encrypted, and its key is not here.
    #[error("the history is encrypted, and its key is not here")]
    NeedsKey,
    /// It is encrypted with another key.
    #[error("this is the key of another history")]
    WrongKey,
    /// No space left.
    #[error("the disk is full; the history was not changed")]
    DiskFull,
    /// The database may not be written to.
    #[error("the history may not be written to")]
    ReadOnly,
    /// The file is no sound database.
    #[error("the history is damaged")]
    Corrupt,
    /// The file was written by a newer Sotto.
    #[error("the history was written by a newer version of Sotto")]
    TooNew,
    /// Another session took the recording up.
    #[error("recording {0} was taken up by another session")]
    Superseded(Uuid),
    /// No such recording, or no such turn of it.
    #[error("there is no recording {0}")]
    NotFound(Uuid),
    /// A value that makes no sense, such as a range that ends before it begins.
    #[error("the history does not take {0}")]
    Invalid(&'static str),
    /// The folder or the file cannot be used.
    #[error("the history's file cannot be used: {0}")]
    File(#[source] io::Error),
    /// The thread that writes is gone.
    #[error("the history is closed")]
    Closed,
    /// The tables could not be brought up to date.
    #[error("the history could not be brought up to date: {0}")]
    Migration(#[source] Box<rusqlite_migration::Error>),
    /// Everything else that SQLite says.
    #[error("the history: {0}")]
    Database(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for HistoryError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt,
            _ => Self::Database(error),
        }
    }
}

impl From<rusqlite_migration::Error> for HistoryError {
    fn from(error: rusqlite_migration::Error) -> Self {
        use rusqlite_migration::{Error, MigrationDefinitionError};
        match error {
            Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
                Self::TooNew
            }
            Error::RusqliteError { err, .. } => err.into(),
            other => Self::Migration(Box::new(other)),
        }
    }
}

impl From<io::Error> for HistoryError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnly,
            _ => Self::File(error),
        }
    }
}
