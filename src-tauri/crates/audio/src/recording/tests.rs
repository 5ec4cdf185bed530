//! Recordings in which the test plays the sound system and the clock.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::spool::shim::{Moody, Switch};
use crate::stream::Verdict;
use crate::{Intake, SpoolHeader, SpoolReader, ring};

const STEP_MS: u64 = 10;
const MS: u64 = 16;
/// Silence in front of the first sample of a device of 48 kHz, for its filter looks ahead.
const LEAD: u64 = 101;

mod disk;
mod microphone;
mod pause;

type Open = Box<dyn FnMut(&Lost<'_>) -> Opening>;
type Tell = Box<dyn Fn(CaptureNotice)>;

/// A device as the sound system sees it.
struct Microphone {
    intake: Intake,
    verdict: Verdict,
    rate_hz: u32,
}

/// A microphone, and what opening it gives. The ring holds four seconds, as the real one does.
fn microphone(name: &str, rate_hz: u32) -> (Microphone, OpenStream) {
    let (intake, tap) = ring(4 * rate_hz as usize, 1);
    let verdict = Verdict::default();
    let _hold = mpsc::channel().0;
    let open = OpenStream {
        tap,
        verdict: verdict.clone(),
        rate_hz,
        device: DeviceId(name.to_owned()),
        device_name: name.to_owned(),
        is_monitor: name.ends_with(".monitor"),
        _hold,
    };
    (Microphone { intake, verdict, rate_hz }, open)
}

struct World {
    now: u64,
    recording: Recording<Open, Tell>,
    /// What the next attempts to open a device will give.
    openings: Rc<RefCell<VecDeque<Opening>>>,
    notices: Rc<RefCell<Vec<CaptureNotice>>>,
    /// For how long a device was away at each attempt to open one, in milliseconds.
    asked: Rc<RefCell<Vec<u64>>>,
    disk: Switch,
    path: PathBuf,
    _folder: tempfile::TempDir,
}

/// What is on disk at the end.
struct Kept {
    end: u64,
    pcm: Vec<i16>,
    is_gap: Vec<bool>,
    notices: Vec<CaptureNotice>,
}

impl World {
    fn new(open: OpenStream) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.spool");
        let header = SpoolHeader { recording: Uuid::from_u128(1), started_at_unix_ms: 0 };
        let disk = Switch::default();
        let switch = disk.clone();
        let spool =
            SpoolWriter::create_on(&path, header, None, |file| Box::new(Moody { file, switch }))
                .unwrap();
        let openings = Rc::new(RefCell::new(VecDeque::<Opening>::new()));
        let notices = Rc::new(RefCell::new(Vec::new()));
        let asked = Rc::new(RefCell::new(Vec::new()));
        let (prepared, told, noted) =
            (Rc::clone(&openings), Rc::clone(&notices), Rc::clone(&asked));
        // Where nothing is prepared the sound system refuses: the sender of the answer is gone.
        let ask: Open = Box::new(move |lost| {
            noted.borrow_mut().push(lost.away.as_millis() as u64);
            prepared.borrow_mut().pop_front().unwrap_or_else(|| mpsc::channel().1)
        });
        let tell: Tell = Box::new(move |notice| told.borrow_mut().push(notice));
        let recording = Recording::new(open, ask, spool, tell, 0).unwrap();
        Self { now: 0, recording, openings, notices, asked, disk, path, _folder: folder }
    }

    fn step(&mut self) {
        self.now += STEP_MS;
        self.recording.look(self.now).unwrap();
    }

    fn idle(&mut self, ms: u64) {
        for _ in 0..ms / STEP_MS {
            self.step();
        }
    }

    fn play(&mut self, device: &mut Microphone, ms: u64, sample: f32) {
        for _ in 0..ms / STEP_MS {
            device.intake.take(&vec![sample; device.rate_hz as usize / 100]);
            self.step();
        }
    }

    /// The next attempt to open a device gives this one.
    fn plug(&self, open: OpenStream) {
        let (sender, opening) = mpsc::channel();
        sender.send(Ok(open)).unwrap();
        self.openings.borrow_mut().push_back(opening);
    }

    fn finish(mut self) -> Kept {
        let end = self.recording.finish(self.now).unwrap();
        let mut reader = SpoolReader::open(&self.path, None).unwrap();
        let (mut pcm, mut is_gap) = (Vec::new(), Vec::new());
        while let Some(frame) = reader.read(is_gap.len() as u64).unwrap() {
            pcm.extend_from_slice(frame.pcm.as_ref());
            is_gap.push(frame.flags.is_gap);
        }
        Kept { end, pcm, is_gap, notices: self.notices.take() }
    }
}

