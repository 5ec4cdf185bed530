//! From what a client sends to what the engine hears: 16-bit or mu-law samples at 8 to 96 kHz become 16 kHz.

use rubato::{
    Async, FixedAsync, Resampler as _, ResamplerConstructionError, SincInterpolationParameters,
    audioadapter_buffers::direct::InterleavedSlice,
};
use sotto_protocol::Encoding;

/// What the engine hears.
const ENGINE_HZ: u32 = 16_000;
/// Samples of the client that the filter spans. Sinc, not FFT: at pieces of 10 ms an FFT's filter is too short, and what
/// it folds back sounds like speech to a model.
const FILTER_LENGTH: usize = 512;
const FULL_SCALE: f32 = 32_768.0;

/// Turns messages of audio into samples of 16 kHz, exactly as long as what came, so that the engine's clock is the
/// client's.
pub(crate) struct Intake {
    encoding: Encoding,
    resampler: Option<Box<Resampler>>,
}

impl Intake {
    pub(crate) fn new(
        encoding: Encoding,
        sample_rate: u32,
    ) -> Result<Self, ResamplerConstructionError> {
        let resampler =
            (sample_rate != ENGINE_HZ).then(|| Resampler::new(sample_rate).map(Box::new));
        Ok(Self { encoding, resampler: resampler.transpose()? })
    }

    /// Whole samples only: half a sample at the end is dropped.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Vec<i16> {
        let samples: Vec<i16> = match self.encoding {
            Encoding::PcmMulaw => bytes.iter().map(|byte| MULAW[usize::from(*byte)]).collect(),
            _ => {
                bytes.as_chunks::<2>().0.iter().map(|sample| i16::from_le_bytes(*sample)).collect()
            }
        };
        match &mut self.resampler {
            Some(resampler) => resampler.push(&samples),
            None => samples,
        }
    }

    /// What is still inside the filter. What comes afterwards is a new run of samples.
    pub(crate) fn flush(&mut self) -> Vec<i16> {
        self.resampler.as_mut().map_or_else(Vec::new, |resampler| resampler.flush())
    }
}

struct Resampler {
    sinc: Async<f32>,
    rate: u32,
    /// Filled up to what the filter wants next.
    input: Vec<f32>,
    output: Vec<f32>,
    taken: u64,
    given: u64,
    /// Samples of the filter's own delay that are still to be dropped.
    delay: usize,
}

impl Resampler {
    fn new(rate: u32) -> Result<Self, ResamplerConstructionError> {
        let ratio = f64::from(ENGINE_HZ) / f64::from(rate);
        let filter = SincInterpolationParameters {
            sinc_len: FILTER_LENGTH,
            ..SincInterpolationParameters::default()
        };
        let sinc =
            Async::new_sinc(ratio, 1.0, &filter, (rate / 100) as usize, 1, FixedAsync::Input)?;
        let (room, delay) = (sinc.output_frames_max(), sinc.output_delay());
        let input = Vec::with_capacity(sinc.input_frames_max());
        Ok(Self { sinc, rate, input, output: vec![0.0; room], taken: 0, given: 0, delay })
    }

    fn push(&mut self, samples: &[i16]) -> Vec<i16> {
        let mut out = Vec::with_capacity(samples.len() * ENGINE_HZ as usize / self.rate as usize);
        self.taken += samples.len() as u64;
        for sample in samples {
            self.input.push(f32::from(*sample) / FULL_SCALE);
            if self.input.len() == self.sinc.input_frames_next() {
                self.process(u64::MAX, &mut out);
            }
        }
        out
    }

    fn flush(&mut self) -> Vec<i16> {
        let mut out = Vec::new();
        let due = (self.taken * u64::from(ENGINE_HZ)).div_ceil(u64::from(self.rate));
        while self.given < due {
            self.input.resize(self.sinc.input_frames_next(), 0.0);
            self.process(due - self.given, &mut out);
        }
        self.sinc.reset();
        self.input.clear();
        (self.taken, self.given, self.delay) = (0, 0, self.sinc.output_delay());
        out
    }

