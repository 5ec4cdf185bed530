//! What is made of a spool that nobody finished.

use std::fs::{self, OpenOptions};
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use sotto_encryption::DataKey;

use super::disk::Disk as _;
use super::format::SpoolHeader;
use super::read::{Bytes, SpoolReader};
use super::write::sync_folder;
use crate::{FRAME_SAMPLES, Frame, SpoolError};

/// What a crash left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovered {
    /// Whose audio it is.
    pub header: SpoolHeader,
    /// Whole frames.
    pub frames: u64,
    /// Frames in the middle that could not be read: marked silence stands in their place.
    pub frames_missing: u64,
    /// Bytes of a torn tail that were cut off.
    pub bytes_dropped: u64,
}

/// Reads a spool to its last whole frame, cuts off what is behind it, and puts marked silence in the place of what is
/// damaged before it: after a power loss a later block may be on the disk and an earlier one not. `key`: for a spool that is
/// encrypted; a wrong one is told before anything is changed.
///
/// # Errors
/// When it is no spool or cannot be read or mended.
pub fn recover(path: &Path, key: Option<&DataKey>) -> Result<Recovered, SpoolError> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut reader = SpoolReader::over(Bytes::File(file.try_clone()?), key)?;
    let length = file.metadata()?.len();
    let (mut frames, mut damaged) = (0, Vec::new());
    for number in
        0..length.saturating_sub(reader.records().offset(0)) / reader.records().size() as u64
    {
        match reader.read_bytes(number)? {
            Some(_) => frames = number + 1,
            None => damaged.push(number),
        }
    }
    damaged.retain(|number| *number < frames);
    let (header, records) = (reader.header(), reader.records());
    for number in &damaged {
        let record = records.record(&Frame::missing(*number))?;
        file.write_at(records.offset(*number), &record)?;
    }
    let bytes_dropped = length.saturating_sub(records.offset(frames));
    if bytes_dropped > 0 {
        file.cut(records.offset(frames))?;
    }
    if bytes_dropped > 0 || !damaged.is_empty() {
        file.sync()?;
    }
    Ok(Recovered { header, frames, frames_missing: damaged.len() as u64, bytes_dropped })
}

/// The ranges of samples that a spool marks as gaps, in order and as long as they can be. For a recording whose end nobody
/// wrote down: what the device did not deliver is told by the frames themselves.
///
/// # Errors
/// When it is no spool or cannot be read.
pub fn gaps(path: &Path, key: Option<&DataKey>) -> Result<Vec<Range<u64>>, SpoolError> {
    let mut reader = SpoolReader::open(path, key)?;
    let mut gaps: Vec<Range<u64>> = Vec::new();
    let mut number = 0;
    while let Some(frame) = reader.read(number)? {
        let range = frame.first_sample..frame.first_sample + FRAME_SAMPLES as u64;
        number += 1;
        match gaps.last_mut() {
            _ if !frame.flags.is_gap => {}
            Some(last) if last.end == range.start => last.end = range.end,
            _ => gaps.push(range),
        }
    }
    Ok(gaps)
}

/// Whether there is nothing in a file: no byte, or none that was ever written. So a power loss leaves a spool that had just
/// been made.
///
/// # Errors
/// When it cannot be read.
pub fn is_blank(path: &Path) -> Result<bool, SpoolError> {
    let mut file = fs::File::open(path)?;
    let mut bytes = [0; 4096];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(true),
            read if bytes[..read].iter().any(|byte| *byte != 0) => return Ok(false),
            _ => {}
        }
    }
}

/// Moves a spool that cannot be used out of the way of those that can; gives its new place. It is never deleted: someone
/// may still be able to hear it.
///
/// # Errors
/// When it cannot be moved.
pub fn set_aside(path: &Path) -> Result<PathBuf, SpoolError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let place = |number: u32| path.with_file_name(format!("{name}.set-aside-{number}"));
    let mut number = 1;
    while place(number).try_exists()? {
        number += 1;
    }
    fs::rename(path, place(number))?;
    if let Some(folder) = path.parent() {
        sync_folder(folder)?;
    }
    Ok(place(number))
}
