//! The write-ahead log after a power loss: cut, blank or garbage from any sector on, the history opens, is sound, and holds
//! the first so many of the commits, each of them whole.

use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

use rusqlite::Connection;
use sotto_history::{Gap, GapCause, History};
use uuid::Uuid;

use crate::turn;

const SECTOR: usize = 512;
const RECORDING: Uuid = Uuid::from_u128(0x9013);
/// Of turns, and as many of gaps.
const COMMITS: u32 = 4;

fn text(order: u32) -> String {
    format!("what was said in turn {order}")
}

fn gap(order: u32) -> Gap {
    let from = u64::from(order) * 16_000;
    Gap { recording: RECORDING, from, to: from + 800, cause: GapCause::Xrun }
}

/// The database and its log as they are on the disk after these commits, while the program runs.
struct Files {
    database: Vec<u8>,
    log: Vec<u8>,
    /// How long the log was when each commit had returned.
    acknowledged: Vec<usize>,
}

impl Files {
    fn new(folder: &Path) -> Self {
        let path = folder.join("live.db");
        let history = History::open(&path).unwrap();
        history.recording_create(RECORDING, 1_000).unwrap();
        drop(history);
        let history = History::open(&path).unwrap();
        let log = || fs::read(folder.join("live.db-wal")).unwrap();
        let mut acknowledged = Vec::new();
        for order in 0..COMMITS {
            // A turn is a commit, and so is a gap.
            history.turn_commit(&turn(RECORDING, 0, order, &text(order))).unwrap();
            acknowledged.push(log().len());
            history.gap_declare(&gap(order)).unwrap();
            acknowledged.push(log().len());
        }
        Self { database: fs::read(&path).unwrap(), log: log(), acknowledged }
    }

    /// How many commits may be there when only so much of the log is.
    fn commits_in(&self, length: usize) -> RangeInclusive<usize> {
        let whole = self.acknowledged.iter().filter(|end| **end <= length).count();
        // The end of a commit may be read before the file's end: a log is not cut back when it is used again.
        whole..=(whole + 1).min(self.acknowledged.len())
    }
}

/// Opens the history with this log, and gives how many commits are there.
fn survived(folder: &Path, database: &[u8], log: &[u8]) -> usize {
    let path = folder.join("lost.db");
    fs::write(&path, database).unwrap();
    fs::write(folder.join("lost.db-wal"), log).unwrap();
    fs::remove_file(folder.join("lost.db-shm")).ok();
    let history = History::open(&path).unwrap();
    assert_eq!(history.set_aside(), None);
    let opened = history.open_recording(RECORDING).unwrap();
    for (stored, order) in opened.turns.iter().zip(0..) {
        assert_eq!(stored.turn, turn(RECORDING, 0, order, &text(order)));
    }
    let gaps: Vec<Gap> = (0..opened.gaps.len() as u32).map(gap).collect();
    assert_eq!(opened.gaps, gaps);
    let (turns, gaps) = (opened.turns.len(), opened.gaps.len());
    assert!(
        turns == gaps || turns == gaps + 1,
        "{turns} turns and {gaps} gaps: not in their order"
    );
    assert_eq!(opened.summary.words as usize, turns * text(0).split(' ').count());
    drop(history);
    let beside = Connection::open(&path).unwrap();
    let verdict: String = beside.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    beside.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)", []).unwrap();
    turns + gaps
}

#[test]
fn a_log_that_ends_or_goes_bad_at_any_sector_is_a_prefix_of_the_commits() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::new(folder.path());
    let mut most = 0;
    for cut in (0..=files.log.len() / SECTOR).map(|sector| sector * SECTOR) {
        let mut logs = vec![files.log[..cut].to_vec()];
        // Blank and garbage at every fourth: an opening costs milliseconds.
        let filling = match cut / SECTOR % 4 {
            0 => Some(0),
            2 => Some(0xa5),
            _ => None,
        };
        logs.extend(filling.map(|filling| {
            let mut log = files.log.clone();
            log[cut..].fill(filling);
            log
        }));
        for log in logs {
            let there = survived(folder.path(), &files.database, &log);
            let may = files.commits_in(cut);
            assert!(may.contains(&there), "{there} commits, not {may:?}, of a log cut at {cut}");
            assert!(there >= most, "a longer log holds no less");
            most = there;
        }
    }
    assert_eq!(survived(folder.path(), &files.database, &files.log), 2 * COMMITS as usize);
}

#[test]
fn a_sector_that_is_missing_in_the_middle_ends_the_log_there() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::new(folder.path());
    for at in (0..files.log.len() / SECTOR).step_by(7).map(|sector| sector * SECTOR) {
        let mut log = files.log.clone();
        log[at..at + SECTOR].fill(0);
        if log == files.log {
            continue;
        }
        let there = survived(folder.path(), &files.database, &log);
        assert!(files.commits_in(at).contains(&there), "{there} commits with a hole at {at}");
    }
}
