//! What an engine made of a recording, in a form that is the same for both of them.

use std::collections::BTreeMap;

use crate::words;

/// A turn (or line) as it was at a moment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Update {
    /// Seconds since the first sample was spoken.
    pub(super) at: f64,
    pub(super) turn: u64,
    pub(super) words: Vec<String>,
    pub(super) is_final: bool,
}

/// All that was told about one recording, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Hearing {
    pub(super) updates: Vec<Update>,
}

impl Hearing {
    /// What is final in the end.
    pub(super) fn words(&self) -> Vec<String> {
        let mut turns = BTreeMap::new();
        for update in self.updates.iter().filter(|update| update.is_final) {
            turns.insert(update.turn, &update.words);
        }
        turns.into_values().flatten().cloned().collect()
    }

    /// Each moment at which something was told, and all words that could be read then.
    pub(super) fn moments(&self) -> impl Iterator<Item = (f64, Vec<&str>)> {
        let mut turns: BTreeMap<u64, &Vec<String>> = BTreeMap::new();
        self.updates.iter().map(move |update| {
            turns.insert(update.turn, &update.words);
            (update.at, turns.values().copied().flatten().map(String::as_str).collect())
        })
    }

    /// Each end of a turn: when it was told, and all words up to it.
    pub(super) fn ends(&self) -> impl Iterator<Item = (f64, Vec<&str>)> {
        let mut turns: BTreeMap<u64, &Vec<String>> = BTreeMap::new();
        self.updates.iter().filter_map(move |update| {
            let is_first = !turns.contains_key(&update.turn);
            if !update.is_final || update.words.is_empty() || !is_first {
                return None;
            }
            turns.insert(update.turn, &update.words);
            Some((update.at, turns.values().copied().flatten().map(String::as_str).collect()))
        })
    }
}

/// The words of a text, as they are compared.
pub(super) fn words_of(text: &str) -> Vec<String> {
    words::plain(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(at: f64, turn: u64, text: &str, is_final: bool) -> Update {
        Update { at, turn, words: words_of(text), is_final }
    }

    #[test]
    fn moments_hold_all_turns_and_ends_only_what_is_over() {
        let hearing = Hearing {
            updates: vec![
                update(1.0, 0, "one", false),
                update(2.0, 0, "one two", true),
                update(3.0, 1, "three", false),
                update(4.0, 1, "three.", true),
                update(4.1, 1, "Three.", true),
            ],
        };
        assert_eq!(hearing.words(), ["one", "two", "three"]);
        let moments: Vec<_> = hearing.moments().collect();
        assert_eq!(moments[2], (3.0, vec!["one", "two", "three"]));
        let ends: Vec<_> = hearing.ends().collect();
        assert_eq!(ends, [(2.0, vec!["one", "two"]), (4.0, vec!["one", "two", "three"])]);
    }
}
