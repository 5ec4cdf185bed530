//! A stream of cpal's: every sound system but PulseAudio.

use std::time::Duration;

use cpal::traits::{DeviceTrait as _, StreamTrait as _};
use cpal::{FromSample, SampleFormat, SizedSample, Stream, StreamConfig, SupportedStreamConfig};

use super::RING_SECONDS;
use super::verdict::Verdict;
use crate::AudioError;
use crate::ring::{Intake, Tap, ring};

/// How often samples come. At 10 ms some systems drop audio whenever the machine is busy.
const BLOCKS_A_SECOND: u32 = 10;

/// How long a sound system may take to make a stream.
const OPEN_LIMIT: Duration = Duration::from_secs(5);

/// A device that is open, and plays from [`PortableStream::play`] on.
pub(super) struct PortableStream(Stream);

impl PortableStream {
    pub(super) fn open(
        device: &cpal::Device,
        supported: &SupportedStreamConfig,
        verdict: &Verdict,
    ) -> Result<(Self, Tap), AudioError> {
        let mut config: StreamConfig = supported.config();
        let wish = config.sample_rate / BLOCKS_A_SECOND;
        if let cpal::SupportedBufferSize::Range { min, max } = supported.buffer_size() {
            config.buffer_size = cpal::BufferSize::Fixed(wish.clamp(*min, (*max).max(*min)));
        }
        let (intake, tap) =
            ring(config.sample_rate as usize * RING_SECONDS, usize::from(config.channels));
        let stream = match supported.sample_format() {
            SampleFormat::I8 => build::<i8>(device, config, intake, verdict),
            SampleFormat::I16 => build::<i16>(device, config, intake, verdict),
            SampleFormat::I24 => build::<cpal::I24>(device, config, intake, verdict),
            SampleFormat::I32 => build::<i32>(device, config, intake, verdict),
            SampleFormat::I64 => build::<i64>(device, config, intake, verdict),
            SampleFormat::U8 => build::<u8>(device, config, intake, verdict),
            SampleFormat::U16 => build::<u16>(device, config, intake, verdict),
            SampleFormat::U24 => build::<cpal::U24>(device, config, intake, verdict),
            SampleFormat::U32 => build::<u32>(device, config, intake, verdict),
            SampleFormat::U64 => build::<u64>(device, config, intake, verdict),
            SampleFormat::F32 => build::<f32>(device, config, intake, verdict),
            SampleFormat::F64 => build::<f64>(device, config, intake, verdict),
            other => Err(AudioError::Unsupported(other.to_string())),
        }?;
        Ok((Self(stream), tap))
    }

    /// May wait for the first sample.
    pub(super) fn play(&self) -> Result<(), cpal::Error> {
        self.0.play()
    }
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
