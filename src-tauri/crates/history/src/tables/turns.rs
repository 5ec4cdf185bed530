//! Final turns. What the machine heard and what the user made of it are separate columns: a better machine text may
//! replace the former at any time and can never touch the latter.
//!
//! The key is the recording's key shifted by 20 bits plus a running number. A full-text index knows only such keys, so
//! it can walk hits from the newest recording to the oldest and leap over a whole recording, without a sort or a join.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use uuid::Uuid;

use super::{recordings, stored, unsigned};
use crate::{HistoryError, StoredTurn, Turn};

pub(crate) const CREATE: &str = "
CREATE TABLE turns (
    id          INTEGER PRIMARY KEY,
    recording   INTEGER NOT NULL REFERENCES recordings (started_at) ON DELETE CASCADE,
    leg         INTEGER NOT NULL,
    turn_order  INTEGER NOT NULL,
    from_sample INTEGER NOT NULL,
    to_sample   INTEGER NOT NULL CHECK (to_sample >= from_sample),
    text        TEXT NOT NULL,
    words       TEXT NOT NULL,
    source      TEXT NOT NULL,
    edited_text TEXT,
    -- Without the two characters that mark hits in a snippet.
    shown       TEXT NOT NULL GENERATED ALWAYS AS
                (replace(replace(coalesce(edited_text, text), char(57344), ''), char(57345), '')) VIRTUAL,
    UNIQUE (recording, leg, turn_order)
) STRICT;
CREATE INDEX turns_by_axis ON turns (recording, from_sample, to_sample);
CREATE INDEX turns_by_end ON turns (recording, to_sample);
CREATE INDEX turns_by_source ON turns (recording, source) WHERE text <> '';
";

/// How far a recording's key is shifted in a turn's key.
pub(crate) const TURN_BITS: u32 = 20;

/// Idempotent. The same key with another text replaces what the machine heard, never the user's edit.
pub(crate) fn commit(tx: &Transaction<'_>, turn: &Turn) -> Result<(), HistoryError> {
    if turn.from > turn.to {
        return Err(HistoryError::Invalid("a turn that ends before it begins"));
    }
    let recording = recordings::key(tx, turn.recording)?;
    let words = serde_json::to_string(&turn.words)
        .map_err(|_| HistoryError::Invalid("words that are not JSON"))?;
    let kept = find(tx, recording, turn.leg, turn.turn_order)?;
    let before = match &kept {
        Some(kept) => count(&kept.shown),
        None => 0,
    };
    let id = match &kept {
        Some(kept) => kept.id,
        None => free_id(tx, recording)?,
    };
    tx.prepare_cached(
        "INSERT INTO turns (id, recording, leg, turn_order, from_sample, to_sample, text, words, source)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (recording, leg, turn_order) DO UPDATE SET
             from_sample = excluded.from_sample, to_sample = excluded.to_sample,
             text = excluded.text, words = excluded.words, source = excluded.source
         WHERE (from_sample, to_sample, text, words, source) IS NOT
               (excluded.from_sample, excluded.to_sample, excluded.text, excluded.words, excluded.source)",
    )?
    .execute(params![
        id,
        recording,
        turn.leg,
        turn.turn_order,
        stored(turn.from)?,
        stored(turn.to)?,
        turn.text,
        words,
        turn.source
    ])?;
    let after = match kept {
        Some(Kept { is_edited: true, .. }) => before,
        _ => count(&turn.text),
    };
    tx.prepare_cached(
        "UPDATE recordings SET words = words + ?2, legs = max(legs, ?3) WHERE started_at = ?1",
    )?
    .execute(params![recording, after - before, i64::from(turn.leg) + 1])?;
    Ok(())
}

/// Sets or, with `None`, takes back what the user made of a turn.
pub(crate) fn edit(
    tx: &Transaction<'_>,
    uuid: Uuid,
    (leg, turn_order): (u32, u32),
    text: Option<&str>,
) -> Result<(), HistoryError> {
    let recording = recordings::key(tx, uuid)?;
    let kept = find(tx, recording, leg, turn_order)?.ok_or(HistoryError::NotFound(uuid))?;
    tx.execute("UPDATE turns SET edited_text = ?2 WHERE id = ?1", params![kept.id, text])?;
    let now: String =
        tx.query_row("SELECT shown FROM turns WHERE id = ?1", [kept.id], |row| row.get(0))?;
    let change = count(&now) - count(&kept.shown);
    tx.execute(
        "UPDATE recordings SET words = words + ?2 WHERE started_at = ?1",
        params![recording, change],
    )?;
    Ok(())
}

/// In the order of the axis.
pub(crate) fn of(
    conn: &Connection,
    uuid: Uuid,
    recording: i64,
) -> Result<Vec<StoredTurn>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT * FROM turns WHERE recording = ?1 ORDER BY from_sample, to_sample, id",
    )?;
    let turns = statement.query_map([recording], |row| stored_turn(row, uuid))?;
    Ok(turns.collect::<Result<_, _>>()?)
}

struct Kept {
    id: i64,
    shown: String,
    is_edited: bool,
}

fn find(
    conn: &Connection,
    recording: i64,
    leg: u32,
    turn_order: u32,
) -> Result<Option<Kept>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, shown, edited_text IS NOT NULL FROM turns WHERE recording = ?1 AND leg = ?2 AND turn_order = ?3",
    )?;
    let kept = statement.query_row(params![recording, leg, turn_order], |row| {
        Ok(Kept { id: row.get(0)?, shown: row.get(1)?, is_edited: row.get(2)? })
    });
    Ok(kept.optional()?)
}

fn free_id(conn: &Connection, recording: i64) -> Result<i64, HistoryError> {
    let (first, end) = (recording << TURN_BITS, (recording + 1) << TURN_BITS);
    let mut statement =
        conn.prepare_cached("SELECT max(id) FROM turns WHERE id >= ?1 AND id < ?2")?;
    let last: Option<i64> = statement.query_row([first, end], |row| row.get(0))?;
    match last.map_or(first, |last| last + 1) {
        id if id < end => Ok(id),
        _ => Err(HistoryError::Invalid("more than a million turns in a recording")),
    }
}

fn stored_turn(row: &Row<'_>, recording: Uuid) -> rusqlite::Result<StoredTurn> {
    let words: String = row.get("words")?;
    let words = serde_json::from_str(&words).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })?;
    let turn = Turn {
        recording,
        leg: row.get("leg")?,
        turn_order: row.get("turn_order")?,
        from: unsigned(row, "from_sample")?,
        to: unsigned(row, "to_sample")?,
        text: row.get("text")?,
        words,
        source: row.get("source")?,
    };
    Ok(StoredTurn { turn, edited_text: row.get("edited_text")? })
}

fn count(text: &str) -> i64 {
    i64::try_from(text.split_whitespace().count()).unwrap_or(i64::MAX)
}
