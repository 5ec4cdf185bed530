//! What is needed to keep files so that only the holder of a key can read them.
//!
//! [`DataKey`] is the one key of a history; everything on the disk is encrypted with keys that are derived from it, each for
//! its own purpose. [`RecoveryKey`] is its form for people. [`RecordCipher`] seals the records of one file, [`whole`] a file
//! that nobody reads piece by piece, and [`switch`] puts a file in the place of another so that no crash leaves neither, or a
//! readable copy for good.
//!
//! What this crate is not: it knows nothing of keyrings, databases and audio, and keeps no key anywhere.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod data_key;
mod record;
mod recovery;
pub mod switch;
pub mod whole;

pub use data_key::{DataKey, Purpose};
pub use record::{NONCE_BYTES, RecordCipher, SEAL_BYTES, Unsealed};
pub use recovery::{RecoveryKey, RecoveryKeyError};
