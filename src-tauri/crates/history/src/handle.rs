//! The handle: what may be asked of the history, and which store answers.

mod finishing;
mod reading;
mod removal;
mod writing;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Transaction};
use sotto_encryption::DataKey;
use uuid::Uuid;

use crate::disk::Disk;
use crate::private::Private;
use crate::store::Store;
use crate::{HistoryError, SetAside, file};

/// The history. Cheap to clone; the file is closed with the last clone. All calls block; see the crate's own words.
///
/// Private recordings are in a store of their own, in memory: whoever names one is answered from there, and nothing of it
/// comes near the file.
#[derive(Clone)]
pub struct History {
    disk: Arc<Disk>,
    private: Arc<Private>,
    set_aside: Option<Arc<SetAside>>,
}

impl History {
    /// Opens the file, made if there is none. A damaged one is set aside and a fresh one begun; see
    /// [`History::set_aside`]. One that is encrypted waits for its key; see [`History::unlock`].
    ///
    /// # Errors
    /// When the file cannot be used, or a newer program made it.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let (disk, set_aside) = Disk::open(path, None)?;
        let disk = Arc::new(disk);
        Ok(Self { disk, private: Arc::default(), set_aside: set_aside.map(Arc::new) })
    }

    /// Whether the file is encrypted and its key is not here.
    #[must_use]
    pub fn needs_key(&self) -> bool {
        self.disk.needs_key()
    }

    /// The key with which the file is encrypted, if it is and if it is here.
    #[must_use]
    pub fn key(&self) -> Option<DataKey> {
        self.disk.key()
    }

    /// Opens an encrypted file with its key; one that is open is left alone.
    ///
    /// # Errors
    /// [`HistoryError::WrongKey`] when it is another's; when the file cannot be used.
    pub fn unlock(&self, key: &DataKey) -> Result<(), HistoryError> {
        self.disk.unlock(key)
    }

    /// Closes the file in good order, so that the next start need not read all of it. Waits for what is under way; whatever comes
    /// after is [`HistoryError::Closed`]. The last clone that goes does the same.
    pub fn close(&self) {
        self.disk.close();
    }

    /// Encrypts the file: a copy takes its place, and it is overwritten. All other calls wait. A crash leaves one of the two,
    /// whole, and maybe a beginning of the other, which [`crate::tidy`] removes.
    ///
    /// # Errors
    /// When it is encrypted already, another process has it open, or the copy cannot be made; it is as it was then.
    pub fn encrypt(&self, key: &DataKey) -> Result<(), HistoryError> {
        self.disk.convert(Some(key))
    }

    /// Files that were set aside because they were damaged, in this run or an earlier one, with what lay beside them.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn damaged_files(&self) -> Result<Vec<PathBuf>, HistoryError> {
        Ok(file::damaged(self.disk.path())?)
    }

    /// How large the file is.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub fn size(&self) -> Result<u64, HistoryError> {
        Ok(std::fs::metadata(self.disk.path())?.len())
    }

    /// The way back.
    ///
    /// # Errors
    /// As [`History::encrypt`].
    pub fn decrypt(&self) -> Result<(), HistoryError> {
        self.disk.convert(None)
    }

    /// The damaged file that opening moved out of the way, if it did.
    #[must_use]
    pub fn set_aside(&self) -> Option<&SetAside> {
        self.set_aside.as_deref()
    }

    /// Whether a recording is in memory alone.
    #[must_use]
    pub fn is_private(&self, recording: Uuid) -> bool {
        self.private.of(recording).is_some()
    }

    /// Who has this recording; one that nobody has is not in the file.
    fn of(&self, recording: Uuid) -> Place<'_> {
        self.private.of(recording).map_or(Place::Disk(&self.disk), Place::Memory)
    }

    /// What is in the file, and what is in memory.
    fn stores(&self) -> impl Iterator<Item = (Place<'_>, bool)> {
        let private = self.private.store().map(|store| (Place::Memory(store), true));
        std::iter::once((Place::Disk(&self.disk), false)).chain(private)
    }

    fn everywhere<T>(
        &self,
        work: impl Fn(&Connection) -> Result<Vec<T>, HistoryError>,
    ) -> Result<Vec<T>, HistoryError> {
        let mut all = Vec::new();
        for (store, _) in self.stores() {
            all.extend(store.read(&work)?);
        }
        Ok(all)
    }
}

/// Who has a recording.
enum Place<'a> {
    Disk(&'a Disk),
    Memory(&'a Store),
}

impl Place<'_> {
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        match self {
            Self::Disk(disk) => disk.write(work),
            Self::Memory(store) => store.write(work),
        }
    }

    fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, HistoryError>,
    ) -> Result<T, HistoryError> {
        match self {
            Self::Disk(disk) => disk.read(work),
            Self::Memory(store) => store.read(work),
        }
    }
}

pub(crate) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