#[test]
fn recording_is_said_only_once_the_first_frame_is_on_disk() {
    let (mut device, open) = microphone("one", 48_000);
    let mut world = World::new(open);
    world.idle(1_000);
    assert!(world.notices.borrow().is_empty(), "an open device is no recording");
    world.play(&mut device, 40, 0.5);
    assert!(world.notices.borrow().is_empty(), "nor is half a frame");
    world.play(&mut device, 100, 0.5);
    assert!(
        matches!(&world.notices.borrow()[..], [CaptureNotice::FirstSampleKept { device_name }] if device_name == "one")
    );
    let kept = world.finish();
    assert_eq!(kept.end, 2_400, "140 ms from the first sample on, in whole frames");
    assert!(
        kept.pcm[LEAD as usize + 20..2_300].iter().all(|sample| *sample > 15_000),
        "from the first that was delivered on"
    );
    assert!(kept.pcm[..LEAD as usize].iter().all(|sample| *sample == 0));
}

#[test]
fn a_device_that_goes_leaves_a_marked_gap_of_the_right_length() {
    let (mut device, open) = microphone("one", 48_000);
    let mut world = World::new(open);
    world.play(&mut device, 1_000, 0.5);
    world.idle(3_000);
    let (mut second, open) = microphone("two", 44_100);
    world.plug(open);
    world.idle(600);
    world.play(&mut second, 1_000, 0.25);
    let kept = world.finish();

    let [
        CaptureNotice::FirstSampleKept { .. },
        CaptureNotice::Lost { error: AudioError::Lost },
        CaptureNotice::Resumed { device_name, gap },
    ] = &kept.notices[..]
    else {
        panic!("{:?}", kept.notices)
    };
    assert_eq!(device_name, "two");
    assert_eq!(*gap, LEAD + 16_000..LEAD + 4_600 * MS, "true to the clock");
    assert_eq!(kept.end, 5_650 * MS);
    let loud = |from: u64, to: u64| {
        kept.pcm[from as usize..to as usize].iter().all(|sample| *sample > 7_000)
    };
    assert!(loud(LEAD + 20, 15_980) && loud(LEAD + 4_600 * MS + 20, 5_600 * MS - 20));
    let away = LEAD as usize + 16_000..LEAD as usize + 4_600 * 16;
    assert!(kept.pcm[away].iter().all(|sample| *sample == 0));
    let marked: Vec<usize> = (0..kept.is_gap.len()).filter(|n| kept.is_gap[*n]).collect();
    assert_eq!(marked, (20..93).collect::<Vec<_>>());
}

#[test]
fn frames_go_on_while_a_device_is_away_and_while_one_is_being_opened() {
    let (mut device, open) = microphone("one", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 1_000, 0.5);
    device.verdict.set(&cpal::Error::new(cpal::ErrorKind::DeviceNotAvailable));
    // A sound system that hangs: it neither gives a device nor refuses.
    let (_hanging, opening) = mpsc::channel();
    world.openings.borrow_mut().push_back(opening);
    let progress = world.recording.spool.progress();
    for second in 1..=10u64 {
        world.idle(1_000);
        let due = (1_000 + second * 1_000) / 50;
        let frames = progress.borrow().frames;
        assert!(frames + 7 >= due && frames <= due, "{frames} of {due} frames after {second} s");
    }
}

