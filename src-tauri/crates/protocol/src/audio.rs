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

/// Checks a message of audio against the 50 to 1000 ms rule. Compressed encodings pass.
pub fn check_frame(
    bytes: usize,
    encoding: Encoding,
    sample_rate: u32,
) -> Result<(), FrameLengthError> {
    match frame_ms(bytes, encoding, sample_rate) {
        Some(ms) if ms < f64::from(FRAME_MS_MIN) || ms > f64::from(FRAME_MS_MAX) => {
            Err(FrameLengthError { ms })
        }
        _ => Ok(()),
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
