//! Ranges that are known to have no text, and the arithmetic of what is covered.

use std::ops::Range;

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{recordings, stored, unsigned};
use crate::{Gap, HistoryError};

pub(crate) const CREATE: &str = "
CREATE TABLE gaps (
    recording   INTEGER NOT NULL REFERENCES recordings (started_at) ON DELETE CASCADE,
    from_sample INTEGER NOT NULL,
    to_sample   INTEGER NOT NULL CHECK (to_sample > from_sample),
    cause       TEXT NOT NULL,
    PRIMARY KEY (recording, from_sample, to_sample, cause)
) STRICT, WITHOUT ROWID;
";

/// Idempotent.
pub(crate) fn declare(conn: &Connection, gap: &Gap) -> Result<(), HistoryError> {
    if gap.from >= gap.to {
        return Err(HistoryError::Invalid("a gap without length"));
    }
    let recording = recordings::key(conn, gap.recording)?;
    conn.execute(
        "INSERT INTO gaps (recording, from_sample, to_sample, cause) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![recording, stored(gap.from)?, stored(gap.to)?, gap.cause],
    )?;
    Ok(())
}

/// In the order of the axis.
pub(crate) fn of(conn: &Connection, uuid: Uuid, recording: i64) -> Result<Vec<Gap>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT from_sample, to_sample, cause FROM gaps WHERE recording = ?1 ORDER BY from_sample, to_sample",
    )?;
    let gaps = statement.query_map([recording], |row| {
        Ok(Gap {
            recording: uuid,
            from: unsigned(row, 0)?,
            to: unsigned(row, 1)?,
            cause: row.get(2)?,
        })
    })?;
    Ok(gaps.collect::<Result<_, _>>()?)
}

/// The ranges before `end` that no turn answers for, in order. Where the device delivered nothing, the recogniser hears
/// silence like any other; only what was given up is never to be heard again.
pub(crate) fn uncovered(
    conn: &Connection,
    recording: i64,
    end: u64,
) -> Result<Vec<Range<u64>>, HistoryError> {
    let mut statement = conn.prepare_cached(
        "SELECT from_sample, to_sample FROM turns WHERE recording = ?1
         UNION ALL SELECT from_sample, to_sample FROM gaps
         WHERE recording = ?1 AND cause IN ('notTranscribed', 'recogniserRefused') ORDER BY 1",
    )?;
    let ranges =
        statement.query_map([recording], |row| Ok(unsigned(row, 0)?..unsigned(row, 1)?))?;
    let covered = ranges.collect::<Result<Vec<_>, _>>()?;
    Ok(holes(&covered, end))
}

/// What `covered`, ordered by where a range begins, leaves open before `end`.
fn holes(covered: &[Range<u64>], end: u64) -> Vec<Range<u64>> {
    let mut open = Vec::new();
    let mut reached = 0;
    // A turn without length answers for nothing, and must not split what is open.
    for range in covered.iter().filter(|range| !range.is_empty()) {
        if range.start >= end {
            break;
        }
        if range.start > reached {
            open.push(reached..range.start);
        }
        reached = reached.max(range.end);
    }
    if reached < end {
        open.push(reached..end);
    }
    open
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn holes_and_covered_ranges_tile_the_axis(
            mut covered in prop::collection::vec((0_u64..60, 0_u64..15), 0..12),
            end in 0_u64..80,
        ) {
            covered.sort_unstable();
            let covered: Vec<_> = covered.into_iter().map(|(from, length)| from..from + length).collect();
            let open = holes(&covered, end);
            for sample in 0..end {
                let is_covered = covered.iter().any(|range| range.contains(&sample));
                let holes_here = open.iter().filter(|range| range.contains(&sample)).count();
                prop_assert_eq!(holes_here, usize::from(!is_covered), "sample {}", sample);
            }
            prop_assert!(open.iter().all(|range| range.start < range.end && range.end <= end));
            prop_assert!(open.windows(2).all(|pair| pair[0].end < pair[1].start));
        }
    }
}
