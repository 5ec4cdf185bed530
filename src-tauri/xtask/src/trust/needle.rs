//! What is looked for: a key in every form in which it could lie in memory or in a file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Enough of a key that it cannot be there by chance, for forms whose ends depend on what is around them.
const CORE: usize = 24;

/// A key that exists nowhere else.
pub(crate) struct Needle {
    text: String,
    forms: Vec<Vec<u8>>,
}

impl Needle {
    /// One that looks like a real one: 32 hexadecimal digits.
    pub(crate) fn random() -> Self {
        Self::new(uuid::Uuid::new_v4().simple().to_string())
    }

    pub(crate) fn new(text: String) -> Self {
        let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut forms = vec![text.clone().into_bytes(), wide];
        // In base64 three shifts are possible; the characters at both ends depend on what is around.
        for shift in 0..3 {
            let padded = [vec![0; shift], text.clone().into_bytes()].concat();
            let encoded = STANDARD_NO_PAD.encode(padded).into_bytes();
            forms.push(encoded.get(4..4 + CORE).unwrap_or_default().to_vec());
        }
        Self { text, forms }
    }

    /// The key itself.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Bytes that a search must let overlap from one piece to the next.
    pub(crate) fn longest(&self) -> usize {
        self.forms.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Whether any form of it is in there.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        self.forms.iter().any(|form| memchr::memmem::find(bytes, form).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn it_is_found_in_every_form_and_only_there() {
        let needle = Needle::new("k3y-0123456789abcdefghijklmnopqr".to_owned());
        assert!(needle.is_in(b"xx k3y-0123456789abcdefghijklmnopqr yy"));
        let wide: Vec<u8> = needle.text().encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(needle.is_in(&[b"abc".to_vec(), wide].concat()));
        for before in ["", "a", "ab", "user:"] {
            let encoded = STANDARD.encode(format!("{before}{}!", needle.text()));
            assert!(needle.is_in(encoded.as_bytes()), "{before}");
        }
        assert!(!needle.is_in(b"k3y-0123456789abcdefghijklmnopq"));
        assert!(!needle.is_in(b""));
    }

    #[test]
    fn two_are_never_the_same() {
        assert_ne!(Needle::random().text(), Needle::random().text());
    }
}
