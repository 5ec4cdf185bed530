//! From the rate of a device, or of a client, to 16 kHz: rubato's sinc resampler, fed in the pieces that it wants, its delay taken
//! off, and exactly as long as its input.
//!
//! Sinc, not FFT: at the 10 ms that a live caption can afford, an FFT's filter is too short (0.4 % aliasing was measured), and what
//! it folds back sounds like speech to a model.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, FixedAsync, Resampler as _, ResamplerConstructionError, SincInterpolationParameters,
    SincInterpolationType,
};

/// What recognisers hear.
pub const SAMPLE_RATE: u32 = 16_000;

/// Samples of the source that the filter spans; its half, 5 ms at 48 kHz, is the resampler's delay.
const FILTER_LENGTH: usize = 512;

/// For this many places between two samples of the source the filter is kept: as 11,025 Hz needs, 1.3 MB.
const MOST_PLACES: usize = 640;

/// A rate that cannot be turned into 16 kHz.
#[derive(Debug, thiserror::Error)]
#[error("{rate_hz} Hz cannot be turned into 16 kHz: {source}")]
pub struct UnsupportedRate {
    rate_hz: u32,
    source: ResamplerConstructionError,
}

/// Turns mono samples of one rate into 16 kHz. The same samples give the same result, however they are cut into pushes.
pub struct Resampler(Way);

enum Way {
    /// The source already has 16 kHz.
    Through,
    /// Every other rate.
    Sinc(Box<SincState>),
}

struct SincState {
    sinc: Async<f32>,
    rate_hz: u32,
    /// Filled up to what the resampler wants next.
    input: Vec<f32>,
    output: Vec<f32>,
    taken: u64,
    given: u64,
    /// Samples of the resampler's own delay that are still to be dropped.
    delay: usize,
}

impl Resampler {
    /// From this rate.
    ///
    /// # Errors
    /// [`UnsupportedRate`] for a rate that cannot be turned into 16 kHz.
    pub fn new(rate_hz: u32) -> Result<Self, UnsupportedRate> {
        if rate_hz == SAMPLE_RATE {
            return Ok(Self(Way::Through));
        }
        // A third of 10 ms, which is a whole number of samples at 44.1 kHz too: blocks of 10 ms leave nothing waiting.
        let chunk = (rate_hz / 300).max(64) as usize;
        let ratio = f64::from(SAMPLE_RATE) / f64::from(rate_hz);
        let filter =
            SincInterpolationParameters { sinc_len: FILTER_LENGTH, ..between_samples(rate_hz) };
        let sinc = Async::new_sinc(ratio, 1.0, &filter, chunk, 1, FixedAsync::Input)
            .map_err(|source| UnsupportedRate { rate_hz, source })?;
        let output = vec![0.0; sinc.output_frames_max()];
        let delay = sinc.output_delay();
        let input = Vec::with_capacity(sinc.input_frames_max());
        Ok(Self(Way::Sinc(Box::new(SincState {
            sinc,
            rate_hz,
            input,
            output,
            taken: 0,
            given: 0,
            delay,
        }))))
    }

    /// Takes samples of the source, and gives those that they complete.
    pub fn push(&mut self, samples: &[f32], emit: &mut impl FnMut(&[f32])) {
        match &mut self.0 {
            Way::Through => emit(samples),
            Way::Sinc(state) => state.push(samples, emit),
        }
    }

    /// How many samples (16 kHz) later than their place they are given: the filter looks ahead.
    #[must_use]
    pub fn delay(&self) -> usize {
        match &self.0 {
            Way::Through => 0,
            Way::Sinc(state) => state.sinc.output_delay(),
        }
    }

    /// Samples (16 kHz) that were taken and not given yet.
    #[must_use]
    pub fn inside(&self) -> u64 {
        match &self.0 {
            Way::Through => 0,
            Way::Sinc(state) => state.due() - state.given,
        }
    }

    /// Gives what is still inside; what is pushed afterwards is the start of another run of samples.
    pub fn finish(&mut self, emit: &mut impl FnMut(&[f32])) {
        if let Way::Sinc(state) = &mut self.0 {
            state.finish(emit);
        }
    }
}

