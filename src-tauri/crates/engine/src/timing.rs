//! When words were said.
//!
//! Some models tell it ([`place_sounds`]). Of the others three things are known. Where speech was (to a step of 16 ms,
//! from speech detection); by when a word was heard; and how long words are in letters. So the words of a stretch share its
//! speech in proportion to their letters (pauses belong to nobody), none lies after the decode that had it first, and a
//! boundary that falls near a pause is moved to the pause. Words beside a pause are as exact as speech detection, some tens
//! of milliseconds; `cargo xtask bench engine` measures all of them against a forced alignment. That an earlier decode
//! lacked a word says little: models leave a word out and find it later, and times held by that were worse by half.

use std::ops::Range;

use crate::axis::ms;
use crate::words::Sound;

/// What is known of a word to be placed.
#[derive(Debug, Clone)]
pub(crate) struct Unplaced {
    /// Its length in letters.
    pub(crate) letters: usize,
    /// The end of the first decode that had it.
    pub(crate) seen_at: u64,
}

/// A boundary this near to a pause is the pause.
const NEAR: u64 = ms(100);
/// Every word has a beginning and an end beyond its letters.
const LETTERS_A_WORD: usize = 1;

/// Shares the stretches of `speech` (in order, not overlapping) among the words, in order.
///
/// Every word lies inside the first and last position of `speech`, and none begins before the one before it ended.
pub(crate) fn place(words: &[Unplaced], speech: &[Range<u64>]) -> Vec<Range<u64>> {
    let length: u64 = speech.iter().map(|run| run.end - run.start).sum();
    let total: usize = words.iter().map(|word| word.letters + LETTERS_A_WORD).sum();
    let mut said = 0;
    let mut from = 0;
    let mut places = Vec::with_capacity(words.len());
    for word in words {
        said += word.letters + LETTERS_A_WORD;
        let share = length * said as u64 / total.max(1) as u64;
        let boundary = share.min(spoken_before(speech, word.seen_at));
        let to = near_pause(speech, boundary).max(from);
        places.push(position(speech, from, Side::After)..position(speech, to, Side::Before));
        from = to;
    }
    for place in &mut places {
        place.end = place.end.max(place.start);
    }
    places
}

/// A last token sounds on for no longer than this; what speech follows belongs to no word that was heard.
const LONGEST_TOKEN: u64 = ms(400);
/// And for no less.
const SHORTEST_TOKEN: u64 = ms(40);

/// The places that a model told, held inside `bounds` and in order.
///
/// Models tell where tokens begin. So a word ends where the next one begins, or earlier, where the speech of its last token
/// ends.
pub(crate) fn place_sounds(
    sounds: &[Sound],
    speech: &[Range<u64>],
    bounds: Range<u64>,
) -> Vec<Range<u64>> {
    let mut from = bounds.start;
    let mut places = Vec::with_capacity(sounds.len());
    for (at, sound) in sounds.iter().enumerate() {
        let start = sound.start.clamp(from, bounds.end);
        let next = sounds.get(at + 1).map_or(bounds.end, |next| next.start.min(bounds.end));
        let end = sound.end.unwrap_or_else(|| end_of_token(sound.last, speech));
        from = end.min(next).max(start);
        places.push(start..from);
    }
    places
}

fn end_of_token(start: u64, speech: &[Range<u64>]) -> u64 {
    let silence = speech.iter().find(|run| run.end > start).map_or(start, |run| run.end);
    silence.clamp(start + SHORTEST_TOKEN, start + LONGEST_TOKEN)
}

/// How much was spoken before a position.
fn spoken_before(speech: &[Range<u64>], position: u64) -> u64 {
    speech.iter().map(|run| position.clamp(run.start, run.end) - run.start).sum()
}

/// The amount of speech at the nearest pause, if that is near, else `spoken` itself.
fn near_pause(speech: &[Range<u64>], spoken: u64) -> u64 {
    let mut sum = 0;
    let pauses = speech.iter().map(|run| {
        sum += run.end - run.start;
        sum
    });
    pauses
        .filter(|pause| pause.abs_diff(spoken) <= NEAR)
        .min_by_key(|pause| pause.abs_diff(spoken))
        .unwrap_or(spoken)
}

