//! Recordings of which nothing is written: a database in memory, and which recordings are in it.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use uuid::Uuid;

use crate::HistoryError;
use crate::file::{self, Home};
use crate::store::Store;

#[derive(Default)]
pub(crate) struct Private {
    /// Made when the first is recorded.
    store: OnceLock<Store>,
    recordings: Mutex<BTreeSet<Uuid>>,
}

impl Private {
    pub(crate) fn store(&self) -> Option<&Store> {
        self.store.get()
    }

    /// The store, if this recording is one of those in it.
    pub(crate) fn of(&self, recording: Uuid) -> Option<&Store> {
        self.store().filter(|_| self.recordings().contains(&recording))
    }

    /// From here on, whatever is asked of this recording is asked of the memory.
    pub(crate) fn admit(&self, recording: Uuid) -> Result<&Store, HistoryError> {
        let mut recordings = self.recordings();
        let store = match self.store.get() {
            Some(store) => store,
            None => {
                // Another history in this process has a memory of its own.
                let home = Home::Memory(Uuid::new_v4());
                let store = Store::over(file::open_memory(&home)?, home)?;
                // Nobody else can have made one: the lock is held.
                self.store.get_or_init(|| store)
            }
        };
        recordings.insert(recording);
        Ok(store)
    }

    pub(crate) fn dismiss(&self, recording: Uuid) {
        self.recordings().remove(&recording);
    }

    fn recordings(&self) -> MutexGuard<'_, BTreeSet<Uuid>> {
        self.recordings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
