//! What a token broker wants to see, in the keyring. It is kept together with the broker's address and given to no other: who
//! changes the address in the settings does not get it.

use sotto_tokens::Broker;
use sotto_vault::{Kept, Secret, Vault, VaultError};

/// The credential of one broker at a time. Cheap to clone.
#[derive(Clone)]
pub struct BrokerCredential(Vault);

impl BrokerCredential {
    /// In the keyring under `service`.
    #[must_use]
    pub fn open(service: &str) -> Self {
        Self(Vault::open(service, None))
    }

    /// The credential, if one is kept for exactly this broker.
    ///
    /// # Errors
    /// When the keyring does not give it.
    pub async fn read_for(&self, broker: &Broker) -> Result<Option<Secret>, VaultError> {
        let kept = self.0.read().await?;
        Ok(kept.and_then(|kept| of(broker, &kept)))
    }

    /// Keeps it in place of every earlier one; none forgets.
    ///
    /// # Errors
    /// When the keyring refuses.
    pub async fn keep(
        &self,
        broker: &Broker,
        credential: Option<&Secret>,
    ) -> Result<(), VaultError> {
        let Some(credential) = credential else { return self.0.forget().await };
        let bound = format!("{}\n{}", broker.url(), credential.expose());
        match self.0.save(Secret::new(bound)).await? {
            Kept::InKeyring { .. } | Kept::ThisRunOnly { .. } => Ok(()),
        }
    }

    /// Forgets it.
    ///
    /// # Errors
    /// When the keyring does not let go of it.
    pub async fn forget(&self) -> Result<(), VaultError> {
        self.0.forget().await
    }
}

fn of(broker: &Broker, kept: &Secret) -> Option<Secret> {
    let (address, credential) = kept.expose().split_once('\n')?;
    (address == broker.url().as_str()).then(|| Secret::new(credential.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_given_to_its_own_broker_only() {
        let broker = |address| Broker::new(address).unwrap();
        let kept = Secret::new("https://tokens.example/token\npass".to_owned());
        let found = of(&broker("https://tokens.example/token"), &kept).unwrap();
        assert_eq!(found.expose(), "pass");
        for other in ["https://evil.example/token", "https://tokens.example/other"] {
            assert!(of(&broker(other), &kept).is_none(), "{other}");
        }
        assert!(of(&broker("https://tokens.example/"), &Secret::new("pass".to_owned())).is_none());
    }
}
