//! From what a client sends to what the engine hears: 16-bit or mu-law samples at 8 to 96 kHz become 16 kHz.

use sotto_protocol::Encoding;
use sotto_resampling::{Resampler, UnsupportedRate};

const FULL_SCALE: f32 = 32_768.0;

/// Turns messages of audio into samples of 16 kHz, exactly as long as what came, so that the engine's clock is the
/// client's.
pub(crate) struct Intake {
    encoding: Encoding,
    resampler: Resampler,
    /// Of the last message.
    samples: Vec<f32>,
}

impl Intake {
    pub(crate) fn new(encoding: Encoding, sample_rate: u32) -> Result<Self, UnsupportedRate> {
        Ok(Self { encoding, resampler: Resampler::new(sample_rate)?, samples: Vec::new() })
    }

    /// Whole samples only: half a sample at the end is dropped.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Vec<i16> {
        self.samples.clear();
        match self.encoding {
            Encoding::PcmMulaw => {
                let samples = bytes.iter().map(|byte| MULAW[usize::from(*byte)]);
                self.samples.extend(samples.map(from_16_bits));
            }
            _ => {
                let samples = bytes.as_chunks().0.iter().copied().map(i16::from_le_bytes);
                self.samples.extend(samples.map(from_16_bits));
            }
        }
        let mut out = Vec::new();
        self.resampler.push(&self.samples, &mut |piece| {
            out.extend(piece.iter().copied().map(to_16_bits));
        });
        out
    }

    /// What is still inside the filter. What comes afterwards is a new run of samples.
    pub(crate) fn flush(&mut self) -> Vec<i16> {
        let mut out = Vec::new();
        self.resampler.finish(&mut |piece| out.extend(piece.iter().copied().map(to_16_bits)));
        out
    }
}

fn from_16_bits(sample: i16) -> f32 {
    f32::from(sample) / FULL_SCALE
}

fn to_16_bits(sample: f32) -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
    let sample = (sample * FULL_SCALE).round() as i16;
    sample
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
