//! Which words will not change any more: those on which successive decodes agree (LocalAgreement).
//!
//! A passage is decoded again and again as it grows. The words that [`DECODES`] in a row begin with alike become final,
//! except for the last few of the newest one: what stands at the edge of the audio is often half a word. What is
//! final never changes; where a later decode disagrees with it, only what comes after is taken ([`crate::align`]).

use std::ops::Range;

use crate::align::{continuation, same_words};
use crate::speech_track::SpeechTrack;
use crate::timing::{Unplaced, place, place_sounds};
use crate::words::Atom;

/// A final word in its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settled {
    /// The word.
    pub(crate) atom: Atom,
    /// Where it was said, in samples.
    pub(crate) place: Range<u64>,
    /// From 0 to 1.
    pub(crate) confidence: f32,
}

/// A word of the last decode that may still change.
#[derive(Debug, Clone)]
pub(crate) struct Tentative {
    /// The word.
    pub(crate) atom: Atom,
    /// How many decodes in a row have had it.
    agreed: u32,
    seen_at: u64,
}

impl Tentative {
    /// What its place can be worked out from.
    fn unplaced(&self) -> Unplaced {
        Unplaced { letters: self.atom.key.chars().count(), seen_at: self.seen_at }
    }

    /// Half after the first decode, and half of what was missing with each that agrees; two words that `follow` in the same
    /// decode are worth as much as one, for what changes is what stands at the edge. Models tell no probabilities, so this is
    /// a measure of steadiness.
    fn confidence(&self, follow: usize) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let worth = self.agreed.min(8) as f32 + follow.min(MOST_FOLLOWING) as f32 / 2.0;
        1.0 - 0.5_f32.powf(worth.min(8.0))
    }
}

/// The words of one passage, final and tentative.
#[derive(Debug)]
pub(crate) struct Agreement {
    settled: Vec<Settled>,
    tentative: Vec<Tentative>,
    heard_to: u64,
    rule: Rule,
}

/// When words become final.
#[derive(Debug, Clone, Copy)]
struct Rule {
    /// Decodes that have to agree.
    decodes: u32,
    /// Words at the edge of the audio that do not become final however often they are heard.
    edge: usize,
    /// As how many decodes the first one that has a word counts.
    first: u32,
}

/// Words behind a word that make it surer.
const MOST_FOLLOWING: usize = 6;
/// Decodes that have to agree. Fewer make words final sooner and more of them wrong: with four, 6.4 % of the words of a
/// long recording were wrong, with six 5.3 %. Words are told, as tentative ones, after the first decode that has them in
/// any case.
const DECODES: u32 = 6;
/// For models that hear the whole passage again with every decode.
const REDECODED: Rule = Rule { decodes: DECODES, edge: 2, first: 1 };
/// For models that hear on and never take back: a word can only grow until the next one begins, so that it stands in two
/// results alike and has one after it is enough.
const APPENDED: Rule = Rule { decodes: 2, edge: 1, first: 3 };

impl Agreement {
    /// Starts a passage at this position.
    pub(crate) fn new(from: u64) -> Self {
        Self::with(REDECODED, from)
    }

    /// Starts a passage of a model that only ever adds to its words.
    pub(crate) fn appending(from: u64) -> Self {
        Self::with(APPENDED, from)
    }

    fn with(rule: Rule, from: u64) -> Self {
        Self { settled: Vec::new(), tentative: Vec::new(), heard_to: from, rule }
    }

