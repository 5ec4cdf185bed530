//! Turns, gaps and what they cover.

use proptest::prelude::*;
use sotto_history::{Gap, GapCause, Heard, HistoryError, Source};
use uuid::Uuid;

use crate::{Place, turn};

#[test]
fn a_committed_turn_is_on_disk_before_the_call_returns() {
    let place = Place::new();
    let recording = place.recording(1_000);
    for order in 0..20 {
        place.history.turn_commit(&turn(recording, 0, order, "so it is written")).unwrap();
        let count: u32 =
            place.beside().query_row("SELECT count(*) FROM turns", [], |row| row.get(0)).unwrap();
        assert_eq!(count, order + 1);
    }
}

#[test]
fn what_goes_in_comes_out() {
    let place = Place::new();
    let recording = place.recording(1_000);
    let (later, sooner) =
        (turn(recording, 0, 1, "second half"), turn(recording, 3, 0, "first half"));
    place.history.turn_commit(&later).unwrap();
    place.history.turn_commit(&sooner).unwrap();
    let opened = place.history.open_recording(recording).unwrap();
    let turns: Vec<_> = opened.turns.iter().map(|stored| &stored.turn).collect();
    assert_eq!(turns, [&sooner, &later]);
    assert_eq!(opened.summary.words, 4);
    assert_eq!(opened.summary.samples, 32_000);
    assert_eq!(place.history.take_up(recording).unwrap().next_leg, 4);
}

#[test]
fn a_better_text_replaces_the_machines_and_never_the_users() {
    let place = Place::new();
    let recording = place.recording(1_000);
    place.history.turn_commit(&turn(recording, 0, 0, "its a wurst time")).unwrap();
    place.history.turn_edit(recording, 0, 0, Some("It was the worst of times.")).unwrap();
    let formatted = turn(recording, 0, 0, "It's a wurst time.");
    place.history.turn_commit(&formatted).unwrap();

    let opened = place.history.open_recording(recording).unwrap();
    assert_eq!(opened.turns[0].turn, formatted);
    assert_eq!(opened.turns[0].shown(), "It was the worst of times.");
    assert_eq!(opened.summary.words, 6);
    assert_eq!(place.history.page("worst", None, 9).unwrap().len(), 1);
    assert_eq!(place.history.page("wurst", None, 9).unwrap().len(), 0);

    place.history.turn_edit(recording, 0, 0, None).unwrap();
    let opened = place.history.open_recording(recording).unwrap();
    assert_eq!((opened.turns[0].shown(), opened.summary.words), ("It's a wurst time.", 4));
    assert_eq!(place.history.page("wurst", None, 9).unwrap().len(), 1);
}

#[test]
fn the_sources_of_a_recording_are_told() {
    let place = Place::new();
    let recording = place.recording(1_000);
    let source = || place.history.open_recording(recording).unwrap().summary.source;
    assert_eq!(source(), None);
    place.history.turn_commit(&turn(recording, 0, 0, "offline")).unwrap();
    assert_eq!(source(), Some(Heard::By(Source::Offline)));
    let mut cloud = turn(recording, 0, 1, "cloud");
    cloud.source = Source::AssemblyAi;
    place.history.turn_commit(&cloud).unwrap();
    assert_eq!(source(), Some(Heard::Mixed));
    // The cloud redoes the offline stretch.
    cloud.turn_order = 0;
    place.history.turn_commit(&cloud).unwrap();
    assert_eq!(source(), Some(Heard::By(Source::AssemblyAi)));
}

