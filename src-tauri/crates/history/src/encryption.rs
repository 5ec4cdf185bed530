//! Whether the file is encrypted, with which key, and how SQLite is told the key.
//!
//! The first sixteen bytes of an encrypted file are what SQLCipher calls its salt. The key is random and needs none, so they
//! say what the file is, and tell the right key from a wrong one without trying to read a page with it.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use rusqlite::Connection;
use sotto_encryption::{DataKey, Purpose};
use zeroize::Zeroizing;

use crate::HistoryError;

const MAGIC: [u8; 8] = *b"SOTTOHC1";
const CHECK_BYTES: usize = 8;
const KEY_BYTES: usize = 32;

/// What a file is, as far as everyone can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Plain SQLite, nothing yet, or damaged.
    Plain,
    /// Encrypted, with the key that has this check.
    Encrypted([u8; CHECK_BYTES]),
}

/// Never while this process has the file open: to close it again would end the locks that SQLite holds.
pub(crate) fn kind(path: &Path) -> Result<Kind, HistoryError> {
    let mut head = [0; MAGIC.len() + CHECK_BYTES];
    match File::open(path).and_then(|mut file| file.read_exact(&mut head)) {
        Ok(()) => {}
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedEof) => {
            return Ok(Kind::Plain);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(match (head.strip_prefix(&MAGIC), head.last_chunk()) {
        (Some(_), Some(check)) => Kind::Encrypted(*check),
        _ => Kind::Plain,
    })
}

/// Whether a file is an encrypted history, whoever's it is, and even if it is damaged behind its beginning.
///
/// # Errors
/// When it cannot be read.
pub fn is_encrypted(path: &Path) -> Result<bool, HistoryError> {
    Ok(kind(path)? != Kind::Plain)
}

pub(crate) fn check(key: &DataKey) -> [u8; CHECK_BYTES] {
    *key.derive(Purpose::DatabaseCheck, &[])
}

/// The key as SQLCipher takes it: raw, so that nothing is derived from it once more, with the salt of its file.
pub(crate) fn raw(key: &DataKey) -> Zeroizing<String> {
    let own = key.derive::<KEY_BYTES>(Purpose::Database, &[]);
    let mut text = Zeroizing::new(String::with_capacity(2 * (KEY_BYTES + 16) + 3));
    text.push_str("x'");
    for byte in own.iter().chain(&MAGIC).chain(&check(key)) {
        for half in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(half.into(), 16));
        }
    }
    text.push('\'');
    text
}

/// The first thing that a connection to an encrypted file is told; without a key it is plain SQLite.
pub(crate) fn unlock(connection: &Connection, key: Option<&DataKey>) -> Result<(), HistoryError> {
    if let Some(key) = key {
        let raw = raw(key);
        let mut sql = Zeroizing::new(String::with_capacity(raw.len() + 20));
        sql.push_str("PRAGMA key = \"");
        sql.push_str(&raw);
        sql.push('"');
        connection.execute_batch(&sql)?;
    }
    Ok(())
}
