//! The world of the scripted sessions. A "word" of it is a stretch of constant amplitude; a scripted model reads the amplitudes
//! back, so it is known what was said where.

use crate::recogniser::{EngineWord, TurnUpdate};
use crate::speech::SpeechDetector;

pub(crate) const LEXICON: [&str; 8] = ["it", "was", "the", "best", "of", "times", "worst", "age"];
pub(crate) const WORD_MS: usize = 300;
pub(crate) const LOUD: i16 = 1_000;

/// Hears whatever is not zero as speech.
pub(crate) struct Loudness;

impl SpeechDetector for Loudness {
    fn probability(&mut self, step: &[i16]) -> f32 {
        if step.iter().filter(|sample| **sample != 0).count() * 2 > step.len() {
            0.95
        } else {
            0.05
        }
    }
}

/// Some of the script: a word of the lexicon by number from 1, or silence in milliseconds.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    Word(usize),
    Silence(usize),
}
pub(crate) use Said::{Silence, Word};

pub(crate) fn audio(script: &[Said]) -> Vec<i16> {
    let mut pcm = Vec::new();
    for said in script {
        let (level, ms) = match said {
            Word(number) => (i16::try_from(*number).unwrap() * LOUD, WORD_MS),
            Silence(ms) => (0, *ms),
        };
        pcm.extend(std::iter::repeat_n(level, ms * 16));
    }
    pcm
}

/// The stretches of one amplitude: the number of the word, or 0, where it begins, and its length in samples.
pub(crate) fn runs(pcm: &[i16]) -> Vec<(usize, usize, usize)> {
    let mut runs = Vec::new();
    let mut at = 0;
    for run in pcm.chunk_by(|a, b| a == b) {
        runs.push((usize::try_from(run[0] / LOUD).unwrap(), at, run.len()));
        at += run.len();
    }
    runs
}

pub(crate) fn text(words: &[EngineWord]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn finals(updates: &[TurnUpdate]) -> Vec<String> {
    updates.iter().filter(|update| update.end_of_turn).map(|update| text(&update.words)).collect()
}

/// Checks that what was final once stays, that final words stand first, and that places rise and stay inside the audio.
pub(crate) fn check_updates(updates: &[TurnUpdate], end: u32) {
    let mut kept: (u32, Vec<EngineWord>) = (0, Vec::new());
    let mut last_end = 0;
    for update in updates {
        if update.turn_order != kept.0 {
            last_end = kept.1.last().map_or(last_end, |word| word.end_ms);
            kept = (update.turn_order, Vec::new());
        }
        let now: Vec<EngineWord> =
            update.words.iter().take_while(|word| word.is_final).cloned().collect();
        assert!(now.starts_with(&kept.1), "{:?} became {now:?}", kept.1);
        assert!(update.words[now.len()..].iter().all(|word| !word.is_final));
        let mut from = last_end;
        for word in &update.words {
            assert!(word.start_ms >= from, "{word:?} after {from}");
            assert!(word.end_ms >= word.start_ms && word.end_ms <= end, "{word:?} of {end}");
            from = word.end_ms;
        }
        kept.1 = now;
    }
}