#[test]
fn nonsense_is_refused_and_stores_nothing() {
    let place = Place::new();
    let recording = place.recording(1_000);
    let mut backwards = turn(recording, 0, 5, "x");
    backwards.to = backwards.from - 1;
    assert!(matches!(place.history.turn_commit(&backwards), Err(HistoryError::Invalid(_))));
    let mut endless = turn(recording, 0, 0, "x");
    endless.to = u64::MAX;
    assert!(matches!(place.history.turn_commit(&endless), Err(HistoryError::Invalid(_))));
    let empty = Gap { recording, from: 5, to: 5, cause: GapCause::Xrun };
    assert!(matches!(place.history.gap_declare(&empty), Err(HistoryError::Invalid(_))));
    let stranger = Uuid::new_v4();
    assert!(
        matches!(place.history.turn_commit(&turn(stranger, 0, 0, "x")), Err(HistoryError::NotFound(id)) if id == stranger)
    );
    assert!(matches!(
        place.history.turn_edit(recording, 0, 0, None),
        Err(HistoryError::NotFound(_))
    ));
    assert!(matches!(
        place.history.recording_create(stranger, u64::MAX),
        Err(HistoryError::Invalid(_))
    ));
    let opened = place.history.open_recording(recording).unwrap();
    assert_eq!((opened.turns.len(), opened.gaps.len(), opened.summary.words), (0, 0, 0));
}

#[derive(Debug, Clone)]
enum Act {
    Turn { leg: u32, order: u32, from: u64, length: u64 },
    Gap { from: u64, length: u64 },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0_u32..3, 0_u32..5, 0_u64..40, 0_u64..12)
            .prop_map(|(leg, order, from, length)| Act::Turn { leg, order, from, length }),
        (0_u64..40, 1_u64..12).prop_map(|(from, length)| Act::Gap { from, length }),
    ]
}

fn perform(place: &Place, recording: Uuid, act: &Act) {
    match *act {
        Act::Turn { leg, order, from, length } => {
            let mut turn =
                turn(recording, leg, order, &format!("leg {leg} turn {order} from {from}"));
            (turn.from, turn.to) = (from, from + length);
            place.history.turn_commit(&turn).unwrap();
        }
        Act::Gap { from, length } => {
            let gap = Gap { recording, from, to: from + length, cause: GapCause::NotTranscribed };
            place.history.gap_declare(&gap).unwrap();
        }
    }
}

proptest! {
    // Each case is a real file with a sync for every commit.
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn saying_everything_twice_changes_nothing(acts in prop::collection::vec(act(), 0..8)) {
        let place = Place::new();
        let recording = place.recording(1_000);
        for act in &acts {
            perform(&place, recording, act);
            let once = place.history.open_recording(recording).unwrap();
            perform(&place, recording, act);
            prop_assert_eq!(&once, &place.history.open_recording(recording).unwrap());
        }
        let opened = place.history.open_recording(recording).unwrap();
        let words: usize = opened.turns.iter().map(|turn| turn.shown().split_whitespace().count()).sum();
        prop_assert_eq!(opened.summary.words as usize, words);
        prop_assert_eq!(opened.summary.gaps as usize, opened.gaps.len());
    }

    #[test]
    fn a_recording_is_taken_up_where_nothing_answers_for_a_sample(acts in prop::collection::vec(act(), 0..10)) {
        let place = Place::new();
        let recording = place.recording(1_000);
        for act in &acts {
            perform(&place, recording, act);
        }
        let opened = place.history.open_recording(recording).unwrap();
        let turns = opened.turns.iter().map(|stored| stored.turn.from..stored.turn.to);
        let covered: Vec<_> = turns.chain(opened.gaps.iter().map(|gap| gap.from..gap.to)).collect();
        let is_open = |sample: &u64| !covered.iter().any(|range| range.contains(sample));

        let point = place.history.take_up(recording).unwrap();
        prop_assert_eq!(point.from, (0..60).rev().find(|sample| !is_open(sample)).map_or(0, |last| last + 1));
        let holes = point.holes.iter().cloned().flatten().collect::<Vec<_>>();
        prop_assert_eq!(holes, (0..point.from).filter(is_open).collect::<Vec<_>>());
        prop_assert!(opened.turns.iter().all(|stored| stored.turn.leg < point.next_leg));
        let open = place.history.uncovered(recording, 60).unwrap();
        prop_assert_eq!(open.into_iter().flatten().collect::<Vec<_>>(), (0..60).filter(is_open).collect::<Vec<_>>());
    }
}
