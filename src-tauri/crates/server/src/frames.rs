//! What may come as audio: 50 to 1000 ms of whole samples, with the service's patience for short ones.

use sotto_protocol::{CloseCode, Encoding, check_frame, texts};

use crate::wire::Ending;

/// Short messages are punished once they go on for about this long (wire: 49 messages of 20 ms).
const SHORT_MS_MAX: f64 = 1000.0;

/// Counts audio and refuses what is not.
#[derive(Debug)]
pub(crate) struct Frames {
    encoding: Encoding,
    sample_rate: u32,
    samples: u64,
    short_ms: f64,
}

impl Frames {
    pub(crate) fn new(encoding: Encoding, sample_rate: u32) -> Self {
        Self { encoding, sample_rate, samples: 0, short_ms: 0.0 }
    }

    /// Samples received.
    pub(crate) fn samples(&self) -> u64 {
        self.samples
    }

    /// Milliseconds received.
    pub(crate) fn received_ms(&self) -> u64 {
        self.ms(self.samples)
    }

    /// So many samples of the client's, in milliseconds.
    pub(crate) fn ms(&self, samples: u64) -> u64 {
        samples * 1000 / u64::from(self.sample_rate)
    }

    /// Takes note of a message of audio, or says why the session ends.
    pub(crate) fn check(&mut self, bytes: &[u8]) -> Result<(), Ending> {
        if let Err(error) = check_frame(bytes.len(), self.encoding, self.sample_rate) {
            // Empty messages last no time, and must not go on for ever either.
            self.short_ms += error.ms.max(1.0);
            if !error.is_short() || self.short_ms >= SHORT_MS_MAX {
                return Err(Ending::error(CloseCode::BAD_AUDIO, error.to_string()));
            }
        } else {
            self.short_ms = 0.0;
        }
        let width = self.encoding.bytes_per_sample().unwrap_or(1);
        if !bytes.len().is_multiple_of(width) {
            let text = format!("{}audio must be whole 16-bit samples", texts::BAD_INPUT);
            return Err(Ending::error(CloseCode::BAD_INPUT, text));
        }
        self.samples += (bytes.len() / width) as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames() -> Frames {
        Frames::new(Encoding::PcmS16le, 16_000)
    }

    #[test]
    fn a_short_tail_passes_but_a_second_of_short_messages_does_not() {
        for (encoding, rate) in [
            (Encoding::PcmS16le, 8_000),
            (Encoding::PcmS16le, 16_000),
            (Encoding::PcmS16le, 96_000),
            (Encoding::PcmMulaw, 8_000),
        ] {
            let width = encoding.bytes_per_sample().unwrap();
            let of_ms = |ms: u32| vec![0; (rate * ms / 1000) as usize * width];
            let mut frames = Frames::new(encoding, rate);
            let passed = (0..100).take_while(|_| frames.check(&of_ms(20)).is_ok()).count();
            assert_eq!(passed, 49, "{encoding} {rate}");
            let mut frames = Frames::new(encoding, rate);
            for _ in 0..100 {
                assert!(frames.check(&of_ms(20)).is_ok());
                assert!(frames.check(&of_ms(100)).is_ok());
            }
            assert_eq!(frames.received_ms(), 12_000);
        }
    }

    /// 50 ms at 11,025 Hz are 551.25 samples: clients send 551.
    #[test]
    fn fifty_milliseconds_may_be_rounded_down_to_a_sample() {
        for rate in [11_025, 22_050] {
            let mut frames = Frames::new(Encoding::PcmS16le, rate);
            let bytes = vec![0; rate as usize / 20 * 2];
            assert!((0..100).all(|_| frames.check(&bytes).is_ok()), "{rate}");
        }
    }

    #[test]
    fn long_odd_and_endless_empty_messages_are_refused() {
        let mut frames = frames();
        assert!(frames.check(&vec![0; 32_000]).is_ok());
        assert_eq!(frames.received_ms(), 1000);
        assert!(frames.check(&vec![0; 32_002]).is_err());
        assert!(frames.check(&[0; 1601]).is_err());
        let mut frames = self::frames();
        assert!((0..2000).any(|_| frames.check(&[]).is_err()));
    }
}
