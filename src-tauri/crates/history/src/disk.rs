//! The file's store, which is not always open: not before its key is here, and not while it is encrypted or decrypted.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use rusqlite::{Connection, Transaction};
use sotto_encryption::DataKey;

use crate::convert;
use crate::encryption::{self, Kind};
use crate::file::{self, Home, Opened};
use crate::handle::unix_ms;
use crate::seal;
use crate::store::Store;
use crate::{HistoryError, SetAside};

pub(crate) struct Disk {
    path: PathBuf,
    state: RwLock<State>,
}

enum State {
    Open {
        store: Store,
        /// With which the file is encrypted, if it is.
        key: Option<DataKey>,
        /// When all of the file was read, in Unix milliseconds.
        checked_at: u64,
    },
    /// It is encrypted, and nobody has given the key yet.
    NeedsKey,
    /// It was closed, or could not be opened again.
    Closed,
}

impl Drop for Disk {
    fn drop(&mut self) {
        close(self.state.get_mut().unwrap_or_else(PoisonError::into_inner), &self.path);
    }
}

impl Disk {
    pub(crate) fn open(
        path: &Path,
        key: Option<&DataKey>,
    ) -> Result<(Self, Option<SetAside>), HistoryError> {
        let (state, set_aside) = match open(path, key) {
            Ok((state, set_aside)) => (state, set_aside),
            Err(HistoryError::NeedsKey) => (State::NeedsKey, None),
            Err(error) => return Err(error),
        };
        Ok((Self { path: path.to_owned(), state: RwLock::new(state) }, set_aside))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        self.store(|store| store.write(work))
    }

    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, HistoryError>,
    ) -> Result<T, HistoryError> {
        self.store(|store| store.read(work))
    }

    pub(crate) fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, HistoryError> + Send + 'static,
    ) -> Result<T, HistoryError> {
        self.store(|store| store.on_writer(work))
    }

    /// Waits while the file is being encrypted or decrypted.
    pub(crate) fn store<T>(
        &self,
        act: impl FnOnce(&Store) -> Result<T, HistoryError>,
    ) -> Result<T, HistoryError> {
        match &*self.state() {
            State::Open { store, .. } => act(store),
            State::NeedsKey => Err(HistoryError::NeedsKey),
            State::Closed => Err(HistoryError::Closed),
        }
    }

    pub(crate) fn needs_key(&self) -> bool {
        matches!(&*self.state(), State::NeedsKey)
    }

    pub(crate) fn key(&self) -> Option<DataKey> {
        match &*self.state() {
            State::Open { key, .. } => key.clone(),
            State::NeedsKey | State::Closed => None,
        }
    }

    pub(crate) fn unlock(&self, key: &DataKey) -> Result<(), HistoryError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::NeedsKey) {
            (*state, _) = open(&self.path, Some(key))?;
        }
        Ok(())
    }

    /// Waits for what is under way.
    pub(crate) fn close(&self) {
        close(&mut self.state.write().unwrap_or_else(PoisonError::into_inner), &self.path);
    }

    /// Encrypts the file with this key, or decrypts it. Whatever fails, it is open as it was.
    pub(crate) fn convert(&self, to: Option<&DataKey>) -> Result<(), HistoryError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let from = match &*state {
            State::Open { key, .. } => key.clone(),
            State::NeedsKey => return Err(HistoryError::NeedsKey),
            State::Closed => return Err(HistoryError::Closed),
        };
        if from.is_some() == to.is_some() {
            return Err(HistoryError::Invalid("what it is already"));
        }
        // All connections of this process end here.
        *state = State::Closed;
        let converted = convert::convert(&self.path, from.as_ref(), to);
        let key = match encryption::kind(&self.path)? {
            Kind::Plain => None,
            Kind::Encrypted(_) => from.as_ref().or(to),
        };
        (*state, _) = open(&self.path, key)?;
        converted
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(path: &Path, key: Option<&DataKey>) -> Result<(State, Option<SetAside>), HistoryError> {
    // A key is for a file that is encrypted; it encrypts nothing by being there.
    let key = match encryption::kind(path)? {
        Kind::Plain => None,
        Kind::Encrypted(check) => {
            let key = key.ok_or(HistoryError::NeedsKey)?;
            if check != encryption::check(key) {
                return Err(HistoryError::WrongKey);
            }
            Some(key.clone())
        }
    };
    let Opened { connection, set_aside, checked_at } = file::open(path, key.as_ref(), unix_ms())?;
    let store = Store::over(connection, Home::File(path.to_owned(), key.clone()))?;
    Ok((State::Open { store, key, checked_at }, set_aside))
}

/// Closes the file, and seals it unless it has to be read through at the next opening.
fn close(state: &mut State, path: &Path) {
    let State::Open { store, checked_at, .. } = std::mem::replace(state, State::Closed) else {
        return;
    };
    let is_doubtful = store.is_doubtful();
    drop(store);
    if is_doubtful {
        return;
    }
    if let Err(error) = seal::put(path, checked_at) {
        tracing::warn!(%error, "the history could not be sealed; it is read through at the next start");
    }
}
