//! The one secret of an encrypted history.

use std::fmt;
use std::io;
use std::sync::Arc;

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub(crate) const KEY_BYTES: usize = 32;

/// Thirty-two random bytes. Overwritten when the last clone is dropped; never printed, and without serde.
#[derive(Clone)]
pub struct DataKey(Arc<Zeroizing<[u8; KEY_BYTES]>>);

/// What a derived key is for. Keys of different purposes tell nothing of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The database.
    Database,
    /// Tells in the database's file which key it is encrypted with; no secret.
    DatabaseCheck,
    /// The records of a spool.
    Spool,
    /// Tells the same in a spool; no secret.
    SpoolCheck,
    /// A file as a whole.
    File,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Database => b"sotto 1 database",
            Self::DatabaseCheck => b"sotto 1 database check",
            Self::Spool => b"sotto 1 spool",
            Self::SpoolCheck => b"sotto 1 spool check",
            Self::File => b"sotto 1 file",
        }
    }
}

impl DataKey {
    /// A fresh one, from the system's source of randomness.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn random() -> io::Result<Self> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        fill_random(bytes.as_mut())?;
        Ok(Self(Arc::new(bytes)))
    }

    /// From bytes that were a key's.
    #[must_use]
    pub fn new(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self(Arc::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// A key for one purpose. `salt`: what else it depends on, the same that was given when something was encrypted.
    #[must_use]
    pub fn derive<const N: usize>(&self, purpose: Purpose, salt: &[u8]) -> Zeroizing<[u8; N]> {
        // The only lengths that HKDF refuses are longer.
        const { assert!(N <= 255 * 32) };
        let mut out = Zeroizing::new([0; N]);
        let info = [purpose.label()];
        let expanded = Salt::new(HKDF_SHA256, salt).extract(self.bytes());
        let filled =
            expanded.expand(&info, Length(N)).and_then(|derived| derived.fill(out.as_mut()));
        debug_assert!(filled.is_ok(), "a key of {N} bytes");
        out
    }
}

impl PartialEq for DataKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes().ct_eq(other.bytes()).into()
    }
}

impl Eq for DataKey {}

impl fmt::Debug for DataKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("DataKey(…)")
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

pub(crate) fn fill_random(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(|error| io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> DataKey {
        DataKey::new(Zeroizing::new([byte; KEY_BYTES]))
    }

    #[test]
    fn derived_keys_differ_by_key_purpose_and_salt() {
        let one: Zeroizing<[u8; 32]> = key(1).derive(Purpose::Spool, b"a");
        assert_eq!(*one, *key(1).derive::<32>(Purpose::Spool, b"a"));
        assert_ne!(*one, *key(2).derive::<32>(Purpose::Spool, b"a"));
        assert_ne!(*one, *key(1).derive::<32>(Purpose::Database, b"a"));
        assert_ne!(*one, *key(1).derive::<32>(Purpose::Spool, b"b"));
        assert_ne!(*one, [0; 32]);
    }

    /// What is on disks today must be readable by every later version.
    #[test]
    fn what_is_derived_never_changes() {
        let derived = key(7).derive::<8>(Purpose::Database, b"");
        let hex: String = derived.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, DERIVED_ONCE);
    }

    const DERIVED_ONCE: &str = "b6154c5c36a627f4";

    #[test]
    fn no_key_is_printed_and_no_two_are_the_same() {
        assert_eq!(format!("{:?}", Some(key(5))), "Some(DataKey(…))");
        assert!(DataKey::random().unwrap() != DataKey::random().unwrap());
        assert!(key(5) == key(5).clone());
    }
}
