//! The full-text index over what is shown of every turn. It holds no text of its own (external content); triggers keep
//! it true, and it forgets securely, as the tables do.

use rusqlite::{Connection, params};

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

/// The index anew, with a list for every beginning of a word that is typed before it is known which: what has none is made
/// of the lists of all words that begin so, which takes a tenth of a second where a million turns are. It is a tenth more
/// on the disk.
pub(crate) const BEGINNINGS: &str = "
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (
    shown, content = 'turns', content_rowid = 'id', prefix = '1 2 3 4 5', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search (search) VALUES ('rebuild');
";

/// So many hits of one recording are passed over one by one, which is cheaper than to ask anew; then it is leapt over.
const LEAP: u32 = 1_000;

/// A recording in which something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) recording: i64,
    /// The key of the first turn of it.
    pub(crate) turn: i64,
}

/// Recordings in which `expression` is said, newest first. `is_wanted` is asked once for each.
///
/// One pass over the index: to begin one anew is dear where the last word is unfinished, for then all words that begin so
/// are merged first.
pub(crate) fn hits(
    conn: &Connection,
    expression: &str,
    before: i64,
    limit: u32,
    mut is_wanted: impl FnMut(i64) -> Result<bool, HistoryError>,
) -> Result<Vec<Hit>, HistoryError> {
    let mut newest = conn.prepare_cached(
        "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC",
    )?;
    let mut found: Vec<Hit> = Vec::new();
    let mut end = before.checked_mul(1 << TURN_BITS).unwrap_or(i64::MAX);
    let mut last = None;
    'pass: loop {
        let mut rows = newest.query(params![expression, end])?;
        let mut seen = 0;
        while let Some(row) = rows.next()? {
            let turn: i64 = row.get(0)?;
            let recording = turn >> TURN_BITS;
            if last == Some(recording) {
                if let Some(hit) = found.last_mut().filter(|hit| hit.recording == recording) {
                    hit.turn = turn;
                }
                seen += 1;
                if seen < LEAP {
                    continue;
                }
                end = recording << TURN_BITS;
                continue 'pass;
            }
            if found.len() == limit as usize {
                return Ok(found);
            }
            (last, seen) = (Some(recording), 0);
            if is_wanted(recording)? {
                found.push(Hit { recording, turn });
            }
        }
        return Ok(found);
    }
}

/// The surroundings of what `expression` finds in each text, in their order.
///
/// In an index of its own: in the large one, each would be found by a search of its own.
pub(crate) fn snippets(
    expression: &str,
    texts: &[String],
) -> Result<Vec<Option<String>>, HistoryError> {
    let mut conn = Connection::open_in_memory()?;
    let tx = conn.transaction()?;
    tx.execute_batch(
        "CREATE VIRTUAL TABLE shown USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')",
    )?;
    let mut insert = tx.prepare("INSERT INTO shown (rowid, text) VALUES (?1, ?2)")?;
    for (row, text) in (0_i64..).zip(texts) {
        insert.execute(params![row, text])?;
    }
    let mut select = tx.prepare(
        "SELECT rowid, snippet(shown, 0, char(57344), char(57345), '…', 16) FROM shown WHERE shown MATCH ?1",
    )?;
    let mut snippets = vec![None; texts.len()];
    let mut rows = select.query([expression])?;
    while let Some(row) = rows.next()? {
        let at = usize::try_from(row.get::<_, i64>(0)?).ok();
        if let Some(snippet) = at.and_then(|at| snippets.get_mut(at)) {
            *snippet = Some(row.get(1)?);
        }
    }
    Ok(snippets)
}
