//! The end at which frames are taken out.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::format::{HEADER_BYTES, RECORD_BYTES, Seal, SpoolHeader, offset};
use crate::{FRAME_BYTES, Frame, SpoolError};

/// The end at which frames are taken out, any number of them at once.
pub struct SpoolReader {
    pub(super) file: File,
    header: SpoolHeader,
    seal: Seal,
}

impl SpoolReader {
    /// Opens a spool, also while it is being written.
    ///
    /// # Errors
    /// When it is not there or is no spool.
    pub fn open(path: &Path) -> Result<Self, SpoolError> {
        Self::over(File::open(path)?)
    }

    pub(super) fn over(mut file: File) -> Result<Self, SpoolError> {
        let mut bytes = [0; HEADER_BYTES];
        match file.read_exact(&mut bytes) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Err(SpoolError::NotASpool);
            }
            Err(error) => return Err(error.into()),
        }
        let header = SpoolHeader::decode(&bytes)?;
        Ok(Self { file, header, seal: header.seal() })
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
        self.file.seek(SeekFrom::Start(offset(frame)))?;
        let mut record = [0; RECORD_BYTES];
        match self.file.read_exact(&mut record) {
            Ok(()) => Ok(self.seal.sound(&record, frame)),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The frame at this place; `None` where there is no whole frame.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&mut self, frame: u64) -> Result<Option<Frame>, SpoolError> {
        Ok(self.read_bytes(frame)?.map(|bytes| Frame::decode(&bytes)))
    }
}
