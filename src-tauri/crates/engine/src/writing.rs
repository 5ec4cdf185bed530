//! How a model writes, and its text as atoms.
//!
//! Models differ in two ways that matter here. Some know capitals only ("IT WAS THE BEST"), which nobody wants to read. And
//! Chinese and Japanese have no spaces: a whole sentence would be one word that never becomes final, so each character of
//! theirs is an atom of its own.

use crate::words::{Atom, atoms, key};

/// How a model writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Writing {
    /// Its tokens have no small letters.
    pub(crate) is_capitals_only: bool,
}

impl Writing {
    /// The atoms of a text.
    pub(crate) fn atoms(self, text: &str) -> Vec<Atom> {
        let atoms = if self.is_capitals_only { atoms(&text.to_lowercase()) } else { atoms(text) };
        atoms.into_iter().flat_map(by_character).collect()
    }
}

/// Whether words are written with this character without spaces between them.
pub(crate) fn is_unspaced(c: char) -> bool {
    // Kana, Han with its extensions and compatibility forms, and the marks that repeat or lengthen them.
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Cuts an atom before and after each such character; marks stay with what is before them.
fn by_character(atom: Atom) -> Vec<Atom> {
    if !atom.shown.chars().any(is_unspaced) {
        return vec![atom];
    }
    let mut pieces: Vec<String> = Vec::new();
    let mut was_unspaced = true;
    for c in atom.shown.chars() {
        let begins = is_unspaced(c) || (was_unspaced && c.is_alphanumeric());
        match pieces.last_mut() {
            Some(last) if !begins || key(last).is_empty() => last.push(c),
            _ => pieces.push(c.to_string()),
        }
        was_unspaced = is_unspaced(c);
    }
    let mut is_joined = atom.is_joined;
    pieces
        .into_iter()
        .map(|shown| {
            let key = key(&shown);
            Atom { key, shown, is_joined: std::mem::take(&mut is_joined), sound: None }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, writing: Writing) -> Vec<String> {
        writing.atoms(text).into_iter().map(|atom| atom.shown).collect()
    }

    #[test]
    fn capitals_are_made_small_where_there_is_nothing_else() {
        let text = " IT WAS THE BEST";
        assert_eq!(shown(text, Writing { is_capitals_only: true }), ["it", "was", "the", "best"]);
        assert_eq!(shown(text, Writing::default()), ["IT", "WAS", "THE", "BEST"]);
    }

    #[test]
    fn what_has_no_spaces_is_cut_into_characters() {
        assert_eq!(
            shown("我们用 Rust 写的，好。", Writing::default()),
            ["我", "们", "用", "Rust", "写", "的，", "好。"]
        );
        assert_eq!(
            shown("用Rust写「程序」", Writing::default()),
            ["用", "Rust", "写「", "程", "序」"]
        );
        assert_eq!(shown("カラオケ", Writing::default()), ["カ", "ラ", "オ", "ケ"]);
        assert!(
            Writing::default().atoms("好。很好。").iter().all(|atom| atom.key.chars().count() == 1)
        );
    }

    #[test]
    fn other_scripts_stay_whole() {
        assert_eq!(
            shown("안녕 мир ill-disposed", Writing::default()),
            ["안녕", "мир", "ill", "disposed"]
        );
    }
}
