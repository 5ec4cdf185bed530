//! `kill -9` at random moments: every turn that was acknowledged is there, and the file is sound.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, thread};

use rusqlite::Connection;
use sotto_history::History;
use uuid::Uuid;

use crate::turn;

const CHILD: &str = "SOTTO_TEST_KILLED_HISTORY";
const ROUNDS: u32 = 30;
const RECORDING: Uuid = Uuid::from_u128(0x0ddba11);

/// Not a test of its own: the program that is killed. Prints a turn's number when its commit has returned.
#[test]
fn the_one_that_is_killed() {
    let Ok(what) = env::var(CHILD) else { return };
    let (leg, path) = what.split_once(' ').unwrap();
    let history = History::open(Path::new(path)).unwrap();
    for order in 0.. {
        history
            .turn_commit(&turn(
                RECORDING,
                leg.parse().unwrap(),
                order,
                "words that were acknowledged",
            ))
            .unwrap();
        println!("\nacknowledged {order}");
    }
}

#[test]
fn no_acknowledged_turn_is_lost_to_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    History::open(&path).unwrap().recording_create(RECORDING, 1_000).unwrap();
    let mut acknowledged = BTreeSet::new();
    for leg in 0..ROUNDS {
        let last = run_and_kill(&path, leg);
        acknowledged.extend((0..=last).map(|order| (leg, order)));

        let history = History::open(&path).unwrap();
        assert_eq!(history.set_aside(), None, "round {leg}");
        let opened = history.open_recording(RECORDING).unwrap();
        let stored: BTreeSet<_> =
            opened.turns.iter().map(|stored| (stored.turn.leg, stored.turn.turn_order)).collect();
        assert!(acknowledged.is_subset(&stored), "round {leg}");
        assert!(
            stored.len() <= acknowledged.len() + leg as usize + 1,
            "at most one unacknowledged turn a round"
        );
        assert_eq!(opened.summary.words as usize, stored.len() * 4, "round {leg}");
    }
    let beside = Connection::open(&path).unwrap();
    let verdict: String = beside.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    beside.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)", []).unwrap();
}

/// The number of the last turn that was acknowledged before the kill.
fn run_and_kill(path: &Path, leg: u32) -> u32 {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["kill::the_one_that_is_killed", "--exact", "--nocapture"])
        .env(CHILD, format!("{leg} {}", path.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut number =
        || lines.by_ref().find_map(|line| line.strip_prefix("acknowledged ")?.parse::<u32>().ok());
    let mut last = number().unwrap();
    // A few whole commits, then any moment within one.
    let random = Uuid::new_v4().as_u128();
    for _ in 0..random % 5 {
        last = number().unwrap();
    }
    thread::sleep(Duration::from_micros((random >> 64) as u64 % 15_000));
    child.kill().unwrap();
    child.wait().unwrap();
    // What it still had time to say counts.
    while let Some(next) = number() {
        last = next;
    }
    last
}
