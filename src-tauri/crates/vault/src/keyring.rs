//! Which keyring a platform has, and what can be learnt of it without asking its user anything.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::{CredentialStore, Error};

/// What a keyring says without a prompt.
#[allow(dead_code, reason = "which of these a platform can tell depends on the platform")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peek {
    /// It cannot be asked without risking a prompt.
    Unknown,
    /// It holds no entry of ours, and would not have to be unlocked to take one.
    Missing,
    /// It holds no entry of ours, and is locked.
    MissingAndLocked,
    /// It holds the entry and would give it.
    Saved,
    /// It holds the entry and must be unlocked first.
    Locked,
}

/// A platform's keyring.
pub(crate) trait Keyring: Send {
    /// As users know it.
    fn name(&self) -> &'static str;

    /// Connects. Asked again after every failure, so that a keyring that starts later is found.
    fn open(&self) -> Result<Arc<CredentialStore>, Error>;

    /// What an entry is made with.
    fn modifiers(&self) -> HashMap<&'static str, &'static str>;

    /// Looks for an entry without a prompt.
    fn peek(&self, service: &str, user: &str) -> Result<Peek, Error>;
}

/// The keyring of the platform that this is compiled for.
pub(crate) struct Platform;

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use zbus::blocking::{Connection, connection};
    use zbus::zvariant::OwnedObjectPath;

    use super::{Arc, CredentialStore, Error, HashMap, Keyring, Peek, Platform};

    /// These calls never prompt, so a service that takes longer is not there.
    const PATIENCE: Duration = Duration::from_secs(3);
    const SERVICE: &str = "org.freedesktop.secrets";

    impl Keyring for Platform {
        fn name(&self) -> &'static str {
            "Secret Service"
        }

        fn open(&self) -> Result<Arc<CredentialStore>, Error> {
            Ok(zbus_secret_service_keyring_store::Store::new()?)
        }

        fn modifiers(&self) -> HashMap<&'static str, &'static str> {
            HashMap::from([("label", "Sotto: AssemblyAI API key")])
        }

        fn peek(&self, service: &str, user: &str) -> Result<Peek, Error> {
            peek(service, user).map_err(|error| Error::PlatformFailure(Box::new(error)))
        }
    }

    fn peek(service: &str, user: &str) -> zbus::Result<Peek> {
        let bus = connection::Builder::session()?.method_timeout(PATIENCE).build()?;
        let attributes = HashMap::from([("service", service), ("username", user)]);
        let found = bus.call_method(
            Some(SERVICE),
            "/org/freedesktop/secrets",
            Some("org.freedesktop.Secret.Service"),
            "SearchItems",
            &(attributes,),
        )?;
        let (open, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            found.body().deserialize()?;
        Ok(match (open.is_empty(), locked.is_empty()) {
            (false, _) => Peek::Saved,
            (true, false) => Peek::Locked,
            (true, true) if is_locked(&bus) => Peek::MissingAndLocked,
            (true, true) => Peek::Missing,
        })
    }

    /// Whether the collection that a new entry would go to is locked; one that is not there yet is not.
    fn is_locked(bus: &Connection) -> bool {
        let property = bus.call_method(
            Some(SERVICE),
            "/org/freedesktop/secrets/aliases/default",
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &("org.freedesktop.Secret.Collection", "Locked"),
        );
        property
            .and_then(|reply| reply.body().deserialize::<zbus::zvariant::OwnedValue>())
            .is_ok_and(|value| bool::try_from(value).unwrap_or(false))
    }
}

#[cfg(target_os = "macos")]
impl Keyring for Platform {
    fn name(&self) -> &'static str {
        "Keychain"
    }

    fn open(&self) -> Result<Arc<CredentialStore>, Error> {
        Ok(apple_native_keyring_store::keychain::Store::new()?)
    }

    fn modifiers(&self) -> HashMap<&'static str, &'static str> {
        HashMap::new()
    }

    fn peek(&self, _: &str, _: &str) -> Result<Peek, Error> {
        Ok(Peek::Unknown)
    }
}

#[cfg(target_os = "windows")]
impl Keyring for Platform {
    fn name(&self) -> &'static str {
        "Windows Credential Manager"
    }

    fn open(&self) -> Result<Arc<CredentialStore>, Error> {
        Ok(windows_native_keyring_store::Store::new()?)
    }

    fn modifiers(&self) -> HashMap<&'static str, &'static str> {
        HashMap::new()
    }

    fn peek(&self, _: &str, _: &str) -> Result<Peek, Error> {
        Ok(Peek::Unknown)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
impl Keyring for Platform {
    fn name(&self) -> &'static str {
        "none"
    }

    fn open(&self) -> Result<Arc<CredentialStore>, Error> {
        Err(Error::NotSupportedByStore(
            "this platform has no keyring that is known here".to_owned(),
        ))
    }

    fn modifiers(&self) -> HashMap<&'static str, &'static str> {
        HashMap::new()
    }

    fn peek(&self, _: &str, _: &str) -> Result<Peek, Error> {
        Ok(Peek::Unknown)
    }
}
