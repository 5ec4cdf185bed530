//! What the library lists when it is asked for some only.

use sotto_history::{Bookmark, By, Filter, Origin, Source, Turn};
use uuid::Uuid;

use crate::{Place, turn};

fn said(place: &Place, started_at: u64, text: &str, source: Source) -> Uuid {
    let recording = place.recording(started_at);
    let turn = Turn { source, ..turn(recording, 0, 0, text) };
    place.history.turn_commit(&turn).unwrap();
    place.history.recording_stopped(recording, 16_000).unwrap();
    place.history.recording_finished(recording).unwrap();
    recording
}

/// Their titles, newest first.
fn listed(place: &Place, query: &str, filter: &Filter) -> Vec<String> {
    let page = place.history.filtered(query, filter, None, 9).unwrap();
    page.into_iter().map(|summary| summary.title).collect()
}

#[test]
fn each_filter_lists_what_it_says_with_words_and_without() {
    let place = Place::new();
    said(&place, 1_000, "harbour offline", Source::Offline);
    let cloud = said(&place, 2_000, "harbour cloud", Source::AssemblyAiEu);
    let file = said(&place, 3_000, "harbour file", Source::Offline);
    said(&place, 4_000, "orchard cloud", Source::AssemblyAi);
    place.history.recording_from(file, Origin::File).unwrap();
    assert!(place.history.audio_kept(cloud, true).unwrap());
    assert!(!place.history.audio_kept(cloud, true).unwrap(), "that is known");
    let mark = Bookmark { recording: file, at: 3, note: String::new() };
    place.history.bookmark_set(&mark).unwrap();

    let by = |by| Filter { by: Some(by), ..Filter::default() };
    assert_eq!(listed(&place, "", &by(By::Cloud)), ["orchard cloud", "harbour cloud"]);
    assert_eq!(listed(&place, "harb", &by(By::Cloud)), ["harbour cloud"]);
    assert_eq!(listed(&place, "", &by(By::Offline)), ["harbour file", "harbour offline"]);
    assert_eq!(listed(&place, "harb", &by(By::File)), ["harbour file"]);
    let audio = Filter { has_audio: true, ..Filter::default() };
    assert_eq!(listed(&place, "", &audio), ["harbour cloud"]);
    assert!(listed(&place, "orchard", &audio).is_empty());
    assert_eq!(place.history.with_audio().unwrap(), [cloud]);
    let marked = Filter { has_bookmarks: true, ..Filter::default() };
    assert_eq!(listed(&place, "", &marked), ["harbour file"]);
    let between = Filter { since: Some(2_000), until: Some(4_000), ..Filter::default() };
    assert_eq!(listed(&place, "", &between), ["harbour file", "harbour cloud"]);
    assert_eq!(listed(&place, "harbour", &between), ["harbour file", "harbour cloud"]);
    let all = Filter { has_audio: true, by: Some(By::Cloud), ..between };
    assert_eq!(listed(&place, "cloud", &all), ["harbour cloud"]);
    assert!(listed(&place, "cloud", &Filter { has_bookmarks: true, ..all }).is_empty());
}

#[test]
fn what_is_not_finished_has_its_audio_still() {
    let place = Place::new();
    place.spoken(1_000, &["on and on"]);
    let audio = Filter { has_audio: true, ..Filter::default() };
    assert_eq!(listed(&place, "", &audio), ["on and on"]);
}

#[test]
fn pages_of_a_filter_follow_each_other() {
    let place = Place::new();
    for at in 0..10 {
        let source = if at % 2 == 0 { Source::Offline } else { Source::AssemblyAi };
        said(&place, 1_000 + at, &format!("word {at}"), source);
    }
    let filter = Filter { by: Some(By::Cloud), ..Filter::default() };
    for query in ["", "word"] {
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = place.history.filtered(query, &filter, before, 2).unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.started_at);
            seen.extend(page.into_iter().map(|summary| summary.title));
        }
        assert_eq!(seen, ["word 9", "word 7", "word 5", "word 3", "word 1"], "{query:?}");
    }
}
