//! Speech whose every word can be told from every other, for tests of whole recordings.
//!
//! A word is a burst that sounds like a vowel which changes four or five times: harmonics of one fundamental, of which one
//! in each of three bands is loud. Which ones says the word's number and a checksum of it; so a speech detector takes it
//! for speech, and [`CodedEars`] hear a word only if all of it is there, once and in one piece.

mod code;
mod ears;
mod spectrum;
mod speech;
mod voice;

pub use ears::CodedEars;
pub use speech::{CodedSpeech, CodedWord, speech};
