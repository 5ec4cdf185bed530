//! Who may store, and what may take the place of what.

use sotto_history::{Claim, HistoryError, Turn};
use uuid::Uuid;

use crate::{Place, turn};

fn fallback(recording: Uuid, order: u32, range: std::ops::Range<u64>, text: &str) -> Turn {
    Turn { from: range.start, to: range.end, is_fallback: true, ..turn(recording, 0, order, text) }
}

fn better(recording: Uuid, order: u32, range: std::ops::Range<u64>, text: &str) -> Turn {
    Turn { leg: 7, is_fallback: false, ..fallback(recording, order, range, text) }
}

/// Three turns of the fallback, a hundred samples each.
fn place_with_fallback() -> (Place, Uuid, Claim) {
    let place = Place::new();
    let recording = place.recording(1_000);
    let claim = place.history.take_up(recording).unwrap().claim;
    for (order, text) in ["one", "two words", "three"].into_iter().enumerate() {
        let from = order as u64 * 100;
        let turn = fallback(recording, order as u32, from..from + 100, text);
        place.history.commit_as(claim, &turn).unwrap();
    }
    (place, recording, claim)
}

fn texts(place: &Place, recording: Uuid) -> Vec<String> {
    let opened = place.history.open_recording(recording).unwrap();
    opened.turns.iter().map(|stored| stored.shown().to_owned()).collect()
}

#[test]
fn only_whoever_took_a_recording_up_last_may_store() {
    let (place, recording, old) = place_with_fallback();
    let point = place.history.take_up(recording).unwrap();
    assert_eq!((point.from, point.next_leg), (300, 1));
    let late = turn(recording, 0, 9, "late");
    assert!(matches!(place.history.commit_as(old, &late), Err(HistoryError::Superseded(_))));
    let replaced =
        place.history.replace_as(old, recording, 0..100, &[better(recording, 0, 0..100, "x")]);
    assert!(matches!(replaced, Err(HistoryError::Superseded(_))));
    place.history.commit_as(point.claim, &late).unwrap();
    assert_eq!(texts(&place, recording).len(), 4);
}

#[test]
fn better_turns_take_the_place_of_fallback_turns_once() {
    let (place, recording, claim) = place_with_fallback();
    let turns = [better(recording, 0, 0..150, "eins zwei"), better(recording, 1, 150..200, "drei")];
    for _ in 0..2 {
        assert!(place.history.replace_as(claim, recording, 0..200, &turns).unwrap());
        assert_eq!(texts(&place, recording), ["eins zwei", "drei", "three"]);
    }
    assert_eq!(place.history.open_recording(recording).unwrap().summary.words, 4);
    assert_eq!(
        place.history.page("two", None, 9).unwrap().len(),
        0,
        "the old text is found no more"
    );
    assert_eq!(place.history.page("zwei", None, 9).unwrap().len(), 1);
    let fallback = place.history.take_up(recording).unwrap().fallback;
    assert_eq!((fallback.len(), fallback[0].clone()), (1, 200..300));
}

#[test]
fn what_the_user_edited_stays() {
    let (place, recording, claim) = place_with_fallback();
    place.history.turn_edit(recording, 0, 1, Some("mine")).unwrap();
    assert_eq!(place.history.take_up(recording).unwrap().fallback, [0..100, 200..300]);
    let claim = Claim(claim.0 + 1);
    let turns = [better(recording, 0, 0..200, "theirs")];
    assert!(!place.history.replace_as(claim, recording, 0..200, &turns).unwrap());
    assert_eq!(texts(&place, recording), ["one", "mine", "three"]);
}

#[test]
fn a_replacement_tiles_its_range_and_splits_no_turn() {
    let (place, recording, claim) = place_with_fallback();
    let replace = |range, turns: &[Turn]| place.history.replace_as(claim, recording, range, turns);
    let half = [better(recording, 0, 0..150, "half")];
    assert!(!replace(0..150, &half).unwrap(), "it would split the second turn");
    assert!(matches!(replace(0..200, &half), Err(HistoryError::Invalid(_))));
    assert!(matches!(replace(0..200, &[]), Err(HistoryError::Invalid(_))));
    let apart = [better(recording, 0, 0..90, "a"), better(recording, 1, 100..200, "b")];
    assert!(matches!(replace(0..200, &apart), Err(HistoryError::Invalid(_))));
    assert_eq!(texts(&place, recording), ["one", "two words", "three"]);
}

#[test]
fn giving_up_turns_what_is_open_into_gaps_and_ends_the_claim() {
    let place = Place::new();
    let recording = place.recording(1_000);
    let claim = place.history.take_up(recording).unwrap().claim;
    place.history.commit_as(claim, &better(recording, 0, 100..200, "heard")).unwrap();
    place.history.give_up(recording, 300).unwrap();
    let gaps = place.history.open_recording(recording).unwrap().gaps;
    assert_eq!(gaps.iter().map(|gap| gap.from..gap.to).collect::<Vec<_>>(), [0..100, 200..300]);
    let late = better(recording, 1, 200..300, "late");
    assert!(matches!(place.history.commit_as(claim, &late), Err(HistoryError::Superseded(_))));
}
