//! What can go wrong with the keyring. Nothing here may carry key material: `keyring_core::Error::BadEncoding` and its
//! like hold the bytes that they complain about, so those errors are translated and never passed on.

use keyring_core::Error;
use zeroize::Zeroize as _;

/// What can go wrong with the keyring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The keyring is locked and its prompt waits for the user; the ask goes on in the background.
    #[error("the keyring is locked and waits to be unlocked")]
    Locked,
    /// The user dismissed the prompt, or access is not allowed.
    #[error("the keyring refused access")]
    Denied,
    /// There is no keyring, or it went away.
    #[error("there is no keyring: {reason}")]
    NoKeyring {
        /// In the platform's words.
        reason: String,
    },
    /// The platform stores no text of this length.
    #[error("the keyring stores at most {limit} characters")]
    TooLong {
        /// How many it would store.
        limit: u32,
    },
    /// The keyring did not answer in time; the ask goes on in the background.
    #[error("the keyring does not answer")]
    TimedOut,
    /// What the keyring holds under our name is not a key.
    #[error("what the keyring holds is not readable text")]
    Unreadable,
    /// Anything else that the keyring says.
    #[error("the keyring failed: {reason}")]
    Failed {
        /// In the platform's words.
        reason: String,
    },
}

impl From<Error> for VaultError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoStorageAccess(_) => Self::Denied,
            Error::PlatformFailure(error) => Self::NoKeyring { reason: error.to_string() },
            Error::NoDefaultStore => Self::NoKeyring { reason: "none is set up".to_owned() },
            Error::TooLong(_, limit) => Self::TooLong { limit },
            Error::BadEncoding(mut bytes) | Error::BadDataFormat(mut bytes, _) => {
                bytes.zeroize();
                Self::Unreadable
            }
            Error::NotSupportedByStore(reason) | Error::BadStoreFormat(reason) => {
                Self::Failed { reason }
            }
            Error::NoEntry => Self::Failed { reason: "the entry is gone".to_owned() },
            Error::Ambiguous(entries) => {
                Self::Failed { reason: format!("{} entries match", entries.len()) }
            }
            // The parameter that is complained about may be the key itself.
            Error::Invalid(..) => Self::Failed { reason: "it takes no such value".to_owned() },
            _ => Self::Failed { reason: "it gave an unknown reason".to_owned() },
        }
    }
}
