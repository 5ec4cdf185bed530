//! Final turns. What the machine heard and what the user made of it are separate columns: a better machine text may
//! replace the former at any time and can never touch the latter.
//!
//! The key is the recording's key shifted by 20 bits plus a running number. A full-text index knows only such keys, so
//! it can walk hits from the newest recording to the oldest and leap over a whole recording, without a sort or a join.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use uuid::Uuid;

use super::{recordings, stored, unsigned};
use crate::{HistoryError, Relabelling, StoredTurn, Turn, TurnHits, Word};

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

/// Turns that may be replaced by those of the chosen recogniser.
pub(crate) const FALLBACK: &str = "
ALTER TABLE turns ADD COLUMN is_fallback INTEGER NOT NULL DEFAULT 0;
CREATE INDEX turns_by_fallback ON turns (recording, from_sample) WHERE is_fallback;
";

/// Where turns with words begin, without a look at the words: what a long transcript is laid out by.
pub(crate) const SAID: &str =
    "CREATE INDEX turns_said ON turns (recording, from_sample) WHERE text <> ''";

/// How far a recording's key is shifted in a turn's key.
pub(crate) const TURN_BITS: u32 = 20;

/// Idempotent. The same key with another text replaces what the machine heard, never the user's edit.
pub(crate) fn commit(tx: &Transaction<'_>, turn: &Turn) -> Result<(), HistoryError> {
    if turn.from > turn.to {
        return Err(HistoryError::Invalid("a turn that ends before it begins"));
    }
    let recording = recordings::key(tx, turn.recording)?;
    let words = encoded(&turn.words)?;
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
        "INSERT INTO turns (id, recording, leg, turn_order, from_sample, to_sample, text, words, source, is_fallback, speaker)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (recording, leg, turn_order) DO UPDATE SET
             from_sample = excluded.from_sample, to_sample = excluded.to_sample,
             text = excluded.text, words = excluded.words, source = excluded.source,
             is_fallback = excluded.is_fallback, speaker = excluded.speaker
         WHERE (from_sample, to_sample, text, words, source, speaker) IS NOT
               (excluded.from_sample, excluded.to_sample, excluded.text, excluded.words, excluded.source,
                excluded.speaker)",
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
        turn.source,
        turn.is_fallback,
        turn.speaker
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

/// Puts `turns` in place of those that the fallback wrote in a range. False, and nothing is changed, where the user has
/// edited one of them: the user's edits always win. A second call with the same turns changes nothing and is true.
pub(crate) fn replace(
    tx: &Transaction<'_>,
    uuid: Uuid,
    range: &Range<u64>,
    turns: &[Turn],
) -> Result<bool, HistoryError> {
    let tiles = turns.first().is_some_and(|turn| turn.from == range.start)
        && turns.last().is_some_and(|turn| turn.to == range.end)
        && turns.windows(2).all(|pair| pair[0].to == pair[1].from);
    if !tiles || turns.iter().any(|turn| turn.recording != uuid) {
        return Err(HistoryError::Invalid("turns that do not tile the range they replace"));
    }
    let recording = recordings::key(tx, uuid)?;
    let standing = standing(tx, recording, range)?;
    let keys = |turn: &Turn| (turn.leg, turn.turn_order);
    if standing.iter().map(|one| one.key).eq(turns.iter().map(keys)) {
        return Ok(true);
    }
    if standing.iter().any(|one| !one.is_replaceable) {
        return Ok(false);
    }
    for one in standing {
        tx.prepare_cached("DELETE FROM turns WHERE id = ?1")?.execute([one.id])?;
        tx.prepare_cached("UPDATE recordings SET words = words - ?2 WHERE started_at = ?1")?
            .execute([recording, one.words])?;
    }
    turns.iter().try_for_each(|turn| commit(tx, turn))?;
    Ok(true)
}

/// A turn that stands in a range which is to be replaced.
struct Standing {
    id: i64,
    key: (u32, u32),
    words: i64,
    /// Written by the fallback, edited by nobody, and wholly inside.
    is_replaceable: bool,
}

fn standing(
    conn: &Connection,
    recording: i64,
    range: &Range<u64>,
) -> Result<Vec<Standing>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, leg, turn_order, shown,
                is_fallback AND edited_text IS NULL AND from_sample >= ?2 AND to_sample <= ?3
         FROM turns WHERE recording = ?1 AND from_sample < ?3 AND to_sample > ?2 ORDER BY from_sample, to_sample, id",
    )?;
    let rows = statement.query_map(
        params![recording, stored(range.start)?, stored(range.end)?],
        |row| {
            Ok(Standing {
                id: row.get(0)?,
                key: (row.get(1)?, row.get(2)?),
                words: count(&row.get::<_, String>(3)?),
                is_replaceable: row.get(4)?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Turns that the fallback wrote and nobody edited, in the order of the axis.
pub(crate) fn fallback(conn: &Connection, recording: i64) -> Result<Vec<Range<u64>>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT from_sample, to_sample FROM turns
         WHERE recording = ?1 AND is_fallback AND edited_text IS NULL ORDER BY from_sample",
    )?;
    let ranges =
        statement.query_map([recording], |row| Ok(unsigned(row, 0)?..unsigned(row, 1)?))?;
    Ok(ranges.collect::<Result<_, _>>()?)
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

/// Says anew who spoke. A turn that is not there any more needs no label.
pub(crate) fn relabel(
    tx: &Transaction<'_>,
    uuid: Uuid,
    anew: &Relabelling,
) -> Result<(), HistoryError> {
    let recording = recordings::key(tx, uuid)?;
    let Some(kept) = find(tx, recording, anew.leg, anew.turn_order)? else { return Ok(()) };
    let mut words = words_of(tx, kept.id)?;
    if words.len() == anew.words.len() {
        for (word, speaker) in words.iter_mut().zip(&anew.words) {
            word.speaker.clone_from(speaker);
        }
    }
    let words = encoded(&words)?;
    tx.prepare_cached("UPDATE turns SET speaker = ?2, words = ?3 WHERE id = ?1")?
        .execute(params![kept.id, anew.speaker, words])?;
    Ok(())
}

fn words_of(conn: &Connection, id: i64) -> Result<Vec<Word>, HistoryError> {
    let mut statement = conn.prepare_cached("SELECT words FROM turns WHERE id = ?1")?;
    Ok(statement.query_row([id], decoded)?)
}

fn encoded(words: &[Word]) -> Result<String, HistoryError> {
    serde_json::to_string(words).map_err(|_| HistoryError::Invalid("words that are not JSON"))
}

fn decoded(row: &Row<'_>) -> rusqlite::Result<Vec<Word>> {
    let words: String = row.get("words")?;
    serde_json::from_str(&words).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
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

/// Those that begin in `range`, in the order of the axis.
pub(crate) fn beginning_in(
    conn: &Connection,
    uuid: Uuid,
    recording: i64,
    range: &Range<u64>,
) -> Result<Vec<StoredTurn>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT * FROM turns WHERE recording = ?1 AND from_sample >= ?2 AND from_sample < ?3
         ORDER BY from_sample, to_sample, id",
    )?;
    let bound = |sample: u64| i64::try_from(sample).unwrap_or(i64::MAX);
    let turns = statement
        .query_map(params![recording, bound(range.start), bound(range.end)], |row| {
            stored_turn(row, uuid)
        })?;
    Ok(turns.collect::<Result<_, _>>()?)
}

/// Where those begin that have words, in the order of the axis.
pub(crate) fn beginnings(conn: &Connection, recording: i64) -> Result<Vec<u64>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT from_sample FROM turns WHERE recording = ?1 AND text <> '' ORDER BY from_sample",
    )?;
    let beginnings = statement.query_map([recording], |row| unsigned(row, 0))?;
    Ok(beginnings.collect::<Result<_, _>>()?)
}

