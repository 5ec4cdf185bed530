//! The tables, each with its migrations beside it. A migration that was released is never edited: a new one follows it.

pub(crate) mod bookmarks;
pub(crate) mod gaps;
pub(crate) mod pauses;
pub(crate) mod recordings;
pub(crate) mod search;
pub(crate) mod speakers;
pub(crate) mod turns;
pub(crate) mod usage;

use rusqlite_migration::{M, Migrations};

/// All migrations in the order in which they came to be.
pub(crate) fn migrations() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(recordings::CREATE),
        M::up(turns::CREATE),
        M::up(gaps::CREATE),
        M::up(search::CREATE),
        M::up(turns::FALLBACK),
        M::up(recordings::CLAIM),
        M::up(pauses::CREATE),
        M::up(speakers::CREATE),
        M::up(usage::CREATE),
        M::up(turns::SAID),
        M::up(recordings::SOUND),
        M::up(bookmarks::CREATE),
        M::up(search::BEGINNINGS),
        M::up(speakers::TOLD_APART),
    ])
}

/// A sample index or time as SQLite stores it.
pub(crate) fn stored(value: u64) -> Result<i64, crate::HistoryError> {
    i64::try_from(value).map_err(|_| crate::HistoryError::Invalid("a number beyond 63 bits"))
}

/// The other way; what is stored was checked when it was.
pub(crate) fn unsigned<I: rusqlite::RowIndex + Copy>(
    row: &rusqlite::Row<'_>,
    column: I,
) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    let index = column.idx(row.as_ref())?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(index, value))
}
