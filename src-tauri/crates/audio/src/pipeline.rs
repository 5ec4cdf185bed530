//! Everything between a device's samples and the spool, without a device and without a clock.

use sotto_resampling::Resampler;

use crate::framer::Framer;
use crate::{AudioError, Frame};

/// Samples beyond the resampler's delay: its count of samples is rounded.
const ROUNDING: usize = 16;

/// Mono samples of a device in, numbered frames out. Any cutting of the input gives the same frames.
pub struct Pipeline {
    resampler: Resampler,
    framer: Framer,
}

impl Pipeline {
    /// For a device of this rate.
    ///
    /// # Errors
    /// [`AudioError::Unsupported`] for a rate that cannot be turned into 16 kHz.
    pub fn new(rate_hz: u32) -> Result<Self, AudioError> {
        Self::beginning_at(rate_hz, 0)
    }

    /// As [`Self::new`], where the axis has `first_sample` samples already; a multiple of a frame's.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn beginning_at(rate_hz: u32, first_sample: u64) -> Result<Self, AudioError> {
        let framer = Framer::beginning_at(first_sample);
        Ok(Self { resampler: Resampler::new(rate_hz)?, framer })
    }

    /// Where the next sample lies on the axis; what is still inside the resampler lies before it.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.framer.position() + self.resampler.inside()
    }

    /// Puts silence in front of the first sample of a device, as long as the resampler's filter looks ahead, and gives where
    /// that sample lies. Where the blocks of a device end with frames, as those of 10 ms do, the end of each frame would else wait
    /// in the filter for another block. At 48 kHz it is 6 ms.
    pub(crate) fn lead_in(&mut self, out: &mut Vec<Frame>) -> u64 {
        let delay = self.resampler.delay();
        if delay > 0 {
            self.framer.push(&vec![0.0; delay + ROUNDING], out);
        }
        self.position()
    }

    /// Takes samples of the device.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<Frame>) {
        let framer = &mut self.framer;
        self.resampler.push(samples, &mut |piece| framer.push(piece, out));
    }

    /// Ends the run of samples from one device: what is inside the resampler comes out, and the next samples may have
    /// another rate.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn reopened(&mut self, rate_hz: u32, out: &mut Vec<Frame>) -> Result<(), AudioError> {
        let resampler = Resampler::new(rate_hz)?;
        self.end_run(out);
        self.resampler = resampler;
        Ok(())
    }

    /// Writes `samples` (16 kHz) of marked silence in place of what was not delivered, behind all that was.
    pub fn gap(&mut self, samples: u64, out: &mut Vec<Frame>) {
        if samples > 0 {
            self.end_run(out);
            self.framer.gap(samples, out);
        }
    }

    /// Gives everything that is still inside; the last frame is padded with silence.
    pub fn finish(&mut self, out: &mut Vec<Frame>) {
        self.end_run(out);
        self.framer.finish(out);
    }

    fn end_run(&mut self, out: &mut Vec<Frame>) {
        let framer = &mut self.framer;
        self.resampler.finish(&mut |piece| framer.push(piece, out));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::FRAME_SAMPLES;

    fn noise(length: usize) -> Vec<f32> {
        let mut state = 1u32;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0 - 1.0
            })
            .collect()
    }

    fn frames(rate: u32, pieces: &[&[f32]]) -> Vec<Frame> {
        let (mut pipeline, mut out) = (Pipeline::new(rate).unwrap(), Vec::new());
        for piece in pieces {
            pipeline.push(piece, &mut out);
        }
        pipeline.finish(&mut out);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_cutting_of_the_input_gives_the_same_frames(
            rate in prop::sample::select(vec![16_000u32, 44_100, 48_000]),
            cuts in prop::collection::vec(1usize..3_000, 0..20),
        ) {
            let samples = noise(30_000);
            let mut rest = &samples[..];
            let mut pieces = Vec::new();
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                pieces.push(now);
                rest = later;
            }
            pieces.push(rest);
            prop_assert_eq!(frames(rate, &pieces), frames(rate, &[&samples]));
        }
    }

    /// A device that delivers every 10 ms: the fifth block completes the first frame, and every fifth the next one.
    #[test]
    fn with_a_lead_in_a_frame_comes_with_the_block_of_its_last_sample() {
        for rate in [16_000u32, 44_100, 48_000] {
            let (mut pipeline, mut out) = (Pipeline::new(rate).unwrap(), Vec::new());
            let lead = pipeline.lead_in(&mut out);
            assert_eq!(lead == 0, rate == 16_000, "what is not resampled waits for nothing");
            for block in 1..=100 {
                pipeline.push(&noise(rate as usize / 100), &mut out);
                assert_eq!(out.len(), block / 5, "after block {block} at {rate} Hz");
            }
            assert_eq!(pipeline.position(), lead + 16_000);
        }
    }

    #[test]
    fn frames_tile_the_axis() {
        for (n, frame) in frames(48_000, &[&noise(123_456)]).iter().enumerate() {
            assert_eq!(frame.first_sample, (n * FRAME_SAMPLES) as u64);
        }
    }

    /// The seed sent a buffer whole when only a part of it was full: 2 % of the audio went out twice.
    #[test]
    fn no_audio_is_doubled() {
        let second = frames(16_000, &[&noise(16_000)]);
        assert_eq!(second.len(), 20);
        let out: Vec<i16> = second.iter().flat_map(|frame| frame.pcm.iter().copied()).collect();
        let into: Vec<i16> = noise(16_000)
            .iter()
            .map(|s| (s * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16)
            .collect();
        assert_eq!(out, into);
    }

    /// The seed lost what was in its buffers when it was stopped.
    #[test]
    fn stopping_keeps_the_tail() {
        let mut samples = vec![0.0; 48_000];
        samples.extend(vec![0.5; 480]);
        let out = frames(48_000, &[&samples]);
        assert_eq!(out.len(), 21, "one second, and a frame for the 10 ms that follow");
        let last = &out[20];
        assert!(
            last.pcm[20..140].iter().all(|sample| *sample > 10_000),
            "the last 10 ms are there"
        );
        assert!(last.pcm[170..].iter().all(|sample| *sample == 0), "the rest is silence");
    }

    #[test]
    fn a_gap_is_marked_and_has_its_length() {
        let (mut pipeline, mut out) = (Pipeline::new(16_000).unwrap(), Vec::new());
        pipeline.push(&noise(1_000), &mut out);
        pipeline.reopened(48_000, &mut out).unwrap();
        pipeline.gap(2_000, &mut out);
        pipeline.push(&noise(3_000), &mut out);
        assert_eq!(pipeline.position(), 4_000, "what is inside the resampler counts");
        pipeline.finish(&mut out);
        assert_eq!(out.len(), 5, "1,000 + 2,000 + 1,000 samples");
        let marked: Vec<bool> = out.iter().map(|frame| frame.flags.is_gap).collect();
        assert_eq!(marked, [false, true, true, true, false]);
    }

    /// A resampler holds some ten milliseconds back; they belong before the gap.
    #[test]
    fn what_was_delivered_before_a_gap_stays_before_it() {
        let (mut pipeline, mut out) = (Pipeline::new(48_000).unwrap(), Vec::new());
        for _ in 0..2 {
            pipeline.push(&vec![0.5; 2_400 + 7], &mut out);
            pipeline.gap(1_600, &mut out);
        }
        pipeline.finish(&mut out);
        let pcm: Vec<i16> = out.iter().flat_map(|frame| frame.pcm.iter().copied()).collect();
        let run = 803;
        for start in [0, run + 1_600] {
            assert!(
                pcm[start + 20..start + run - 20].iter().all(|sample| *sample > 15_000),
                "audio from {start} on"
            );
            assert!(
                pcm[start + run..start + run + 1_600].iter().all(|sample| *sample == 0),
                "silence behind it"
            );
        }
    }

    /// Samples beyond full scale come out of resamplers too, not only out of devices.
    #[test]
    fn too_loud_is_clamped_and_does_not_wrap() {
        for rate in [16_000, 48_000] {
            let square: Vec<f32> =
                (0..rate as usize).map(|n| if n / 240 % 2 == 0 { 1.2 } else { -1.2 }).collect();
            let out = frames(rate, &[&square]);
            let middle: Vec<i16> = (0..rate as usize / 240)
                .map(|half| (half * 240 + 120) * 16_000 / rate as usize)
                .map(|n| out[n / FRAME_SAMPLES].pcm[n % FRAME_SAMPLES])
                .collect();
            for (half, sample) in middle.iter().enumerate().skip(2).take(50) {
                assert_eq!(*sample > 0, half % 2 == 0, "{rate} Hz: {sample} in half wave {half}");
            }
        }
    }

    #[test]
    fn n_seconds_are_n_times_16_000_samples() {
        for rate in [16_000, 44_100, 48_000, 96_000] {
            let out = frames(rate, &[&noise(7 * rate as usize)]);
            assert_eq!(out.len() * FRAME_SAMPLES, 7 * 16_000, "{rate} Hz");
        }
    }
}
