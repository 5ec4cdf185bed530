//! What is played inside a secluded session bus. The truth is asked of the Secret Service itself, not of the vault.

use std::collections::HashMap;

use sotto_vault::{Kept, KeyStatus, Secret, Vault, VaultError};
use zbus::Connection;
use zbus::zvariant::{ObjectPath, OwnedObjectPath};

const SERVICE: &str = "app.sotto.test";
const KEY: &str = "sk-0123456789abcdef";

pub(crate) async fn a_day_with_a_key() {
    let vault = Vault::open(SERVICE, None);
    assert_eq!(vault.status().await, KeyStatus::Missing);
    assert!(vault.read().await.unwrap().is_none());

    let store = "Secret Service".to_owned();
    assert_eq!(vault.save(key(KEY)).await, Ok(Kept::InKeyring { store: store.clone() }));
    assert_eq!(vault.status().await, KeyStatus::Saved { store });
    assert_eq!(items().await, (1, 0));
    assert_eq!(vault.read().await.unwrap().unwrap().expose(), KEY);
    assert_eq!(
        Vault::open(SERVICE, None).read().await.unwrap().unwrap().expose(),
        KEY,
        "the next run finds it"
    );
    assert_eq!(Vault::open("app.sotto.other", None).status().await, KeyStatus::Missing);

    vault.save(key("another")).await.unwrap();
    assert_eq!(items().await, (1, 0), "a second save replaces the first");
    assert_eq!(vault.read().await.unwrap().unwrap().expose(), "another");

    vault.forget().await.unwrap();
    assert_eq!((vault.status().await, items().await), (KeyStatus::Missing, (0, 0)));
    assert!(vault.read().await.unwrap().is_none());
    vault.forget().await.unwrap();
}

pub(crate) async fn locked() {
    let vault = Vault::open(SERVICE, None);
    vault.save(key(KEY)).await.unwrap();
    lock_everything().await;
    assert_eq!(items().await, (0, 1));
    let asked = std::time::Instant::now();
    assert_eq!(vault.status().await, KeyStatus::WaitingForUnlock);
    assert!(asked.elapsed() < std::time::Duration::from_secs(3));
    // No display, so no prompt: an error that says so, never a hang and never "there is no key".
    let refused = vault.read().await.unwrap_err();
    assert!(
        matches!(refused, VaultError::Denied | VaultError::Locked | VaultError::NoKeyring { .. }),
        "{refused:?}"
    );
    assert_eq!(items().await, (0, 1), "nothing was unlocked or lost");
}

pub(crate) async fn nobody_home() {
    let vault = Vault::open(SERVICE, None);
    assert!(matches!(vault.status().await, KeyStatus::Unavailable { .. }));
    assert!(matches!(vault.save(key(KEY)).await, Ok(Kept::ThisRunOnly { .. })));
    assert!(matches!(vault.status().await, KeyStatus::ThisRunOnly { .. }));
    assert_eq!(vault.read().await.unwrap().unwrap().expose(), KEY);
    assert!(matches!(Vault::open(SERVICE, None).status().await, KeyStatus::Unavailable { .. }));
}

fn key(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// How many items of ours the service has: unlocked, locked.
async fn items() -> (usize, usize) {
    let attributes = HashMap::from([("service", SERVICE)]);
    let reply = secret_service("SearchItems", &(attributes,)).await;
    let (open, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        reply.body().deserialize().unwrap();
    (open.len(), locked.len())
}

async fn lock_everything() {
    let default = ObjectPath::try_from("/org/freedesktop/secrets/aliases/default").unwrap();
    secret_service("Lock", &(vec![default],)).await;
}

async fn secret_service<B>(method: &str, body: &B) -> zbus::Message
where
    B: zbus::export::serde::Serialize + zbus::zvariant::DynamicType,
{
    let bus = Connection::session().await.unwrap();
    let (name, path) = (Some("org.freedesktop.secrets"), "/org/freedesktop/secrets");
    bus.call_method(name, path, Some("org.freedesktop.Secret.Service"), method, body).await.unwrap()
}
