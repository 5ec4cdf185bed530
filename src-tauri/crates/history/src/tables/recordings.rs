//! Recordings. The primary key is the wall time of sample 0, so that the order of keys is the order of the library,
//! paging needs no sort, and a turn's key can begin with it (see `turns`).

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::{stored, unsigned};
use crate::types::{Heard, Summary};
use crate::{By, Claim, Filter, HistoryError, Origin, RecordingState};

pub(crate) const CREATE: &str = "
CREATE TABLE recordings (
    started_at INTEGER PRIMARY KEY,
    uuid       TEXT NOT NULL UNIQUE,
    title      TEXT,
    samples    INTEGER,
    state      TEXT NOT NULL DEFAULT 'recording' CHECK (state IN ('recording', 'finishing', 'finished')),
    legs       INTEGER NOT NULL DEFAULT 0,
    words      INTEGER NOT NULL DEFAULT 0,
    deleted_at INTEGER
) STRICT;
CREATE INDEX recordings_unfinished ON recordings (state) WHERE state <> 'finished';
";

/// Which session may store; see [`crate::Claim`].
pub(crate) const CLAIM: &str = "ALTER TABLE recordings ADD COLUMN claim INTEGER NOT NULL DEFAULT 0";

/// Where a recording's sound came from, and whether it was kept once its text was complete.
pub(crate) const SOUND: &str = "
ALTER TABLE recordings ADD COLUMN origin TEXT NOT NULL DEFAULT 'microphone' CHECK (origin IN ('microphone', 'file'));
ALTER TABLE recordings ADD COLUMN has_audio INTEGER NOT NULL DEFAULT 0;
";

/// Whether a recording is listed, by a [`Filter`]. Of what is not finished the audio is still there.
const WANTED: &str = "deleted_at IS NULL AND started_at >= ?1 AND started_at < ?2
    AND (NOT ?3 OR has_audio OR state <> 'finished')
    AND (NOT ?4 OR EXISTS (SELECT 1 FROM bookmarks WHERE recording = started_at))
    AND CASE ?5
        WHEN '' THEN TRUE
        WHEN 'file' THEN origin = 'file'
        ELSE EXISTS (
            SELECT 1 FROM turns
            WHERE recording = started_at AND text <> '' AND (source = 'offline') = (?5 = 'offline')
        )
    END";

/// Turn keys keep 20 bits for the turn, so that a time must fit in 43.
const LATEST_START: u64 = 1 << 43;

/// How many words of the transcript stand in for a title.
const TITLE_WORDS: usize = 8;

/// The key of a recording that was not purged.
pub(crate) fn key(conn: &Connection, uuid: Uuid) -> Result<i64, HistoryError> {
    conn.prepare_cached("SELECT started_at FROM recordings WHERE uuid = ?1")?
        .query_row([uuid.to_string()], |row| row.get(0))
        .optional()?
        .ok_or(HistoryError::NotFound(uuid))
}

/// A second call for the same recording changes nothing. Two that began in the same millisecond are set a millisecond
/// apart.
pub(crate) fn create(conn: &Connection, uuid: Uuid, started_at: u64) -> Result<(), HistoryError> {
    if started_at >= LATEST_START {
        return Err(HistoryError::Invalid("a start in the far future"));
    }
    conn.execute(
        "WITH RECURSIVE free (at) AS (
             SELECT ?1 UNION ALL SELECT at + 1 FROM free WHERE EXISTS (SELECT 1 FROM recordings WHERE started_at = at)
         )
         INSERT INTO recordings (started_at, uuid) SELECT max(at), ?2 FROM free WHERE true
         ON CONFLICT (uuid) DO NOTHING",
        params![stored(started_at)?, uuid.to_string()],
    )?;
    Ok(())
}

/// The length is known. A finished recording stays finished.
pub(crate) fn stopped(conn: &Connection, uuid: Uuid, samples: u64) -> Result<(), HistoryError> {
    let changed = conn.execute(
        "UPDATE recordings SET samples = ?2, state = iif(state = 'finished', state, 'finishing') WHERE uuid = ?1",
        params![uuid.to_string(), stored(samples)?],
    )?;
    found(changed, uuid)
}

pub(crate) fn finished(conn: &Connection, uuid: Uuid) -> Result<(), HistoryError> {
    found(
        conn.execute(
            "UPDATE recordings SET state = 'finished' WHERE uuid = ?1",
            [uuid.to_string()],
        )?,
        uuid,
    )
}

