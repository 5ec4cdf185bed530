//! The library: titles, pages, deleting and coming back.

use std::thread;

use sotto_history::{Gap, GapCause, HistoryError, RecordingState};
use uuid::Uuid;

use crate::{Place, turn};

fn titles(place: &Place, query: &str, before: Option<u64>, limit: u32) -> Vec<String> {
    place
        .history
        .page(query, before, limit)
        .unwrap()
        .into_iter()
        .map(|summary| summary.title)
        .collect()
}

#[test]
fn a_recording_goes_from_recording_to_finished_and_not_back() {
    let place = Place::new();
    let recording = place.recording(5_000);
    let state = || place.history.open_recording(recording).unwrap().summary.state;
    assert_eq!(
        (state(), place.history.is_finished(recording).unwrap()),
        (RecordingState::Recording, false)
    );
    assert_eq!(place.history.unfinished().unwrap(), [recording]);
    place.history.recording_stopped(recording, 48_000).unwrap();
    assert_eq!(state(), RecordingState::Finishing);
    place.history.recording_finished(recording).unwrap();
    place.history.recording_stopped(recording, 48_000).unwrap();
    place.history.recording_create(recording, 9_000).unwrap();
    assert_eq!(
        (state(), place.history.is_finished(recording).unwrap()),
        (RecordingState::Finished, true)
    );
    assert!(place.history.unfinished().unwrap().is_empty());
    let summary = place.history.open_recording(recording).unwrap().summary;
    assert_eq!((summary.samples, summary.started_at), (48_000, 5_000));
    assert!(!place.history.is_finished(Uuid::new_v4()).unwrap());
}

#[test]
fn the_first_words_are_the_title_until_the_user_gives_one() {
    let place = Place::new();
    let recording =
        place.spoken(1_000, &["", "It was the best", "of times, it was the worst of times"]);
    assert_eq!(titles(&place, "", None, 9), ["It was the best of times, it was…"]);
    place.history.rename(recording, "  Dickens ").unwrap();
    assert_eq!(titles(&place, "", None, 9), ["Dickens"]);
    place.history.rename(recording, " ").unwrap();
    assert_eq!(titles(&place, "", None, 9), ["It was the best of times, it was…"]);
}

#[test]
fn pages_follow_each_other_without_loss_or_repeat() {
    let place = Place::new();
    // Two in the same millisecond are told apart all the same.
    for (started_at, name) in [(300, "c"), (100, "a"), (200, "b"), (300, "d")] {
        place.spoken(started_at, &[&format!("{name} word")]);
    }
    for query in ["", "word"] {
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = place.history.page(query, before, 1).unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.started_at);
            seen.extend(page.iter().map(|summary| summary.title.clone()));
        }
        assert_eq!(seen, ["d word", "c word", "b word", "a word"], "{query:?}");
    }
}

#[test]
fn what_is_deleted_is_gone_from_lists_and_comes_back_whole() {
    let place = Place::new();
    let recording = place.spoken(1_000, &["precious words"]);
    place.spoken(2_000, &["other words"]);
    let whole = place.history.open_recording(recording).unwrap();
    place.history.delete(recording).unwrap();
    assert_eq!(titles(&place, "", None, 9), ["other words"]);
    assert_eq!(titles(&place, "words", None, 9), ["other words"]);
    assert_eq!(place.history.deleted_before(u64::MAX >> 1).unwrap(), [recording]);
    assert!(place.history.deleted_before(1).unwrap().is_empty());
    place.history.restore(recording).unwrap();
    assert_eq!(place.history.open_recording(recording).unwrap(), whole);
    assert_eq!(titles(&place, "words", None, 9), ["other words", "precious words"]);
}

#[test]
fn what_is_purged_leaves_no_trace_in_the_file() {
    let place = Place::new();
    let recording = place.spoken(1_000, &["xylophonist confession"]);
    place.history.gap_declare(&Gap { recording, from: 0, to: 9, cause: GapCause::Xrun }).unwrap();
    place.history.purge(recording).unwrap();
    assert!(matches!(place.history.open_recording(recording), Err(HistoryError::NotFound(_))));
    assert!(place.history.page("xylophonist", None, 9).unwrap().is_empty());
    place.beside().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let bytes = std::fs::read(&place.path).unwrap();
    assert!(!bytes.windows(11).any(|window| window == b"xylophonist"));
}

#[test]
fn many_threads_write_and_read_at_once() {
    let place = Place::new();
    let recording = place.recording(1_000);
    thread::scope(|scope| {
        for leg in 0..4 {
            let history = place.history.clone();
            scope.spawn(move || {
                for order in 0..10 {
                    history.turn_commit(&turn(recording, leg, order, "all at once")).unwrap();
                    history.page("once", None, 9).unwrap();
                }
            });
        }
    });
    let opened = place.history.open_recording(recording).unwrap();
    assert_eq!((opened.turns.len(), opened.summary.words), (40, 120));
}