/// How often `count` finds something in what is shown of each turn, where it does, in the order of the axis.
pub(crate) fn counted(
    conn: &Connection,
    recording: i64,
    count: impl Fn(&str) -> usize,
) -> Result<Vec<TurnHits>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT from_sample, shown FROM turns WHERE recording = ?1 AND text <> '' ORDER BY from_sample, to_sample, id",
    )?;
    let mut rows = statement.query([recording])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let count = count(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
        if count > 0 {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            found.push(TurnHits { from: unsigned(row, 0)?, count });
        }
    }
    Ok(found)
}

/// What is shown of the turn with this key.
pub(crate) fn shown(conn: &Connection, id: i64) -> Result<String, HistoryError> {
    let mut statement = conn.prepare_cached("SELECT shown FROM turns WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0))?)
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
    let words = decoded(row)?;
    let turn = Turn {
        recording,
        leg: row.get("leg")?,
        turn_order: row.get("turn_order")?,
        from: unsigned(row, "from_sample")?,
        to: unsigned(row, "to_sample")?,
        text: row.get("text")?,
        words,
        source: row.get("source")?,
        is_fallback: row.get("is_fallback")?,
        speaker: row.get("speaker")?,
    };
    Ok(StoredTurn { turn, edited_text: row.get("edited_text")? })
}

fn count(text: &str) -> i64 {
    i64::try_from(text.split_whitespace().count()).unwrap_or(i64::MAX)
}