pub(crate) fn is_finished(conn: &Connection, uuid: Uuid) -> Result<bool, HistoryError> {
    let mut statement =
        conn.prepare_cached("SELECT state = 'finished' FROM recordings WHERE uuid = ?1")?;
    Ok(statement.query_row([uuid.to_string()], |row| row.get(0)).optional()?.unwrap_or(false))
}

pub(crate) fn unfinished(conn: &Connection) -> Result<Vec<Uuid>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT uuid FROM recordings WHERE state <> 'finished' ORDER BY started_at",
    )?;
    let uuids = statement.query_map([], |row| uuid_at(row, 0))?;
    Ok(uuids.collect::<Result<_, _>>()?)
}

/// The claim of whoever takes the recording up now; all earlier ones are worthless from here on.
pub(crate) fn claim(tx: &Connection, key: i64) -> Result<Claim, HistoryError> {
    let sql = "UPDATE recordings SET claim = claim + 1 WHERE started_at = ?1 RETURNING claim";
    Ok(Claim(tx.query_row(sql, [key], |row| row.get(0))?))
}

/// Refuses a claim that another has replaced.
pub(crate) fn check(conn: &Connection, uuid: Uuid, claim: Claim) -> Result<(), HistoryError> {
    let sql = "SELECT claim FROM recordings WHERE uuid = ?1";
    let valid: Option<u32> =
        conn.prepare_cached(sql)?.query_row([uuid.to_string()], |row| row.get(0)).optional()?;
    match valid {
        None => Err(HistoryError::NotFound(uuid)),
        Some(valid) if valid == claim.0 => Ok(()),
        Some(_) => Err(HistoryError::Superseded(uuid)),
    }
}

/// An empty title goes back to the first words.
pub(crate) fn rename(conn: &Connection, uuid: Uuid, title: &str) -> Result<(), HistoryError> {
    let sql = "UPDATE recordings SET title = nullif(?2, '') WHERE uuid = ?1";
    found(conn.execute(sql, params![uuid.to_string(), title.trim()])?, uuid)
}

pub(crate) fn set_deleted(
    conn: &Connection,
    uuid: Uuid,
    at: Option<u64>,
) -> Result<(), HistoryError> {
    let sql = "UPDATE recordings SET deleted_at = ?2 WHERE uuid = ?1";
    found(conn.execute(sql, params![uuid.to_string(), at.map(stored).transpose()?])?, uuid)
}

/// Turns and gaps go with it, and `secure_delete` overwrites what they held.
pub(crate) fn purge(conn: &Connection, uuid: Uuid) -> Result<(), HistoryError> {
    found(conn.execute("DELETE FROM recordings WHERE uuid = ?1", [uuid.to_string()])?, uuid)
}

/// What was deleted before `time`, for those who purge.
pub(crate) fn deleted_before(conn: &Connection, time: u64) -> Result<Vec<Uuid>, HistoryError> {
    let mut statement = conn
        .prepare_cached("SELECT uuid FROM recordings WHERE deleted_at < ?1 ORDER BY deleted_at")?;
    let uuids = statement.query_map([stored(time)?], |row| uuid_at(row, 0))?;
    Ok(uuids.collect::<Result<_, _>>()?)
}

/// Of those that are listed and complete.
pub(crate) fn finished_before(conn: &Connection, time: u64) -> Result<Vec<Uuid>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT uuid FROM recordings
         WHERE started_at < ?1 AND state = 'finished' AND deleted_at IS NULL ORDER BY started_at",
    )?;
    let uuids = statement.query_map([stored(time)?], |row| uuid_at(row, 0))?;
    Ok(uuids.collect::<Result<_, _>>()?)
}

