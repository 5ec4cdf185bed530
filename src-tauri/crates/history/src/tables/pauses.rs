//! When a recording was paused. A pause takes no place on the axis: it lies between two samples.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{recordings, stored, unsigned};
use crate::{HistoryError, Pause};

pub(crate) const CREATE: &str = "
CREATE TABLE pauses (
    recording INTEGER NOT NULL REFERENCES recordings (started_at) ON DELETE CASCADE,
    at_sample INTEGER NOT NULL,
    since     INTEGER NOT NULL,
    until     INTEGER CHECK (until >= since),
    PRIMARY KEY (recording, since)
) STRICT, WITHOUT ROWID;
";

/// Idempotent; a second call may say how long it was.
pub(crate) fn declare(conn: &Connection, pause: &Pause) -> Result<(), HistoryError> {
    let until = pause.until.map(|until| stored(until.max(pause.since))).transpose()?;
    conn.execute(
        "INSERT INTO pauses (recording, at_sample, since, until) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET until = excluded.until",
        params![
            recordings::key(conn, pause.recording)?,
            stored(pause.at)?,
            stored(pause.since)?,
            until
        ],
    )?;
    Ok(())
}

/// In the order of the axis; what ended a recording is no pause.
pub(crate) fn of(
    conn: &Connection,
    uuid: Uuid,
    recording: i64,
) -> Result<Vec<Pause>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT at_sample, since, until FROM pauses JOIN recordings ON recording = started_at
         WHERE recording = ?1 AND (until IS NOT NULL OR state = 'recording') ORDER BY since",
    )?;
    let pauses = statement.query_map([recording], |row| {
        let until: Option<i64> = row.get(2)?;
        Ok(Pause {
            recording: uuid,
            at: unsigned(row, 0)?,
            since: unsigned(row, 1)?,
            until: until.and_then(|until| u64::try_from(until).ok()),
        })
    })?;
    Ok(pauses.collect::<Result<_, _>>()?)
}