/// How the filter is read where a sample of 16 kHz lies between two of the source.
///
/// It lies at one of few places: at 48 kHz always on a sample, at 44.1 kHz at a multiple of 1/160. A filter that is known at all of
/// them is read once for each sample, and exactly; between the places of any table four readings would be needed.
fn between_samples(rate_hz: u32) -> SincInterpolationParameters {
    let places = (SAMPLE_RATE / greatest_common_divisor(rate_hz, SAMPLE_RATE)) as usize;
    let usual = SincInterpolationParameters::default();
    if places > MOST_PLACES {
        return usual;
    }
    // No coarser than usual: the filter's middle lies off by one step of its table.
    let steps = places * usual.oversampling_factor.div_ceil(places);
    usual.oversampling_factor(steps).interpolation(SincInterpolationType::Nearest)
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl SincState {
    fn push(&mut self, mut samples: &[f32], emit: &mut impl FnMut(&[f32])) {
        self.taken += samples.len() as u64;
        while !samples.is_empty() {
            let missing = self.sinc.input_frames_next() - self.input.len();
            let (now, later) = samples.split_at(missing.min(samples.len()));
            self.input.extend_from_slice(now);
            samples = later;
            if self.input.len() == self.sinc.input_frames_next() {
                self.process(u64::MAX, emit);
            }
        }
    }

    /// How many samples the ones taken so far make.
    fn due(&self) -> u64 {
        (self.taken * u64::from(SAMPLE_RATE)).div_ceil(u64::from(self.rate_hz))
    }

    fn finish(&mut self, emit: &mut impl FnMut(&[f32])) {
        let due = self.due();
        while self.given < due {
            self.input.resize(self.sinc.input_frames_next(), 0.0);
            if self.process(due - self.given, emit) == 0 {
                // A filter that makes nothing would be waited for without end.
                break;
            }
        }
        self.sinc.reset();
        self.input.clear();
        (self.taken, self.given, self.delay) = (0, 0, self.sinc.output_delay());
    }

    /// Runs the filter over a full input, gives at most `limit` samples, and tells how many it made.
    fn process(&mut self, limit: u64, emit: &mut impl FnMut(&[f32])) -> usize {
        let (frames, room) = (self.input.len(), self.output.len());
        let made = match (
            InterleavedSlice::new(&self.input, 1, frames),
            InterleavedSlice::new_mut(&mut self.output, 1, room),
        ) {
            (Ok(input), Ok(mut output)) => {
                self.sinc.process_into_buffer(&input, &mut output, None).map_or(0, |(_, made)| made)
            }
            _ => 0,
        };
        self.input.clear();
        let skipped = self.delay.min(made);
        self.delay -= skipped;
        let kept = (made - skipped).min(usize::try_from(limit).unwrap_or(usize::MAX));
        self.given += kept as u64;
        if kept > 0 {
            emit(&self.output[skipped..skipped + kept]);
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resampled(rate: u32, samples: &[f32]) -> Vec<f32> {
        let mut resampler = Resampler::new(rate).unwrap();
        let mut out = Vec::new();
        resampler.push(samples, &mut |piece| out.extend_from_slice(piece));
        resampler.finish(&mut |piece| out.extend_from_slice(piece));
        out
    }

    /// The seed sent 2 % more audio than it captured.
    #[test]
    fn exactly_as_long_as_the_input_at_every_usual_rate() {
        for rate in [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000]
        {
            for ms in [0, 7, 1_000, 20_000] {
                let samples = vec![0.25; (rate as usize * ms) / 1000];
                let due = (samples.len() as u64 * 16_000).div_ceil(u64::from(rate));
                assert_eq!(resampled(rate, &samples).len() as u64, due, "{rate} Hz, {ms} ms");
            }
        }
    }

    #[test]
    fn a_finished_run_leaves_nothing_behind_for_the_next() {
        let samples = tone(440.0, 44_100, 10_007);
        let mut resampler = Resampler::new(44_100).unwrap();
        let mut runs = [Vec::new(), Vec::new()];
        for run in &mut runs {
            resampler.push(&samples, &mut |piece| run.extend_from_slice(piece));
            assert!(resampler.inside() > 0, "a part is still inside");
            resampler.finish(&mut |piece| run.extend_from_slice(piece));
            assert_eq!(resampler.inside(), 0);
        }
        assert_eq!(runs[0], resampled(44_100, &samples));
        assert_eq!(runs[0], runs[1]);
    }

    /// In f64: at a second's length, the phase in f32 is already noisier than the filter.
    fn tone(hz: f64, rate: u32, length: usize) -> Vec<f32> {
        (0..length)
            .map(|n| (std::f64::consts::TAU * hz * n as f64 / f64::from(rate)).sin() as f32)
            .collect()
    }

    #[test]
    fn a_tone_keeps_its_place_and_its_height() {
        for rate in [44_100, 44_101, 48_000] {
            let out = resampled(rate, &tone(440.0, rate, rate as usize));
            let ideal = tone(440.0, 16_000, 16_000);
            // Away from both ends, where there is nothing to interpolate with. The delay is taken off in whole samples,
            // so less than one sample (63 µs) of shift remains: 0.173 of the height at this pitch.
            let worst = (800..15_200).map(|n| (out[n] - ideal[n]).abs()).fold(0.0, f32::max);
            assert!(worst < 0.173, "{rate} Hz: off by {worst}");
            let highest =
                out[800..15_200].iter().fold(0.0f32, |most, sample| most.max(sample.abs()));
            assert!((highest - 1.0).abs() < 0.002, "{rate} Hz: {highest} high");
        }
    }

    #[test]
    fn the_usual_rates_need_no_reading_between_the_places_of_the_filter() {
        let is_exact =
            |rate| matches!(between_samples(rate).interpolation, SincInterpolationType::Nearest);
        for rate in [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000] {
            assert!(is_exact(rate), "{rate} Hz");
        }
        assert!(!is_exact(44_101), "a table of 16,000 places");
    }

    #[test]
    fn what_16_khz_cannot_hold_is_gone() {
        let out = resampled(48_000, &tone(11_000.0, 48_000, 48_000));
        let loudest = out[1_600..14_400].iter().fold(0.0f32, |most, sample| most.max(sample.abs()));
        assert!(loudest < 3e-5, "11 kHz comes back as {loudest}, above -90 dB");
    }
}
