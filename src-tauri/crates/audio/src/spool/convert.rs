//! A spool that is encrypted, or is so no longer: a copy in its place, frame by frame.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Read as _, Write as _};
use std::path::Path;

use sotto_encryption::{DataKey, switch};

use super::format::{self, HEADER_BYTES};
use super::read::SpoolReader;
use super::recover::recover;
use crate::{Frame, SpoolError};

/// Whether a file is an encrypted spool; `None` where it is no spool, or is not there any more.
///
/// # Errors
/// When it cannot be read.
pub fn is_encrypted(path: &Path) -> Result<Option<bool>, SpoolError> {
    let mut header = [0; HEADER_BYTES];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Ok(()) => Ok(format::is_encrypted(&header)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedEof) => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Encrypts a spool that nobody writes to, or decrypts it. One that is already as it should be is left alone, and so is one
/// that goes away meanwhile. A torn tail is cut off first, as [`recover`] does.
///
/// # Errors
/// When it cannot be read with this key, or the copy cannot be written; the spool is as it was then.
pub fn convert(path: &Path, key: &DataKey, is_to_be_encrypted: bool) -> Result<(), SpoolError> {
    match is_encrypted(path)? {
        Some(is) if is != is_to_be_encrypted => {}
        _ => return Ok(()),
    }
    match copy(path, key, is_to_be_encrypted) {
        Ok(()) => {}
        Err(error) => {
            switch::wipe(&switch::fresh(path))?;
            return if path.try_exists()? { Err(error) } else { Ok(()) };
        }
    }
    match switch::put_in_place(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => Ok(done?),
    }
}

fn copy(path: &Path, key: &DataKey, is_to_be_encrypted: bool) -> Result<(), SpoolError> {
    let frames = recover(path, Some(key))?.frames;
    let mut reader = SpoolReader::open(path, Some(key))?;
    let (header, records) = reader.header().begin(is_to_be_encrypted.then_some(key))?;
    let mut to = BufWriter::with_capacity(256 * 1024, switch::make_fresh(path)?);
    to.write_all(&header)?;
    for number in 0..frames {
        // Recovered a moment ago, so all of them are there; a disk that loses one in between is told apart from silence.
        let frame = reader.read(number)?.unwrap_or_else(|| Frame::missing(number));
        to.write_all(&records.record(&frame)?)?;
    }
    let file = to.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(())
}
