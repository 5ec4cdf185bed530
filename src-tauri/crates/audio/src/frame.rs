//! Fifty milliseconds of audio, numbered: the unit of everything after the microphone.

/// Samples a second of the recording's axis.
pub use sotto_resampling::SAMPLE_RATE;

/// Samples in a frame: 50 ms, the shortest message that AssemblyAI's v3 accepts.
pub const FRAME_SAMPLES: usize = 800;

/// The level of silence.
pub(crate) const FLOOR_DBFS: f32 = -100.0;

const HEADER_BYTES: usize = 16;

/// Bytes of an encoded frame.
pub const FRAME_BYTES: usize = HEADER_BYTES + 2 * FRAME_SAMPLES;

/// What is known of a frame besides its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FrameFlags {
    /// Someone speaks in it.
    pub is_speech: bool,
    /// Some of it was not delivered by the device and is silence in its place.
    pub is_gap: bool,
}

impl FrameFlags {
    fn bits(self) -> u32 {
        u32::from(self.is_speech) | u32::from(self.is_gap) << 1
    }

    fn from_bits(bits: u32) -> Self {
        Self { is_speech: bits & 1 != 0, is_gap: bits & 2 != 0 }
    }
}

/// A frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Its first sample on the recording's axis, a multiple of [`FRAME_SAMPLES`].
    pub first_sample: u64,
    /// Root mean square against full scale, −100 to 0 dB.
    pub level_dbfs: f32,
    /// Speech, gap.
    pub flags: FrameFlags,
    /// Mono, 16 kHz.
    pub pcm: Box<[i16; FRAME_SAMPLES]>,
}

impl Frame {
    /// The frame of this number where there is no audio: silence, marked as a gap.
    #[must_use]
    pub fn missing(number: u64) -> Self {
        Self {
            first_sample: number * FRAME_SAMPLES as u64,
            level_dbfs: FLOOR_DBFS,
            flags: FrameFlags { is_speech: false, is_gap: true },
            pcm: Box::new([0; FRAME_SAMPLES]),
        }
    }

    /// First sample (u64), level (f32), flags (u32, bit 0 speech, bit 1 gap), then the samples, all little endian.
    #[must_use]
    pub fn encode(&self) -> [u8; FRAME_BYTES] {
        let mut bytes = [0; FRAME_BYTES];
        bytes[..8].copy_from_slice(&self.first_sample.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.level_dbfs.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.flags.bits().to_le_bytes());
        for (to, sample) in bytes[HEADER_BYTES..].chunks_exact_mut(2).zip(self.pcm.iter()) {
            to.copy_from_slice(&sample.to_le_bytes());
        }
        bytes
    }

    /// The frame in these bytes.
    #[must_use]
    pub fn decode(bytes: &[u8; FRAME_BYTES]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, samples @ ..] = bytes;
        let mut pcm = Box::new([0; FRAME_SAMPLES]);
        for (sample, from) in pcm.iter_mut().zip(samples.chunks_exact(2)) {
            *sample = i16::from_le_bytes([from[0], from[1]]);
        }
        Self {
            first_sample: u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]),
            level_dbfs: f32::from_le_bytes([*i, *j, *k, *l]),
            flags: FrameFlags::from_bits(u32::from_le_bytes([*m, *n, *o, *p])),
            pcm,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_frame_survives_its_bytes(
            first in any::<u32>(), level in -100f32..0.0, speech: bool, gap: bool,
            pcm in proptest::collection::vec(any::<i16>(), FRAME_SAMPLES),
        ) {
            let frame = Frame {
                first_sample: u64::from(first) * 800,
                level_dbfs: level,
                flags: FrameFlags { is_speech: speech, is_gap: gap },
                pcm: Box::new(pcm.try_into().unwrap()),
            };
            prop_assert_eq!(Frame::decode(&frame.encode()), frame);
        }
    }
}
