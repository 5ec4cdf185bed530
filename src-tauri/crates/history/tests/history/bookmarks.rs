//! Moments that the user marked.

use sotto_history::{Bookmark, HistoryError};
use uuid::Uuid;

use crate::{Place, turn};

fn bookmark(recording: Uuid, at: u64, note: &str) -> Bookmark {
    Bookmark { recording, at, note: note.to_owned() }
}

#[test]
fn a_moment_is_marked_once_noted_and_forgotten() {
    let place = Place::new();
    let recording = place.spoken(1_000, &["one", "two"]);
    place.history.bookmark_set(&bookmark(recording, 20_000, "")).unwrap();
    place.history.bookmark_set(&bookmark(recording, 4_000, "the start")).unwrap();
    place.history.bookmark_set(&bookmark(recording, 20_000, " ask about this ")).unwrap();
    let marked =
        [bookmark(recording, 4_000, "the start"), bookmark(recording, 20_000, "ask about this")];
    assert_eq!(place.history.bookmarks(recording).unwrap(), marked);
    assert_eq!(place.history.open_recording(recording).unwrap().bookmarks, marked);
    let outline = place.history.outline(recording).unwrap();
    assert_eq!((outline.bookmarks.len(), outline.summary.bookmarks), (2, 2));
    place.history.bookmark_remove(recording, 4_000).unwrap();
    place.history.bookmark_remove(recording, 4_000).unwrap();
    assert_eq!(place.history.bookmarks(recording).unwrap(), marked[1..]);
    let nobody = bookmark(Uuid::new_v4(), 0, "");
    assert!(matches!(place.history.bookmark_set(&nobody), Err(HistoryError::NotFound(_))));
}

#[test]
fn a_mark_stays_when_the_turns_around_it_are_replaced() {
    let place = Place::new();
    let recording = place.recording(1_000);
    let claim = place.history.take_up(recording).unwrap().claim;
    let fallback = sotto_history::Turn { is_fallback: true, ..turn(recording, 0, 0, "helo word") };
    place.history.commit_as(claim, &fallback).unwrap();
    place.history.bookmark_set(&bookmark(recording, 8_000, "here")).unwrap();
    let better = turn(recording, 1, 0, "hello world");
    assert!(place.history.replace_as(claim, recording, 0..16_000, &[better]).unwrap());
    assert_eq!(place.history.bookmarks(recording).unwrap(), [bookmark(recording, 8_000, "here")]);
}

#[test]
fn a_note_goes_for_good_with_its_recording() {
    let place = Place::new();
    let recording = place.spoken(1_000, &["words"]);
    place.history.bookmark_set(&bookmark(recording, 1, "xylophonist")).unwrap();
    place.history.purge(recording).unwrap();
    place.history.settle().unwrap();
    let bytes = std::fs::read(&place.path).unwrap();
    assert!(!bytes.windows(11).any(|window| window == b"xylophonist"));
}

#[test]
fn of_a_private_recording_a_mark_is_in_memory_alone() {
    let place = Place::new();
    let recording = Uuid::new_v4();
    place.history.recording_create_private(recording, 5).unwrap();
    place.history.bookmark_set(&bookmark(recording, 1, "xylophonist")).unwrap();
    assert_eq!(place.history.bookmarks(recording).unwrap().len(), 1);
    let rows: u32 =
        place.beside().query_row("SELECT count(*) FROM bookmarks", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}