/// A filter as [`WANTED`] takes it.
type Wanted = (i64, i64, bool, bool, &'static str);

fn wanted(filter: &Filter, before: i64) -> Result<Wanted, HistoryError> {
    let since = stored(filter.since.unwrap_or(0))?;
    let until = filter.until.map_or(Ok(i64::MAX), stored)?.min(before);
    let by = filter.by.map_or("", By::as_str);
    Ok((since, until, filter.has_audio, filter.has_bookmarks, by))
}

/// Newest first; deleted ones are left out.
pub(crate) fn page(
    conn: &Connection,
    filter: &Filter,
    before: i64,
    limit: u32,
) -> Result<Vec<i64>, HistoryError> {
    let sql = format!(
        "SELECT started_at FROM recordings WHERE {WANTED} ORDER BY started_at DESC LIMIT ?6"
    );
    let (since, until, audio, bookmarks, by) = wanted(filter, before)?;
    let mut statement = conn.prepare_cached(&sql)?;
    let keys = statement
        .query_map(params![since, until, audio, bookmarks, by, limit], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// Whether a page of this filter may have this one.
pub(crate) fn is_wanted(
    conn: &Connection,
    filter: &Filter,
    key: i64,
) -> Result<bool, HistoryError> {
    let sql =
        format!("SELECT EXISTS (SELECT 1 FROM recordings WHERE started_at = ?6 AND {WANTED})");
    let (since, until, audio, bookmarks, by) = wanted(filter, i64::MAX)?;
    let mut statement = conn.prepare_cached(&sql)?;
    Ok(statement.query_row(params![since, until, audio, bookmarks, by, key], |row| row.get(0))?)
}

/// Where its sound came from.
pub(crate) fn set_origin(
    conn: &Connection,
    uuid: Uuid,
    origin: Origin,
) -> Result<(), HistoryError> {
    let sql = "UPDATE recordings SET origin = ?2 WHERE uuid = ?1";
    found(conn.execute(sql, params![uuid.to_string(), origin])?, uuid)
}

/// Whether its sound was kept. Says whether that is news.
pub(crate) fn set_audio(
    conn: &Connection,
    uuid: Uuid,
    is_kept: bool,
) -> Result<bool, HistoryError> {
    let sql = "UPDATE recordings SET has_audio = ?2 WHERE uuid = ?1 AND has_audio <> ?2";
    Ok(conn.execute(sql, params![uuid.to_string(), is_kept])? > 0)
}

/// Finished ones whose sound is said to be kept.
pub(crate) fn with_audio(conn: &Connection) -> Result<Vec<Uuid>, HistoryError> {
    let mut statement = conn.prepare_cached("SELECT uuid FROM recordings WHERE has_audio")?;
    let uuids = statement.query_map([], |row| uuid_at(row, 0))?;
    Ok(uuids.collect::<Result<_, _>>()?)
}

pub(crate) fn summary(conn: &Connection, key: i64) -> Result<Summary, HistoryError> {
    let mut summary = conn
        .prepare_cached(
            "SELECT uuid, title, started_at, words, state,
                    coalesce(samples, (SELECT max(to_sample) FROM turns WHERE recording = started_at), 0) AS samples,
                    (SELECT count(*) FROM gaps WHERE recording = started_at) AS gaps,
                    (SELECT count(*) FROM bookmarks WHERE recording = started_at) AS bookmarks, origin
             FROM recordings WHERE started_at = ?1",
        )?
        .query_row([key], |row| {
            Ok(Summary {
                recording: uuid_at(row, 0)?,
                title: row.get::<_, Option<String>>("title")?.unwrap_or_default(),
                started_at: unsigned(row, "started_at")?,
                samples: unsigned(row, "samples")?,
                words: row.get("words")?,
                source: None,
                state: row.get::<_, RecordingState>("state")?,
                gaps: row.get("gaps")?,
                bookmarks: row.get("bookmarks")?,
                origin: row.get("origin")?,
                snippet: None,
                // Whoever reads a store knows what it is.
                is_private: false,
            })
        })?;
    summary.source = heard(conn, key)?;
    if summary.title.is_empty() {
        summary.title = first_words(conn, key)?;
    }
    Ok(summary)
}

/// Two looks into an index, however many turns there are: the least and the greatest name agree when there is one.
fn heard(conn: &Connection, key: i64) -> Result<Option<Heard>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT (SELECT min(source) FROM turns WHERE recording = ?1 AND text <> ''),
                (SELECT max(source) FROM turns WHERE recording = ?1 AND text <> '')",
    )?;
    Ok(statement.query_row([key], |row| {
        let (least, greatest) =
            (row.get::<_, Option<crate::Source>>(0)?, row.get::<_, Option<crate::Source>>(1)?);
        Ok(least.map(|source| if least == greatest { Heard::By(source) } else { Heard::Mixed }))
    })?)
}

fn first_words(conn: &Connection, key: i64) -> Result<String, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT shown FROM turns WHERE recording = ?1 AND shown <> '' ORDER BY from_sample LIMIT ?2",
    )?;
    let texts =
        statement.query_map(params![key, TITLE_WORDS as i64], |row| row.get::<_, String>(0))?;
    let text = texts.collect::<Result<Vec<_>, _>>()?.join(" ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut title = words.iter().take(TITLE_WORDS).copied().collect::<Vec<_>>().join(" ");
    if words.len() > TITLE_WORDS {
        title.push('…');
    }
    Ok(title)
}

fn found(changed: usize, uuid: Uuid) -> Result<(), HistoryError> {
    if changed == 0 { Err(HistoryError::NotFound(uuid)) } else { Ok(()) }
}

fn uuid_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    let text: String = row.get(column)?;
    Uuid::parse_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}
