//! The records of one file, each sealed by itself, so that a file can grow, be read at any place, and be torn at its end.

use std::io;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::data_key::fill_random;
use crate::{DataKey, Purpose};

/// Of a record's nonce, which stands before it.
pub const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// What sealing adds to a record.
pub const SEAL_BYTES: usize = NONCE_BYTES + TAG_BYTES;

/// Not sealed with this key, in this file, as the record of this number; or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this record is not what was sealed here")]
pub struct Unsealed;

/// Seals the records of one file: AES-256-GCM, with a key that is this file's alone.
///
/// A nonce is random, not counted: after a crash or a full disk, a record is written once more in the place of a torn one,
/// maybe with something else in it, and no count would know. Among the 72,000 records of an hour, two have the same nonce
/// once in 10¹⁹ such files; each file has a key of its own, so nothing adds up over files.
pub struct RecordCipher(LessSafeKey);

impl RecordCipher {
    /// `file`: what no other file has, such as its identity and a few random bytes; none that is read with another name is
    /// taken for it.
    ///
    /// # Errors
    /// None that are known: the length of the key is right.
    pub fn new(key: &DataKey, purpose: Purpose, file: &[u8]) -> io::Result<Self> {
        let own = key.derive::<32>(purpose, file);
        let key = UnboundKey::new(&AES_256_GCM, own.as_ref());
        Ok(Self(LessSafeKey::new(key.map_err(|_| io::Error::other("no key of this length"))?)))
    }

    /// Nonce, what is sealed, and the tag.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn seal(&self, number: u64, content: &[u8]) -> io::Result<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        fill_random(&mut nonce)?;
        let mut sealed = Vec::with_capacity(content.len() + SEAL_BYTES);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(content);
        let tag = self.0.seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(number.to_le_bytes()),
            &mut sealed[NONCE_BYTES..],
        );
        let tag = tag.map_err(|_| io::Error::other("too much for one record"))?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// What was sealed as the record of this number.
    ///
    /// # Errors
    /// When it was not.
    pub fn open(&self, number: u64, sealed: &[u8]) -> Result<Vec<u8>, Unsealed> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(Unsealed)?;
        let mut content = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .0
            .open_in_place(nonce, Aad::from(number.to_le_bytes()), &mut content)
            .map_err(|_| Unsealed)?
            .len();
        content.truncate(length);
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use zeroize::Zeroizing;

    use super::*;

    fn cipher(key: u8, file: &[u8]) -> RecordCipher {
        let key = DataKey::new(Zeroizing::new([key; 32]));
        RecordCipher::new(&key, Purpose::Spool, file).unwrap()
    }

    proptest! {
        #[test]
        fn a_record_is_read_by_its_key_in_its_file_at_its_place_only(
            content in prop::collection::vec(any::<u8>(), 0..2_000), number: u64,
            at in any::<prop::sample::Index>(), bit in 0..8_u8,
        ) {
            let mut sealed = cipher(1, b"a").seal(number, &content).unwrap();
            prop_assert_eq!(sealed.len(), content.len() + SEAL_BYTES);
            prop_assert_eq!(cipher(1, b"a").open(number, &sealed).unwrap(), content);
            prop_assert!(cipher(2, b"a").open(number, &sealed).is_err());
            prop_assert!(cipher(1, b"b").open(number, &sealed).is_err());
            prop_assert!(cipher(1, b"a").open(number ^ 1, &sealed).is_err());
            prop_assert!(cipher(1, b"a").open(number, &sealed[..sealed.len() - 1]).is_err());
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(cipher(1, b"a").open(number, &sealed).is_err());
        }
    }

    #[test]
    fn the_same_record_is_never_sealed_the_same_way() {
        let cipher = cipher(1, b"a");
        let nonces: BTreeSet<Vec<u8>> =
            (0..10_000).map(|_| cipher.seal(0, b"torn").unwrap()[..NONCE_BYTES].to_vec()).collect();
        assert_eq!(nonces.len(), 10_000);
    }
}
