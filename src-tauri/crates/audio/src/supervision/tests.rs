//! When a device counts as lost, as dropped, as late: by hand-made clocks.

use super::*;

#[test]
fn a_silent_device_is_doubted_after_half_a_second_and_another_asked_for_at_once() {
    let mut watch = Supervision::opened_first(0, 0);
    assert_eq!(watch.delivered(100, 10), Delivery::Begins);
    for now in (110..600).step_by(10) {
        assert_eq!(watch.duty(now), Duty::Rest);
    }
    assert_eq!(watch.duty(600), Duty::Doubt);
    watch.doubted(600);
    assert_eq!(watch.duty(600), Duty::Reopen);
    watch.reopening(600);
    assert_eq!(watch.duty(649), Duty::Rest, "one is being opened");
    watch.reopen_failed(650);
    assert_eq!(watch.duty(1_149), Duty::Rest);
    assert_eq!(watch.duty(1_150), Duty::Reopen);
    watch.reopening(1_150);
    assert_eq!(watch.duty(2_599), Duty::Rest);
    assert_eq!(watch.duty(2_600), Duty::GiveUp);
    watch.lost(2_600);
    assert_eq!(watch.duty(2_600), Duty::Reopen);
    watch.reopen_failed(2_650);
    assert_eq!(watch.duty(3_149), Duty::Rest);
    assert_eq!(watch.duty(3_150), Duty::Reopen);
}

/// One that flowed for a second, without lag, and is doubted half a second later.
fn doubted() -> Supervision {
    let mut watch = Supervision::opened_first(0, 0);
    for now in (10..=1_000).step_by(10) {
        watch.delivered(now, 10);
        assert_eq!(watch.dropped(now, now * 16), 0);
    }
    watch.doubted(1_500);
    watch
}

#[test]
fn a_doubted_device_is_given_up_two_seconds_later() {
    let mut watch = doubted();
    watch.reopening(1_510);
    assert_eq!(watch.duty(3_499), Duty::Rest);
    assert_eq!(watch.duty(3_500), Duty::GiveUp);
    watch.succeeded(3_500);
    assert_eq!(watch.delivered(3_500, 1_900), Delivery::Begins);
}

#[test]
fn a_doubted_device_that_returns_hands_over_for_a_while_before_anything_is_taken() {
    let mut watch = doubted();
    assert!(watch.is_collecting(1_600, false) && watch.is_away());
    assert!(watch.is_collecting(1_700, true) && !watch.is_away());
    assert!(watch.is_collecting(1_999, true));
    assert!(!watch.is_collecting(2_000, true));
    assert_eq!(watch.absent(2_000, 16_000), 0, "what it held back is on its way");
    assert_eq!(watch.delivered(2_000, 1_000), Delivery::Returns);
    assert_eq!(watch.delivered(2_010, 10), Delivery::GoesOn);
}

#[test]
fn at_the_end_a_device_that_returns_is_no_longer_waited_for() {
    let mut watch = doubted();
    assert!(watch.is_owed(1_600, 16_000), "a doubted one is");
    assert!(watch.is_collecting(1_700, true));
    assert!(watch.is_owed(1_700, 16_000));
    watch.ends();
    assert!(!watch.is_collecting(1_710, true));
}

#[test]
fn what_a_returning_device_does_not_hand_over_is_a_gap_of_that_length() {
    let watch = doubted();
    assert_eq!(watch.dropped_in_doubt(2_000, 1_900 * 16), 0, "that much may be late");
    assert_eq!(watch.dropped_in_doubt(2_000, 1_899 * 16), 101 * 16);
}

#[test]
fn a_program_that_was_held_up_blames_no_device() {
    let mut watch = Supervision::opened_first(0, 0);
    watch.delivered(100, 10);
    assert_eq!(watch.duty(2_100), Duty::Rest, "the samples of two seconds may lie there");
    assert_eq!(watch.duty(4_100), Duty::Rest);
    for now in (4_110..4_500).step_by(10) {
        assert_eq!(watch.duty(now), Duty::Rest);
    }
    assert_eq!(watch.duty(4_500), Duty::Doubt);
}

