//! How a spool lies in its file.

use uuid::Uuid;

use crate::{FRAME_BYTES, FRAME_SAMPLES, Frame, SAMPLE_RATE, SpoolError};

const MAGIC: [u8; 8] = *b"SOTTOSP2";
pub(super) const HEADER_BYTES: usize = 64;
pub(super) const RECORD_BYTES: usize = FRAME_BYTES + 4;

/// What a spool says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolHeader {
    /// Which recording.
    pub recording: Uuid,
    /// Wall time of sample 0, Unix milliseconds.
    pub started_at_unix_ms: u64,
}

impl SpoolHeader {
    pub(super) fn encode(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&SAMPLE_RATE.to_le_bytes());
        #[allow(clippy::cast_possible_truncation, reason = "800")]
        bytes[12..16].copy_from_slice(&(FRAME_SAMPLES as u32).to_le_bytes());
        bytes[16..32].copy_from_slice(self.recording.as_bytes());
        bytes[32..40].copy_from_slice(&self.started_at_unix_ms.to_le_bytes());
        let crc = crc32fast::hash(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Self, SpoolError> {
        let (said, crc) = bytes.split_at(60);
        let fits = said[..8] == MAGIC
            && said[8..12] == SAMPLE_RATE.to_le_bytes()
            && said[12..16] == 800u32.to_le_bytes()
            && crc == crc32fast::hash(said).to_le_bytes();
        match (fits, said[16..32].try_into(), said[32..40].try_into()) {
            (true, Ok(recording), Ok(started_at)) => Ok(Self {
                recording: Uuid::from_bytes(recording),
                started_at_unix_ms: u64::from_le_bytes(started_at),
            }),
            _ => Err(SpoolError::NotASpool),
        }
    }

    pub(super) fn seal(self) -> Seal {
        Seal(crc32fast::hash(self.recording.as_bytes()))
    }
}

/// Makes records that are sound in one recording only. After a power loss a file may hold blocks of one that was deleted,
/// and those of another spool would be frames of the right number in the right place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seal(u32);

impl Seal {
    pub(super) fn record(self, frame: &Frame) -> [u8; RECORD_BYTES] {
        let mut record = [0; RECORD_BYTES];
        record[..FRAME_BYTES].copy_from_slice(&frame.encode());
        let crc = self.crc(&record[..FRAME_BYTES]);
        record[FRAME_BYTES..].copy_from_slice(&crc);
        record
    }

    /// The frame in this record, if it is whole, of this recording, and the one of this number.
    pub(super) fn sound(
        self,
        record: &[u8; RECORD_BYTES],
        number: u64,
    ) -> Option<[u8; FRAME_BYTES]> {
        let (bytes, crc) = record.split_at(FRAME_BYTES);
        let is_next = bytes[..8] == (number * FRAME_SAMPLES as u64).to_le_bytes();
        if is_next && crc == self.crc(bytes) { bytes.try_into().ok() } else { None }
    }

    fn crc(self, bytes: &[u8]) -> [u8; 4] {
        let mut hasher = crc32fast::Hasher::new_with_initial(self.0);
        hasher.update(bytes);
        hasher.finalize().to_le_bytes()
    }
}

/// Where the record of this number begins.
pub(super) fn offset(number: u64) -> u64 {
    HEADER_BYTES as u64 + number * RECORD_BYTES as u64
}
