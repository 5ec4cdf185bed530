//! Moments that the user marked. A bookmark lies on the axis, not in the text: whatever becomes of the turns around it, it
//! stays where it is.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{recordings, stored, unsigned};
use crate::{Bookmark, HistoryError};

pub(crate) const CREATE: &str = "
CREATE TABLE bookmarks (
    recording INTEGER NOT NULL REFERENCES recordings (started_at) ON DELETE CASCADE,
    at_sample INTEGER NOT NULL,
    note      TEXT NOT NULL,
    PRIMARY KEY (recording, at_sample)
) STRICT, WITHOUT ROWID;
";

/// Idempotent; a second one at the same sample has the new note.
pub(crate) fn set(conn: &Connection, bookmark: &Bookmark) -> Result<(), HistoryError> {
    conn.execute(
        "INSERT INTO bookmarks (recording, at_sample, note) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET note = excluded.note",
        params![
            recordings::key(conn, bookmark.recording)?,
            stored(bookmark.at)?,
            bookmark.note.trim()
        ],
    )?;
    Ok(())
}

/// Idempotent.
pub(crate) fn remove(conn: &Connection, uuid: Uuid, at: u64) -> Result<(), HistoryError> {
    conn.execute(
        "DELETE FROM bookmarks WHERE recording = ?1 AND at_sample = ?2",
        params![recordings::key(conn, uuid)?, stored(at)?],
    )?;
    Ok(())
}

/// In the order of the axis.
pub(crate) fn of(
    conn: &Connection,
    uuid: Uuid,
    recording: i64,
) -> Result<Vec<Bookmark>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT at_sample, note FROM bookmarks WHERE recording = ?1 ORDER BY at_sample",
    )?;
    let bookmarks = statement.query_map([recording], |row| {
        Ok(Bookmark { recording: uuid, at: unsigned(row, 0)?, note: row.get(1)? })
    })?;
    Ok(bookmarks.collect::<Result<_, _>>()?)
}
