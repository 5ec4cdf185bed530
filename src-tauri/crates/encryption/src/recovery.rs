//! The key as people write it down: Crockford's base 32 (no letter looks like a digit), in groups of four, with a checksum
//! that tells a slip of the pen from another key.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use zeroize::{Zeroize as _, Zeroizing};

use crate::DataKey;
use crate::data_key::KEY_BYTES;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECKSUM_BYTES: usize = 3;
const BYTES: usize = KEY_BYTES + CHECKSUM_BYTES;
/// 280 bits, five a letter.
const LENGTH: usize = BYTES * 8 / 5;
const GROUP: usize = 4;

/// The words of a [`DataKey`] for people. Overwritten when dropped, never printed by `Debug`.
pub struct RecoveryKey(Zeroizing<String>);

/// Why what was typed is no recovery key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryKeyError {
    /// Letters are missing or too many.
    #[error("a recovery key has {LENGTH} letters and digits, not {0}")]
    Length(usize),
    /// A sign that is never in one.
    #[error("a recovery key has only letters and digits, and no U")]
    Letter,
    /// One letter or more is wrong.
    #[error("this is no recovery key: a letter is wrong")]
    Checksum,
}

impl RecoveryKey {
    /// The words of this key.
    #[must_use]
    pub fn of(key: &DataKey) -> Self {
        let mut bytes = Zeroizing::new([0; BYTES]);
        bytes[..KEY_BYTES].copy_from_slice(key.bytes());
        bytes[KEY_BYTES..].copy_from_slice(&checksum(key.bytes()));
        let mut text = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / GROUP));
        let (mut bits, mut held) = (0_u32, 0_u32);
        let mut letters = 0;
        for byte in bytes.iter() {
            bits = (bits & 0xff) << 8 | u32::from(*byte);
            held += 8;
            while held >= 5 {
                held -= 5;
                if letters > 0 && letters % GROUP == 0 {
                    text.push('-');
                }
                text.push(char::from(LETTERS[(bits >> held & 31) as usize]));
                letters += 1;
            }
        }
        bits.zeroize();
        Self(text)
    }

    /// The key that is meant by what a person typed: in any case, with any blanks and dashes, O for 0, I and L for 1.
    ///
    /// # Errors
    /// When no key has these words.
    pub fn read(typed: &str) -> Result<DataKey, RecoveryKeyError> {
        let signs = || typed.chars().filter(|sign| !sign.is_whitespace() && !is_dash(*sign));
        if signs().any(|sign| value(sign).is_none()) {
            return Err(RecoveryKeyError::Letter);
        }
        let length = signs().count();
        if length != LENGTH {
            return Err(RecoveryKeyError::Length(length));
        }
        let mut bytes = Zeroizing::new([0_u8; BYTES]);
        let (mut bits, mut held) = (0_u32, 0_u32);
        let mut to = bytes.iter_mut();
        for value in signs().filter_map(value) {
            bits = (bits & 0xff) << 5 | value;
            held += 5;
            if held >= 8 {
                held -= 8;
                if let Some(byte) = to.next() {
                    *byte = u8::try_from(bits >> held & 0xff).unwrap_or_default();
                }
            }
        }
        bits.zeroize();
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        key.copy_from_slice(&bytes[..KEY_BYTES]);
        if bytes[KEY_BYTES..] != checksum(&key) {
            return Err(RecoveryKeyError::Checksum);
        }
        Ok(DataKey::new(key))
    }

    /// The words. The only way to them, and easy to search for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether somebody who has the words before them typed the last group of them.
    #[must_use]
    pub fn ends_with(&self, typed: &str) -> bool {
        let plain = |text: &str| Zeroizing::new(text.chars().filter_map(value).collect::<Vec<_>>());
        let (own, typed) = (plain(&self.0), plain(typed));
        typed.len() == GROUP && own.ends_with(&typed[..])
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RecoveryKey(…)")
    }
}

