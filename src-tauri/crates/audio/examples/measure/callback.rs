//! The body of the sound system's callback, called over and over: what it takes by the clock, and of the processor.
//!
//! The other end of the ring is emptied on a thread of its own, as it is in the program.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sotto_audio::{Intake, Tap, ring};

const RATE: usize = 48_000;
const CHANNELS: usize = 2;
/// As the ring of a device is.
const RING_SECONDS: usize = 4;
const LOOK: Duration = Duration::from_millis(1);
/// More than the processor's inner caches hold: in the program, much else runs between two calls.
const ELSEWHERE: usize = 8 << 20;

/// What a call takes, in nanoseconds: `wall` by the clock, `cpu` of the processor (nothing where the system does not tell), and
/// the same of measuring nothing.
pub(crate) fn measure(is_bytes: bool, block_ms: usize, calls: u64, is_cold: bool) -> Value {
    let (mut intake, tap) = ring(RATE * RING_SECONDS, CHANNELS);
    let frames = RATE * block_ms / 1_000;
    let samples: Vec<f32> = (0..frames * CHANNELS).map(|n| (n as f32 * 0.01).sin()).collect();
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let taken = Arc::new(AtomicU64::new(0));
    let is_over = Arc::new(AtomicBool::new(false));
    let emptying = thread::spawn({
        let (taken, is_over) = (Arc::clone(&taken), Arc::clone(&is_over));
        move || empty(tap, &taken, &is_over)
    });
    let mut elsewhere = vec![0_u8; if is_cold { ELSEWHERE } else { 0 }];
    let mut times = Times::with_room(calls);
    let mut nothing = Times::with_room(calls);
    for call in 0..calls {
        // What is measured is a call with room in the ring.
        while call * frames as u64 - taken.load(Ordering::Acquire)
            > (RATE * RING_SECONDS / 2) as u64
        {
            thread::sleep(LOOK / 4);
        }
        nothing.add(|| {});
        for line in elsewhere.iter_mut().step_by(64) {
            *line = line.wrapping_add(1);
        }
        black_box(&mut elsewhere);
        times.add(|| take(&mut intake, is_bytes, black_box(&samples), black_box(&bytes)));
    }
    is_over.store(true, Ordering::Release);
    let dropped = emptying.join().unwrap();
    json!({
        "wall": times.wall, "cpu": times.cpu,
        "nothing_wall": nothing.wall, "nothing_cpu": nothing.cpu,
        "dropped": dropped,
    })
}

fn take(intake: &mut Intake, is_bytes: bool, samples: &[f32], bytes: &[u8]) {
    if is_bytes {
        intake.take_bytes(bytes);
    } else {
        intake.take(samples);
    }
}

/// Gives how many samples found no room.
fn empty(mut tap: Tap, taken: &AtomicU64, is_over: &AtomicBool) -> u64 {
    let (mut samples, mut dropped) = (Vec::new(), 0);
    loop {
        let is_last = is_over.load(Ordering::Acquire);
        dropped += tap.drain(&mut samples);
        taken.fetch_add(samples.len() as u64, Ordering::AcqRel);
        if is_last {
            return dropped;
        }
        thread::sleep(LOOK);
    }
}

struct Times {
    wall: Vec<u64>,
    cpu: Vec<u64>,
}

impl Times {
    fn with_room(calls: u64) -> Self {
        let room = usize::try_from(calls).unwrap();
        Self { wall: Vec::with_capacity(room), cpu: Vec::with_capacity(room) }
    }

    fn add(&mut self, call: impl FnOnce()) {
        let (cpu, since) = (processor_ns(), Instant::now());
        call();
        let (wall, after) = (since.elapsed(), processor_ns());
        self.wall.push(u64::try_from(wall.as_nanos()).unwrap());
        self.cpu.extend(cpu.zip(after).map(|(before, after)| after - before));
    }
}

/// What this thread has used of the processor: a time in which another one ran does not count.
fn processor_ns() -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Some(u64::try_from(time.tv_sec).ok()? * 1_000_000_000 + u64::try_from(time.tv_nsec).ok()?)
    }
    #[cfg(not(target_os = "linux"))]
    None
}
