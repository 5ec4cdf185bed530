//! The ring between the device's callback and the capture thread.
//!
//! The callback runs on a thread of the sound system that must not be late: it mixes down to mono and copies into a ring
//! that was made beforehand. It never allocates, locks, logs or waits.
//!
//! Where samples come on a thread of this program, which may be late without harm, it also wakes the capture thread; else that
//! one looks by itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, Thread};

use cpal::FromSample;
use rtrb::{Consumer, Producer, RingBuffer};
use sotto_timing::Micros;

/// Blocks whose times are remembered until the ring is emptied; the shortest ones of the field are of 1 ms.
const BLOCKS: usize = 4_096;

/// A block of samples that the sound system handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// How many samples had come with it.
    pub end: u64,
    /// When it came.
    pub at: Micros,
}

/// The callback's end of the ring.
pub struct Intake {
    ring: Producer<f32>,
    blocks: Producer<Block>,
    taken: u64,
    channels: usize,
    dropped: Arc<AtomicU64>,
    waiter: Arc<OnceLock<Thread>>,
}

/// The capture thread's end of the ring.
pub struct Tap {
    ring: Consumer<f32>,
    blocks: Consumer<Block>,
    given: u64,
    /// Of what was drained last.
    arrived: Vec<Block>,
    dropped: Arc<AtomicU64>,
    waiter: Arc<OnceLock<Thread>>,
    is_waking: bool,
}

/// A ring for `capacity` mono samples of a device with `channels` channels.
#[must_use]
pub fn ring(capacity: usize, channels: usize) -> (Intake, Tap) {
    let (producer, consumer) = RingBuffer::new(capacity);
    let (stamps, blocks) = RingBuffer::new(BLOCKS);
    let dropped = Arc::new(AtomicU64::new(0));
    let waiter = Arc::<OnceLock<Thread>>::default();
    // The callback asks for the time, and must not be the first who does.
    sotto_timing::start();
    let intake = Intake {
        ring: producer,
        blocks: stamps,
        taken: 0,
        channels: channels.max(1),
        dropped: Arc::clone(&dropped),
        waiter: Arc::clone(&waiter),
    };
    let arrived = Vec::with_capacity(BLOCKS);
    let tap = Tap { ring: consumer, blocks, given: 0, arrived, dropped, waiter, is_waking: false };
    (intake, tap)
}

impl Intake {
    /// The body of the callback: mixes the channels of `interleaved` down and copies them.
    ///
    /// After the ring was full once, everything is dropped and counted until the other end has emptied the ring and taken
    /// the count: so what is missing lies exactly behind what is there.
    pub fn take<T: Copy>(&mut self, interleaved: &[T])
    where
        f32: FromSample<T>,
    {
        let sum = |frame: &[T]| frame.iter().map(|sample| f32::from_sample_(*sample)).sum();
        self.put(interleaved.chunks_exact(self.channels).map(sum));
    }

    /// As [`Self::take`], of the bytes of f32 in little endian, as PulseAudio hands them over.
    pub fn take_bytes(&mut self, interleaved: &[u8]) {
        let sum = |frame: &[u8]| frame.as_chunks().0.iter().copied().map(f32::from_le_bytes).sum();
        self.put(interleaved.chunks_exact(self.channels * size_of::<f32>()).map(sum));
    }

    /// Wakes the thread that waits for samples. It is a call of the system's: not for a callback that must never be late.
    pub fn wake(&self) {
        if let Some(thread) = self.waiter.get() {
            thread.unpark();
        }
    }

    /// Takes the sums over the channels.
    fn put(&mut self, sums: impl ExactSizeIterator<Item = f32>) {
        let frames = sums.len();
        #[allow(clippy::cast_precision_loss, reason = "a handful of channels")]
        let share = 1.0 / self.channels as f32;
        match self.ring.write_chunk_uninit(frames) {
            Ok(room) if self.dropped.load(Ordering::Acquire) == 0 => {
                self.taken += frames as u64;
                // Before its samples, so that whoever finds those finds it. Where it has no room a figure is missing.
                self.blocks.push(Block { end: self.taken, at: sotto_timing::now() }).ok();
                room.fill_from_iter(sums.map(|sum| sum * share));
            }
            _ => {
                self.dropped.fetch_add(frames as u64, Ordering::AcqRel);
            }
        }
    }
}

impl Tap {
    /// The same, whose other end calls [`Intake::wake`].
    #[must_use]
    pub fn waking(self) -> Self {
        Self { is_waking: true, ..self }
    }

    /// Whether new samples wake this thread, which is the one that takes them, from its park.
    pub fn wakes_me(&self) -> bool {
        self.is_waking && self.waiter.get_or_init(thread::current).id() == thread::current().id()
    }

    /// Whether nothing has come.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Whether it will soon be too late to take what has come.
    pub fn is_half_full(&self) -> bool {
        self.ring.slots() * 2 >= self.ring.buffer().capacity()
    }