    /// Takes a decode of the passage up to `heard_to`; tells how many tentative words may now become final.
    pub(crate) fn hear(&mut self, heard: Vec<Atom>, heard_to: u64) -> usize {
        let fresh = self.refresh_settled(heard);
        let before: Vec<&str> = self.tentative.iter().map(|word| word.atom.key.as_str()).collect();
        let now: Vec<&str> = fresh.iter().map(|atom| atom.key.as_str()).collect();
        let alike = before.iter().zip(&now).take_while(|(a, b)| a == b).count();
        let needed = self.rule.decodes + self.rule.first - 1;
        let steady =
            self.tentative[..alike].iter().take_while(|word| word.agreed + 1 >= needed).count();
        let stable = steady.min(now.len().saturating_sub(self.rule.edge));
        let mut origin = vec![None; fresh.len()];
        for (old, new) in same_words(&before, &now).into_iter().enumerate() {
            if let Some(new) = new {
                origin[new] = Some(old);
            }
        }
        let tentative = fresh.into_iter().zip(origin).map(|(atom, origin)| match origin {
            Some(old) => Tentative {
                agreed: self.tentative[old].agreed + 1,
                atom,
                ..self.tentative[old].clone()
            },
            None => Tentative { atom, agreed: self.rule.first, seen_at: heard_to },
        });
        self.tentative = tentative.collect();
        self.heard_to = heard_to;
        stable
    }

    /// Gives final words the writing of this decode where it has the same word; returns what comes after them.
    fn refresh_settled(&mut self, mut heard: Vec<Atom>) -> Vec<Atom> {
        let kept: Vec<&str> = self.settled.iter().map(|word| word.atom.key.as_str()).collect();
        let keys: Vec<&str> = heard.iter().map(|atom| atom.key.as_str()).collect();
        let found = continuation(&kept, &keys);
        for (word, pair) in self.settled.iter_mut().zip(found.pairs) {
            if let Some(atom) = pair.map(|at| &heard[at]).filter(|atom| atom.key == word.atom.key) {
                word.atom.clone_from(atom);
            }
        }
        heard.split_off(found.from)
    }

    /// Makes the first `count` tentative words final, where they are believed to be now.
    pub(crate) fn settle_in(&mut self, count: usize, speech: &SpeechTrack) {
        let places = self.places_in(speech);
        self.settle(&places[..count.min(places.len())]);
    }

    /// Where the tentative words are believed to be: as the model told, if it did, or else by sharing the speech among them.
    fn places_in(&self, speech: &SpeechTrack) -> Vec<Range<u64>> {
        let from = self.settled.last().map_or_else(|| speech.start(), |word| word.place.end);
        let runs = speech.between(from, self.heard_to);
        let told: Option<Vec<_>> = self.tentative.iter().map(|word| word.atom.sound).collect();
        if let Some(sounds) = told {
            return place_sounds(&sounds, &runs, from..self.heard_to.max(from));
        }
        let unplaced: Vec<_> = self.tentative.iter().map(Tentative::unplaced).collect();
        place(&unplaced, &runs)
    }

    /// All words with their places, final ones first, and how many of them are final.
    pub(crate) fn all_in(&self, speech: &SpeechTrack) -> (Vec<Settled>, usize) {
        let mut words = self.settled.clone();
        let last = self.tentative.len().saturating_sub(1);
        let placed = self.tentative.iter().zip(self.places_in(speech)).enumerate();
        words.extend(placed.map(|(at, (word, place))| Settled {
            atom: word.atom.clone(),
            place,
            confidence: word.confidence(last - at),
        }));
        (words, self.settled.len())
    }

    /// Makes the first words of the tentative ones final, in these places.
    pub(crate) fn settle(&mut self, places: &[Range<u64>]) {
        let count = places.len().min(self.tentative.len());
        let last = self.tentative.len().saturating_sub(1);
        let settled = self.tentative.drain(..count).zip(places).enumerate();
        self.settled.extend(settled.map(|(at, (word, place))| Settled {
            confidence: word.confidence(last - at),
            atom: word.atom,
            place: place.clone(),
        }));
    }

    /// Final words so far.
    pub(crate) fn settled(&self) -> &[Settled] {
        &self.settled
    }

    /// Words that may still change.
    #[cfg(test)]
    pub(crate) fn tentative(&self) -> &[Tentative] {
        &self.tentative
    }

    /// The end of the last decode.
    pub(crate) fn heard_to(&self) -> u64 {
        self.heard_to
    }

