//! From what was told and what was really said to figures.

use super::hearing::Hearing;
use super::pairing::{beginning, whole};
use super::reference::Spoken;

/// When each spoken word could be read for the first time, in seconds after its end; words that never were are left out.
pub(super) fn delays(hearing: &Hearing, spoken: &[Spoken]) -> Vec<f64> {
    let mut first: Vec<Option<f64>> = vec![None; spoken.len()];
    for (at, words) in hearing.moments() {
        for (place, is_same) in beginning(&words, spoken).pairs.into_iter().flatten() {
            if is_same {
                first[place].get_or_insert(at);
            }
        }
    }
    first.into_iter().zip(spoken).filter_map(|(at, word)| Some(at? - word.end)).collect()
}

/// A turn that ended in a pause: seconds after the end of its last word.
///
/// An end is looked at only where nobody said anything for `silence` seconds after it: where a turn was cut in running
/// speech there is no end of speech to measure from.
pub(super) fn turn_ends(hearing: &Hearing, spoken: &[Spoken], silence: f64) -> Vec<f64> {
    let ends = hearing.ends().filter_map(|(at, words)| {
        let reach = beginning(&words, spoken).reach;
        let end = spoken.get(reach.checked_sub(1)?)?.end;
        let is_pause = spoken.get(reach).is_none_or(|next| next.start - end >= silence);
        is_pause.then_some(at - end)
    });
    ends.collect()
}

/// A word as it was placed by an engine, in seconds.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) word: String,
    pub(super) start: f64,
    pub(super) end: f64,
}

impl AsRef<str> for Placed {
    fn as_ref(&self) -> &str {
        &self.word
    }
}

/// How far the starts and the ends of words that were heard rightly are from where they were said, in milliseconds.
pub(super) fn misplacements(placed: &[Placed], spoken: &[Spoken]) -> (Vec<f64>, Vec<f64>) {
    let pairs = whole(placed, spoken).pairs;
    let same = placed.iter().zip(pairs).filter_map(|(word, pair)| {
        let (at, is_same) = pair?;
        is_same.then(|| (word, &spoken[at]))
    });
    let off = |one: f64, other: f64| (one - other).abs() * 1000.0;
    same.map(|(word, true_one)| (off(word.start, true_one.start), off(word.end, true_one.end)))
        .unzip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::engine::hearing::{Update, words_of};

    fn spoken() -> Vec<Spoken> {
        let times = [("we", 0.2, 0.4), ("had", 0.4, 0.8), ("nothing", 1.5, 2.0)];
        times.map(|(word, start, end)| Spoken { word: word.to_owned(), start, end }).into()
    }

    fn hearing(told: &[(f64, u64, &str, bool)]) -> Hearing {
        let update = |(at, turn, text, is_final): &(f64, u64, &str, bool)| Update {
            at: *at,
            turn: *turn,
            words: words_of(text),
            is_final: *is_final,
        };
        Hearing { updates: told.iter().map(update).collect() }
    }

    fn is_about(found: &[f64], expected: &[f64]) {
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
        assert!(
            found.len() == expected.len() && found.iter().zip(expected).all(near),
            "{found:?} {expected:?}"
        );
    }

    #[test]
    fn a_word_is_there_when_it_is_first_read_even_if_it_vanishes_again() {
        let told = hearing(&[
            (0.7, 0, "we", false),
            (1.0, 0, "we add", false),
            (1.3, 0, "we had", false),
            (1.6, 0, "he", false),
            (2.5, 0, "we had", true),
        ]);
        is_about(&delays(&told, &spoken()), &[0.3, 0.5]);
    }

    #[test]
    fn turns_cut_in_running_speech_are_no_ends_of_speech() {
        let told = hearing(&[
            (0.6, 0, "we", true),
            (1.2, 1, "had", true),
            (2.4, 2, "nothing", false),
            (2.6, 2, "nothing", true),
        ]);
        is_about(&turn_ends(&told, &spoken(), 0.3), &[0.4, 0.6]);
        is_about(&turn_ends(&told, &spoken(), 0.0), &[0.2, 0.4, 0.6]);
        is_about(&turn_ends(&told, &spoken(), 1.0), &[0.6]);
    }

    #[test]
    fn only_words_heard_rightly_are_compared_in_place() {
        let placed = [("we", 0.25, 0.4), ("add", 0.4, 0.9), ("nothing", 1.4, 2.1)];
        let placed: Vec<_> = placed
            .into_iter()
            .map(|(word, start, end)| Placed { word: word.to_owned(), start, end })
            .collect();
        let (starts, ends) = misplacements(&placed, &spoken());
        is_about(&starts, &[50.0, 100.0]);
        is_about(&ends, &[0.0, 100.0]);
    }
}