    /// Moves everything that is there into `samples`, and tells how many samples are missing behind it.
    pub fn drain(&mut self, samples: &mut Vec<f32>) -> u64 {
        samples.clear();
        // Asked first: while anything is dropped nothing is pushed, so after the drain the ring is empty for good.
        let is_dropping = self.dropped.load(Ordering::Acquire) > 0;
        if let Ok(chunk) = self.ring.read_chunk(self.ring.slots()) {
            let (first, second) = chunk.as_slices();
            samples.extend_from_slice(first);
            samples.extend_from_slice(second);
            chunk.commit_all();
        }
        self.arrive(samples.len() as u64);
        if is_dropping { self.dropped.swap(0, Ordering::AcqRel) } else { 0 }
    }

    /// When the samples that were drained last came; `end` counts from the first of them.
    pub fn arrived(&self) -> &[Block] {
        &self.arrived
    }

    fn arrive(&mut self, count: u64) {
        self.arrived.clear();
        let (before, after) = (self.given, self.given + count);
        while let Ok(block) = self.blocks.peek().copied()
            && block.end <= after
        {
            self.arrived.push(Block { end: block.end.saturating_sub(before), at: block.at });
            self.blocks.pop().ok();
        }
        self.given = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through<T: Copy>(channels: usize, samples: &[T]) -> Vec<f32>
    where
        f32: FromSample<T>,
    {
        let (mut intake, mut tap) = ring(16, channels);
        intake.take(samples);
        let mut out = Vec::new();
        assert_eq!(tap.drain(&mut out), 0);
        out
    }

    #[test]
    fn channels_are_mixed_down() {
        assert_eq!(through(2, &[0.5f32, -0.5, 1.0, 0.0]), [0.0, 0.5]);
        assert_eq!(through(4, &[0.25f32, 0.25, 0.25, 0.25]), [0.25]);
    }

    #[test]
    fn bytes_are_the_samples_in_them() {
        let samples = [0.5f32, -0.25, 1.0, 0.0, 0.125, 0.5];
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        for channels in 1..=3 {
            let (mut intake, mut tap) = ring(16, channels);
            intake.take_bytes(&bytes);
            let mut out = Vec::new();
            assert_eq!(tap.drain(&mut out), 0);
            assert_eq!(out, through(channels, &samples), "{channels} channels");
        }
    }

    #[test]
    fn every_format_has_the_same_scale() {
        assert_eq!(through(1, &[0u8, 128]), [-1.0, 0.0]);
        assert_eq!(through(1, &[i8::MIN, 0]), [-1.0, 0.0]);
        assert_eq!(through(1, &[0u16, 1 << 15]), [-1.0, 0.0]);
        assert_eq!(through(1, &[i16::MIN, 0, 1 << 14]), [-1.0, 0.0, 0.5]);
        let i24 = |value| cpal::I24::new(value).unwrap();
        assert_eq!(through(1, &[i24(-(1 << 23)), i24(0), i24(1 << 22)]), [-1.0, 0.0, 0.5]);
        assert_eq!(through(1, &[i32::MIN, 0]), [-1.0, 0.0]);
        assert_eq!(through(1, &[-1.0f64, 0.5]), [-1.0, 0.5]);
    }

    #[test]
    fn what_does_not_fit_is_counted_behind_what_does() {
        let (mut intake, mut tap) = ring(4, 1);
        intake.take(&[1i16, 2, 3]);
        intake.take(&[4i16, 5]);
        intake.take(&[6i16]);
        let mut out = Vec::new();
        assert_eq!(tap.drain(&mut out), 3, "4, 5 and 6 are missing, in that place");
        assert_eq!(out.len(), 3);
        intake.take(&[7i16]);
        assert_eq!(tap.drain(&mut out), 0);
        assert_eq!(out.len(), 1);
    }

    #[test]
    fn samples_wake_the_thread_that_takes_them_where_they_may() {
        let (mut intake, tap) = ring(16, 1);
        assert!(!tap.wakes_me(), "whoever is not woken has to look");
        let tap = tap.waking();
        assert!(tap.wakes_me());
        let came = thread::spawn(move || {
            intake.take(&[1i16]);
            intake.wake();
        });
        while tap.is_empty() {
            thread::park();
        }
        came.join().unwrap();
    }

    #[test]
    fn each_block_has_its_time_and_its_place_in_what_is_drained() {
        let (mut intake, mut tap) = ring(16, 2);
        let mut out = Vec::new();
        intake.take(&[1i16; 6]);
        tap.drain(&mut out);
        assert_eq!(tap.arrived().iter().map(|block| block.end).collect::<Vec<_>>(), [3]);
        intake.take(&[1i16; 4]);
        intake.take(&[1i16; 8]);
        tap.drain(&mut out);
        assert_eq!(tap.arrived().iter().map(|block| block.end).collect::<Vec<_>>(), [2, 6]);
        assert!(tap.arrived()[0].at <= tap.arrived()[1].at);
        tap.drain(&mut out);
        assert!(tap.arrived().is_empty());
    }
}
