//! Words of which something is missing, or there twice.

use super::*;

const MS: usize = 16;
/// What is cut off a word's very edge need not be missed.
const EDGE_MS: u64 = 15;

/// A word as [`CodedSpeech`] says it, with silence around it, and where it is in there.
fn word(at: usize) -> (Vec<i16>, CodedWord) {
    let spoken = speech(3, 5_000, 40, 16_000);
    let word = spoken.words[at];
    let (from, to) = (word.start_ms as usize - 50, word.end_ms as usize + 50);
    (spoken.samples[from * MS..to * MS].to_vec(), word)
}

#[test]
fn of_speech_that_is_cut_anywhere_only_whole_words_are_heard() {
    let spoken = speech(3, 5_000, 6, 16_000);
    let all = heard(&spoken.samples);
    for cut in (0..spoken.samples.len()).step_by(257) {
        let cut_ms = (cut / MS) as u64;
        let (before, after) = (heard(&spoken.samples[..cut]), heard(&spoken.samples[cut..]));
        let after = after.into_iter().map(|word| Spoken {
            start_ms: word.start_ms + cut_ms,
            end_ms: word.end_ms + cut_ms,
            ..word
        });
        let heard: Vec<Spoken> = before.into_iter().chain(after).collect();
        let mut rest = heard.iter().peekable();
        for word in &all {
            let found = rest.next_if(|heard| heard.text == word.text);
            let is_inside = word.start_ms + EDGE_MS < cut_ms && cut_ms + EDGE_MS < word.end_ms;
            let is_outside = cut_ms <= word.start_ms || word.end_ms <= cut_ms;
            assert!(
                found.is_some() || !is_outside || near(word, cut_ms),
                "{cut_ms}: {word:?} is lost"
            );
            assert!(found.is_none() || !is_inside, "{cut_ms}: {word:?} is heard in half");
            if let Some(found) = found {
                let off = found.start_ms.abs_diff(word.start_ms);
                assert!(off <= 30, "{cut_ms}: {word:?} is {off} ms off");
            }
        }
        assert_eq!(rest.next(), None, "{cut_ms}: something else is heard");
    }
}

fn near(word: &Spoken, cut_ms: u64) -> bool {
    cut_ms.abs_diff(word.start_ms) <= 5 || cut_ms.abs_diff(word.end_ms) <= 5
}

#[test]
fn a_word_without_fifty_milliseconds_of_it_is_none() {
    for at in 0..7 {
        let (samples, word) = word(at);
        for from in 50 + EDGE_MS..=word.end_ms - word.start_ms - EDGE_MS {
            let from = from as usize * MS;
            let mut less = samples.clone();
            less.drain(from..from + 50 * MS);
            assert_eq!(heard(&less), [], "{word:?} without 50 ms at {}", from / MS);
        }
    }
}

#[test]
fn a_word_with_fifty_milliseconds_twice_is_none() {
    for at in 0..7 {
        let (samples, word) = word(at);
        let end = word.end_ms - word.start_ms;
        for from in 50 + EDGE_MS..=end - EDGE_MS {
            let from = from as usize * MS;
            let twice = [&samples[..from + 50 * MS], &samples[from..]].concat();
            assert_eq!(heard(&twice), [], "{word:?} with 50 ms twice at {}", from / MS);
        }
    }
}

#[test]
fn a_word_that_is_silent_for_a_moment_is_none() {
    for at in 0..7 {
        let (samples, word) = word(at);
        for from in 50 + EDGE_MS..=word.end_ms - word.start_ms - EDGE_MS {
            let from = from as usize * MS;
            let mut broken = samples.clone();
            broken[from..from + 50 * MS].fill(0);
            assert_eq!(heard(&broken), [], "{word:?} silent at {}", from / MS);
        }
    }
}

/// From the middle of one to the middle of the other. Words begin alike: not there, and not around it.
#[test]
fn two_words_glued_are_none() {
    for first in 0..6 {
        let ((one, word), (other, next)) = (word(first), word(first + 1));
        let length = |word: CodedWord| (word.end_ms - word.start_ms) as usize * MS;
        let alike = 75 * MS + length(word).max(length(next)) / 5;
        for end in (alike..50 * MS + length(word) - 20 * MS).step_by(5 * MS) {
            for from in (alike..50 * MS + length(next) - 20 * MS).step_by(5 * MS) {
                let glued = [&one[..end], &other[from..]].concat();
                assert_eq!(
                    heard(&glued),
                    [],
                    "{first}: {} of {word:?} and {} of {next:?}",
                    end / MS,
                    from / MS
                );
            }
        }
    }
}
