//! How long a binary message of audio may be.

use crate::Encoding;

/// The shortest message of audio, in milliseconds (docs, wire). A shorter one is only punished when short messages go
/// on: the live service closed with 3007 after about one second of 20 ms messages, so one short tail before
/// `Terminate` is harmless.
pub const FRAME_MS_MIN: u32 = 50;

/// The longest message of audio, in milliseconds (docs, wire). Exactly 1000 ms is accepted, 1200 ms is refused at once.
pub const FRAME_MS_MAX: u32 = 1000;

/// A binary message whose duration is outside 50 to 1000 ms. The text is what the service sends with 3007 (wire).
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "Input Duration Error: Input Duration Violation: {ms:.1} ms. Expected between {FRAME_MS_MIN} and {FRAME_MS_MAX} ms"
)]
pub struct FrameLengthError {
    /// The duration of the message in milliseconds.
    pub ms: f64,
}

impl FrameLengthError {
    /// True for a message that is too short: tolerated for about a second (wire), unlike one that is too long.
    pub fn is_short(&self) -> bool {
        self.ms < f64::from(FRAME_MS_MIN)
    }
}

/// The duration in milliseconds of `bytes` of mono audio, or `None` for compressed encodings, whose duration the bytes
/// do not tell.
pub fn frame_ms(bytes: usize, encoding: Encoding, sample_rate: u32) -> Option<f64> {
    let width = encoding.bytes_per_sample()?;
    (sample_rate > 0).then(|| bytes as f64 * 1000.0 / (width as f64 * f64::from(sample_rate)))
}

/// Checks a message of audio against the 50 to 1000 ms rule. Compressed encodings pass. Where 50 ms are no whole number of
/// samples (551.25 at 11,025 Hz), the whole ones are enough (ours: clients round down).
pub fn check_frame(
    bytes: usize,
    encoding: Encoding,
    sample_rate: u32,
) -> Result<(), FrameLengthError> {
    let Some(ms) = frame_ms(bytes, encoding, sample_rate) else { return Ok(()) };
    let least = u64::from(sample_rate) * u64::from(FRAME_MS_MIN) / 1000;
    let width = encoding.bytes_per_sample().unwrap_or(1) as u64;
    if (bytes as u64) < least * width || ms > f64::from(FRAME_MS_MAX) {
        Err(FrameLengthError { ms })
    } else {
        Ok(())
    }
}

/// The most bytes that one message of audio may have, or `None` for compressed encodings.
pub fn max_frame_bytes(encoding: Encoding, sample_rate: u32) -> Option<usize> {
    let width = encoding.bytes_per_sample()?;
    Some(width * sample_rate as usize * FRAME_MS_MAX as usize / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_kilohertz_frames_are_1600_to_32000_bytes() {
        let check = |bytes| check_frame(bytes, Encoding::PcmS16le, 16_000);
        assert!(check(1600).is_ok());
        assert!(check(32_000).is_ok());
        assert!(check(1598).unwrap_err().is_short());
        assert!(!check(32_002).unwrap_err().is_short());
        assert_eq!(max_frame_bytes(Encoding::PcmS16le, 16_000), Some(32_000));
    }

    #[test]
    fn fifty_milliseconds_may_be_rounded_down_to_a_sample() {
        assert!(check_frame(551 * 2, Encoding::PcmS16le, 11_025).is_ok());
        assert!(check_frame(550 * 2, Encoding::PcmS16le, 11_025).is_err());
        assert!(check_frame(400, Encoding::PcmMulaw, 8_000).is_ok());
        assert!(check_frame(399, Encoding::PcmMulaw, 8_000).is_err());
        assert!(check_frame(192_000, Encoding::PcmS16le, 96_000).is_ok());
        assert!(check_frame(192_002, Encoding::PcmS16le, 96_000).is_err());
    }

    #[test]
    fn the_error_has_the_words_of_the_service() {
        let error = check_frame(640, Encoding::PcmS16le, 16_000).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Input Duration Error: Input Duration Violation: 20.0 ms. Expected between 50 and 1000 ms"
        );
    }

    #[test]
    fn mulaw_has_one_byte_a_sample_and_opus_no_fixed_length() {
        assert_eq!(frame_ms(400, Encoding::PcmMulaw, 8000), Some(50.0));
        assert_eq!(frame_ms(400, Encoding::Opus, 48_000), None);
        assert_eq!(frame_ms(400, Encoding::PcmS16le, 0), None);
    }
}
