//! The handle that everyone else has: asks the keeper's thread, waits for so long and no longer, and knows the keys
//! that live for this run only.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::keeper::{Found, Keeper};
use crate::keyring::{Keyring, Platform};
use crate::{Secret, VaultError};

/// How long an ask is waited for. A prompt stays up for as long as its user likes; nobody waits for that.
const PATIENCE: Duration = Duration::from_secs(5);

/// Unless another is named.
const LABEL: &str = "Sotto: AssemblyAI API key";

/// Where the key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStatus {
    /// Nowhere.
    Missing,
    /// In the keyring.
    Saved {
        /// As users know it.
        store: String,
    },
    /// In memory, because there is no keyring.
    ThisRunOnly {
        /// Why.
        reason: String,
    },
    /// In `ASSEMBLYAI_API_KEY`, for this run.
    Environment,
    /// In a keyring that is locked, or whose prompt waits for the user.
    WaitingForUnlock,
    /// Nobody knows, for the keyring cannot be asked.
    Unavailable {
        /// Why.
        reason: String,
    },
}

/// Where [`Vault::save`] put the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// In the keyring.
    InKeyring {
        /// As users know it.
        store: String,
    },
    /// In memory, because there is no keyring.
    ThisRunOnly {
        /// Why.
        reason: String,
    },
}

/// The API key's keeper. Cheap to clone. Asks never block a thread of the caller's.
#[derive(Clone)]
pub struct Vault {
    asks: mpsc::Sender<Ask>,
    shared: Arc<Mutex<Shared>>,
    patience: Duration,
}

type Ask = Box<dyn FnOnce(&mut Keeper) + Send>;

#[derive(Default)]
struct Shared {
    /// From `ASSEMBLYAI_API_KEY`, until the user saves or forgets.
    environment: Option<Secret>,
    /// A key that no keyring took, and why.
    this_run: Option<(Secret, String)>,
    /// How many asks the keeper was given and is not done with, though nobody waits any more.
    overdue: usize,
    /// The keeper is about to raise a prompt, or has.
    is_prompting: bool,
}

impl Vault {
    /// Starts the thread that talks to the platform's keyring; nothing is asked yet. `service` is the name under which
    /// the key lies there. `environment` is used for this run before anything saved, and stored nowhere.
    #[must_use]
    pub fn open(service: &str, environment: Option<Secret>) -> Self {
        Self::over(Box::new(Platform), service, environment, PATIENCE)
    }

    /// A vault for another secret; `label` is what people see who look into their keyring.
    #[must_use]
    pub fn labelled(service: &str, label: &'static str) -> Self {
        Self::start(Keeper::new(Box::new(Platform), service.to_owned(), label), None, PATIENCE)
    }

    fn over(
        keyring: Box<dyn Keyring>,
        service: &str,
        environment: Option<Secret>,
        patience: Duration,
    ) -> Self {
        Self::start(Keeper::new(keyring, service.to_owned(), LABEL), environment, patience)
    }

    fn start(mut keeper: Keeper, environment: Option<Secret>, patience: Duration) -> Self {
        let (asks, inbox) = mpsc::channel::<Ask>();
        // Never joined: it may stand before a prompt that nobody answers. It ends with its last handle.
        let started = thread::Builder::new().name("vault".to_owned()).spawn(move || {
            for ask in inbox {
                ask(&mut keeper);
            }
        });
        if let Err(error) = started {
            tracing::error!(%error, "the keyring's thread could not be started");
        }
        let environment = environment.map(Secret::trimmed).filter(|key| !key.is_empty());
        Self {
            asks,
            shared: Arc::new(Mutex::new(Shared { environment, ..Shared::default() })),
            patience,
        }
    }

    /// Where the key is. Raises no prompt where the platform can tell without one.
    pub async fn status(&self) -> KeyStatus {
        {
            let shared = self.shared();
            if let Some((_, reason)) = &shared.this_run {
                return KeyStatus::ThisRunOnly { reason: reason.clone() };
            }
            if shared.environment.is_some() {
                return KeyStatus::Environment;
            }
            if shared.is_prompting || shared.overdue > 0 {
                return KeyStatus::WaitingForUnlock;
            }
        }
        match self.ask(Manner::Quiet, |keeper| Ok((keeper.probe()?, keeper.name()))).await {
            Ok((Found::Missing, _)) => KeyStatus::Missing,
            Ok((Found::Saved, store)) => KeyStatus::Saved { store: store.to_owned() },
            Ok((Found::Locked, _)) | Err(VaultError::Locked | VaultError::TimedOut) => {
                KeyStatus::WaitingForUnlock
            }
            Err(error) => KeyStatus::Unavailable { reason: reason(error) },
        }
    }

