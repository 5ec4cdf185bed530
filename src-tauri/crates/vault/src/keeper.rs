//! The one who talks to the keyring: lives on the vault's thread and may block there for as long as a prompt stands.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};

use crate::keyring::{Keyring, Peek};
use crate::{Secret, VaultError};

/// The name of the entry within the service.
pub(crate) const USER: &str = "assemblyai-api-key";

/// What is to be known without a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Missing,
    Saved,
    Locked,
}

pub(crate) struct Keeper {
    keyring: Box<dyn Keyring>,
    service: String,
    /// As the entry is called where people see it.
    label: &'static str,
    /// Dropped after a failure, so that a keyring that was restarted is found again.
    store: Option<Arc<CredentialStore>>,
}

impl Keeper {
    pub(crate) fn new(keyring: Box<dyn Keyring>, service: String, label: &'static str) -> Self {
        Self { keyring, service, label, store: None }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.keyring.name()
    }

    /// Whether touching the entry would raise a prompt; false where that cannot be known.
    pub(crate) fn is_locked(&self) -> bool {
        matches!(self.keyring.peek(&self.service, USER), Ok(Peek::Locked | Peek::MissingAndLocked))
    }

    /// Where nothing can be learnt without reading, it reads: a store that can be made proves only that something
    /// answers.
    pub(crate) fn probe(&mut self) -> Result<Found, VaultError> {
        match self.keyring.peek(&self.service, USER)? {
            Peek::Missing | Peek::MissingAndLocked => Ok(Found::Missing),
            Peek::Saved => Ok(Found::Saved),
            Peek::Locked => Ok(Found::Locked),
            Peek::Unknown => Ok(if self.read()?.is_some() { Found::Saved } else { Found::Missing }),
        }
    }

    pub(crate) fn read(&mut self) -> Result<Option<Secret>, VaultError> {
        self.with_entry(|entry| match entry.get_secret() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Error::NoEntry) => Ok(None),
            // Someone stored it twice; any of them is one that the user saved.
            Err(Error::Ambiguous(entries)) => entries.first().map(Entry::get_secret).transpose(),
            Err(error) => Err(error),
        })?
        .map(|bytes| Secret::from_bytes(bytes).ok_or(VaultError::Unreadable))
        .transpose()
    }

    /// Reads back what it stored: a keyring that lost it must not say "saved".
    pub(crate) fn save(&mut self, key: &Secret) -> Result<(), VaultError> {
        self.with_entry(|entry| match entry.set_secret(key.expose().as_bytes()) {
            Err(Error::Ambiguous(entries)) => {
                entries.iter().try_for_each(Entry::delete_credential)?;
                entry.set_secret(key.expose().as_bytes())
            }
            done => done,
        })?;
        match self.read()? {
            Some(kept) if kept.expose() == key.expose() => Ok(()),
            _ => Err(VaultError::NoKeyring {
                reason: "it did not keep what it was given".to_owned(),
            }),
        }
    }

    pub(crate) fn forget(&mut self) -> Result<(), VaultError> {
        self.with_entry(|entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            Err(Error::Ambiguous(entries)) => entries.iter().try_for_each(Entry::delete_credential),
            done => done,
        })
    }

    fn with_entry<T>(
        &mut self,
        act: impl FnOnce(&Entry) -> Result<T, Error>,
    ) -> Result<T, VaultError> {
        let done = self.entry().and_then(|entry| act(&entry));
        if matches!(done, Err(Error::PlatformFailure(_))) {
            self.store = None;
        }
        Ok(done?)
    }

    fn entry(&mut self) -> Result<Entry, Error> {
        let store = match &self.store {
            Some(store) => Arc::clone(store),
            None => Arc::clone(self.store.insert(self.keyring.open()?)),
        };
        let mut modifiers = self.keyring.modifiers();
        if let Some(label) = modifiers.get_mut("label") {
            *label = self.label;
        }
        store.build(&self.service, USER, Some(&modifiers))
    }
}
