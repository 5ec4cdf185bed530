//! Who spoke: labels of the recogniser, names of the user, and what becomes of them when a stretch is redone.

use sotto_history::{HistoryError, Relabelling, SpeakerChange, StretchName, Turn, VoiceName, Word};
use uuid::Uuid;

use crate::{Place, turn};

fn said(recording: Uuid, leg: u32, order: u32, text: &str, by: Option<&str>) -> Turn {
    let speaker = by.map(str::to_owned);
    let turn = turn(recording, leg, order, text);
    let words = turn.words.into_iter().map(|word| Word { speaker: speaker.clone(), ..word });
    Turn { words: words.collect(), speaker, ..turn }
}

fn voice(leg: u32, label: &str, name: Option<&str>) -> SpeakerChange {
    SpeakerChange::Voice { leg, label: label.to_owned(), name: name.map(str::to_owned) }
}

fn stretch(from: u64, to: u64, name: Option<&str>) -> SpeakerChange {
    SpeakerChange::Stretch { from, to, name: name.map(str::to_owned) }
}

/// Whom a reader is told of, turn by turn: the name, else the label.
fn told(place: &Place, recording: Uuid) -> Vec<Option<String>> {
    let opened = place.history.open_recording(recording).unwrap();
    let of = |turn: &Turn| {
        opened.speakers.name_of(turn).map(str::to_owned).or_else(|| turn.speaker.clone())
    };
    opened.turns.iter().map(|one| of(&one.turn)).collect()
}

fn some(names: &[&str]) -> Vec<Option<String>> {
    names.iter().map(|name| Some((*name).to_owned())).collect()
}

#[test]
fn labels_are_stored_with_turns_and_words() {
    let place = Place::new();
    let recording = place.recording(1);
    for (order, by) in [(0, Some("A")), (1, Some("B")), (2, None)] {
        place.history.turn_commit(&said(recording, 0, order, "one two", by)).unwrap();
    }
    let turns = place.history.open_recording(recording).unwrap().turns;
    let labels: Vec<_> = turns.iter().map(|one| one.turn.speaker.as_deref()).collect();
    assert_eq!(labels, [Some("A"), Some("B"), None]);
    assert_eq!(turns[1].turn.words[1].speaker.as_deref(), Some("B"));
}

#[test]
fn everyone_who_said_something_is_told_once_in_the_order_of_their_first_words() {
    let place = Place::new();
    let recording = place.recording(1);
    let spoken = [(0, 0, "B"), (0, 1, "A"), (0, 2, "B"), (3, 3, "A")];
    for (leg, order, by) in spoken {
        place.history.turn_commit(&said(recording, leg, order, "text", Some(by))).unwrap();
    }
    place.history.turn_commit(&said(recording, 3, 4, "", Some("C"))).unwrap();
    place.history.turn_commit(&said(recording, 3, 5, "nobody", None)).unwrap();
    let outline = place.history.outline(recording).unwrap();
    let told: Vec<_> = outline.voices.iter().map(|one| (one.leg, &*one.label)).collect();
    assert_eq!(told, [(0, "B"), (0, "A"), (3, "A")]);
}

/// The first voice of another session may be somebody else's.
#[test]
fn a_voice_is_named_on_its_own_leg_only() {
    let place = Place::new();
    let recording = place.recording(1);
    for (leg, order, by) in [(0, 0, "A"), (0, 1, "B"), (0, 2, "A"), (3, 3, "A")] {
        place.history.turn_commit(&said(recording, leg, order, "text", Some(by))).unwrap();
    }
    place.history.speakers_name(recording, &[voice(0, "A", Some("  Anna "))]).unwrap();
    assert_eq!(told(&place, recording), some(&["Anna", "B", "Anna", "A"]));
    let changes = [voice(0, "A", None), voice(3, "A", Some("Ben"))];
    place.history.speakers_name(recording, &changes).unwrap();
    assert_eq!(told(&place, recording), some(&["A", "B", "A", "Ben"]));
    let speakers = place.history.open_recording(recording).unwrap().speakers;
    let (label, name) = ("A".to_owned(), "Ben".to_owned());
    assert_eq!(speakers.voices, [VoiceName { leg: 3, label, name }]);
}

#[test]
fn a_stretch_counts_more_than_a_voice_and_the_newest_most() {
    let place = Place::new();
    let recording = place.recording(1);
    for order in 0..3 {
        place.history.turn_commit(&said(recording, 0, order, "text", Some("A"))).unwrap();
    }
    let history = &place.history;
    history.speakers_name(recording, &[voice(0, "A", Some("Anna"))]).unwrap();
    history.speakers_name(recording, &[stretch(0, 32_000, Some("Ben"))]).unwrap();
    history.speakers_name(recording, &[stretch(16_000, 48_000, Some("Cleo"))]).unwrap();
    assert_eq!(told(&place, recording), some(&["Ben", "Cleo", "Cleo"]));
    history.speakers_name(recording, &[stretch(0, 32_000, Some("Dora"))]).unwrap();
    assert_eq!(told(&place, recording), some(&["Dora", "Dora", "Cleo"]));
    history.speakers_name(recording, &[stretch(0, 32_000, None)]).unwrap();
    assert_eq!(told(&place, recording), some(&["Anna", "Cleo", "Cleo"]));
    let (from, to, name) = (16_000, 48_000, "Cleo".to_owned());
    let stretches = history.open_recording(recording).unwrap().speakers.stretches;
    assert_eq!(stretches, [StretchName { from, to, name }]);
}

