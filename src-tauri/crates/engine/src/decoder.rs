//! What a session asks of a model: the text of a stretch of audio, and whether that text can be believed.
//!
//! The trait keeps the model's library out of everything else: the machine of a session runs in tests with a scripted
//! decoder.

use crate::EngineError;
use crate::cost::Cost;
use crate::words::{Atom, atoms};
use crate::writing::is_unspaced;

/// Turns a whole stretch of audio into text. Shared by all sessions.
pub(crate) trait Decoder: Send + Sync {
    /// The text of `pcm` (16 kHz mono); empty when there are no words in it.
    fn decode(&self, pcm: &[i16]) -> Result<String, EngineError>;

    /// The words of that text, with their times from the first sample on if the model tells any.
    fn hear(&self, pcm: &[i16]) -> Result<Vec<Atom>, EngineError> {
        Ok(atoms(&self.decode(pcm)?))
    }

    /// Whether what it says of noise has to be doubted ([`credible`]): true of whatever continues its own text.
    fn makes_words_up(&self) -> bool {
        true
    }

    /// How long it takes.
    fn cost(&self) -> Cost {
        Cost::MOONSHINE_TINY
    }
}

/// The fastest talkers reach seven words a second; what is denser than this was made up by the model.
const WORDS_PER_SECOND: f32 = 8.0;
/// Short stretches may hold this many words more.
const WORDS_ALLOWANCE: f32 = 2.0;
/// A phrase said this often in a row at the end is the model running in circles.
const REPEATS: usize = 4;
/// The longest phrase that is looked at for running in circles, in words.
const PHRASE: usize = 8;

/// The words of a decode that can be believed: attention decoders make up words on noise and run in circles on
/// stretches that end in the middle of something.
pub(crate) fn credible(mut atoms: Vec<Atom>, speech_seconds: f32) -> Vec<Atom> {
    unwind_circles(&mut atoms);
    let count: f32 = atoms.iter().map(weight).sum();
    if count > speech_seconds * WORDS_PER_SECOND + WORDS_ALLOWANCE {
        return Vec::new();
    }
    atoms
}

/// A character of a script without spaces is about half a word.
fn weight(atom: &Atom) -> f32 {
    if atom.key.chars().any(is_unspaced) { 0.5 } else { 1.0 }
}

/// Where the text ends in the same phrase over and over, one of them stays.
fn unwind_circles(atoms: &mut Vec<Atom>) {
    for length in 1..=PHRASE {
        let times = repeats_at_end(atoms, length);
        if times >= REPEATS {
            atoms.truncate(atoms.len() - length * (times - 1));
            return;
        }
    }
}

/// How often the last `length` words are said in a row at the end.
fn repeats_at_end(atoms: &[Atom], length: usize) -> usize {
    let phrases = atoms.rchunks_exact(length);
    let Some(last) = phrases.clone().next() else { return 0 };
    phrases.take_while(|phrase| phrase.iter().zip(last).all(|(a, b)| a.key == b.key)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(atoms: &[Atom]) -> Vec<&str> {
        atoms.iter().map(|atom| atom.key.as_str()).collect()
    }

    #[test]
    fn what_can_be_said_is_kept() {
        let said = atoms("It was the best of times, it was the worst of times.");
        assert_eq!(credible(said.clone(), 3.5), said);
        let short = atoms("No, no, no.");
        assert_eq!(credible(short.clone(), 0.6), short);
    }

    #[test]
    fn too_many_words_for_the_time_are_made_up() {
        assert!(credible(atoms("a b c d e f g h i j k l"), 0.5).is_empty());
    }

    #[test]
    fn running_in_circles_is_cut_to_once() {
        let circling = atoms("and so I said go on go on go on go on go on");
        assert_eq!(keys(&credible(circling, 4.0)), ["and", "so", "i", "said", "go", "on"]);
        assert_eq!(keys(&credible(atoms("the the the the the the"), 4.0)), ["the"]);
    }
}
