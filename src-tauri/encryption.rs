//! Encryption of the history as people have it: they are given a recovery key and keep it, and the keyring of the system has a
//! copy, so that it opens by itself. A keyring that lost it costs nothing but typing.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sotto_encryption::{DataKey, RecoveryKey, RecoveryKeyError};
use sotto_history::{History, HistoryError};
use sotto_vault::{KeyStatus, Secret, Vault, VaultError};

use crate::recordings::{self, Share, SharedError};
use crate::wiring::{App, Happening};

/// Under which name the key of the history lies in the keyring.
const SERVICE: &str = "app.sotto.desktop.history";

/// The keyring's entry for the key of the history.
#[must_use]
pub fn vault() -> Vault {
    Vault::labelled(SERVICE, "Sotto: key of the encrypted history")
}

/// So often is it said how far it is.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// How the history lies on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EncryptionStatus {
    /// As it is.
    Off,
    /// Encrypted and open.
    On {
        /// Where the keyring's copy of the key is.
        keyring: KeyStatus,
        /// So many files beside the history could not be encrypted yet, on a full disk for example.
        in_the_clear: usize,
    },
    /// Encrypted, and the keyring did not give its key.
    Locked(KeyStatus),
    /// Being encrypted or decrypted.
    Working {
        /// Which of the two.
        is_encrypting: bool,
        /// How far.
        share: Share,
    },
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum EncryptionError {
    /// What was typed is no recovery key.
    #[error(transparent)]
    Mistyped(#[from] RecoveryKeyError),
    /// Nobody showed that they have the recovery key.
    #[error("what was typed is not the end of the recovery key")]
    NotConfirmed,
    /// The keyring has no key for this history.
    #[error("the keyring has no key for this history")]
    NotInKeyring,
    /// The history.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The recordings.
    #[error(transparent)]
    Recordings(#[from] SharedError),
    /// The keyring.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// No randomness, or a thread that died.
    #[error("{0}")]
    System(#[from] io::Error),
}

/// A key that was made and shown, and with which nothing is encrypted yet.
#[derive(Default)]
enum Offer {
    #[default]
    None,
    Shown(DataKey),
    /// A file with it was written.
    Saved(DataKey),
}

/// What is known of the encryption besides what the files say.
pub struct Encryption {
    vault: Vault,
    offer: Mutex<Offer>,
    working: Arc<Mutex<Option<(bool, Share)>>>,
}

impl Encryption {
    /// With the keyring of the system.
    #[must_use]
    pub fn open() -> Self {
        Self { vault: vault(), offer: Mutex::default(), working: Arc::default() }
    }

    /// Opens an encrypted history with the keyring's key. May raise the keyring's prompt.
    ///
    /// # Errors
    /// When the keyring does not give it, or it is another history's.
    pub async fn unlock_from_keyring(&self, history: &History) -> Result<(), EncryptionError> {
        if !history.needs_key() {
            return Ok(());
        }
        let kept = self.vault.read().await?.ok_or(EncryptionError::NotInKeyring)?;
        unlock(history, &RecoveryKey::read(kept.expose())?).await
    }

    /// How the history lies on the disk.
    pub async fn status(&self, history: &History, spools: &Path) -> EncryptionStatus {
        if let Some((is_encrypting, share)) = *lock(&self.working) {
            return EncryptionStatus::Working { is_encrypting, share };
        }
        if history.needs_key() {
            EncryptionStatus::Locked(self.vault.status().await)
        } else if history.key().is_some() {
            let (history, spools) = (history.clone(), spools.to_owned());
            let looked = move || recordings::encryption::in_the_clear(&spools, &history);
            // What cannot be looked at is not said to be encrypted.
            let in_the_clear = match tokio::task::spawn_blocking(looked).await {
                Ok(Ok(count)) => count,
                Ok(Err(_)) | Err(_) => 1,
            };
            EncryptionStatus::On { keyring: self.vault.status().await, in_the_clear }
        } else {
            EncryptionStatus::Off
        }
    }

    /// Makes a key. Nothing is encrypted with it before somebody shows that they have it.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn offer(&self) -> io::Result<RecoveryKey> {
        let key = DataKey::random()?;
        let words = RecoveryKey::of(&key);
        *lock(&self.offer) = Offer::Shown(key);
        Ok(words)
    }

    /// Forgets a key that was shown.
    pub fn withdraw(&self) {
        *lock(&self.offer) = Offer::None;
    }

    /// The recovery key of the history, or the one that is on offer.
    #[must_use]
    pub fn words(&self, history: &History) -> Option<RecoveryKey> {
        match &*lock(&self.offer) {
            Offer::Shown(key) | Offer::Saved(key) => Some(RecoveryKey::of(key)),
            Offer::None => history.key().as_ref().map(RecoveryKey::of),
        }
    }

    /// A file with the key on offer was written.
    pub fn is_saved(&self) {
        let mut offer = lock(&self.offer);
        *offer = match std::mem::take(&mut *offer) {
            Offer::Shown(key) | Offer::Saved(key) => Offer::Saved(key),
            Offer::None => Offer::None,
        };
    }

    /// The key on offer, if the last group of its words was typed, or a file with it was written.
    fn confirmed(&self, last_group: Option<&str>) -> Result<DataKey, EncryptionError> {
        match (&*lock(&self.offer), last_group) {
            (Offer::Saved(key), None) => Ok(key.clone()),
            (Offer::Shown(key) | Offer::Saved(key), Some(typed))
                if RecoveryKey::of(key).ends_with(typed) =>
            {
                Ok(key.clone())
            }
            _ => Err(EncryptionError::NotConfirmed),
        }
    }

    /// Gives the keyring its copy. That it has none is shown, and no error: there is the recovery key.
    async fn keep(&self, key: &DataKey) {
        let words = Secret::new(RecoveryKey::of(key).expose().to_owned());
        if let Err(error) = self.vault.save(words).await {
            tracing::warn!(%error, "the keyring did not take the key of the history");
        }
    }

    async fn forget(&self) {
        if let Err(error) = self.vault.forget().await {
            tracing::warn!(%error, "the keyring did not let go of the key of the history");
        }
    }
}

impl App {
    /// Encrypts the history with the key on offer.
    ///
    /// # Errors
    /// When nobody showed that they have its recovery key, something is being recorded, or the disk refuses; the history is as
    /// it was then, or is ended at the next start.
    pub async fn encrypt(&self, last_group: Option<&str>) -> Result<(), EncryptionError> {
        let key = self.encryption.confirmed(last_group)?;
        // Before the files: were the program to end in between, it could open them.
        self.encryption.keep(&key).await;
        let done = self.convert(Some(key)).await;
        if self.history.key().is_some() {
            self.encryption.withdraw();
        } else {
            self.encryption.forget().await;
        }
        self.tell(Happening::EncryptionChanged);
        done
    }

    /// Decrypts it, and lets the keyring forget the key.
    ///
    /// # Errors
    /// As [`App::encrypt`].
    pub async fn decrypt(&self) -> Result<(), EncryptionError> {
        let done = self.convert(None).await;
        if done.is_ok() {
            self.encryption.forget().await;
        }
        self.tell(Happening::EncryptionChanged);
        done
    }

    async fn convert(&self, to: Option<DataKey>) -> Result<(), EncryptionError> {
        let is_encrypting = to.is_some();
        let (working, happenings) =
            (Arc::clone(&self.encryption.working), self.happenings_sender());
        let mut told: Option<Instant> = None;
        let report = move |share: Share| {
            *lock(&working) = Some((is_encrypting, share));
            if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                told = Some(Instant::now());
                // That nobody listens is no error.
                happenings.send(Happening::EncryptionChanged).ok();
            }
        };
        let done = self.recordings.convert(to, report).await;
        *lock(&self.encryption.working) = None;
        Ok(done?)
    }

    /// Opens an encrypted history with what somebody typed.
    ///
    /// # Errors
    /// When it is no recovery key, or another history's.
    pub async fn unlock(&self, typed: &str) -> Result<(), EncryptionError> {
        let key = RecoveryKey::read(typed)?;
        unlock(&self.history, &key).await?;
        self.encryption.keep(&key).await;
        self.is_unlocked().await
    }

    /// Asks the keyring once more; and encrypts what could not be encrypted before.
    ///
    /// # Errors
    /// When the keyring does not give it, or it is another history's.
    pub async fn unlock_again(&self) -> Result<(), EncryptionError> {
        self.encryption.unlock_from_keyring(&self.history).await?;
        self.is_unlocked().await
    }

    async fn is_unlocked(&self) -> Result<(), EncryptionError> {
        let taken_up = self.recordings.take_up().await;
        self.cost_refresh();
        self.recordings.tidy(self.history.clone());
        self.tell(Happening::EncryptionChanged);
        Ok(taken_up?)
    }
}

pub(crate) async fn unlock(history: &History, key: &DataKey) -> Result<(), EncryptionError> {
    let (history, key) = (history.clone(), key.clone());
    let unlocked = tokio::task::spawn_blocking(move || history.unlock(&key)).await;
    Ok(unlocked.map_err(io::Error::other)??)
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_encrypted_before_somebody_shows_that_they_have_the_recovery_key() {
        let encryption = Encryption::open();
        assert!(encryption.confirmed(Some("0000")).is_err(), "nothing was shown");
        let words = encryption.offer().unwrap();
        let last = words.expose().rsplit('-').next().unwrap().to_owned();
        for typed in [None, Some(""), Some("0000"), Some(words.expose())] {
            let refused = encryption.confirmed(typed);
            assert!(matches!(refused, Err(EncryptionError::NotConfirmed)), "{typed:?}");
        }
        encryption.confirmed(Some(&last)).unwrap();
        encryption.is_saved();
        encryption.confirmed(None).unwrap();
        assert!(encryption.confirmed(Some("nope")).is_err(), "what was typed has to be right");
        encryption.withdraw();
        assert!(encryption.confirmed(Some(&last)).is_err());
    }

    #[test]
    fn no_error_says_anything_of_the_key() {
        let words = RecoveryKey::of(&DataKey::random().unwrap());
        let typed = &words.expose()[5..];
        let error = EncryptionError::from(RecoveryKey::read(typed).unwrap_err());
        let said = format!("{error} {error:?}");
        assert!(words.expose().split('-').all(|group| !said.contains(group)), "{said}");
    }
}
