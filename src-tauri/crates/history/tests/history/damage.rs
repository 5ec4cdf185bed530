//! Files that are damaged, newer, private, or in use.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use sotto_history::{History, HistoryError};

use crate::{Place, long, seal_of, spoil};

#[test]
fn a_damaged_file_is_set_aside_and_a_fresh_one_begun() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let garbage = b"this was once a history, before the disk went bad".repeat(200);
    fs::write(&path, &garbage).unwrap();
    let history = History::open(&path).unwrap();
    let moved_to = &history.set_aside().unwrap().moved_to;
    assert_eq!(fs::read(moved_to).unwrap(), garbage);
    history.recording_create(uuid::Uuid::new_v4(), 1).unwrap();
    drop(history);
    assert!(History::open(&path).unwrap().set_aside().is_none());
}

#[test]
fn a_journal_that_a_killed_process_had_only_begun_goes() {
    let place = Place::new();
    let recording = place.spoken(1_000, &["a word"]);
    let Place { history, path, _folder } = place;
    drop(history);
    let journal = path.with_file_name("history.db-journal");
    fs::write(&journal, "pages of before").unwrap();
    let history = History::open(&path).unwrap();
    assert!(!journal.exists());
    assert_eq!(history.open_recording(recording).unwrap().turns.len(), 1);
}

#[test]
fn a_page_gone_bad_in_the_middle_is_noticed_at_opening() {
    let place = Place::new();
    long(&place);
    let Place { history, path, _folder } = place;
    drop(history);
    fs::remove_file(seal_of(&path)).unwrap();
    let bytes = spoil(&path);
    let history = History::open(&path).unwrap();
    assert_eq!(fs::read(&history.set_aside().unwrap().moved_to).unwrap(), bytes);
    assert!(history.page("", None, 9).unwrap().is_empty());
}

#[test]
fn a_file_that_is_as_it_was_left_is_not_read_through_until_damage_is_met() {
    let place = Place::new();
    let recording = long(&place);
    let Place { history, path, _folder } = place;
    drop(history);
    let bytes = spoil(&path);
    let history = History::open(&path).unwrap();
    assert_eq!(history.set_aside(), None);
    history.open_recording(recording).unwrap_err();
    drop(history);
    let history = History::open(&path).unwrap();
    assert_eq!(fs::read(&history.set_aside().unwrap().moved_to).unwrap(), bytes);
}

#[test]
fn a_file_is_sealed_only_while_it_is_closed() {
    let place = Place::new();
    long(&place);
    let Place { history, path, _folder } = place;
    drop(history);
    let seal = seal_of(&path);
    assert!(seal.exists());
    let history = History::open(&path).unwrap();
    assert!(!seal.exists(), "nothing is sealed while it is in use");
    history.close();
    assert!(seal.exists());
    assert!(matches!(history.page("", None, 9), Err(HistoryError::Closed)));
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let place = Place::new();
    place.beside().pragma_update(None, "user_version", 999).unwrap();
    assert!(matches!(History::open(&place.path), Err(HistoryError::TooNew)));
    assert!(place.path.exists());
}

#[test]
fn a_lock_of_another_program_is_a_typed_error() {
    let place = Place::new();
    let other = place.beside();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = place.history.recording_create(uuid::Uuid::new_v4(), 1);
    assert!(matches!(refused, Err(HistoryError::Locked)), "{refused:?}");
    assert!(place.history.page("", None, 9).unwrap().is_empty(), "readers do not wait");
    other.execute_batch("ROLLBACK").unwrap();
    place.recording(1);
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.spoken(1_000, &["private"]);
    let folder = place.path.parent().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let is_private = || {
        assert_eq!(mode(folder), 0o700);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    };
    is_private();
    place.history.close();
    is_private();
}

#[test]
fn the_schema_is_what_was_released() {
    let place = Place::new();
    let beside: Connection = place.beside();
    let mut statement = beside
        .prepare("SELECT type || ' ' || name FROM sqlite_schema WHERE name NOT LIKE 'search_%' OR type = 'trigger' ORDER BY 1")
        .unwrap();
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    insta::assert_snapshot!(names.join("\n"), @"
    index recordings_unfinished
    index sqlite_autoindex_recordings_1
    index sqlite_autoindex_stretches_1
    index sqlite_autoindex_turns_1
    index turns_by_axis
    index turns_by_end
    index turns_by_fallback
    index turns_by_source
    index turns_by_voice
    index turns_said
    table bookmarks
    table gaps
    table pauses
    table recordings
    table search
    table stretches
    table turns
    table usage
    table voices
    trigger search_follows
    trigger search_gains
    trigger search_loses
    ");
    let columns: Vec<String> =
        ["recordings", "turns", "gaps", "pauses", "voices", "stretches", "usage", "bookmarks"]
            .iter()
            .map(|table| {
                let sql =
                    "SELECT group_concat(name || ' ' || type, ', ') FROM pragma_table_xinfo(?1)";
                let columns: String = beside.query_row(sql, [table], |row| row.get(0)).unwrap();
                format!("{table}: {columns}")
            })
            .collect();
    insta::assert_snapshot!(columns.join("\n"), @"
    recordings: started_at INTEGER, uuid TEXT, title TEXT, samples INTEGER, state TEXT, legs INTEGER, words INTEGER, deleted_at INTEGER, claim INTEGER, origin TEXT, has_audio INTEGER
    turns: id INTEGER, recording INTEGER, leg INTEGER, turn_order INTEGER, from_sample INTEGER, to_sample INTEGER, text TEXT, words TEXT, source TEXT, edited_text TEXT, shown TEXT, is_fallback INTEGER, speaker TEXT
    gaps: recording INTEGER, from_sample INTEGER, to_sample INTEGER, cause TEXT
    pauses: recording INTEGER, at_sample INTEGER, since INTEGER, until INTEGER
    voices: recording INTEGER, leg INTEGER, label TEXT, name TEXT
    stretches: id INTEGER, recording INTEGER, from_sample INTEGER, to_sample INTEGER, name TEXT
    usage: day TEXT, source TEXT, open_ms INTEGER
    bookmarks: recording INTEGER, at_sample INTEGER, note TEXT
    ");
    let version: u32 = beside.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 14);
}
