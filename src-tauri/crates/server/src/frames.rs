//! What may come as audio: 50 to 1000 ms of whole samples, with the service's patience for short ones.

use sotto_protocol::{CloseCode, Encoding, check_frame, texts};

use crate::wire::Ending;

/// Short messages are punished once they go on for about this long (wire: 49 messages of 20 ms).
const SHORT_MS_MAX: f64 = 1000.0;

/// Counts audio and refuses what is not.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    samples: u64,
    short_ms: f64,
}

impl Frames {
    /// Milliseconds received.
    pub(crate) fn received_ms(&self) -> u64 {
        self.samples / 16
    }

    /// Reads a message of 16 kHz 16-bit audio.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Result<Vec<i16>, Ending> {
        if let Err(error) = check_frame(bytes.len(), Encoding::PcmS16le, 16_000) {
            // Empty messages last no time, and must not go on for ever either.
            self.short_ms += error.ms.max(1.0);
            if !error.is_short() || self.short_ms >= SHORT_MS_MAX {
                return Err(Ending::error(CloseCode::BAD_AUDIO, error.to_string()));
            }
        } else {
            self.short_ms = 0.0;
        }
        let (samples, rest) = bytes.as_chunks::<2>();
        if !rest.is_empty() {
            let text = format!("{}audio must be whole 16-bit samples", texts::BAD_INPUT);
            return Err(Ending::error(CloseCode::BAD_INPUT, text));
        }
        self.samples += samples.len() as u64;
        Ok(samples.iter().map(|sample| i16::from_le_bytes(*sample)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_tail_passes_but_a_second_of_short_messages_does_not() {
        let mut frames = Frames::default();
        let passed = (0..100).take_while(|_| frames.read(&[0; 640]).is_ok()).count();
        assert_eq!(passed, 49);
        let mut frames = Frames::default();
        for _ in 0..100 {
            assert!(frames.read(&[0; 640]).is_ok());
            assert!(frames.read(&[0; 3200]).is_ok());
        }
    }

    #[test]
    fn long_odd_and_endless_empty_messages_are_refused() {
        let mut frames = Frames::default();
        assert!(frames.read(&vec![0; 32_000]).is_ok());
        assert_eq!(frames.received_ms(), 1000);
        assert!(frames.read(&vec![0; 32_002]).is_err());
        assert!(frames.read(&[0; 1601]).is_err());
        let mut frames = Frames::default();
        assert!((0..2000).any(|_| frames.read(&[]).is_err()));
    }

    #[test]
    fn samples_are_little_endian() {
        let mut bytes = vec![0; 1600];
        bytes[..4].copy_from_slice(&[0x01, 0x80, 0xff, 0x7f]);
        assert_eq!(&Frames::default().read(&bytes).unwrap()[..2], &[-32767, 32767]);
    }
}
