//! How long sessions of recognisers were open, by day. A day is the smallest thing that is written: a row for each session
//! would tell when a private recording was made.

use rusqlite::{Connection, params};

use super::{stored, unsigned};
use crate::{HistoryError, OpenTime, Source, Usage};

pub(crate) const CREATE: &str = "
CREATE TABLE usage (
    day     TEXT NOT NULL CHECK (day GLOB '????-??-??'),
    source  TEXT NOT NULL,
    open_ms INTEGER NOT NULL CHECK (open_ms >= 0),
    PRIMARY KEY (day, source)
) STRICT, WITHOUT ROWID;
";

/// Adds to the day of `at` (Unix milliseconds), as the clock on the wall has it.
pub(crate) fn add(
    conn: &Connection,
    source: Source,
    open_ms: u64,
    at: u64,
) -> Result<(), HistoryError> {
    conn.execute(
        "INSERT INTO usage (day, source, open_ms)
         VALUES (date(?1 / 1000, 'unixepoch', 'localtime'), ?2, ?3)
         ON CONFLICT DO UPDATE SET open_ms = open_ms + excluded.open_ms",
        params![stored(at)?, source.as_str(), stored(open_ms)?],
    )?;
    Ok(())
}

/// The sums of the day and the months around `at`.
pub(crate) fn around(conn: &Connection, at: u64) -> Result<Usage, HistoryError> {
    let day = "date(?1 / 1000, 'unixepoch', 'localtime')";
    let month = "date(?1 / 1000, 'unixepoch', 'localtime', 'start of month')";
    let next = "date(?1 / 1000, 'unixepoch', 'localtime', 'start of month', '+1 month')";
    let before = "date(?1 / 1000, 'unixepoch', 'localtime', 'start of month', '-1 month')";
    Ok(Usage {
        today: sum(conn, at, &format!("day = {day}"))?,
        this_month: sum(conn, at, &format!("day >= {month} AND day < {next}"))?,
        last_month: sum(conn, at, &format!("day >= {before} AND day < {month}"))?,
    })
}

fn sum(conn: &Connection, at: u64, days: &str) -> Result<OpenTime, HistoryError> {
    let sql = format!(
        "SELECT coalesce(sum(open_ms) FILTER (WHERE source IN ('assemblyai', 'assemblyaiEu')), 0),
                coalesce(sum(open_ms) FILTER (WHERE source = 'selfHosted'), 0)
         FROM usage WHERE {days}"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    Ok(statement.query_row([stored(at)?], |row| {
        Ok(OpenTime { assembly_ai: unsigned(row, 0)?, self_hosted: unsigned(row, 1)? })
    })?)
}