#[test]
fn a_device_that_begins_late_is_given_time() {
    let mut watch = Supervision::opened_first(1_000, 0);
    assert_eq!(watch.duty(4_999), Duty::Rest);
    assert_eq!(watch.duty(5_000), Duty::GiveUp);
    watch.lost(5_000);
    watch.reopening(5_000);
    assert_eq!(watch.duty(8_999), Duty::Rest);
    assert_eq!(watch.duty(9_000), Duty::GiveUp);
}

#[test]
fn waiting_for_the_first_sample_is_no_gap() {
    let mut watch = Supervision::opened_first(0, 0);
    assert_eq!(watch.absent(2_000, 0), 0);
    watch.delivered(2_000, 10);
    assert_eq!(watch.behind(2_000, 160), 0, "sample 0 is the first that was delivered");
}

#[test]
fn a_gap_has_the_length_of_the_clock() {
    let mut watch = Supervision::opened_first(0, 0);
    watch.delivered(10, 10);
    watch.lost(1_000);
    assert_eq!(watch.absent(2_000, 16_000), 16_000, "while it is away, the axis runs on");
    watch.reopening(3_000);
    assert_eq!(
        watch.absent(3_500, 2_000 * 16),
        1_250 * 16,
        "but leaves room for what is on its way"
    );
    assert_eq!(watch.delivered(3_510, 10), Delivery::Begins);
    assert_eq!(watch.behind(3_510, 3_260 * 16), 250 * 16);
    assert_eq!(
        watch.absent(4_000, 3_260 * 16),
        0,
        "a device that delivers fills the axis by itself"
    );
}

#[test]
fn buffering_is_no_gap_but_a_dropped_half_second_is() {
    let late = |lag: u64, until: u64| {
        let mut watch = Supervision::opened_first(0, 0);
        watch.delivered(10, 10);
        watch.dropped(1_000, 16_000);
        (1_010..=until)
            .step_by(10)
            .map(|now| watch.dropped(now, (now - lag) * 16) / 16)
            .collect::<Vec<_>>()
    };
    assert!(late(400, 60_000).iter().all(|dropped| *dropped == 0));
    assert!(late(401, 4_000).iter().all(|dropped| *dropped == 0), "a busy machine is late");
    let (last, others) = late(401, 4_010).split_last().map(|(l, o)| (*l, o.to_vec())).unwrap();
    assert!(others.iter().all(|dropped| *dropped == 0));
    assert_eq!(last, 401);
}

#[test]
fn what_comes_late_after_all_was_not_dropped() {
    let mut watch = Supervision::opened_first(0, 0);
    watch.delivered(10, 10);
    watch.dropped(1_000, 16_000);
    for now in (1_010..60_000).step_by(10) {
        let lag = if now % 2_000 < 1_900 { 1_500 } else { 50 };
        assert_eq!(watch.dropped(now, (now - lag.min(now)) * 16), 0);
    }
}

#[test]
fn a_device_whose_clock_is_slow_drops_nothing() {
    let mut watch = Supervision::opened_first(0, 0);
    watch.delivered(10, 10);
    for now in (1_000..7_200_000).step_by(100) {
        assert_eq!(watch.dropped(now, now * 16 - now * 16 / 1_000), 0, "after {now} ms");
    }
}

#[test]
fn at_the_end_samples_are_owed_until_the_axis_is_as_late_as_at_its_best() {
    let mut watch = Supervision::opened_first(0, 0);
    assert!(!watch.is_owed(100, 0), "by a device that never began nothing is");
    for now in (10..=2_000).step_by(10) {
        watch.delivered(now, 10);
        watch.dropped(now, (now - 10) * 16);
    }
    assert!(watch.is_owed(2_500, 2_400 * 16));
    assert!(!watch.is_owed(2_500, 2_490 * 16));
    watch.lost(2_500);
    assert!(!watch.is_owed(2_500, 2_000 * 16));
}

#[test]
fn a_short_drop_counts_where_the_sound_system_told_of_it() {
    let late = |told: bool, lag: u64| {
        let mut watch = Supervision::opened_first(0, 0);
        for now in (10..=2_500).step_by(10) {
            watch.delivered(now, 10);
            let usual = if now % 100 == 0 { 60 } else { 10 };
            assert_eq!(watch.dropped(now, (now - usual.min(now)) * 16), 0);
        }
        if told {
            watch.told_of_drop(2_500);
        }
        watch.delivered(2_510, 10);
        watch.dropped(2_510, (2_510 - lag) * 16) / 16
    };
    assert_eq!(late(false, 200), 0, "it may still come");
    assert_eq!(late(true, 80), 0, "no later than usual");
    assert_eq!(late(true, 200), 140);
}

