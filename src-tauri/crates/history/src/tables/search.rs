//! The full-text index over what is shown of every turn. It holds no text of its own (external content); triggers keep
//! it true, and it forgets securely, as the tables do.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::recordings;
use super::turns::TURN_BITS;
use crate::HistoryError;

pub(crate) const CREATE: &str = "
CREATE VIRTUAL TABLE search USING fts5 (
    shown, content = 'turns', content_rowid = 'id', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER search_gains AFTER INSERT ON turns BEGIN
    INSERT INTO search (rowid, shown) VALUES (new.id, new.shown);
END;
CREATE TRIGGER search_loses AFTER DELETE ON turns BEGIN
    INSERT INTO search (search, rowid, shown) VALUES ('delete', old.id, old.shown);
END;
CREATE TRIGGER search_follows AFTER UPDATE OF text, edited_text ON turns WHEN old.shown IS NOT new.shown BEGIN
    INSERT INTO search (search, rowid, shown) VALUES ('delete', old.id, old.shown);
    INSERT INTO search (rowid, shown) VALUES (new.id, new.shown);
END;
";

/// Keys of recordings in which `expression` is said, newest first, with the surroundings of its first hit.
pub(crate) fn page(
    conn: &Connection,
    expression: &str,
    before: i64,
    limit: u32,
) -> Result<Vec<(i64, String)>, HistoryError> {
    let mut newest = conn.prepare_cached(
        "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT 1",
    )?;
    let mut first = conn.prepare_cached(
        "SELECT snippet(search, 0, char(57344), char(57345), '…', 16) FROM search
         WHERE search MATCH ?1 AND rowid >= ?2 AND rowid < ?3 ORDER BY rowid LIMIT 1",
    )?;
    let mut hits = Vec::new();
    let mut end = before.checked_mul(1 << TURN_BITS).unwrap_or(i64::MAX);
    while hits.len() < limit as usize {
        let Some(hit) =
            newest.query_row(params![expression, end], |row| row.get::<_, i64>(0)).optional()?
        else {
            break;
        };
        let recording = hit >> TURN_BITS;
        let whole = recording << TURN_BITS..(recording + 1) << TURN_BITS;
        end = whole.start;
        if recordings::is_listed(conn, recording)? {
            let snippet =
                first.query_row(params![expression, whole.start, whole.end], |row| row.get(0))?;
            hits.push((recording, snippet));
        }
    }
    Ok(hits)
}
