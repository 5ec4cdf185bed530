//! The file's store, which is not always open: not before its key is here, and not while it is encrypted or decrypted.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use rusqlite::{Connection, Transaction};
use sotto_encryption::DataKey;

use crate::convert;
use crate::encryption::{self, Kind};
use crate::file::{self, Home};
use crate::handle::unix_ms;
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
    },
    /// It is encrypted, and nobody has given the key yet.
    NeedsKey,
    /// It could not be opened again.
    Closed,
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
    let (connection, set_aside) = file::open(path, key.as_ref(), unix_ms())?;
    let store = Store::over(connection, Home::File(path.to_owned(), key.clone()))?;
    Ok((State::Open { store, key }, set_aside))
}
