//! A recording that is paused: the axis stops, and goes on where it was.

use super::*;

/// The same recording, after `away` milliseconds without a device, from this one.
fn resumed(world: World, open: OpenStream, away: u64) -> World {
    let World { mut now, mut recording, openings, notices, asked, disk, path, _folder } = world;
    recording.empty(now).unwrap();
    let spool = recording.into_spool();
    assert!(!spool.progress().borrow().is_complete, "its readers wait for more");
    now += away;
    let told = Rc::clone(&notices);
    let tell: Tell = Box::new(move |notice| told.borrow_mut().push(notice));
    let prepared = Rc::clone(&openings);
    let ask: Open =
        Box::new(move |_| prepared.borrow_mut().pop_front().unwrap_or_else(|| mpsc::channel().1));
    let recording = Recording::new(open, ask, spool, tell, now).unwrap();
    World { now, recording, openings, notices, asked, disk, path, _folder }
}

#[test]
fn a_pause_takes_no_place_on_the_axis_and_is_no_gap() {
    let (mut before, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut before, 1_000, 0.5);
    let (mut after, open) = microphone("b", 48_000);
    let mut world = resumed(world, open, 190_000);
    // A device takes its time to begin; that is no gap either.
    world.idle(700);
    world.play(&mut after, 1_000, -0.5);
    let kept = world.finish();
    assert_eq!(kept.end, 2_050 * MS, "in whole frames, with what the filter looks ahead");
    assert!(kept.is_gap.iter().all(|is_gap| !is_gap));
    assert!(kept.pcm[..16_000].iter().all(|sample| *sample == 16_384));
    assert!(kept.pcm[16_100 + LEAD as usize..31_900].iter().all(|sample| *sample < -16_000));
    let told =
        kept.notices.iter().filter(|one| matches!(one, CaptureNotice::FirstSampleKept { .. }));
    assert_eq!(told.count(), 2, "only when samples are kept does it record again");
}

#[test]
fn what_is_lost_after_a_pause_is_a_gap_of_its_own_length() {
    let (mut before, open) = microphone("a", 16_000);
    let mut world = World::new(open);
    world.play(&mut before, 500, 0.5);
    let (mut after, open) = microphone("a", 16_000);
    let mut world = resumed(world, open, 3_600_000);
    world.play(&mut after, 500, 0.5);
    after.verdict.set(&cpal::Error::new(cpal::ErrorKind::DeviceNotAvailable));
    world.idle(1_000);
    let kept = world.finish();
    let gap = kept.notices.iter().find_map(|notice| match notice {
        CaptureNotice::StillLost { gap } => Some(gap.clone()),
        _ => None,
    });
    let gap = gap.expect("the end says what is missing");
    assert_eq!(gap.start, 1_000 * MS);
    assert!((gap.end - gap.start).abs_diff(1_000 * MS) <= 20 * MS, "{gap:?}");
}
