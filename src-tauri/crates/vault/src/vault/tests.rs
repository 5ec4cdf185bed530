//! The vault over keyring-core's mock store, which gives each error on demand.
#![expect(
    clippy::await_holding_lock,
    reason = "the lock is the prompt that the keyring's thread stands before"
)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use keyring_core::{CredentialStore, Error, mock};

use super::*;
use crate::keeper::USER;
use crate::keyring::Peek;

const SERVICE: &str = "app.sotto.test";

/// A keyring whose every answer the test decides.
#[derive(Clone)]
struct Fake {
    store: Arc<mock::Store>,
    is_there: Arc<AtomicBool>,
    peek: Arc<Mutex<Peek>>,
    /// While this is locked, the keyring stands before its prompt.
    prompt: Arc<Mutex<()>>,
}

impl Fake {
    fn new() -> Self {
        Self {
            store: mock::Store::new().unwrap(),
            is_there: Arc::new(AtomicBool::new(true)),
            peek: Arc::new(Mutex::new(Peek::Unknown)),
            prompt: Arc::default(),
        }
    }

    fn vault(&self, environment: Option<&str>) -> Vault {
        let environment = environment.map(|key| Secret::new(key.to_owned()));
        Vault::over(Box::new(self.clone()), SERVICE, environment, Duration::from_millis(300))
    }

    /// The next call of the entry fails so.
    fn fail_with(&self, error: Error) {
        let entry = keyring_core::api::CredentialStoreApi::build(&*self.store, SERVICE, USER, None)
            .unwrap();
        entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error);
    }

    fn held(&self) -> Option<Vec<u8>> {
        let entry = keyring_core::api::CredentialStoreApi::build(&*self.store, SERVICE, USER, None)
            .unwrap();
        entry.get_secret().ok()
    }

    fn set_peek(&self, peek: Peek) {
        *self.peek.lock().unwrap() = peek;
    }
}

impl Keyring for Fake {
    fn name(&self) -> &'static str {
        "fake keyring"
    }

    fn open(&self) -> Result<Arc<CredentialStore>, Error> {
        drop(self.prompt.lock().unwrap());
        match self.is_there.load(Ordering::SeqCst) {
            true => Ok(Arc::clone(&self.store) as Arc<CredentialStore>),
            false => Err(platform("nobody is home")),
        }
    }

    fn modifiers(&self) -> HashMap<&'static str, &'static str> {
        HashMap::new()
    }

    fn peek(&self, _: &str, _: &str) -> Result<Peek, Error> {
        match self.is_there.load(Ordering::SeqCst) {
            true => Ok(*self.peek.lock().unwrap()),
            false => Err(platform("nobody is home")),
        }
    }
}

fn platform(words: &'static str) -> Error {
    Error::PlatformFailure(words.into())
}

