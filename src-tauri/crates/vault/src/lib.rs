//! The API key, in the keyring of the operating system.
//!
//! [`Vault`] keeps it, [`Secret`] carries it, [`find_key`] sees one that could be imported. A keyring may be missing,
//! locked, or waiting for a person to type a password, so every ask runs on a thread of its own and has a time limit;
//! [`KeyStatus`] says in one word where the key is.
//!
//! What this crate is not: it does not know what the key is for, and it never writes it anywhere but into the keyring.
//! Without one the key lives in memory for this run, and [`Kept::ThisRunOnly`] says so: there is no silent fallback to
//! a file.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod error;
mod found;
mod keeper;
mod keyring;
mod secret;
mod vault;

pub use error::VaultError;
pub use found::{FoundKey, find_key};
pub use secret::Secret;
pub use vault::{Kept, KeyStatus, Vault};