fn checksum(key: &[u8; KEY_BYTES]) -> [u8; CHECKSUM_BYTES] {
    let mut said = Zeroizing::new([0; 8 + KEY_BYTES]);
    said[..8].copy_from_slice(b"recovery");
    said[8..].copy_from_slice(key);
    let digest = digest(&SHA256, said.as_ref());
    let mut sum = [0; CHECKSUM_BYTES];
    sum.copy_from_slice(&digest.as_ref()[..CHECKSUM_BYTES]);
    sum
}

fn is_dash(sign: char) -> bool {
    matches!(sign, '-' | '\u{2010}'..='\u{2015}' | '_')
}

fn value(sign: char) -> Option<u32> {
    let sign = match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = LETTERS.iter().position(|letter| char::from(*letter) == sign)?;
    u32::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(bytes: [u8; KEY_BYTES]) -> DataKey {
        DataKey::new(Zeroizing::new(bytes))
    }

    proptest! {
        #[test]
        fn what_is_written_down_is_read_back(bytes: [u8; KEY_BYTES]) {
            let key = key(bytes);
            let words = RecoveryKey::of(&key);
            prop_assert_eq!(words.expose().split('-').map(str::len).collect::<Vec<_>>(), vec![4; 14]);
            prop_assert!(RecoveryKey::read(words.expose()).unwrap() == key);
        }

        /// One wrong letter anywhere, or two that changed places.
        #[test]
        fn a_slip_of_the_pen_is_told(bytes: [u8; KEY_BYTES], at in 0..LENGTH, other in 0..32_usize) {
            let words = RecoveryKey::of(&key(bytes)).expose().replace('-', "");
            let mut typed = words.clone().into_bytes();
            typed[at] = LETTERS[other];
            let typed = String::from_utf8(typed).unwrap();
            prop_assert_eq!(RecoveryKey::read(&typed).is_ok(), typed == words);
            let mut swapped = words.clone().into_bytes();
            swapped.swap(at, (at + 1) % LENGTH);
            let swapped = String::from_utf8(swapped).unwrap();
            prop_assert_eq!(RecoveryKey::read(&swapped).is_ok(), swapped == words);
        }
    }

    #[test]
    fn it_is_read_as_people_write() {
        let key = key([0; KEY_BYTES]);
        let words = RecoveryKey::of(&key).expose().to_owned();
        for typed in [
            words.to_lowercase(),
            words.replace('-', " "),
            format!("\n {} \t", words.replace('-', "\u{2013}")),
            words.replace('0', "O"),
            words.replace('1', "l"),
        ] {
            assert!(RecoveryKey::read(&typed).unwrap() == key, "{typed}");
        }
    }

    #[test]
    fn what_is_no_recovery_key_says_why() {
        let words = RecoveryKey::of(&key([9; KEY_BYTES])).expose().to_owned();
        assert_eq!(RecoveryKey::read("").unwrap_err(), RecoveryKeyError::Length(0));
        assert_eq!(RecoveryKey::read(&words[5..]).unwrap_err(), RecoveryKeyError::Length(52));
        let with_u = format!("U{}", &words[1..]);
        assert_eq!(RecoveryKey::read(&with_u).unwrap_err(), RecoveryKeyError::Letter);
        let error = RecoveryKey::read(&format!("{}{words}", &words[..1])).unwrap_err();
        assert!(!error.to_string().contains(&words[..4]));
    }

    #[test]
    fn the_last_group_shows_that_somebody_has_it() {
        let words = RecoveryKey::of(&key([3; KEY_BYTES]));
        let last = words.expose().rsplit('-').next().unwrap().to_owned();
        assert!(words.ends_with(&last) && words.ends_with(&format!(" {} ", last.to_lowercase())));
        for wrong in ["", "0000", &last[1..], words.expose()] {
            assert!(!words.ends_with(wrong), "{wrong}");
        }
        assert_eq!(format!("{words:?}"), "RecoveryKey(…)");
    }
}
