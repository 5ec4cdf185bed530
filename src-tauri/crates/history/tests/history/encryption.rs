//! A history that only the holder of a key can read, and the way there and back.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, thread};

use rusqlite::Connection;
use sotto_encryption::{DataKey, switch};
use sotto_history::{History, HistoryError, is_encrypted, tidy};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Place, long, seal_of, spoil, turn};

const CANARY: &str = "xylophonist confession";

fn key(byte: u8) -> DataKey {
    DataKey::new(Zeroizing::new([byte; 32]))
}

/// The names of the files in a folder that hold this.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let holds =
        |path: &Path| fs::read(path).unwrap().windows(text.len()).any(|at| at == text.as_bytes());
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = paths
        .filter(|path| holds(path))
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A history with the canary in it, searched and edited.
fn spoken() -> (Place, Uuid) {
    let place = Place::new();
    let recording = place.spoken(1_000, &["ordinary words", CANARY, "the end"]);
    place.history.turn_edit(recording, 0, 2, Some("the very end")).unwrap();
    place.history.rename(recording, "about a xylophonist").unwrap();
    (place, recording)
}

fn is_whole(history: &History, recording: Uuid) {
    let opened = history.open_recording(recording).unwrap();
    let shown: Vec<_> = opened.turns.iter().map(|stored| stored.shown().to_owned()).collect();
    assert_eq!(shown, ["ordinary words", CANARY, "the very end"]);
    assert_eq!(opened.summary.title, "about a xylophonist");
    for query in ["xyloph", "very", "ordinary"] {
        assert_eq!(history.page(query, None, 9).unwrap().len(), 1, "{query}");
    }
    assert!(history.page("nowhere", None, 9).unwrap().is_empty());
}

#[test]
fn what_was_said_is_in_no_file_while_the_history_is_encrypted() {
    let (place, recording) = spoken();
    let folder = place.path.parent().unwrap();
    assert!(!holding(folder, "xylophonist").is_empty(), "the search finds nothing");
    place.history.encrypt(&key(1)).unwrap();
    assert!(is_encrypted(&place.path).unwrap());
    is_whole(&place.history, recording);
    // More of it, so that there is a log beside the file.
    place.history.turn_commit(&turn(recording, 0, 3, "xylophonist once more")).unwrap();
    place.history.turn_edit(recording, 0, 3, Some("xylophonist, again")).unwrap();
    let log = fs::metadata(folder.join("history.db-wal")).unwrap().len();
    assert!(log > 0, "nothing is in the log");
    for text in ["xylophonist", "ordinary", "CREATE TABLE", "SQLite format"] {
        assert_eq!(holding(folder, text), [""; 0], "{text}");
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), 3, "file, log and index");
    place.history.purge(recording).unwrap();
    place.history.settle().unwrap();
    assert!(matches!(place.history.open_recording(recording), Err(HistoryError::NotFound(_))));
}

#[test]
fn it_opens_with_its_key_only_and_a_wrong_one_changes_nothing() {
    let (place, recording) = spoken();
    place.history.encrypt(&key(1)).unwrap();
    let Place { history, path, _folder } = place;
    drop(history);
    let before = fs::read(&path).unwrap();

    let history = History::open(&path).unwrap();
    assert!(history.needs_key() && history.key().is_none() && history.set_aside().is_none());
    assert!(matches!(history.page("", None, 9), Err(HistoryError::NeedsKey)));
    assert!(matches!(history.recording_create(recording, 1), Err(HistoryError::NeedsKey)));
    assert!(matches!(history.encrypt(&key(3)), Err(HistoryError::NeedsKey)));
    assert!(matches!(history.unlock(&key(2)), Err(HistoryError::WrongKey)));
    assert!(history.needs_key());
    assert_eq!(fs::read(&path).unwrap(), before);

    // What is in memory needs no key.
    let private = Uuid::now_v7();
    history.recording_create_private(private, 5).unwrap();
    history.turn_commit(&turn(private, 0, 0, "between us")).unwrap();
    assert_eq!(history.open_recording(private).unwrap().turns.len(), 1);

    history.unlock(&key(1)).unwrap();
    assert!(!history.needs_key() && history.key() == Some(key(1)));
    is_whole(&history, recording);
    assert_eq!(history.open_recording(private).unwrap().turns.len(), 1);
}