fn key(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn saved() -> KeyStatus {
    KeyStatus::Saved { store: "fake keyring".to_owned() }
}

async fn read(vault: &Vault) -> Option<String> {
    vault.read().await.unwrap().map(|key| key.expose().to_owned())
}

#[tokio::test]
async fn a_key_is_kept_found_and_forgotten() {
    let fake = Fake::new();
    let vault = fake.vault(None);
    assert_eq!(vault.status().await, KeyStatus::Missing);
    assert_eq!(read(&vault).await, None);
    assert_eq!(
        vault.save(key("k1")).await,
        Ok(Kept::InKeyring { store: "fake keyring".to_owned() })
    );
    assert_eq!((vault.status().await, read(&vault).await.as_deref()), (saved(), Some("k1")));
    assert_eq!(fake.held().as_deref(), Some(&b"k1"[..]));
    assert_eq!(read(&fake.vault(None)).await.as_deref(), Some("k1"), "another run finds it");
    vault.forget().await.unwrap();
    vault.forget().await.unwrap();
    assert_eq!((vault.status().await, fake.held()), (KeyStatus::Missing, None));
}

#[tokio::test]
async fn without_a_keyring_the_key_lives_for_this_run_and_says_so() {
    let fake = Fake::new();
    fake.is_there.store(false, Ordering::SeqCst);
    let vault = fake.vault(None);
    assert_eq!(
        vault.status().await,
        KeyStatus::Unavailable { reason: "nobody is home".to_owned() }
    );
    assert!(matches!(vault.read().await, Err(VaultError::NoKeyring { .. })));
    let reason = || "nobody is home".to_owned();
    assert_eq!(vault.save(key("k1")).await, Ok(Kept::ThisRunOnly { reason: reason() }));
    assert_eq!(vault.status().await, KeyStatus::ThisRunOnly { reason: reason() });
    assert_eq!(read(&vault).await.as_deref(), Some("k1"));
    assert!(fake.vault(None).read().await.is_err(), "another run does not have it");
    vault.forget().await.unwrap();
    assert!(matches!(vault.status().await, KeyStatus::Unavailable { .. }));
}

#[tokio::test]
async fn a_keyring_that_starts_later_is_found() {
    let fake = Fake::new();
    fake.is_there.store(false, Ordering::SeqCst);
    let vault = fake.vault(None);
    assert!(matches!(vault.save(key("k1")).await, Ok(Kept::ThisRunOnly { .. })));
    fake.is_there.store(true, Ordering::SeqCst);
    assert!(matches!(vault.save(key("k2")).await, Ok(Kept::InKeyring { .. })));
    assert_eq!((vault.status().await, read(&vault).await.as_deref()), (saved(), Some("k2")));
}

#[tokio::test]
async fn a_keyring_that_was_restarted_is_connected_anew() {
    let fake = Fake::new();
    let vault = fake.vault(None);
    vault.save(key("k1")).await.unwrap();
    fake.fail_with(platform("the service went away"));
    assert_eq!(
        vault.read().await.unwrap_err(),
        VaultError::NoKeyring { reason: "the service went away".to_owned() }
    );
    assert_eq!(read(&vault).await.as_deref(), Some("k1"));
}

#[tokio::test]
async fn the_environment_serves_this_run_and_is_never_stored() {
    let fake = Fake::new();
    let vault = fake.vault(Some(" from-environment\n"));
    assert_eq!(
        (vault.status().await, read(&vault).await.as_deref()),
        (KeyStatus::Environment, Some("from-environment"))
    );
    assert_eq!(fake.held(), None);
    assert_eq!(
        fake.vault(Some("  ")).status().await,
        KeyStatus::Missing,
        "a blank variable is none"
    );
}

#[tokio::test]
async fn what_the_user_does_takes_the_place_of_the_environment() {
    let fake = Fake::new();
    let vault = fake.vault(Some("old"));
    vault.save(key("new")).await.unwrap();
    assert_eq!((vault.status().await, read(&vault).await.as_deref()), (saved(), Some("new")));
    let vault = fake.vault(Some("old"));
    vault.forget().await.unwrap();
    assert_eq!((vault.status().await, read(&vault).await), (KeyStatus::Missing, None));
}

#[tokio::test]
async fn a_key_saved_by_another_process_is_taken_up() {
    let fake = Fake::new();
    let vault = fake.vault(Some("old"));
    vault.reread().await;
    assert_eq!(vault.status().await, KeyStatus::Environment, "nothing was saved");
    fake.vault(None).save(key("new")).await.unwrap();
    vault.reread().await;
    assert_eq!((vault.status().await, read(&vault).await.as_deref()), (saved(), Some("new")));
}

#[tokio::test]
async fn each_error_of_the_keyring_is_told_apart() {
    let fake = Fake::new();
    let vault = fake.vault(None);
    let cases = [
        (Error::NoStorageAccess("dismissed".into()), VaultError::Denied),
        (Error::TooLong("password".to_owned(), 1280), VaultError::TooLong { limit: 1280 }),
        (platform("boom"), VaultError::NoKeyring { reason: "boom".to_owned() }),
        (Error::NoDefaultStore, VaultError::NoKeyring { reason: "none is set up".to_owned() }),
        (Error::BadEncoding(b"sk-secret".to_vec()), VaultError::Unreadable),
        (Error::BadDataFormat(b"sk-secret".to_vec(), "torn".into()), VaultError::Unreadable),
        (
            Error::BadStoreFormat("torn".to_owned()),
            VaultError::Failed { reason: "torn".to_owned() },
        ),
        (
            Error::NotSupportedByStore("no".to_owned()),
            VaultError::Failed { reason: "no".to_owned() },
        ),
    ];
    for (given, told) in cases {
        fake.fail_with(given);
        assert_eq!(vault.read().await.unwrap_err(), told);
    }
}

#[tokio::test]
async fn a_refused_save_is_an_error_and_falls_back_to_nothing() {
    let fake = Fake::new();
    let vault = fake.vault(None);
    for error in
        [Error::NoStorageAccess("dismissed".into()), Error::TooLong("password".to_owned(), 9)]
    {
        fake.fail_with(error);
        assert!(vault.save(key("k1")).await.is_err());
        assert_eq!((vault.status().await, fake.held()), (KeyStatus::Missing, None));
    }
}

#[tokio::test]
async fn no_error_carries_the_key() {
    for error in [
        Error::BadEncoding(b"sk-secret".to_vec()),
        Error::BadDataFormat(b"sk-secret".to_vec(), "torn".into()),
        Error::Invalid("sk-secret".to_owned(), "sk-secret is too odd".to_owned()),
    ] {
        let told = VaultError::from(error);
        let bytes = format!("{:?}", b"sk-secret");
        let printed = format!("{told} {told:?} {told:#?}");
        assert!(!printed.contains("sk-secret") && !printed.contains(&bytes), "{printed}");
    }
}

#[tokio::test]
async fn what_is_stored_and_no_text_is_unreadable() {
    let fake = Fake::new();
    let entry =
        keyring_core::api::CredentialStoreApi::build(&*fake.store, SERVICE, USER, None).unwrap();
    entry.set_secret(&[0xff, 0xfe]).unwrap();
    assert_eq!(fake.vault(None).read().await.unwrap_err(), VaultError::Unreadable);
}

#[tokio::test]
async fn a_prompt_blocks_nobody_and_the_save_goes_on_behind_it() {
    let fake = Fake::new();
    let vault = fake.vault(None);
    fake.set_peek(Peek::MissingAndLocked);
    let prompt = fake.prompt.lock().unwrap();
    assert_eq!(vault.save(key("k1")).await, Err(VaultError::Locked));
    assert_eq!(vault.status().await, KeyStatus::WaitingForUnlock);
    fake.set_peek(Peek::Saved);
    drop(prompt);
    // In the queue behind the save, so that no clock is needed to know that it is done.
    assert_eq!(read(&vault).await.as_deref(), Some("k1"));
    assert_eq!(vault.status().await, saved());
}

#[tokio::test]
async fn a_keyring_that_hangs_is_waited_for_only_so_long() {
    let fake = Fake::new();
    let vault = fake.vault(None);
    let prompt = fake.prompt.lock().unwrap();
    assert_eq!(vault.read().await.unwrap_err(), VaultError::TimedOut);
    assert_eq!(vault.status().await, KeyStatus::WaitingForUnlock);
    drop(prompt);
    assert_eq!(read(&vault).await, None);
    assert_eq!(vault.status().await, KeyStatus::Missing);
}

#[tokio::test]
async fn a_locked_keyring_is_told_without_touching_it() {
    let fake = Fake::new();
    fake.set_peek(Peek::Locked);
    let _prompt = fake.prompt.lock().unwrap();
    assert_eq!(fake.vault(None).status().await, KeyStatus::WaitingForUnlock);
    fake.set_peek(Peek::MissingAndLocked);
    assert_eq!(
        fake.vault(None).status().await,
        KeyStatus::Missing,
        "there is no key of ours to wait for"
    );
}

#[test]
fn the_thread_ends_with_the_last_handle() {
    struct Told(mpsc::Sender<()>, Fake);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
        }
    }
    impl Keyring for Told {
        fn name(&self) -> &'static str {
            self.1.name()
        }
        fn open(&self) -> Result<Arc<CredentialStore>, Error> {
            self.1.open()
        }
        fn modifiers(&self) -> HashMap<&'static str, &'static str> {
            self.1.modifiers()
        }
        fn peek(&self, service: &str, user: &str) -> Result<Peek, Error> {
            self.1.peek(service, user)
        }
    }
    let (told, ended) = mpsc::channel();
    let vault = Vault::over(Box::new(Told(told, Fake::new())), SERVICE, None, PATIENCE);
    let other = vault.clone();
    drop(vault);
    assert!(ended.try_recv().is_err());
    drop(other);
    ended.recv_timeout(Duration::from_secs(10)).unwrap();
}