    /// Runs the filter over a full input and gives at most `limit` samples.
    fn process(&mut self, limit: u64, out: &mut Vec<i16>) {
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
        // Without this a filter that makes nothing would keep `flush` waiting for ever.
        self.given += if made == 0 { limit.min(u64::from(ENGINE_HZ)) } else { kept as u64 };
        out.extend(self.output[skipped..skipped + kept].iter().map(|value| {
            #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
            let sample = (value * FULL_SCALE).round() as i16;
            sample
        }));
    }
}

/// G.711 mu-law, expanded.
static MULAW: [i16; 256] = {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        let bits = !(code as u8);
        let magnitude = (((((bits & 0x0f) as i16) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
        table[code] = if bits & 0x80 == 0 { magnitude } else { -magnitude };
        code += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn pcm(samples: &[i16]) -> Vec<u8> {
        samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
    }

    fn tone(hz: f64, rate: u32, length: usize) -> Vec<i16> {
        let at =
            |n: usize| (std::f64::consts::TAU * hz * n as f64 / f64::from(rate)).sin() * 20_000.0;
        (0..length).map(|n| at(n) as i16).collect()
    }

    fn heard(encoding: Encoding, rate: u32, bytes: &[u8], piece: usize) -> Vec<i16> {
        let mut intake = Intake::new(encoding, rate).unwrap();
        let mut out: Vec<i16> =
            bytes.chunks(piece).flat_map(|message| intake.take(message)).collect();
        out.extend(intake.flush());
        out
    }

    #[test]
    fn sixteen_kilohertz_passes_untouched() {
        assert_eq!(
            heard(Encoding::PcmS16le, 16_000, &[0x01, 0x80, 0xff, 0x7f, 9], 99),
            [-32767, 32767]
        );
    }

    #[test]
    fn mulaw_has_the_values_of_g711() {
        let known = [
            (0xff, 0),
            (0x7f, 0),
            (0x80, 32_124),
            (0x00, -32_124),
            (0xf0, 120),
            (0xef, 132),
            (0x6f, -132),
        ];
        for (code, value) in known {
            assert_eq!(heard(Encoding::PcmMulaw, 16_000, &[code], 1), [value], "{code:#x}");
        }
    }

    #[test]
    fn every_rate_gives_as_much_as_came_however_it_is_cut() {
        for rate in [8_000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000] {
            let bytes = pcm(&tone(440.0, rate, rate as usize));
            let whole = heard(Encoding::PcmS16le, rate, &bytes, bytes.len());
            assert_eq!(whole.len(), 16_000, "{rate} Hz");
            assert_eq!(whole, heard(Encoding::PcmS16le, rate, &bytes, 1238), "{rate} Hz");
        }
    }

    #[test]
    fn a_tone_keeps_its_place_and_height_and_what_16_khz_cannot_hold_is_gone() {
        for rate in [8_000, 44_100, 48_000, 96_000] {
            let out =
                heard(Encoding::PcmS16le, rate, &pcm(&tone(440.0, rate, rate as usize)), 4000);
            let ideal = tone(440.0, 16_000, 16_000);
            // The delay is taken off in whole samples: up to one sample of shift stays.
            let worst = (800..15_200).map(|n| (out[n] - ideal[n]).abs()).max().unwrap();
            assert!(worst < 3_520, "{rate} Hz: off by {worst}");
        }
        let out = heard(Encoding::PcmS16le, 48_000, &pcm(&tone(11_000.0, 48_000, 48_000)), 4000);
        assert!(out[800..15_200].iter().all(|sample| sample.abs() <= 2));
    }

    #[test]
    fn after_a_flush_a_new_run_begins() {
        let bytes = pcm(&tone(440.0, 44_100, 10_007));
        let mut intake = Intake::new(Encoding::PcmS16le, 44_100).unwrap();
        let mut run = || {
            let mut out = intake.take(&bytes);
            out.extend(intake.flush());
            out
        };
        assert_eq!(run(), run());
    }
}
