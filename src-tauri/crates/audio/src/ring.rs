//! The ring between the device's callback and the capture thread.
//!
//! The callback runs on a thread of the sound system that must not be late: it mixes down to mono and copies into a ring
//! that was made beforehand. It never allocates, locks, logs or waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cpal::FromSample;
use rtrb::{Consumer, Producer, RingBuffer};

/// The callback's end of the ring.
pub struct Intake {
    ring: Producer<f32>,
    channels: usize,
    dropped: Arc<AtomicU64>,
}

/// The capture thread's end of the ring.
pub struct Tap {
    ring: Consumer<f32>,
    dropped: Arc<AtomicU64>,
}

/// A ring for `capacity` mono samples of a device with `channels` channels.
#[must_use]
pub fn ring(capacity: usize, channels: usize) -> (Intake, Tap) {
    let (producer, consumer) = RingBuffer::new(capacity);
    let dropped = Arc::new(AtomicU64::new(0));
    let intake =
        Intake { ring: producer, channels: channels.max(1), dropped: Arc::clone(&dropped) };
    (intake, Tap { ring: consumer, dropped })
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

    /// Takes the sums over the channels.
    fn put(&mut self, sums: impl ExactSizeIterator<Item = f32>) {
        let frames = sums.len();
        #[allow(clippy::cast_precision_loss, reason = "a handful of channels")]
        let share = 1.0 / self.channels as f32;
        match self.ring.write_chunk_uninit(frames) {
            Ok(room) if self.dropped.load(Ordering::Acquire) == 0 => {
                room.fill_from_iter(sums.map(|sum| sum * share));
            }
            _ => {
                self.dropped.fetch_add(frames as u64, Ordering::AcqRel);
            }
        }
    }
}

impl Tap {
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
        if is_dropping { self.dropped.swap(0, Ordering::AcqRel) } else { 0 }
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
}
