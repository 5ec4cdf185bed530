//! Out of the library, back again, and for good.

use uuid::Uuid;

use super::{History, unix_ms};
use crate::HistoryError;
use crate::tables::recordings;

impl History {
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

    /// Removes a recording for good and overwrites what it held.
    ///
    /// # Errors
    /// When there is no such recording or it cannot be stored.
    pub fn purge(&self, recording: Uuid) -> Result<(), HistoryError> {
        self.of(recording).write(move |tx| recordings::purge(tx, recording))?;
        self.private.dismiss(recording);
        Ok(())
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
}
