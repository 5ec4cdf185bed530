//! Recordings on a disk that is full for a while, or for good.

use super::*;
use crate::SpoolError;
use crate::spool::shim::Mood;

/// A device whose samples are all different from their neighbours, played for a while.
fn sound(world: &mut World, device: &mut Microphone, ms: u64) {
    for _ in 0..ms / STEP_MS {
        let from = world.now * MS;
        let block: Vec<i16> = (from..from + 160).map(sample_at).collect();
        device.intake.take(&block);
        world.step();
    }
}

fn sample_at(place: u64) -> i16 {
    (place % 30_000) as i16 + 1
}

fn assert_whole(kept: &Kept, ms: u64) {
    assert_eq!(kept.end, ms * MS);
    assert!(kept.is_gap.iter().all(|is_gap| !is_gap));
    for (place, sample) in (0..).zip(&kept.pcm) {
        assert_eq!(*sample, sample_at(place), "at {place}");
    }
}

/// What was told of the disk.
fn told(notices: &[CaptureNotice]) -> Vec<&'static str> {
    let name = |notice: &CaptureNotice| match notice {
        CaptureNotice::Held { error: SpoolError::DiskFull } => Some("full"),
        CaptureNotice::Held { .. } => Some("held"),
        CaptureNotice::Kept => Some("kept"),
        CaptureNotice::SpoolFailed { .. } => Some("failed"),
        _ => None,
    };
    notices.iter().filter_map(name).collect()
}

#[test]
fn what_a_full_disk_refuses_is_held_and_kept_later_without_a_gap() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    let progress = world.recording.spool.progress();
    sound(&mut world, &mut device, 1_000);
    world.disk.fill();
    sound(&mut world, &mut device, 3_000);
    assert!(world.recording.is_holding());
    assert_eq!(progress.borrow().frames, 20, "readers are shown what is on disk");
    assert!((6..=7).contains(&world.disk.refused()), "asked {} times", world.disk.refused());
    world.disk.mend();
    sound(&mut world, &mut device, 1_000);
    assert!(!world.recording.is_holding());
    let kept = world.finish();
    assert_whole(&kept, 5_000);
    assert_eq!(told(&kept.notices), ["full", "kept"]);
}

#[test]
fn a_disk_that_has_room_for_some_of_it_is_no_news() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    sound(&mut world, &mut device, 1_000);
    for _ in 0..3 {
        world.disk.fill();
        sound(&mut world, &mut device, 400);
        // Neither to be written to nor to be cut, and a frame that is all there but its last byte.
        world.disk.set(Mood {
            refuses: Some(std::io::ErrorKind::Other),
            torn: 1_619,
            is_stuck: true,
        });
        sound(&mut world, &mut device, 400);
    }
    world.disk.mend();
    sound(&mut world, &mut device, 600);
    let kept = world.finish();
    assert_whole(&kept, 4_000);
    assert_eq!(told(&kept.notices), ["full", "kept"]);
}

#[test]
fn recording_is_said_only_when_a_disk_that_was_full_takes_the_first_frame() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.disk.fill();
    sound(&mut world, &mut device, 1_000);
    assert!(matches!(&world.notices.borrow()[..], [CaptureNotice::Held { .. }]));
    world.disk.mend();
    sound(&mut world, &mut device, 1_000);
    let kept = world.finish();
    assert!(matches!(
        &kept.notices[..],
        [CaptureNotice::Held { .. }, CaptureNotice::FirstSampleKept { .. }, CaptureNotice::Kept]
    ));
    assert_whole(&kept, 2_000);
}

#[test]
fn a_recording_that_ends_on_a_full_disk_ends_when_there_is_room() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    sound(&mut world, &mut device, 1_000);
    world.disk.fill();
    sound(&mut world, &mut device, 1_000);
    let progress = world.recording.spool.progress();
    for _ in 0..10 {
        world.now += 100;
        let refused = world.recording.finish(world.now);
        assert!(matches!(refused, Err(AudioError::Spool(SpoolError::DiskFull))));
        assert!(!progress.borrow().is_complete, "readers wait for what is held");
    }
    world.disk.mend();
    world.now += 500;
    assert_whole(&world.finish(), 2_000);
}

#[test]
fn nothing_is_thrown_away_for_ten_minutes() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    sound(&mut world, &mut device, 1_000);
    world.disk.fill();
    sound(&mut world, &mut device, 599_000);
    world.disk.mend();
    sound(&mut world, &mut device, 1_000);
    assert_whole(&world.finish(), 601_000);
}

#[test]
fn a_disk_that_stays_full_ends_the_recording_and_leaves_what_was_kept() {
    let (mut device, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    sound(&mut world, &mut device, 1_000);
    world.disk.fill();
    let mut failed = None;
    while failed.is_none() && world.now < 700_000 {
        world.now += 100;
        device.intake.take(&vec![0.25; 1_600]);
        failed = world.recording.look(world.now).err();
    }
    assert!(matches!(failed, Some(AudioError::Spool(SpoolError::DiskFull))), "{failed:?}");
    assert!((601_000..602_000).contains(&world.now), "after {} ms", world.now);
    assert_eq!(told(&world.notices.borrow()), ["full", "failed"]);
    let recovered = crate::recover(&world.path, None).unwrap();
    assert_eq!(recovered.frames, 20, "{recovered:?}");
}
