//! When a recording was paused.

use sotto_history::Pause;

use crate::{Place, turn};

#[test]
fn a_pause_is_kept_with_its_wall_times_and_takes_no_place_on_the_axis() {
    let place = Place::new();
    let recording = place.recording(1_000);
    place.history.turn_commit(&turn(recording, 0, 0, "before")).unwrap();
    let begun = Pause { recording, at: 16_000, since: 2_000, until: None };
    place.history.pause_declare(&begun).unwrap();
    assert_eq!(
        place.history.open_recording(recording).unwrap().pauses,
        std::slice::from_ref(&begun)
    );
    let ended = Pause { until: Some(192_000), ..begun };
    place.history.pause_declare(&ended).unwrap();
    place.history.pause_declare(&ended).unwrap();
    let opened = place.history.open_recording(recording).unwrap();
    assert_eq!((opened.pauses, opened.gaps), (vec![ended], vec![]));
    assert_eq!(place.history.take_up(recording).unwrap().from, 16_000);
}

/// Stopped or killed while it was paused: nothing followed, so that it was no pause but the end.
#[test]
fn a_pause_that_ended_a_recording_is_none() {
    let place = Place::new();
    let recording = place.recording(1_000);
    let open = Pause { recording, at: 16_000, since: 2_000, until: None };
    place.history.pause_declare(&open).unwrap();
    place.history.recording_stopped(recording, 16_000).unwrap();
    assert_eq!(place.history.open_recording(recording).unwrap().pauses, []);
}

#[test]
fn pauses_go_with_their_recording() {
    let place = Place::new();
    let recording = place.recording(1_000);
    let pause = Pause { recording, at: 0, since: 2_000, until: Some(3_000) };
    place.history.pause_declare(&pause).unwrap();
    place.history.purge(recording).unwrap();
    let count: u32 =
        place.beside().query_row("SELECT count(*) FROM pauses", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 0);
}
