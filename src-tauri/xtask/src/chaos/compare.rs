//! What was spoken against what is stored. Knows nothing of how either came about.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Samples a millisecond of the recording's axis.
pub(crate) const SAMPLES_A_MS: u64 = 16;

/// A word as it was spoken; milliseconds since the speech began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spoken {
    pub(crate) number: u32,
    pub(crate) start_ms: u64,
    pub(crate) end_ms: u64,
}

/// A word as it is stored; samples of the recording's axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) text: String,
    pub(crate) from: u64,
    pub(crate) to: u64,
}

impl Stored {
    /// The word's number; `None` when it is no coded word.
    pub(crate) fn number(&self) -> Option<u32> {
        number(&self.text)
    }
}

/// `W17.` is word 17: case and punctuation belong to the turn.
pub(crate) fn number(text: &str) -> Option<u32> {
    let plain = text.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    plain.strip_prefix('w')?.parse().ok()
}

/// How they differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// Spoken, not stored, and nothing excuses it.
    pub(crate) lost: Vec<Spoken>,
    /// Spoken, not stored, for their sound was destroyed.
    pub(crate) excused: Vec<Spoken>,
    /// The numbers of words that are stored again.
    pub(crate) doubled: Vec<u32>,
    /// Neighbours in the wrong order.
    pub(crate) out_of_order: Vec<(u32, u32)>,
    /// Stored, never spoken.
    pub(crate) strange: Vec<String>,
}

/// Compares. `begins_at` is where the speech begins on the axis, as far as a clock can tell; `is_excused` is asked of each
/// word that is missing, with the range of the axis where it would have been.
pub(crate) fn compare(
    spoken: &[Spoken],
    stored: &[Stored],
    begins_at: u64,
    is_excused: impl Fn(&Spoken, Range<u64>) -> bool,
) -> Comparison {
    let mut found = Comparison::default();
    let known: BTreeSet<u32> = spoken.iter().map(|word| word.number).collect();
    let mut seen = BTreeSet::new();
    let mut before: Option<u32> = None;
    for word in stored {
        let Some(number) = word.number().filter(|number| known.contains(number)) else {
            found.strange.push(word.text.clone());
            continue;
        };
        if !seen.insert(number) {
            found.doubled.push(number);
        } else if let Some(before) = before.filter(|before| *before > number) {
            found.out_of_order.push((before, number));
        }
        before = Some(number);
    }
    for word in spoken.iter().filter(|word| !seen.contains(&word.number)) {
        let is_excused = is_excused(word, place(word, spoken, stored, begins_at));
        if is_excused { &mut found.excused } else { &mut found.lost }.push(*word);
    }
    found
}

/// Where a missing word would be: as far after its last stored neighbour as it was spoken after it.
pub(crate) fn place(
    word: &Spoken,
    spoken: &[Spoken],
    stored: &[Stored],
    begins_at: u64,
) -> Range<u64> {
    let known: BTreeMap<u32, &Spoken> = spoken.iter().map(|one| (one.number, one)).collect();
    let at = |one: &Stored| Some((*known.get(&one.number()?)?, one.from));
    let before = stored
        .iter()
        .filter_map(at)
        .filter(|(one, _)| one.number < word.number)
        .max_by_key(|(one, _)| one.number);
    let start = match before {
        Some((one, from)) => from + (word.start_ms - one.start_ms) * SAMPLES_A_MS,
        None => begins_at + word.start_ms * SAMPLES_A_MS,
    };
    start..start + (word.end_ms - word.start_ms) * SAMPLES_A_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(numbers: Range<u32>) -> Vec<Spoken> {
        let at = |number| u64::from(number) * 500;
        numbers
            .map(|number| Spoken { number, start_ms: at(number), end_ms: at(number) + 300 })
            .collect()
    }

    fn stored(numbers: &[u32]) -> Vec<Stored> {
        let from = |number: u32| 1_600 + u64::from(number) * 8_000;
        let word = |number: &u32| Stored {
            text: format!("w{number}"),
            from: from(*number),
            to: from(*number) + 4_800,
        };
        numbers.iter().map(word).collect()
    }

    fn compared(said: Range<u32>, kept: &[u32]) -> Comparison {
        compare(&spoken(said), &stored(kept), 1_600, |_, _| false)
    }

    #[test]
    fn what_is_whole_differs_in_nothing() {
        assert_eq!(compared(0..5, &[0, 1, 2, 3, 4]), Comparison::default());
        assert_eq!(number("W17."), Some(17));
        assert_eq!(number("Word."), None);
    }

    #[test]
    fn each_difference_is_named() {
        let found = compared(0..6, &[0, 2, 1, 1, 4, 9]);
        assert_eq!(found.lost.iter().map(|word| word.number).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(found.doubled, [1]);
        assert_eq!(found.out_of_order, [(2, 1)]);
        assert_eq!(found.strange, ["w9"]);
    }

    #[test]
    fn a_repeated_stretch_is_doubled_not_out_of_order() {
        let found = compared(0..4, &[0, 1, 2, 0, 1, 2, 3]);
        assert_eq!((found.doubled, found.out_of_order), (vec![0, 1, 2], vec![]));
    }

    #[test]
    fn a_missing_word_is_placed_after_its_neighbour() {
        let said = spoken(0..4);
        let places = std::cell::RefCell::new(Vec::new());
        let found = compare(&said, &stored(&[1, 3]), 1_600, |word, place| {
            places.borrow_mut().push((word.number, place));
            true
        });
        assert!(found.lost.is_empty());
        assert_eq!(found.excused.len(), 2);
        assert_eq!(places.into_inner(), [(0, 1_600..6_400), (2, 17_600..22_400)]);
    }
}
