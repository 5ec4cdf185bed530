//! What reads the database.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use crate::write::{row_of, signed};
use crate::{Gap, GapCause, HistoryError, OpenedRecording, RecordingPhase, ResumePoint, StoredTurn, Summary, Turn};
use crate::search;

/// How long a title made of first words may get, in characters.
const TITLE_LENGTH: usize = 60;

/// The columns of a summary; `hits.snippet` stands for a search's surroundings.
const SUMMARY: &str = "
    r.uuid, r.started_at, r.samples, r.phase, r.title,
    (SELECT coalesce(sum(word_count), 0) FROM turns t WHERE t.recording = r.id),
    (SELECT CASE count(DISTINCT source) WHEN 0 THEN NULL WHEN 1 THEN min(source) ELSE 'mixed' END
     FROM turns t WHERE t.recording = r.id),
    (SELECT count(*) FROM gaps g WHERE g.recording = r.id),
    (SELECT shown_text FROM turns t WHERE t.recording = r.id ORDER BY from_sample LIMIT 1),
    (SELECT max(to_sample) FROM turns t WHERE t.recording = r.id)";

pub(crate) fn is_finished(db: &Connection, recording: Uuid) -> Result<bool, HistoryError> {
    let phase: Option<i64> = db
        .query_row("SELECT phase FROM recordings WHERE uuid = ?1", params![recording.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(phase == Some(2))
}

pub(crate) fn unfinished(db: &Connection) -> Result<Vec<Uuid>, HistoryError> {
    let mut ask = db.prepare_cached("SELECT uuid FROM recordings WHERE phase < 2 ORDER BY started_at")?;
    let found = ask.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
    Ok(found.map(|uuid| uuid.map(Uuid::from_bytes)).collect::<Result<_, _>>()?)
}

pub(crate) fn resume_point(db: &Connection, recording: Uuid) -> Result<ResumePoint, HistoryError> {
    let row = row_of(db, recording)?;
    let mut ask = db.prepare_cached(
        "SELECT from_sample, to_sample FROM turns WHERE recording = ?1
         UNION ALL SELECT from_sample, to_sample FROM gaps WHERE recording = ?1 ORDER BY 1, 2",
    )?;
    let ranges = ask.query_map([row], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    let mut covered = 0;
    for range in ranges {
        let (from, to) = range?;
        if from > covered {
            break;
        }
        covered = covered.max(to);
    }
    let next_leg = db.query_row(
        "SELECT coalesce(max(leg) + 1, 0) FROM turns WHERE recording = ?1",
        [row],
        |row| row.get(0),
    )?;
    Ok(ResumePoint { from: covered.unsigned_abs(), next_leg })
}

pub(crate) fn page(
    db: &Connection,
    typed: &str,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Summary>, HistoryError> {
    let before = before.map_or(i64::MAX, signed);
    if typed.trim().is_empty() {
        let mut ask = db.prepare_cached(&format!(
            "SELECT {SUMMARY}, NULL FROM recordings r
             WHERE r.deleted_at IS NULL AND r.started_at < ?1 ORDER BY r.started_at DESC LIMIT ?2"
        ))?;
        let found = ask.query_map(params![before, limit], summary)?;
        return Ok(found.collect::<Result<_, _>>()?);
    }
    let Some(query) = search::query(typed) else { return Ok(Vec::new()) };
    // The snippet must be made while the index is matched, so the newest hits are found first and grouped afterwards.
    let mut ask = db.prepare_cached(&format!(
        "WITH hits AS MATERIALIZED (
             SELECT t.recording AS recording, snippet(said, 0, '\u{e000}', '\u{e001}', '…', 12) AS snippet, t.id AS turn
             FROM said JOIN turns t ON t.id = said.rowid WHERE said MATCH ?3 ORDER BY said.rowid DESC LIMIT 5000)
         SELECT {SUMMARY}, (SELECT snippet FROM hits h WHERE h.recording = r.id ORDER BY turn LIMIT 1)
         FROM recordings r
         WHERE r.id IN (SELECT recording FROM hits) AND r.deleted_at IS NULL AND r.started_at < ?1
         ORDER BY r.started_at DESC LIMIT ?2"
    ))?;
    let found = ask.query_map(params![before, limit, query], summary)?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(crate) fn open_recording(db: &Connection, recording: Uuid) -> Result<OpenedRecording, HistoryError> {
    let summary = db.query_row(
        &format!("SELECT {SUMMARY}, NULL FROM recordings r WHERE r.uuid = ?1"),
        params![recording.as_bytes()],
        summary,
    )?;
    let row = row_of(db, recording)?;
    Ok(OpenedRecording { summary, turns: turns(db, recording, row)?, gaps: gaps(db, recording, row)? })
}

fn turns(db: &Connection, recording: Uuid, row: i64) -> Result<Vec<StoredTurn>, HistoryError> {
    let mut ask = db.prepare_cached(
        "SELECT leg, turn_order, from_sample, to_sample, text, words, source, edited_text
         FROM turns WHERE recording = ?1 ORDER BY from_sample, to_sample, leg, turn_order",
    )?;
    let mut rows = ask.query([row])?;
    let mut turns = Vec::new();
    while let Some(row) = rows.next()? {
        turns.push(StoredTurn {
            turn: Turn {
                recording,
                leg: row.get(0)?,
                turn_order: row.get(1)?,
                from: unsigned(row, 2)?,
                to: unsigned(row, 3)?,
                text: row.get(4)?,
                words: serde_json::from_str(&row.get::<_, String>(5)?)?,
                source: row.get(6)?,
            },
            edited_text: row.get(7)?,
        });
    }
    Ok(turns)
}

fn gaps(db: &Connection, recording: Uuid, row: i64) -> Result<Vec<Gap>, HistoryError> {
    let mut ask = db.prepare_cached(
        "SELECT from_sample, to_sample, cause FROM gaps WHERE recording = ?1 ORDER BY from_sample",
    )?;
    let found = ask.query_map([row], |row| {
        let cause = match row.get(2)? {
            0 => GapCause::MicLost,
            1 => GapCause::Xrun,
            2 => GapCause::NotTranscribed,
            _ => GapCause::RecogniserRefused,
        };
        Ok(Gap { recording, from: unsigned(row, 0)?, to: unsigned(row, 1)?, cause })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let title: Option<String> = row.get(4)?;
    let first_words: Option<String> = row.get(8)?;
    let phase = match row.get(3)? {
        0 => RecordingPhase::Recording,
        1 => RecordingPhase::Finishing,
        _ => RecordingPhase::Finished,
    };
    let covered: Option<i64> = row.get(9)?;
    Ok(Summary {
        recording: Uuid::from_bytes(row.get(0)?),
        title: title.unwrap_or_else(|| short(&first_words.unwrap_or_default())),
        started_at: unsigned(row, 1)?,
        samples: unsigned(row, 2)?.max(covered.unwrap_or_default().unsigned_abs()),
        words: row.get(5)?,
        source: row.get(6)?,
        phase,
        gaps: row.get(7)?,
        snippet: row.get(10)?,
    })
}

/// The first words, cut at a word.
fn short(text: &str) -> String {
    let mut title = String::new();
    for word in text.split_whitespace() {
        if title.chars().count() + word.chars().count() > TITLE_LENGTH {
            return title + "…";
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(word);
    }
    title
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}
