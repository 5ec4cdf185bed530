//! The device's callback and the ring behind it.
//!
//! The callback runs on a thread of the sound system that must not be late: it mixes down to mono and copies into a ring
//! that was made beforehand. It never allocates, locks, logs or waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use cpal::traits::{DeviceTrait as _, StreamTrait as _};
use cpal::{ErrorKind, FromSample, SampleFormat, SizedSample, Stream, StreamConfig};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::{AudioError, DeviceId, device};

/// Seconds of audio that the ring holds: a capture thread that is held up for longer has worse problems.
const RING_SECONDS: usize = 4;

/// How long a sound system may take to open a stream.
const OPEN_LIMIT: Duration = Duration::from_secs(5);

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
    let intake = Intake { ring: producer, channels: channels.max(1), dropped: Arc::clone(&dropped) };
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
        let frames = interleaved.len() / self.channels;
        if self.dropped.load(Ordering::Acquire) > 0 || self.ring.slots() < frames {
            self.dropped.fetch_add(frames as u64, Ordering::AcqRel);
            return;
        }
        for frame in interleaved.chunks_exact(self.channels) {
            let sum: f32 = frame.iter().map(|sample| f32::from_sample_(*sample)).sum();
            #[allow(clippy::cast_precision_loss, reason = "a handful of channels")]
            let mono = sum / self.channels as f32;
            // There was room for all of them.
            if self.ring.push(mono).is_err() {
                return;
            }
        }
    }
}

impl Tap {
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

/// What the sound system said about a stream that is running, as one byte: its callback may not allocate either.
#[derive(Clone, Default)]
pub(crate) struct Verdict(Arc<AtomicU8>);

impl Verdict {
    const DENIED: u8 = 1;
    const LOST: u8 = 2;

    fn set(&self, error: &cpal::Error) {
        let code = match error.kind() {
            // The stream goes on: a rerouted device, a dropped buffer (the clock shows how much), a plea for priority.
            ErrorKind::DeviceChanged | ErrorKind::Xrun | ErrorKind::RealtimeDenied => return,
            ErrorKind::PermissionDenied => Self::DENIED,
            _ => Self::LOST,
        };
        self.0.store(code, Ordering::Release);
    }

    /// Why the stream is over, if it is.
    pub(crate) fn error(&self) -> Option<AudioError> {
        match self.0.load(Ordering::Acquire) {
            0 => None,
            Self::DENIED => Some(AudioError::Denied),
            _ => Some(AudioError::Lost),
        }
    }
}

/// A device that is being recorded from; it stops when this is dropped.
pub(crate) struct OpenStream {
    _stream: Stream,
    pub(crate) tap: Tap,
    pub(crate) verdict: Verdict,
    pub(crate) rate_hz: u32,
    pub(crate) device_name: String,
}

/// Opens the device of this id, else the default, and lets it run.
pub(crate) fn open(wanted: Option<&DeviceId>) -> Result<OpenStream, AudioError> {
    let (device, device_name) = device::find(wanted)?;
    let supported = device.default_input_config()?;
    let mut config: StreamConfig = supported.config();
    let rate_hz = config.sample_rate;
    // Without a wish PulseAudio collects up to two seconds before it delivers.
    let wish = rate_hz / 100;
    if let cpal::SupportedBufferSize::Range { min, max } = supported.buffer_size() {
        config.buffer_size = cpal::BufferSize::Fixed(wish.clamp(*min, (*max).max(*min)));
    }
    let (intake, tap) = ring(rate_hz as usize * RING_SECONDS, usize::from(config.channels));
    let verdict = Verdict::default();
    let stream = match supported.sample_format() {
        SampleFormat::I8 => build::<i8>(&device, config, intake, &verdict),
        SampleFormat::I16 => build::<i16>(&device, config, intake, &verdict),
        SampleFormat::I24 => build::<cpal::I24>(&device, config, intake, &verdict),
        SampleFormat::I32 => build::<i32>(&device, config, intake, &verdict),
        SampleFormat::I64 => build::<i64>(&device, config, intake, &verdict),
        SampleFormat::U8 => build::<u8>(&device, config, intake, &verdict),
        SampleFormat::U16 => build::<u16>(&device, config, intake, &verdict),
        SampleFormat::U24 => build::<cpal::U24>(&device, config, intake, &verdict),
        SampleFormat::U32 => build::<u32>(&device, config, intake, &verdict),
        SampleFormat::U64 => build::<u64>(&device, config, intake, &verdict),
        SampleFormat::F32 => build::<f32>(&device, config, intake, &verdict),
        SampleFormat::F64 => build::<f64>(&device, config, intake, &verdict),
        other => Err(AudioError::Unsupported(other.to_string())),
    }?;
    stream.play()?;
    Ok(OpenStream { _stream: stream, tap, verdict, rate_hz, device_name })
}

fn build<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut intake: Intake,
    verdict: &Verdict,
) -> Result<Stream, AudioError>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let verdict = verdict.clone();
    let on_data = move |data: &[T], _: &cpal::InputCallbackInfo| intake.take(data);
    let on_error = move |error: cpal::Error| verdict.set(&error);
    Ok(device.build_input_stream(config, on_data, on_error, Some(OPEN_LIMIT))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_mixed_down() {
        let (mut intake, mut tap) = ring(16, 2);
        intake.take(&[0.5f32, -0.5, 1.0, 0.0]);
        let mut out = Vec::new();
        assert_eq!(tap.drain(&mut out), 0);
        assert_eq!(out, [0.0, 0.5]);
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