#[test]
fn a_device_that_is_refused_is_asked_for_again() {
    let (mut device, open) = microphone("one", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 100, 0.5);
    device.verdict.set(&cpal::Error::new(cpal::ErrorKind::PermissionDenied));
    world.idle(1_200);
    let (mut second, open) = microphone("two", 16_000);
    world.plug(open);
    world.idle(600);
    world.play(&mut second, 100, 0.5);
    let told = world.finish().notices;
    assert!(
        matches!(
            &told[..],
            [
                CaptureNotice::FirstSampleKept { .. },
                CaptureNotice::Lost { error: AudioError::Denied },
                CaptureNotice::Resumed { .. }
            ]
        ),
        "said once, however often it was tried: {told:?}"
    );
}

#[test]
fn a_device_that_never_began_is_lost_and_can_be_lost_again() {
    let (_silent, open) = microphone("one", 16_000);
    let mut world = World::new(open);
    world.idle(5_000);
    let (mut second, open) = microphone("two", 16_000);
    world.plug(open);
    world.idle(600);
    world.play(&mut second, 200, 0.5);
    world.idle(600);
    let kept = world.finish();
    let [
        CaptureNotice::Lost { .. },
        CaptureNotice::FirstSampleKept { device_name },
        CaptureNotice::Lost { .. },
        CaptureNotice::StillLost { .. },
    ] = &kept.notices[..]
    else {
        panic!("{:?}", kept.notices)
    };
    assert_eq!(device_name, "two");
    assert!(!kept.is_gap[0], "the time before the first sample is no gap");
}

/// A capture thread that is held up for longer than the ring is long.
#[test]
fn an_overrun_is_filled_once_with_its_exact_length() {
    let (mut device, open) = microphone("one", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 1_000, 0.5);
    for _ in 0..500 {
        device.intake.take(&[0.5f32; 160]);
    }
    world.now += 5_000 - STEP_MS;
    world.step();
    world.play(&mut device, 1_000, 0.5);
    let mut kept = world.finish();
    // What is played here is one and the same value.
    kept.notices.retain(|notice| !matches!(notice, CaptureNotice::Muted));
    assert!(
        matches!(&kept.notices[..], [CaptureNotice::FirstSampleKept { .. }, CaptureNotice::Overrun { gap }] if *gap == (80_000..96_000)),
        "{:?}",
        kept.notices
    );
    assert_eq!(kept.end, 7_000 * MS);
    assert_eq!(kept.pcm.iter().filter(|sample| **sample == 0).count(), 16_000);
}

#[test]
fn stopping_while_the_device_is_away_ends_at_the_clock() {
    let (mut device, open) = microphone("one", 16_000);
    let mut world = World::new(open);
    world.play(&mut device, 1_000, 0.5);
    world.idle(2_000);
    let kept = world.finish();
    assert_eq!(kept.end, 3_000 * MS);
}

/// What may happen in the ten milliseconds of a step.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The device delivers on time, for so many steps.
    Plays(u64),
    /// It delivers nothing, for so many steps; then the sound system hands over what it had buffered.
    IsLate(u64),
    /// It delivers nothing and has nothing.
    IsSilent(u64),
    /// The capture thread gets no time while the device plays.
    IsStarved(u64),
    /// The sound system says that the device is gone.
    Breaks,
    /// Opening will hang, or be refused, until a device is plugged.
    Hangs,
    Plugged,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        6 => (1u64..200).prop_map(Event::Plays),
        2 => (1u64..30).prop_map(Event::IsLate),
        2 => (1u64..150).prop_map(Event::IsSilent),
        1 => (1u64..600).prop_map(Event::IsStarved),
        1 => Just(Event::Breaks),
        1 => Just(Event::Hangs),
        3 => Just(Event::Plugged),
    ];
    prop::collection::vec(event, 1..30)
}