    /// The final words, when the passage is over.
    pub(crate) fn into_settled(self) -> Vec<Settled> {
        self.settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::atoms;
    use proptest::prelude::*;

    fn hear(agreement: &mut Agreement, text: &str, to: u64) {
        let stable = agreement.hear(atoms(text), to);
        let places: Vec<Range<u64>> = (0..stable).map(|_| 0..to).collect();
        agreement.settle(&places);
    }

    fn settled(agreement: &Agreement) -> Vec<&str> {
        agreement.settled().iter().map(|word| word.atom.key.as_str()).collect()
    }

    #[test]
    fn decodes_that_agree_make_words_final_but_for_the_edge() {
        let mut agreement = Agreement::new(0);
        hear(&mut agreement, "It was the best", 1);
        for _ in 2..DECODES {
            hear(&mut agreement, "It was the best of", 1);
        }
        assert!(settled(&agreement).is_empty());
        hear(&mut agreement, "It was the best of times", 2);
        assert_eq!(settled(&agreement), ["it", "was", "the", "best"]);
        assert_eq!(agreement.tentative().len(), 2);
    }

    #[test]
    fn final_words_stay_when_a_later_decode_disagrees() {
        let mut agreement = Agreement::new(0);
        let decodes = u64::from(DECODES);
        for to in 1..=decodes {
            hear(&mut agreement, "it was the beast of times", to);
        }
        hear(&mut agreement, "It was the best of times, it was", decodes + 1);
        assert_eq!(settled(&agreement), ["it", "was", "the", "beast", "of", "times"]);
        let tentative: Vec<&str> =
            agreement.tentative().iter().map(|word| word.atom.key.as_str()).collect();
        assert_eq!(tentative, ["it", "was"]);
        assert_eq!(agreement.settled()[0].atom.shown, "It");
        assert_eq!(agreement.settled()[3].atom.shown, "beast");
    }

    #[test]
    fn words_remember_when_they_were_first_heard() {
        let mut agreement = Agreement::new(0);
        hear(&mut agreement, "so he", 10);
        hear(&mut agreement, "and so he said", 20);
        let seen: Vec<u64> = agreement.tentative().iter().map(|word| word.seen_at).collect();
        assert_eq!(seen, [20, 10, 10, 20]);
    }

    #[test]
    fn a_word_is_surer_the_more_decodes_agree_and_the_more_words_follow() {
        let mut agreement = Agreement::new(0);
        let confidences = |agreement: &Agreement| -> Vec<f32> {
            let track = SpeechTrack::new(0, vec![true; 100], 0);
            agreement.all_in(&track).0.iter().map(|word| word.confidence).collect()
        };
        hear(&mut agreement, "it was the", 10_000);
        let once = confidences(&agreement);
        assert_eq!(once.last(), Some(&0.5));
        assert!(once.is_sorted_by(|a, b| a > b), "{once:?}");
        hear(&mut agreement, "it was the", 20_000);
        let twice = confidences(&agreement);
        assert!(once.iter().zip(&twice).all(|(once, twice)| twice > once && *twice < 1.0));
    }

    #[test]
    fn what_is_only_added_to_is_final_once_another_word_follows() {
        let mut agreement = Agreement::appending(0);
        hear(&mut agreement, "it", 1);
        hear(&mut agreement, "its be", 2);
        assert!(settled(&agreement).is_empty(), "the first word had still grown");
        hear(&mut agreement, "its best", 3);
        assert_eq!(settled(&agreement), ["its"]);
        hear(&mut agreement, "its best of", 4);
        assert_eq!(settled(&agreement), ["its", "best"]);
    }

    proptest! {
        #[test]
        fn what_is_final_is_a_growing_beginning(decodes in prop::collection::vec(prop::collection::vec("[abc]", 0..10), 1..12)) {
            let mut agreement = Agreement::new(0);
            let mut before: Vec<String> = Vec::new();
            for (at, decode) in decodes.iter().enumerate() {
                hear(&mut agreement, &decode.join(" "), at as u64 + 1);
                let now: Vec<String> = settled(&agreement).into_iter().map(str::to_owned).collect();
                prop_assert!(now.starts_with(&before));
                before = now;
            }
        }
    }
}
