//! Everything at rest that holds what was said, encrypted or as it was: the history, the spools of recordings that are not
//! finished, audio that is kept, and what was set aside because it was damaged.
//!
//! Each file says by itself whether it is encrypted. The history is encrypted first and decrypted last, so an encrypted history
//! is all that has to be looked at to know what the others ought to be: [`in_step`], at each start, ends what was interrupted.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sotto_encryption::{DataKey, switch, whole};
use sotto_history::History;

use super::left_over::spools;
use super::{RecordingError, kept};

/// How much of the bytes is through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// So many of them.
    pub done: u64,
    /// Of so many.
    pub total: u64,
}

/// Encrypts all of it with this key. Nobody may be recording, and no file be open.
pub(crate) fn encrypt(
    folder: &Path,
    history: &History,
    key: &DataKey,
    report: impl FnMut(Share),
) -> Result<(), RecordingError> {
    let _alone = kept::hold();
    let mut work = Work::find(folder, history, report)?;
    history.encrypt(key)?;
    work.history_is_through();
    work.files(key, true)
}

/// The way back, as far as the key goes: what was damaged while it was encrypted stays as it is.
pub(crate) fn decrypt(
    folder: &Path,
    history: &History,
    report: impl FnMut(Share),
) -> Result<(), RecordingError> {
    let Some(key) = history.key() else { return Ok(()) };
    let _alone = kept::hold();
    let mut work = Work::find(folder, history, report)?;
    work.files(&key, false)?;
    history.decrypt()?;
    work.history_is_through();
    Ok(())
}

/// Encrypts whatever is not, beside a history that is: a crash interrupted an encryption, or a decryption.
pub(super) fn in_step(folder: &Path, history: &History) -> Result<(), RecordingError> {
    let _alone = kept::hold();
    match history.key() {
        Some(key) => Work::find(folder, history, |_| {})?.files(&key, true),
        None => Ok(()),
    }
}

/// How many files beside an encrypted history are not encrypted: where a disk was full, say, and until it is not any more.
pub(crate) fn in_the_clear(folder: &Path, history: &History) -> Result<usize, RecordingError> {
    let mut count = 0;
    for path in beside(folder, history)? {
        let is_clear = |kind| matches!(kind, Kind::Spool { is_encrypted: false } | Kind::Other);
        match kind(&path) {
            // It was deleted meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            kind => count += usize::from(is_clear(kind?)),
        }
    }
    Ok(count)
}

/// A spool that was made while the history was encrypted or decrypted.
pub(super) fn follow(
    path: &Path,
    made_with: Option<&DataKey>,
    history: &History,
) -> Result<Option<DataKey>, RecordingError> {
    let key = history.key();
    if let Some(one) = key.as_ref().or(made_with) {
        sotto_audio::convert(path, one, key.is_some())?;
    }
    Ok(key)
}

/// Ends what a crash interrupted in the middle of one file. Before anything is opened, and by one process alone.
pub(crate) fn tidy(data: &Path, spools: &Path) -> Result<(), RecordingError> {
    for folder in [data, spools] {
        if !folder.try_exists()? {
            continue;
        }
        for path in switch::interrupted(folder)? {
            switch::tidy(&path, |one, other| Ok(kind(one)? == kind(other)?))?;
        }
    }
    Ok(())
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Spool {
        is_encrypted: bool,
    },
    EncryptedHistory,
    Sealed,
    /// Nothing was ever written into it.
    Blank,
    /// Of which nobody knows what it is, or that is not encrypted.
    Other,
}

fn kind(path: &Path) -> io::Result<Kind> {
    if let Some(is_encrypted) = sotto_audio::is_encrypted(path).map_err(io::Error::other)? {
        return Ok(Kind::Spool { is_encrypted });
    }
    if sotto_history::is_encrypted(path).map_err(io::Error::other)? {
        return Ok(Kind::EncryptedHistory);
    }
    if whole::is_sealed(path)? {
        return Ok(Kind::Sealed);
    }
    let is_blank = sotto_audio::is_blank(path).map_err(io::Error::other)?;
    Ok(if is_blank { Kind::Blank } else { Kind::Other })
}

struct Work<R> {
    files: Vec<(PathBuf, u64)>,
    history: u64,
    share: Share,
    report: R,
}

impl<R: FnMut(Share)> Work<R> {
    fn find(folder: &Path, history: &History, report: R) -> Result<Self, RecordingError> {
        let files: Vec<(PathBuf, u64)> = beside(folder, history)?
            .into_iter()
            .map(|path| {
                let length = fs::metadata(&path).map_or(0, |about| about.len());
                (path, length)
            })
            .collect();
        let history = history.size()?;
        let total = history + files.iter().map(|(_, length)| length).sum::<u64>();
        let mut work = Self { files, history, share: Share { done: 0, total }, report };
        (work.report)(work.share);
        Ok(work)
    }

    fn history_is_through(&mut self) {
        self.is_through(self.history);
    }

    fn is_through(&mut self, length: u64) {
        self.share.done += length;
        (self.report)(self.share);
    }

    fn files(&mut self, key: &DataKey, is_to_be_encrypted: bool) -> Result<(), RecordingError> {
        for (path, length) in std::mem::take(&mut self.files) {
            match convert(&path, key, is_to_be_encrypted) {
                // It was deleted meanwhile.
                Err(RecordingError::Folder(error)) if error.kind() == ErrorKind::NotFound => {}
                done => done?,
            }
            self.is_through(length);
        }
        Ok(())
    }
}

fn convert(path: &Path, key: &DataKey, is_to_be_encrypted: bool) -> Result<(), RecordingError> {
    match (kind(path)?, is_to_be_encrypted) {
        (Kind::Spool { is_encrypted }, _) if is_encrypted == is_to_be_encrypted => Ok(()),
        (Kind::Spool { .. }, _) => {
            match sotto_audio::convert(path, key, is_to_be_encrypted) {
                // Of an earlier key, and set aside since: nobody can do more for it.
                Err(sotto_audio::SpoolError::WrongKey) if !is_to_be_encrypted => Ok(()),
                done => Ok(done?),
            }
        }
        (Kind::Other, true) => in_place(path, |from, to| whole::seal(key, from, to)),
        (Kind::Sealed, false) => in_place(path, |from, to| whole::unseal(key, from, to)),
        (Kind::Other | Kind::Blank | Kind::EncryptedHistory | Kind::Sealed, _) => Ok(()),
    }
}

fn in_place(
    path: &Path,
    write: impl FnOnce(BufReader<File>, &mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), RecordingError> {
    let from = BufReader::new(File::open(path)?);
    let mut to = BufWriter::new(switch::make_fresh(path)?);
    match write(from, &mut to).and_then(|()| to.flush()).and_then(|()| to.get_ref().sync_all()) {
        Ok(()) => {}
        Err(error) => {
            switch::wipe(&switch::fresh(path))?;
            return Err(error.into());
        }
    }
    drop(to);
    Ok(switch::put_in_place(path)?)
}

/// Everything but the history itself in which something that was said may be.
fn beside(folder: &Path, history: &History) -> Result<Vec<PathBuf>, RecordingError> {
    let paths = spools(folder)?.into_iter().chain(kept::files(folder)?).chain(set_aside(folder)?);
    Ok(paths.chain(history.damaged_files()?).collect())
}

/// What lies among the spools and is none that the program would read.
fn set_aside(folder: &Path) -> Result<Vec<PathBuf>, RecordingError> {
    let mut found = Vec::new();
    if folder.try_exists()? {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.to_string_lossy().contains(".spool.set-aside-") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests;
