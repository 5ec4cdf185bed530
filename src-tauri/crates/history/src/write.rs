//! What changes the database. Each function is one transaction.

use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

use crate::{Gap, GapCause, HistoryError, Turn};

pub(crate) fn recording_create(db: &Connection, recording: Uuid, started_at: u64) -> Result<(), HistoryError> {
    db.execute(
        "INSERT INTO recordings (uuid, started_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![recording.as_bytes(), signed(started_at)],
    )?;
    Ok(())
}

pub(crate) fn recording_stopped(db: &Connection, recording: Uuid, samples: u64) -> Result<(), HistoryError> {
    one(db.execute(
        "UPDATE recordings SET samples = ?2, phase = max(phase, 1) WHERE uuid = ?1",
        params![recording.as_bytes(), signed(samples)],
    )?)
}

pub(crate) fn recording_finished(db: &Connection, recording: Uuid) -> Result<(), HistoryError> {
    one(db.execute("UPDATE recordings SET phase = 2 WHERE uuid = ?1", params![recording.as_bytes()])?)
}

pub(crate) fn turn_commit(db: &Connection, turn: &Turn) -> Result<(), HistoryError> {
    if turn.to < turn.from {
        return Err(HistoryError::Invalid("a turn ends before it begins"));
    }
    let row = row_of(db, turn.recording)?;
    db.execute(
        "INSERT INTO turns (recording, leg, turn_order, from_sample, to_sample, text, words, word_count, source)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (recording, leg, turn_order) DO UPDATE SET
             from_sample = excluded.from_sample, to_sample = excluded.to_sample, text = excluded.text,
             words = excluded.words, word_count = excluded.word_count, source = excluded.source",
        params![
            row,
            turn.leg,
            turn.turn_order,
            signed(turn.from),
            signed(turn.to),
            turn.text,
            serde_json::to_string(&turn.words)?,
            i64::try_from(turn.text.split_whitespace().count()).unwrap_or(i64::MAX),
            turn.source,
        ],
    )?;
    Ok(())
}

pub(crate) fn turn_edit(
    db: &Connection,
    recording: Uuid,
    leg: u32,
    turn_order: u32,
    text: Option<&str>,
) -> Result<(), HistoryError> {
    let row = row_of(db, recording)?;
    one(db.execute(
        "UPDATE turns SET edited_text = ?4 WHERE recording = ?1 AND leg = ?2 AND turn_order = ?3",
        params![row, leg, turn_order, text],
    )?)
}

pub(crate) fn gap_declare(db: &Connection, gap: &Gap) -> Result<(), HistoryError> {
    if gap.to <= gap.from {
        return Err(HistoryError::Invalid("a gap ends before it begins"));
    }
    let row = row_of(db, gap.recording)?;
    db.execute(
        "INSERT INTO gaps (recording, from_sample, to_sample, cause) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (recording, from_sample) DO UPDATE SET to_sample = max(to_sample, excluded.to_sample)",
        params![row, signed(gap.from), signed(gap.to), cause_number(gap.cause)],
    )?;
    Ok(())
}

pub(crate) fn rename(db: &Connection, recording: Uuid, title: Option<&str>) -> Result<(), HistoryError> {
    one(db.execute("UPDATE recordings SET title = ?2 WHERE uuid = ?1", params![recording.as_bytes(), title])?)
}

pub(crate) fn set_deleted(db: &Connection, recording: Uuid, at: Option<u64>) -> Result<(), HistoryError> {
    one(db.execute(
        "UPDATE recordings SET deleted_at = ?2 WHERE uuid = ?1",
        params![recording.as_bytes(), at.map(signed)],
    )?)
}

pub(crate) fn purge(db: &Connection, before: u64) -> Result<(), HistoryError> {
    db.execute("DELETE FROM recordings WHERE deleted_at < ?1", params![signed(before)])?;
    // What was deleted must not go on living in the write-ahead log.
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

pub(crate) fn row_of(db: &Connection, recording: Uuid) -> Result<i64, HistoryError> {
    db.query_row("SELECT id FROM recordings WHERE uuid = ?1", params![recording.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or(HistoryError::NotFound)
}

pub(crate) fn cause_number(cause: GapCause) -> i64 {
    match cause {
        GapCause::MicLost => 0,
        GapCause::Xrun => 1,
        GapCause::NotTranscribed => 2,
        GapCause::RecogniserRefused => 3,
    }
}

/// SQLite's integers are signed; samples and milliseconds stay far below.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn one(changed: usize) -> Result<(), HistoryError> {
    if changed == 0 { Err(HistoryError::NotFound) } else { Ok(()) }
}