/// A device whose samples are numbered, none of them zero, and a note of those that the ring took.
struct Numbered {
    device: Microphone,
    number: i16,
    taken: Vec<i16>,
    /// The ring is full until it is drained.
    room: usize,
}

impl Numbered {
    fn deliver(&mut self, steps: u64) {
        for _ in 0..steps {
            let block: Vec<i16> = (0..160)
                .map(|_| {
                    self.number = self.number % 30_000 + 1;
                    self.number
                })
                .collect();
            self.device.intake.take(&block);
            if self.room >= 160 {
                self.room -= 160;
                self.taken.extend(&block);
            } else {
                self.room = 0;
            }
        }
    }

    /// After a step: what a device that returns hands over stays in the ring for a moment.
    fn stepped(&mut self, world: &World) {
        if world.recording.stream.as_ref().is_some_and(|open| open.tap.is_empty()) {
            self.room = 4 * 16_000;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    /// Whatever the device does: what it delivered is on disk once and in order, everything else is a marked gap that was
    /// told, and the axis is true to the clock.
    #[test]
    fn nothing_is_lost_doubled_or_out_of_place(events in events()) {
        let (device, open) = microphone("numbered", 16_000);
        let mut world = World::new(open);
        let mut device = Numbered { device, number: 0, taken: Vec::new(), room: 4 * 16_000 };
        let mut hangs = Vec::new();
        for event in events {
            match event {
                Event::Plays(steps) => for _ in 0..steps {
                    // To a stream that was given up nobody listens: its samples are part of the gap.
                    if world.recording.stream.is_some() { device.deliver(1); }
                    world.step();
                    device.stepped(&world);
                },
                Event::IsLate(steps) => {
                    world.idle((steps - 1) * STEP_MS);
                    if world.recording.stream.is_some() { device.deliver(steps); }
                    world.step();
                    device.stepped(&world);
                }
                Event::IsSilent(steps) => {
                    world.idle(steps * STEP_MS);
                    device.stepped(&world);
                }
                Event::IsStarved(steps) => {
                    if world.recording.stream.is_some() { device.deliver(steps); }
                    world.now += (steps - 1) * STEP_MS;
                    world.step();
                    device.stepped(&world);
                }
                Event::Breaks => device.device.verdict.set(&cpal::Error::new(cpal::ErrorKind::StreamInvalidated)),
                Event::Hangs => {
                    let (hang, opening) = mpsc::channel();
                    hangs.push(hang);
                    world.openings.borrow_mut().push_back(opening);
                }
                Event::Plugged => if world.recording.stream.is_none() {
                    let (fresh, open) = microphone("numbered", 16_000);
                    device.device = fresh;
                    device.room = 4 * 16_000;
                    world.openings.borrow_mut().clear();
                    world.plug(open);
                    world.idle(5_000);
                },
            }
        }
        let (now, zero) = (world.now, world.recording.watch.behind(world.now, 0) / MS);
        let is_flowing = world.recording.stream.is_some();
        let kept = world.finish();

        let said: Vec<i16> = kept.pcm.iter().copied().filter(|sample| *sample != 0).collect();
        prop_assert_eq!(said, device.taken, "what was delivered is there, once and in order");
        prop_assert_eq!(kept.end as usize, kept.pcm.len());
        let due = zero * MS;
        // A device that delivers may lag within its buffering, and be silent within patience.
        let tolerated = if is_flowing { 400 + 500 + STEP_MS } else { 0 };
        prop_assert!(kept.end + tolerated * MS >= due, "{} of {due} samples at {now} ms", kept.end);

        let padding = kept.pcm.iter().rev().take_while(|sample| **sample == 0).count().min(FRAME_SAMPLES - 1);
        for (n, sample) in kept.pcm[..kept.pcm.len() - padding].iter().enumerate() {
            prop_assert!(*sample != 0 || kept.is_gap[n / FRAME_SAMPLES], "silence at {n} that is not marked");
        }
    }
}
