//! How a spool lies in its file.

use std::io;

use sotto_encryption::{DataKey, Purpose, RecordCipher, SEAL_BYTES};
use uuid::Uuid;

use crate::{FRAME_BYTES, FRAME_SAMPLES, Frame, SAMPLE_RATE, SpoolError};

const MAGIC: [u8; 8] = *b"SOTTOSP2";
const ENCRYPTED: [u8; 8] = *b"SOTTOSP3";
pub(super) const HEADER_BYTES: usize = 64;
/// Of what is not encrypted.
pub(super) const RECORD_BYTES: usize = FRAME_BYTES + 4;
/// What no other spool has in its header, not even another one of the same recording.
const SALT: std::ops::Range<usize> = 40..52;
/// Tells the right key from a wrong one.
const CHECK: std::ops::Range<usize> = 52..60;
const CHECK_BYTES: usize = 8;

/// What a spool says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolHeader {
    /// Which recording.
    pub recording: Uuid,
    /// Wall time of sample 0, Unix milliseconds.
    pub started_at_unix_ms: u64,
}

impl SpoolHeader {
    /// The header of a new spool, and how its records are written: encrypted, if there is a key.
    pub(super) fn begin(
        self,
        key: Option<&DataKey>,
    ) -> Result<([u8; HEADER_BYTES], Records), SpoolError> {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(if key.is_some() { &ENCRYPTED } else { &MAGIC });
        bytes[8..12].copy_from_slice(&SAMPLE_RATE.to_le_bytes());
        #[allow(clippy::cast_possible_truncation, reason = "800")]
        bytes[12..16].copy_from_slice(&(FRAME_SAMPLES as u32).to_le_bytes());
        bytes[16..32].copy_from_slice(self.recording.as_bytes());
        bytes[32..40].copy_from_slice(&self.started_at_unix_ms.to_le_bytes());
        let records = match key {
            None => Records::Plain(self.seal()),
            Some(key) => {
                getrandom::fill(&mut bytes[SALT])
                    .map_err(|error| SpoolError::File(error.to_string()))?;
                let check = key.derive::<CHECK_BYTES>(Purpose::SpoolCheck, &bytes[..CHECK.start]);
                bytes[CHECK].copy_from_slice(check.as_ref());
                Records::encrypted(key, &bytes)?
            }
        };
        let crc = crc32fast::hash(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_le_bytes());
        Ok((bytes, records))
    }

    /// What a header says, and how the records behind it are read. A key is not used where nothing is encrypted.
    pub(super) fn decode(
        bytes: &[u8; HEADER_BYTES],
        key: Option<&DataKey>,
    ) -> Result<(Self, Records), SpoolError> {
        let header = Self::read(bytes)?;
        if bytes[..8] == MAGIC {
            return Ok((header, Records::Plain(header.seal())));
        }
        let key = key.ok_or(SpoolError::KeyMissing)?;
        let check = key.derive::<CHECK_BYTES>(Purpose::SpoolCheck, &bytes[..CHECK.start]);
        if bytes[CHECK] != check[..] {
            return Err(SpoolError::WrongKey);
        }
        Ok((header, Records::encrypted(key, bytes)?))
    }

    /// What a header says that everyone can read.
    fn read(bytes: &[u8; HEADER_BYTES]) -> Result<Self, SpoolError> {
        let (said, crc) = bytes.split_at(60);
        let fits = is_magic(&said[..8])
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

    fn seal(self) -> Seal {
        Seal(crc32fast::hash(self.recording.as_bytes()))
    }
}

fn is_magic(bytes: &[u8]) -> bool {
    bytes == MAGIC || bytes == ENCRYPTED
}

/// Whether a spool with this header is encrypted; `None` where it is none.
pub(super) fn is_encrypted(bytes: &[u8; HEADER_BYTES]) -> Option<bool> {
    SpoolHeader::read(bytes).is_ok().then(|| bytes[..8] == ENCRYPTED)
}

/// How the records of a spool lie in it: all of one size, so that each has its place.
pub(super) enum Records {
    Plain(Seal),
    Encrypted(RecordCipher),
}

impl Records {
    /// The whole header but its checksum goes into the key: another recording's records, or those of an earlier spool of this
    /// one, are not taken for its own.
    fn encrypted(key: &DataKey, header: &[u8; HEADER_BYTES]) -> io::Result<Self> {
        Ok(Self::Encrypted(RecordCipher::new(key, Purpose::Spool, &header[..60])?))
    }

    /// The length of each.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Plain(_) => RECORD_BYTES,
            Self::Encrypted(_) => FRAME_BYTES + SEAL_BYTES,
        }
    }

    /// Where the record of this number begins.
    pub(super) fn offset(&self, number: u64) -> u64 {
        HEADER_BYTES as u64 + number * self.size() as u64
    }

    /// The record of a frame.
    pub(super) fn record(&self, frame: &Frame) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain(seal) => Ok(seal.record(frame)),
            Self::Encrypted(cipher) => {
                cipher.seal(frame.first_sample / FRAME_SAMPLES as u64, &frame.encode())
            }
        }
    }

    /// The frame in this record, if it is whole, of this spool, and the one of this number.
    pub(super) fn sound(&self, record: &[u8], number: u64) -> Option<[u8; FRAME_BYTES]> {
        let frame: [u8; FRAME_BYTES] = match self {
            Self::Plain(seal) => seal.sound(record)?,
            Self::Encrypted(cipher) => cipher.open(number, record).ok()?.try_into().ok()?,
        };
        (frame[..8] == (number * FRAME_SAMPLES as u64).to_le_bytes()).then_some(frame)
    }
}

/// Makes records that are sound in one recording only. After a power loss a file may hold blocks of one that was deleted,
/// and those of another spool would be frames of the right number in the right place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seal(u32);

impl Seal {
    fn record(self, frame: &Frame) -> Vec<u8> {
        let mut record = frame.encode().to_vec();
        record.extend_from_slice(&self.crc(&record));
        record
    }

    fn sound(self, record: &[u8]) -> Option<[u8; FRAME_BYTES]> {
        let (frame, crc) = record.split_first_chunk::<FRAME_BYTES>()?;
        (crc == self.crc(frame)).then_some(*frame)
    }

    fn crc(self, bytes: &[u8]) -> [u8; 4] {
        let mut hasher = crc32fast::Hasher::new_with_initial(self.0);
        hasher.update(bytes);
        hasher.finalize().to_le_bytes()
    }
}

/// Where the record of this number begins in a spool that is not encrypted.
pub(super) fn plain_offset(number: u64) -> u64 {
    HEADER_BYTES as u64 + number * RECORD_BYTES as u64
}