/// At a pause one amount of speech is two positions: before it and after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// The position at which this much was spoken.
fn position(speech: &[Range<u64>], spoken: u64, side: Side) -> u64 {
    let mut rest = spoken;
    let mut last = 0;
    for run in speech {
        let length = run.end - run.start;
        if rest < length || (rest == length && side == Side::Before) {
            return run.start + rest;
        }
        rest -= length;
        last = run.end;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(letters: usize) -> Unplaced {
        Unplaced { letters, seen_at: u64::MAX }
    }

    fn run(from: u64, to: u64) -> Range<u64> {
        ms(from)..ms(to)
    }

    #[test]
    fn letters_share_the_speech() {
        let places = place(&[word(1), word(3), word(1)], &[run(1000, 1800)]);
        assert_eq!(places, [run(1000, 1200), run(1200, 1600), run(1600, 1800)]);
    }

    #[test]
    fn a_pause_near_a_boundary_becomes_the_boundary() {
        let places = place(&[word(4), word(4)], &[run(0, 450), run(1000, 1550)]);
        assert_eq!(places, [run(0, 450), run(1000, 1550)]);
    }

    #[test]
    fn a_word_that_was_heard_early_was_said_early() {
        let early = Unplaced { letters: 4, seen_at: ms(600) };
        assert_eq!(place(&[early, word(4)], &[run(0, 3000)])[0], run(0, 600));
    }

    fn sound(start: u64, last: u64) -> Sound {
        Sound { start: ms(start), last: ms(last), end: None }
    }

    #[test]
    fn told_words_end_at_the_next_one_or_at_a_pause() {
        let speech = [run(0, 700), run(1000, 2000)];
        let sounds = [sound(100, 200), sound(400, 500), sound(1100, 1200)];
        assert_eq!(
            place_sounds(&sounds, &speech, run(0, 2000)),
            [run(100, 400), run(400, 700), run(1100, 1600)]
        );
    }

    #[test]
    fn a_told_end_is_believed_and_nothing_leaves_the_bounds() {
        let told = Sound { end: Some(ms(480)), ..sound(300, 300) };
        let places = place_sounds(&[told, sound(250, 900)], &[run(0, 1000)], run(350, 600));
        assert_eq!(places, [run(350, 350), run(350, 600)]);
    }

    proptest! {
        #[test]
        fn told_words_rise_and_stay_inside(
            times in prop::collection::vec((0_u64..3000, 0_u64..500, prop::option::of(0_u64..4000)), 0..12),
            bounds in (0_u64..1000, 0_u64..3000),
        ) {
            let sounds: Vec<Sound> = times
                .into_iter()
                .map(|(start, length, end)| Sound { end: end.map(ms), ..sound(start, start + length) })
                .collect();
            let bounds = run(bounds.0, bounds.0 + bounds.1);
            let mut from = bounds.start;
            for place in place_sounds(&sounds, &[run(200, 900), run(1500, 2500)], bounds.clone()) {
                prop_assert!(place.start >= from && place.end >= place.start && place.end <= bounds.end);
                from = place.end;
            }
        }

        #[test]
        fn words_rise_and_stay_inside_the_speech(
            words in prop::collection::vec((1_usize..12, 0_u64..8000), 0..20),
            lengths in prop::collection::vec((1_u64..900, 1_u64..2000), 1..6),
        ) {
            let words: Vec<Unplaced> = words
                .into_iter()
                .map(|(letters, seen)| Unplaced { letters, seen_at: ms(seen) })
                .collect();
            let mut at = 0;
            let speech: Vec<Range<u64>> = lengths
                .into_iter()
                .map(|(pause, length)| {
                    let start = at + pause;
                    at = start + length;
                    run(start, at)
                })
                .collect();
            let places = place(&words, &speech);
            prop_assert_eq!(places.len(), words.len());
            let mut from = speech[0].start;
            for found in places {
                prop_assert!(found.start >= from && found.end >= found.start);
                prop_assert!(found.end <= ms(at));
                from = found.end;
            }
        }
    }
}