#[test]
fn a_drop_that_was_told_of_is_looked_for_a_second_and_once() {
    let mut watch = Supervision::opened_first(0, 0);
    for now in (10..=2_000).step_by(10) {
        watch.delivered(now, 10);
        assert_eq!(watch.dropped(now, now * 16), 0);
    }
    watch.told_of_drop(2_000);
    assert_eq!(watch.dropped(3_000, 2_900 * 16), 0, "too late to be that drop");
    watch.told_of_drop(3_000);
    assert_eq!(watch.dropped(3_100, 2_900 * 16), 100 * 16);
    assert_eq!(watch.dropped(3_110, 2_910 * 16), 0);
}

#[test]
fn a_backlog_at_the_beginning_hides_no_later_drop() {
    let mut watch = Supervision::opened_first(0, 0);
    watch.delivered(10, 10);
    watch.reached(10, 160);
    watch.delivered(20, 900);
    watch.reached(20, 910 * 16);
    assert_eq!(watch.behind(20, 910 * 16), 0);
    assert_eq!(watch.dropped(1_020, 1_910 * 16), 0);
    assert_eq!(watch.dropped(1_020, 1_500 * 16), 0);
    assert_eq!(watch.dropped(4_020, 4_500 * 16), 410 * 16);
}

/// A device that was just opened hands over its first samples later than the others; each that is opened would move the axis.
#[test]
fn what_devices_need_to_begin_does_not_add_up() {
    let mut watch = Supervision::opened_first(0, 0);
    let (mut now, mut position) = (100, 0);
    for _ in 0..10 {
        watch.delivered(now, 10);
        position += watch.behind(now, position + 160) + 160;
        watch.reached(now, position);
        // Its first samples came 40 ms late; the next ones hurry after them.
        for later in 1..=100 {
            let length = if later == 1 { 50 } else { 10 };
            watch.delivered(now + later * 10, length);
            position += length * 16;
            watch.reached(now + later * 10, position);
            assert_eq!(watch.dropped(now + later * 10, position), 0);
        }
        now += 1_000;
        assert_eq!(watch.dropped(now + 500, position), 0, "half a second may yet come");
        watch.lost(now + 500);
        now += 2_000;
        watch.reopening(now);
    }
    // The first one began at 90 ms; with its 40 ms, the axis begins at 50.
    let due = (now - 2_000 - 50) * 16;
    assert!(position <= due + 40 * 16, "{} ms ahead", (position - due) / 16);
}

/// What a later device began with hides no drop of it either.
#[test]
fn a_later_device_with_a_backlog_hides_no_drop() {
    let mut watch = doubted();
    watch.lost(1_500);
    watch.reopening(1_500);
    watch.delivered(2_000, 10);
    assert_eq!(watch.behind(2_000, 16_160), 990 * 16);
    let mut position = 32_000 + 300 * 16;
    watch.reached(2_010, position);
    for now in (2_020..=4_000).step_by(10) {
        position += 160;
        watch.delivered(now, 10);
        watch.reached(now, position);
        assert_eq!(watch.dropped(now, position), 0);
    }
    assert_eq!(watch.dropped(4_600, position), 0, "it may be late");
    assert_eq!(watch.dropped(7_600, position + 3_000 * 16), 600 * 16);
}

/// A pause is no loss: what follows it is told from the axis as it was, not from the clock.
#[test]
fn after_a_pause_the_axis_is_true_to_the_clock_from_where_it_was() {
    let origin = 60 * 16_000;
    let mut watch = Supervision::opened_first(1_000, origin);
    assert_eq!(watch.absent(3_000, origin), 0, "nothing is missing before the first sample");
    assert_eq!(watch.delivered(3_100, 100), Delivery::Begins);
    assert_eq!(watch.behind(3_100, origin), 1_600);
    assert_eq!(watch.behind(3_100, origin + 1_600), 0);
    watch.lost(4_000);
    assert_eq!(watch.absent(5_000, origin + 16_000), 16_000, "a second is, once it is lost");
}
