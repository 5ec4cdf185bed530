//! The key, the tokens that are made with it, and the key of the history: what the window may know of them.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::RecogniserKindDto;

/// Where the API key is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum KeyStatusDto {
    /// There is none.
    Missing,
    /// In the keyring.
    Saved {
        /// The keyring's name.
        store: String,
    },
    /// In memory only.
    ThisRunOnly {
        /// Why it is not in a keyring.
        reason: String,
    },
    /// Taken from the environment for this run.
    Environment,
    /// The keyring's own prompt waits for the user.
    WaitingForUnlock,
    /// The keyring cannot be reached.
    Unavailable {
        /// What the system said.
        reason: String,
    },
}

/// A key that was seen and could be imported.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FoundKeyDto {
    /// Nothing was seen.
    None,
    /// In `ASSEMBLYAI_API_KEY`.
    Environment,
    /// In a `.env` file.
    DotEnv {
        /// The file's name, without its folder.
        file_name: String,
    },
}

/// The verdict of minting a token with a key.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum KeyCheckDto {
    /// A token was minted; the key is kept.
    Works {
        /// Where it is kept.
        status: KeyStatusDto,
    },
    /// The recogniser refused it; nothing was kept.
    Rejected {
        /// In words.
        message: String,
    },
    /// Nobody answered; nothing was kept.
    Unreachable {
        /// In words.
        message: String,
    },
}

/// How the history lies on the disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EncryptionDto {
    /// As it is.
    Off,
    /// Encrypted, and open.
    On {
        /// Where the keyring's copy of its key is.
        keyring: KeyStatusDto,
        /// So many files could not be encrypted yet.
        in_the_clear: u32,
    },
    /// Encrypted, and nobody gave its key yet.
    Locked {
        /// What the keyring says.
        keyring: KeyStatusDto,
    },
    /// Being encrypted or decrypted.
    Working {
        /// Which of the two.
        is_encrypting: bool,
        /// So many bytes are through.
        done: u64,
        /// Of so many.
        total: u64,
    },
}

/// A temporary token; the only credential that the window ever holds.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TokenDto {
    /// Opaque.
    pub token: String,
    /// When it can no longer be redeemed.
    pub expires_at: u64,
    /// Without parameters.
    pub socket_url: String,
    /// Who minted it.
    pub recogniser: RecogniserKindDto,
    /// How much faster than real time audio may be sent; `None`: as fast as the socket takes it.
    pub pace_limit: Option<f64>,
}

/// Whose token is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WantedDto {
    /// The recogniser that the user chose.
    Chosen,
    /// The offline engine, because the chosen one is away.
    Fallback,
}
