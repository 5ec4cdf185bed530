//! That a file is as it was left. To read all of it before it is used takes 0.7 s for 200,000 turns, and tells
//! nothing new of one that was closed in good order.
//!
//! The seal lies beside the file and is broken when that is opened, so a process that is killed leaves none, and neither does one
//! that met with damage: then all is read at the next opening.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::file::with_suffix;

/// A disk may go bad beneath a file that nobody writes to: so long does it count, in ms, that all of it was read.
const COUNTS_FOR: u64 = 7 * 24 * 60 * 60 * 1000;
/// What SQLite has beside a file that is in use, or that somebody did not close.
const LOG: &str = "-wal";
const SEAL: &str = "-seal";
/// No seal is longer.
const LONGEST: u64 = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seal {
    /// Bytes of the file.
    size: u64,
    /// When it was written to last, in Unix nanoseconds.
    modified: u64,
    /// When all of it was read, in Unix milliseconds.
    checked_at: u64,
}

impl Seal {
    fn of(path: &Path, checked_at: u64) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        let modified =
            metadata.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?.as_nanos();
        let modified = u64::try_from(modified).map_err(io::Error::other)?;
        Ok(Self { size: metadata.len(), modified, checked_at })
    }

    /// Whether the clock says that it still counts.
    fn counts(&self, now: u64) -> bool {
        now.checked_sub(self.checked_at).is_some_and(|since| since < COUNTS_FOR)
    }
}

/// Breaks the seal of a file that is opened; when all of it was read, in Unix milliseconds, if that still counts. `now` is in
/// Unix milliseconds too.
pub(crate) fn break_open(path: &Path, now: u64) -> io::Result<Option<u64>> {
    let place = with_suffix(path, SEAL);
    let found = read(&place)?;
    match fs::remove_file(&place) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let Some(seal) = found else { return Ok(None) };
    let is_as_left = Seal::of(path, seal.checked_at)? == seal && !with_suffix(path, LOG).exists();
    Ok((is_as_left && seal.counts(now)).then_some(seal.checked_at))
}

/// Seals a file that is closed; one that another process has open is left alone.
pub(crate) fn put(path: &Path, checked_at: u64) -> io::Result<()> {
    if with_suffix(path, LOG).exists() {
        return Ok(());
    }
    let text = serde_json::to_vec(&Seal::of(path, checked_at)?)?;
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Half a seal is none, so there is nothing to sync.
    options.open(with_suffix(path, SEAL))?.write_all(&text)
}

/// None where there is none, or what is none.
fn read(path: &Path) -> io::Result<Option<Seal>> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.len() <= LONGEST => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    Ok(serde_json::from_slice(&fs::read(path)?).ok())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const NOW: u64 = 1_700_000_000_000;

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        fs::write(&path, "all of it").unwrap();
        (folder, path)
    }

    #[test]
    fn counts_once_and_for_a_week() {
        let (_folder, path) = file();
        for (later, counts) in [(0, true), (COUNTS_FOR - 1, true), (COUNTS_FOR, false)] {
            put(&path, NOW).unwrap();
            assert_eq!(break_open(&path, NOW + later).unwrap(), counts.then_some(NOW), "{later}");
            assert_eq!(break_open(&path, NOW).unwrap(), None, "it is broken");
        }
        put(&path, NOW).unwrap();
        assert_eq!(break_open(&path, NOW - 1).unwrap(), None, "a clock that was set back");
    }

    #[test]
    fn does_not_count_for_another_file() {
        let (_folder, path) = file();
        put(&path, NOW).unwrap();
        fs::write(&path, "all of it, and more").unwrap();
        assert_eq!(break_open(&path, NOW).unwrap(), None, "longer");

        put(&path, NOW).unwrap();
        let later =
            fs::metadata(&path).unwrap().modified().unwrap() + std::time::Duration::from_secs(1);
        File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert_eq!(break_open(&path, NOW).unwrap(), None, "written to since");

        put(&path, NOW).unwrap();
        fs::write(with_suffix(&path, LOG), "").unwrap();
        assert_eq!(break_open(&path, NOW).unwrap(), None, "not closed by who had it since");
    }

    #[test]
    fn is_not_put_on_a_file_that_is_in_use() {
        let (_folder, path) = file();
        fs::write(with_suffix(&path, LOG), "").unwrap();
        put(&path, NOW).unwrap();
        assert!(!with_suffix(&path, SEAL).exists());
    }

    #[test]
    fn that_cannot_be_read_is_none() {
        let (_folder, path) = file();
        for text in ["", "{", r#"{"size":9}"#, &"9".repeat(2000)] {
            fs::write(with_suffix(&path, SEAL), text).unwrap();
            assert_eq!(break_open(&path, NOW).unwrap(), None, "{text:.20}");
            assert!(!with_suffix(&path, SEAL).exists());
        }
    }
}
