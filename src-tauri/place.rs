//! Where things lie on disk, and the one process that may use them.

use std::env;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The folders of one user's Sotto.
#[derive(Debug, Clone)]
pub struct Place {
    data: PathBuf,
}

impl Place {
    /// `SOTTO_DATA_DIR`, or `sotto` in the platform's data folder; made, and closed to others.
    ///
    /// # Errors
    /// When the folder cannot be made, or the platform has none.
    pub fn of_user() -> io::Result<Self> {
        let data = match env::var_os("SOTTO_DATA_DIR") {
            Some(chosen) => PathBuf::from(chosen),
            None => dirs::data_dir()
                .ok_or_else(|| {
                    io::Error::new(io::ErrorKind::NotFound, "this system names no folder for data")
                })?
                .join("sotto"),
        };
        fs::create_dir_all(&data)?;
        close_to_others(&data)?;
        Ok(Self { data: data.canonicalize()? })
    }

    /// A folder of a test's own.
    #[cfg(test)]
    pub(crate) fn at(data: &Path) -> Self {
        Self { data: data.to_owned() }
    }

    /// All of it.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The database of transcripts.
    #[must_use]
    pub fn history(&self) -> PathBuf {
        self.data.join("history.db")
    }

    /// The folder of the spools.
    #[must_use]
    pub fn spools(&self) -> PathBuf {
        self.data.join("spool")
    }

    /// The folder of the logs.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }

    /// Whether this process is the only one with a window over this folder; hold the file as long as it should be.
    ///
    /// # Errors
    /// When the lock's file cannot be made.
    pub fn claim(&self) -> io::Result<Option<File>> {
        let file = File::create(self.data.join("instance.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(unix)]
fn close_to_others(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_folder: &Path) -> io::Result<()> {
    Ok(())
}
