//! From a stream of 16 kHz samples to numbered frames with level and speech flag.

use earshot::Detector;

use crate::frame::FLOOR_DBFS;
use crate::{FRAME_SAMPLES, Frame, FrameFlags};

/// What the speech detector looks at in one go: 16 ms.
const WINDOW: usize = 256;
const SPEECH_SCORE: f32 = 0.5;

pub(crate) struct Framer {
    detector: Box<Detector>,
    window: Vec<i16>,
    pcm: Box<[i16; FRAME_SAMPLES]>,
    filled: usize,
    first_sample: u64,
    flags: FrameFlags,
}

impl Framer {
    /// Whose first frame begins at this sample.
    pub(crate) fn beginning_at(first_sample: u64) -> Self {
        Self {
            detector: Detector::default_boxed(),
            window: Vec::with_capacity(WINDOW),
            pcm: Box::new([0; FRAME_SAMPLES]),
            filled: 0,
            first_sample,
            flags: FrameFlags::default(),
        }
    }

    /// The next sample's place on the axis.
    pub(crate) fn position(&self) -> u64 {
        self.first_sample + self.filled as u64
    }

    pub(crate) fn push(&mut self, samples: &[f32], out: &mut Vec<Frame>) {
        for &sample in samples {
            self.put(to_i16(sample), out);
        }
    }

    /// Silence in place of what the device did not deliver.
    pub(crate) fn gap(&mut self, samples: u64, out: &mut Vec<Frame>) {
        for _ in 0..samples {
            // Inside: a gap may end one frame and begin the next.
            self.flags.is_gap = true;
            self.put(0, out);
        }
    }

    /// Pads the last frame with silence; a frame that was not begun is not made.
    pub(crate) fn finish(&mut self, out: &mut Vec<Frame>) {
        while self.filled > 0 {
            self.put(0, out);
        }
    }

    fn put(&mut self, sample: i16, out: &mut Vec<Frame>) {
        self.pcm[self.filled] = sample;
        self.filled += 1;
        self.window.push(sample);
        if self.window.len() == WINDOW {
            self.flags.is_speech |= self.detector.predict_i16(&self.window) >= SPEECH_SCORE;
            self.window.clear();
        }
        if self.filled == FRAME_SAMPLES {
            out.push(Frame {
                first_sample: self.first_sample,
                level_dbfs: level_dbfs(&self.pcm),
                flags: self.flags,
                pcm: self.pcm.clone(),
            });
            self.first_sample += FRAME_SAMPLES as u64;
            self.filled = 0;
            self.flags = FrameFlags::default();
        }
    }
}

/// Clamped: the seed let 1.2 wrap to a loud click of the other sign.
fn to_i16(sample: f32) -> i16 {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "clamped to the range of i16; NaN becomes 0"
    )]
    let clamped = (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
    clamped
}

pub(crate) fn level_dbfs(pcm: &[i16; FRAME_SAMPLES]) -> f32 {
    let power = pcm.iter().map(|sample| (f64::from(*sample) / 32_768.0).powi(2)).sum::<f64>()
        / FRAME_SAMPLES as f64;
    #[allow(clippy::cast_possible_truncation, reason = "a level needs no more digits")]
    let level = (10.0 * power.log10()) as f32;
    level.max(FLOOR_DBFS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_beyond_full_scale_are_clamped_and_do_not_wrap() {
        assert_eq!(to_i16(1.2), i16::MAX);
        assert_eq!(to_i16(-1.2), i16::MIN);
        assert_eq!(to_i16(f32::INFINITY), i16::MAX);
        assert_eq!(to_i16(f32::NAN), 0);
        assert_eq!(to_i16(0.5), 16_384);
    }

    #[test]
    fn levels_are_those_of_the_field() {
        assert!((level_dbfs(&[16_384; FRAME_SAMPLES]) + 6.02).abs() < 0.01);
        assert!((level_dbfs(&[0; FRAME_SAMPLES]) - FLOOR_DBFS).abs() < f32::EPSILON);
    }
}
