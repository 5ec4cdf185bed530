//! A secret that zeroes its memory and cannot be printed.

use std::fmt;

use zeroize::{Zeroize as _, Zeroizing};

/// A secret text. Its memory is overwritten when it is dropped; `Debug` and `Display` show nothing of it, not even its
/// length; it has no serde. [`Secret::expose`] is the only way to the text, and easy to search for.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over `text`; other copies of it are the caller's affair.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// From bytes that ought to be UTF-8; overwritten and dropped if they are not.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        match String::from_utf8(bytes) {
            Ok(text) => Some(Self::new(text)),
            Err(error) => {
                error.into_bytes().zeroize();
                None
            }
        }
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Without the blanks around it, as they come with pasting.
    #[must_use]
    pub fn trimmed(self) -> Self {
        Self::new(self.0.trim().to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_shows_nothing() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(
            format!("{secret:?} {secret:#?} {secret} {:?}", Some(&secret)),
            "Secret(…) Secret(…) … Some(Secret(…))"
        );
    }

    #[test]
    fn blanks_of_pasting_go() {
        assert_eq!(Secret::new(" \tkey\r\n".to_owned()).trimmed().expose(), "key");
    }
}