/// The stand-in knows nobody. What the user said of that stretch holds for what is put there later, with other labels.
#[test]
fn names_survive_a_stretch_that_is_redone() {
    let place = Place::new();
    let recording = place.recording(1);
    let history = &place.history;
    history.turn_commit(&said(recording, 0, 0, "before", Some("A"))).unwrap();
    let fallback = Turn { is_fallback: true, ..said(recording, 1, 1, "stood in", None) };
    history.turn_commit(&fallback).unwrap();
    let changes = [voice(0, "A", Some("Anna")), stretch(16_000, 32_000, Some("Ben"))];
    history.speakers_name(recording, &changes).unwrap();

    let claim = history.take_up(recording).unwrap().claim;
    let redone = said(recording, 2, 1, "redone", Some("A"));
    assert!(history.replace_as(claim, recording, 16_000..32_000, &[redone]).unwrap());
    let opened = history.open_recording(recording).unwrap();
    assert_eq!(opened.turns[1].turn.text, "redone");
    assert_eq!(told(&place, recording), some(&["Anna", "Ben"]));
    // And once the user takes it back, it is the recogniser's.
    history.speakers_name(recording, &[stretch(16_000, 32_000, None)]).unwrap();
    assert_eq!(told(&place, recording), some(&["Anna", "A"]));
}

#[test]
fn a_label_is_revised_by_whoever_holds_the_claim_and_the_text_stays() {
    let place = Place::new();
    let recording = place.recording(1);
    let history = &place.history;
    let claim = history.take_up(recording).unwrap().claim;
    history.commit_as(claim, &said(recording, 0, 0, "one two", None)).unwrap();
    history.turn_edit(recording, 0, 0, Some("one, two")).unwrap();
    let label = |turn_order, words: usize| Relabelling {
        leg: 0,
        turn_order,
        speaker: Some("B".to_owned()),
        words: vec![Some("B".to_owned()); words],
    };
    history.relabel_as(claim, recording, &label(0, 2)).unwrap();
    let stored = &history.open_recording(recording).unwrap().turns[0];
    assert_eq!(stored.turn.speaker.as_deref(), Some("B"));
    assert_eq!(stored.turn.words[1].speaker.as_deref(), Some("B"));
    assert_eq!((stored.turn.text.as_str(), stored.shown()), ("one two", "one, two"));

    // Other words than those that are stored say nothing of them; a turn that is gone needs no label.
    history.relabel_as(claim, recording, &Relabelling { speaker: None, ..label(0, 5) }).unwrap();
    let stored = &history.open_recording(recording).unwrap().turns[0];
    assert_eq!((stored.turn.speaker.as_deref(), stored.turn.words.len()), (None, 2));
    assert_eq!(stored.turn.words[1].speaker.as_deref(), Some("B"));
    history.relabel_as(claim, recording, &label(7, 0)).unwrap();

    history.take_up(recording).unwrap();
    let late = history.relabel_as(claim, recording, &label(0, 2));
    assert!(matches!(late, Err(HistoryError::Superseded(_))), "{late:?}");
}

#[test]
fn all_changes_are_made_or_none() {
    let place = Place::new();
    let recording = place.recording(1);
    place.history.turn_commit(&said(recording, 0, 0, "text", Some("A"))).unwrap();
    for bad in [stretch(5, 5, Some("Ben")), voice(0, "A", Some(&"x".repeat(121)))] {
        let changes = [voice(0, "A", Some("Anna")), bad];
        assert!(place.history.speakers_name(recording, &changes).is_err());
        assert_eq!(told(&place, recording), some(&["A"]));
    }
    let nobody = place.history.speakers_name(Uuid::new_v4(), &[]);
    assert!(matches!(nobody, Err(HistoryError::NotFound(_))));
}

#[test]
fn names_go_with_their_recording() {
    let place = Place::new();
    let recording = place.recording(1);
    let changes = [voice(0, "A", Some("Anna")), stretch(0, 9, Some("Ben"))];
    place.history.speakers_name(recording, &changes).unwrap();
    place.history.purge(recording).unwrap();
    for table in ["voices", "stretches"] {
        let sql = format!("SELECT count(*) FROM {table}");
        let left: i64 = place.beside().query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
}