    /// The key, if there is one. May raise the keyring's prompt.
    ///
    /// # Errors
    /// When the keyring does not give it, or not in time.
    pub async fn read(&self) -> Result<Option<Secret>, VaultError> {
        {
            let shared = self.shared();
            if let Some(key) =
                shared.this_run.as_ref().map(|(key, _)| key).or(shared.environment.as_ref())
            {
                return Ok(Some(key.clone()));
            }
        }
        self.ask(Manner::MayPrompt, Keeper::read).await
    }

    /// Keeps the key in the keyring, or, where there is none, in memory for this run. Either takes the place of a key
    /// from the environment. May raise the keyring's prompt; if that takes too long the error is
    /// [`VaultError::Locked`], and the key is kept as soon as the prompt is answered.
    ///
    /// # Errors
    /// When the keyring refuses, or does not answer in time.
    pub async fn save(&self, key: Secret) -> Result<Kept, VaultError> {
        let shared = Arc::clone(&self.shared);
        self.ask(Manner::MayPrompt, move |keeper| {
            let (this_run, kept) = match keeper.save(&key) {
                Ok(()) => (None, Kept::InKeyring { store: keeper.name().to_owned() }),
                Err(VaultError::NoKeyring { reason }) => {
                    (Some((key, reason.clone())), Kept::ThisRunOnly { reason })
                }
                Err(error) => return Err(error),
            };
            let mut shared = lock(&shared);
            shared.environment = None;
            shared.this_run = this_run;
            Ok(kept)
        })
        .await
    }

    /// Forgets the key: in memory at once, in the keyring if there is one. A key in the environment is not used any
    /// more in this run; it is back in the next.
    ///
    /// # Errors
    /// When a keyring that is there does not let go of it.
    pub async fn forget(&self) -> Result<(), VaultError> {
        {
            let mut shared = self.shared();
            shared.environment = None;
            shared.this_run = None;
        }
        match self.ask(Manner::MayPrompt, Keeper::forget).await {
            Err(VaultError::NoKeyring { .. }) => Ok(()),
            done => done,
        }
    }

    /// Another process may have saved a key: a saved one takes the place of those of this run.
    pub async fn reread(&self) {
        if matches!(self.ask(Manner::Quiet, Keeper::probe).await, Ok(Found::Saved | Found::Locked))
        {
            let mut shared = self.shared();
            shared.environment = None;
            shared.this_run = None;
        }
    }

    /// Puts `act` into the keeper's queue and waits for it, but not for ever. It is done even when nobody waits.
    async fn ask<T: Send + 'static>(
        &self,
        manner: Manner,
        act: impl FnOnce(&mut Keeper) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (answer, answered) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        let ask: Ask = Box::new(move |keeper| {
            if manner == Manner::MayPrompt && keeper.is_locked() {
                lock(&shared).is_prompting = true;
            }
            let done = act(keeper);
            let mut shared = lock(&shared);
            shared.is_prompting = false;
            // Under the lock, so that giving up and being done cannot both happen.
            if answer.send(done).is_err() {
                shared.overdue = shared.overdue.saturating_sub(1);
            }
        });
        let gone = || VaultError::NoKeyring { reason: "its thread is gone".to_owned() };
        self.asks.send(ask).map_err(|_| gone())?;
        let mut answered = answered;
        if let Ok(done) = timeout(self.patience, &mut answered).await {
            return done.unwrap_or_else(|_| Err(gone()));
        }
        let mut shared = self.shared();
        if let Ok(done) = answered.try_recv() {
            return done;
        }
        drop(answered);
        shared.overdue += 1;
        Err(if shared.is_prompting { VaultError::Locked } else { VaultError::TimedOut })
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }
}

/// Whether an ask may end in front of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Quiet,
    MayPrompt,
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn reason(error: VaultError) -> String {
    match error {
        VaultError::NoKeyring { reason } | VaultError::Failed { reason } => reason,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
