//! Microphones that go and do not come back, are muted, or drop a little.

use super::*;

/// The notices of a kind that a test is about.
fn muting(notices: &[CaptureNotice]) -> Vec<bool> {
    let said = |notice: &CaptureNotice| match notice {
        CaptureNotice::Muted => Some(true),
        CaptureNotice::Unmuted => Some(false),
        _ => None,
    };
    notices.iter().filter_map(said).collect()
}

fn overruns(notices: &[CaptureNotice]) -> Vec<std::ops::Range<u64>> {
    let gap = |notice: &CaptureNotice| match notice {
        CaptureNotice::Overrun { gap } => Some(gap.clone()),
        _ => None,
    };
    notices.iter().filter_map(gap).collect()
}

fn unplug(device: &Microphone) {
    device.verdict.set(&cpal::Error::new(cpal::ErrorKind::DeviceNotAvailable));
}

#[test]
fn a_device_that_is_still_away_at_the_end_is_a_gap() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 1_000, 0.25);
    unplug(&device);
    world.idle(2_000);
    let kept = world.finish();
    let gap = kept.notices.iter().find_map(|notice| match notice {
        CaptureNotice::StillLost { gap } => Some(gap.clone()),
        _ => None,
    });
    assert_eq!(gap, Some(16_000..kept.end));
}

#[test]
fn a_device_that_came_back_is_no_longer_away_at_the_end() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 1_000, 0.25);
    unplug(&device);
    let (mut again, open) = microphone("a", 16_000);
    world.plug(open);
    world.idle(1_000);
    world.play(&mut again, 1_000, 0.25);
    let kept = world.finish();
    assert!(!kept.notices.iter().any(|notice| matches!(notice, CaptureNotice::StillLost { .. })));
}

/// A sound system that had no time: it hands over late what it had taken on time.
#[test]
fn what_a_quiet_device_held_back_is_kept_even_where_another_was_asked_for() {
    for quiet in [550, 700, 1_200, 2_400] {
        let (mut device, open) = microphone("a", 16_000);
        let mut world = World::new(open);
        world.play(&mut device, 1_000, 0.25);
        let (_second, open) = microphone("a", 16_000);
        world.plug(open);
        world.idle(quiet);
        for _ in 0..quiet / STEP_MS {
            device.intake.take(&[0.5; 160]);
        }
        world.play(&mut device, 2_000, 0.25);
        let kept = world.finish();
        let told = format!("{quiet} ms: {:?}", kept.notices);
        assert_eq!(kept.end, (3_000 + quiet) * MS, "{told}");
        assert_eq!(kept.pcm.iter().filter(|sample| **sample == 0).count(), 0, "{told}");
        let gaps = |notice: &CaptureNotice| match notice {
            CaptureNotice::Resumed { gap, .. } | CaptureNotice::Overrun { gap } => {
                gap.end - gap.start
            }
            _ => 0,
        };
        assert_eq!(kept.notices.iter().map(gaps).sum::<u64>(), 0, "{told}");
        assert!(matches!(kept.notices.last(), Some(CaptureNotice::Resumed { .. })), "{told}");
    }
}

/// A thread of this program that had no time, while another one had: the sound system gave both all that there was.
#[test]
fn what_a_quiet_device_held_back_is_kept_even_where_another_one_delivers_already() {
    for late in [200, 300, 900, 1_300] {
        let (mut device, open) = microphone("a", 16_000);
        let mut world = World::new(open);
        world.play(&mut device, 1_000, 0.25);
        let (mut second, open) = microphone("a", 16_000);
        world.plug(open);
        world.idle(550);
        world.play(&mut second, late, 0.75);
        for _ in 0..(550 + late) / STEP_MS {
            device.intake.take(&[0.5; 160]);
        }
        world.play(&mut device, 2_000, 0.25);
        let kept = world.finish();
        let told = format!("{late} ms: {:?}", kept.notices);
        assert_eq!(kept.end, (3_550 + late) * MS, "{told}");
        let held_back = kept.pcm.iter().filter(|sample| (16_000..17_000).contains(*sample)).count();
        assert_eq!(held_back as u64, (550 + late) * MS, "{told}");
    }
}

#[test]
fn what_a_quiet_device_hands_over_at_the_very_end_is_kept() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 1_000, 0.25);
    world.idle(700);
    for _ in 0..70 {
        device.intake.take(&[0.5; 160]);
    }
    let kept = world.finish();
    assert_eq!(kept.end, 1_700 * MS);
    assert!(kept.pcm.iter().all(|sample| *sample != 0), "{:?}", kept.notices);
}

#[test]
fn a_device_is_asked_for_twice_a_second_and_told_how_long_it_is_away() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 1_000, 0.25);
    unplug(&device);
    world.idle(2_700);
    let asked = world.asked.take();
    assert_eq!(asked[0], 0, "at once");
    assert!(asked.windows(2).all(|pair| (500..=520).contains(&(pair[1] - pair[0]))), "{asked:?}");
    assert!(asked.last().is_some_and(|away| *away > 2_000));
    let (mut again, open) = microphone("b", 16_000);
    world.plug(open);
    world.idle(600);
    world.play(&mut again, 1_000, 0.25);
    unplug(&again);
    world.asked.take();
    world.idle(20);
    assert_eq!(world.asked.take(), [0], "each loss counts from its own beginning");
}

#[test]
fn a_muted_device_is_told_from_a_silent_room() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 2_900, 0.0);
    assert!(muting(&world.notices.borrow()).is_empty());
    world.play(&mut device, 200, 0.0);
    assert_eq!(muting(&world.notices.borrow()), [true]);
    world.play(&mut device, 100, 0.25);
    assert_eq!(muting(&world.finish().notices), [true, false]);
}

#[test]
fn what_takes_the_place_of_a_muted_device_is_judged_anew() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 4_000, 0.0);
    unplug(&device);
    let (mut second, open) = microphone("b", 16_000);
    world.plug(open);
    world.idle(100);
    world.play(&mut second, 2_000, 0.0);
    assert_eq!(muting(&world.notices.borrow()), [true]);
    world.play(&mut second, 2_000, 0.0);
    assert_eq!(muting(&world.finish().notices), [true, true], "whoever resumed was taken for loud");
}

#[test]
fn what_the_system_plays_is_never_muted() {
    let (mut device, open) = microphone("speakers.monitor", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 10_000, 0.0);
    assert!(muting(&world.finish().notices).is_empty());
}

#[test]
fn a_short_drop_that_the_sound_system_tells_of_is_filled() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 3_000, 0.25);
    device.verdict.set(&cpal::Error::new(cpal::ErrorKind::Xrun));
    world.now += 150;
    world.play(&mut device, 1_000, 0.25);
    let kept = world.finish();
    let [overrun] = &overruns(&kept.notices)[..] else { panic!("{:?}", kept.notices) };
    assert_eq!(*overrun, 3_010 * MS..3_160 * MS, "behind the first block after it");
    assert_eq!(kept.end, 4_150 * MS);
}

#[test]
fn a_drop_that_was_told_of_but_lost_nothing_fills_nothing() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 3_000, 0.25);
    device.verdict.set(&cpal::Error::new(cpal::ErrorKind::Xrun));
    world.play(&mut device, 3_000, 0.25);
    assert!(overruns(&world.finish().notices).is_empty());
}