#[test]
fn there_and_back_is_the_same_history() {
    let (place, recording) = spoken();
    let schema = |path: &Path| {
        let beside = Connection::open(path).unwrap();
        let sql =
            "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)";
        let schema: String = beside.query_row(sql, [], |row| row.get(0)).unwrap();
        let version: u32 = beside.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        (schema, version)
    };
    let before = schema(&place.path);
    for byte in [1, 2] {
        place.history.encrypt(&key(byte)).unwrap();
        assert!(matches!(place.history.encrypt(&key(3)), Err(HistoryError::Invalid(_))));
        is_whole(&place.history, recording);
        place.history.decrypt().unwrap();
        assert!(place.history.key().is_none() && !is_encrypted(&place.path).unwrap());
        is_whole(&place.history, recording);
    }
    assert_eq!(schema(&place.path), before);
    let folder = place.path.parent().unwrap();
    assert!(!folder.join("history.db.converting").exists());
    assert!(!folder.join("history.db.replaced").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&place.path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn the_old_file_is_overwritten_where_it_lay() {
    let (place, _) = spoken();
    place.history.settle().unwrap();
    let witness = place.path.with_file_name("witness");
    fs::hard_link(&place.path, &witness).unwrap();
    place.history.encrypt(&key(1)).unwrap();
    assert!(fs::read(&witness).unwrap().iter().all(|byte| *byte == 0));
}

#[test]
fn nothing_is_encrypted_while_another_program_has_it_open() {
    let (place, recording) = spoken();
    let other = place.beside();
    let count: u32 =
        other.query_row("SELECT count(*) FROM recordings", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1);
    assert!(matches!(place.history.encrypt(&key(1)), Err(HistoryError::Locked)));
    is_whole(&place.history, recording);
    assert!(!is_encrypted(&place.path).unwrap());
    drop(other);
    place.history.encrypt(&key(1)).unwrap();
}

#[test]
fn a_damaged_encrypted_history_is_set_aside_and_the_fresh_one_is_encrypted_too() {
    let place = Place::new();
    let recording = long(&place);
    place.history.encrypt(&key(1)).unwrap();
    let Place { history, path, _folder } = place;
    drop(history);
    fs::remove_file(seal_of(&path)).unwrap();
    spoil(&path);
    let history = History::open(&path).unwrap();
    history.unlock(&key(1)).unwrap();
    history.recording_create(recording, 1).unwrap();
    history.turn_commit(&turn(recording, 0, 0, CANARY)).unwrap();
    assert_eq!(history.damaged_files().unwrap().len(), 1);
    assert!(is_encrypted(&path).unwrap());
    assert_eq!(holding(path.parent().unwrap(), CANARY), [""; 0]);
}

#[test]
fn damage_that_an_encrypted_history_meets_is_looked_for_at_the_next_opening() {
    let place = Place::new();
    let recording = long(&place);
    place.history.encrypt(&key(1)).unwrap();
    let Place { history, path, _folder } = place;
    drop(history);
    spoil(&path);
    let open = || {
        let history = History::open(&path).unwrap();
        history.unlock(&key(1)).unwrap();
        history
    };
    let history = open();
    assert!(history.damaged_files().unwrap().is_empty(), "it was as it was left");
    history.open_recording(recording).unwrap_err();
    drop(history);
    assert_eq!(open().damaged_files().unwrap().len(), 1);
}

const CHILD: &str = "SOTTO_TEST_KILLED_ENCRYPTION";
const ROUNDS: u32 = 40;

/// Not a test of its own: the program that is killed while it encrypts and decrypts.
#[test]
fn the_one_that_encrypts_and_is_killed() {
    let Ok(path) = env::var(CHILD) else { return };
    let path = Path::new(&path);
    tidy(path).unwrap();
    let history = History::open(path).unwrap();
    if history.needs_key() {
        history.unlock(&key(1)).unwrap();
    }
    println!("\nopen");
    for _ in 0..100 {
        if history.key().is_some() {
            history.decrypt().unwrap();
        } else {
            history.encrypt(&key(1)).unwrap();
        }
    }
}

#[test]
fn a_kill_in_the_middle_of_encrypting_or_decrypting_costs_nothing_and_leaves_nothing() {
    let (place, recording) = spoken();
    let Place { history, path, _folder } = place;
    drop(history);
    let (mut plain, mut encrypted, mut interrupted) = (0, 0, 0);
    for round in 0..ROUNDS {
        run_and_kill(&path);
        let left = fs::read_dir(path.parent().unwrap()).unwrap().count();
        interrupted += u32::from(switch::fresh(&path).exists() || left > 3);
        tidy(&path).unwrap();
        let history = History::open(&path).unwrap();
        assert_eq!(history.set_aside(), None, "round {round}");
        if history.needs_key() {
            history.unlock(&key(1)).unwrap();
            assert_eq!(holding(path.parent().unwrap(), "xylophonist"), [""; 0], "round {round}");
            encrypted += 1;
        } else {
            plain += 1;
        }
        is_whole(&history, recording);
        drop(history);
        let mut names: Vec<_> = fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["history.db", "history.db-seal"], "round {round}");
    }
    println!("{plain} times plain, {encrypted} times encrypted, {interrupted} in the middle");
    assert!(interrupted > 0, "no kill hit the middle");
}

fn run_and_kill(path: &Path) {
    use std::io::{BufRead as _, BufReader};
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["encryption::the_one_that_encrypts_and_is_killed", "--exact", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "open"), "it did not get so far");
    let random = Uuid::new_v4().as_u128();
    thread::sleep(Duration::from_micros(random as u64 % 120_000));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What encryption costs; printed, for whoever asks: `cargo test -p sotto-history --test history cost -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn cost() {
    for is_encrypted in [false, true] {
        let place = Place::new();
        if is_encrypted {
            place.history.encrypt(&key(1)).unwrap();
        }
        let words = ["barge", "harbour", "tide", "committee", "invoice", "lantern", "copper"];
        let mut commits = Vec::new();
        for recording in 0..40 {
            let id = place.recording(1_000 + recording);
            for order in 0..50_u32 {
                let text: Vec<&str> =
                    (0..12).map(|at| words[(order as usize * 5 + at * 3) % 7]).collect();
                let turn = turn(id, 0, order, &text.join(" "));
                let began = std::time::Instant::now();
                place.history.turn_commit(&turn).unwrap();
                commits.push(began.elapsed());
            }
        }
        let mut searches = Vec::new();
        for round in 0..200 {
            let began = std::time::Instant::now();
            place.history.page(words[round % 7], None, 60).unwrap();
            searches.push(began.elapsed());
        }
        let at = |mut times: Vec<Duration>, share: f64| {
            times.sort();
            times[(times.len() as f64 * share) as usize]
        };
        println!(
            "{}: commit_turn p50 {:?}, p99 {:?}; search p50 {:?}, p99 {:?}",
            if is_encrypted { "encrypted" } else { "plain" },
            at(commits.clone(), 0.5),
            at(commits, 0.99),
            at(searches.clone(), 0.5),
            at(searches, 0.99),
        );
    }
}
