//! A long recording, asked for in passages.

use sotto_history::TurnHits;
use uuid::Uuid;

use crate::Place;

fn long(place: &Place, turns: usize) -> Uuid {
    let texts: Vec<String> = (0..turns)
        .map(|at| if at % 10 == 9 { String::new() } else { format!("Turn number {at}, turn") })
        .collect();
    place.spoken(1_000, &texts.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn passages_hold_each_turn_once_and_in_order() {
    let place = Place::new();
    let recording = long(&place, 100);
    let outline = place.history.outline(recording).unwrap();
    let whole = place.history.open_recording(recording).unwrap();
    assert_eq!((&outline.summary, &outline.gaps), (&whole.summary, &whole.gaps));
    assert_eq!(outline.passages.len(), 4);
    assert_eq!(outline.passages.iter().map(|one| one.turns).sum::<u32>(), 90);
    let mut joined = Vec::new();
    for (at, passage) in outline.passages.iter().enumerate() {
        let end = outline.passages.get(at + 1).map_or(u64::MAX, |next| next.from);
        joined.extend(place.history.turns_between(recording, passage.from..end).unwrap());
    }
    assert_eq!(joined, whole.turns);
}

#[test]
fn what_is_looked_for_is_counted_in_what_is_shown() {
    let place = Place::new();
    let recording = long(&place, 12);
    let hits = |query| place.history.find_in(recording, query).unwrap();
    assert_eq!(hits("TURN").len(), 11);
    assert!(hits("turn").iter().all(|one| one.count == 2));
    assert_eq!(hits("number  3"), [TurnHits { from: 3 * 16_000, count: 1 }]);
    place.history.turn_edit(recording, 0, 3, Some("nothing of that")).unwrap();
    assert!(hits("number 3").is_empty());
    assert_eq!(hits("of that"), [TurnHits { from: 3 * 16_000, count: 1 }]);
    assert!(hits(" ").is_empty());
}

#[test]
fn a_recording_that_is_not_there_has_no_outline() {
    let place = Place::new();
    let nobody = Uuid::new_v4();
    assert!(place.history.outline(nobody).is_err());
    assert!(place.history.turns_between(nobody, 0..9).is_err());
    assert!(place.history.find_in(nobody, "word").is_err());
}
