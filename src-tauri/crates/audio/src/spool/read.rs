//! The end at which frames are taken out.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use sotto_encryption::DataKey;

use super::format::{HEADER_BYTES, Records, SpoolHeader};
use super::memory::SpoolMemory;
use crate::{FRAME_BYTES, Frame, KeptReader, SpoolError, kept};

/// Where a spool is.
#[derive(Debug, Clone)]
pub enum SpoolPlace {
    /// In this file, and what opens it if it is encrypted.
    File(PathBuf, Option<DataKey>),
    /// In memory alone.
    Memory(SpoolMemory),
    /// In this file, into which a spool was made, and what opens it if it is encrypted.
    Kept(PathBuf, Option<DataKey>),
}

impl SpoolPlace {
    /// Opens it, also while it is being written.
    ///
    /// # Errors
    /// When it is not there or is no spool.
    pub fn open(&self) -> Result<FrameReader, SpoolError> {
        Ok(match self {
            Self::File(path, key) => match SpoolReader::open(path, key.as_ref()) {
                // It was made into one since it was asked where it is.
                Err(_) if kept::beside(path).exists() => {
                    let kept = KeptReader::open(&kept::beside(path), key.as_ref())?;
                    FrameReader::Kept(Box::new(kept))
                }
                found => FrameReader::Spool(found?),
            },
            Self::Memory(memory) => {
                FrameReader::Spool(SpoolReader::over(Bytes::Memory(memory.clone()), None)?)
            }
            Self::Kept(path, key) => {
                FrameReader::Kept(Box::new(KeptReader::open(path, key.as_ref())?))
            }
        })
    }
}

/// The frames of a recording, wherever they are.
pub enum FrameReader {
    /// As they were captured.
    Spool(SpoolReader),
    /// As they are kept.
    Kept(Box<KeptReader>),
}

impl FrameReader {
    /// The encoded frame at this place; see [`SpoolReader::read_bytes`].
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read_bytes(&mut self, frame: u64) -> Result<Option<[u8; FRAME_BYTES]>, SpoolError> {
        match self {
            Self::Spool(reader) => reader.read_bytes(frame),
            Self::Kept(reader) => reader.read_bytes(frame),
        }
    }

    /// The frame at this place; see [`SpoolReader::read`].
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&mut self, frame: u64) -> Result<Option<Frame>, SpoolError> {
        match self {
            Self::Spool(reader) => reader.read(frame),
            Self::Kept(reader) => reader.read(frame),
        }
    }
}

/// What is read.
pub(super) enum Bytes {
    File(File),
    Memory(SpoolMemory),
}

impl Bytes {
    /// Fills `into` with what lies at `at`; false where there is not so much.
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<bool, SpoolError> {
        let file = match self {
            Self::Memory(memory) => return Ok(memory.read_at(at, into)),
            Self::File(file) => file,
        };
        file.seek(SeekFrom::Start(at))?;
        match file.read_exact(into) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// The end at which frames are taken out, any number of them at once.
pub struct SpoolReader {
    bytes: Bytes,
    header: SpoolHeader,
    records: Records,
    /// One of them, so that none is allocated for each.
    record: Vec<u8>,
}

impl SpoolReader {
    /// Opens a spool, also while it is being written. `key`: for one that is encrypted.
    ///
    /// # Errors
    /// When it is not there, is no spool, or cannot be read with this key.
    pub fn open(path: &Path, key: Option<&DataKey>) -> Result<Self, SpoolError> {
        Self::over(Bytes::File(File::open(path)?), key)
    }

    pub(super) fn over(mut bytes: Bytes, key: Option<&DataKey>) -> Result<Self, SpoolError> {
        let mut header = [0; HEADER_BYTES];
        if !bytes.read_at(0, &mut header)? {
            return Err(SpoolError::NotASpool);
        }
        let (header, records) = SpoolHeader::decode(&header, key)?;
        let record = vec![0; records.size()];
        Ok(Self { bytes, header, records, record })
    }

    /// How its records lie.
    pub(super) fn records(&self) -> &Records {
        &self.records
    }

    /// What the spool says about itself.
    #[must_use]
    pub fn header(&self) -> SpoolHeader {
        self.header
    }

    /// The encoded frame at this place, as it goes to the window; `None` where there is no whole frame.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read_bytes(&mut self, frame: u64) -> Result<Option<[u8; FRAME_BYTES]>, SpoolError> {
        let is_there = self.bytes.read_at(self.records.offset(frame), &mut self.record)?;
        Ok(if is_there { self.records.sound(&self.record, frame) } else { None })
    }

    /// The frame at this place; `None` where there is no whole frame.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&mut self, frame: u64) -> Result<Option<Frame>, SpoolError> {
        Ok(self.read_bytes(frame)?.map(|bytes| Frame::decode(&bytes)))
    }
}
