//! Coded words in runs and pauses, like talk.

use super::{code::Pace, voice};

/// What is spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedSpeech {
    /// Mono.
    pub samples: Vec<i16>,
    /// The words in it, in order.
    pub words: Vec<CodedWord>,
}

/// A word and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodedWord {
    /// Up to 65,535.
    pub number: u32,
    /// From the first sample on.
    pub start_ms: u64,
    /// From the first sample on.
    pub end_ms: u64,
}

impl CodedWord {
    /// What [`super::CodedEars`] call it.
    pub fn text(&self) -> String {
        text(self.number)
    }
}

pub(super) fn text(number: u32) -> String {
    format!("w{number}")
}

/// So long before the first word and at least after the last.
const MARGIN_MS: u64 = 300;

/// Runs of 1 to 12 words of 250, 350 or 450 ms with 80 to 250 ms between them, then pauses of half a second to three. The
/// words are numbered from `first` on; behind 65,535 comes 0. The same seed gives the same speech, at any rate.
pub fn speech(seed: u64, first: u32, seconds: u32, rate_hz: u32) -> CodedSpeech {
    let mut dice = Dice(seed);
    let until_ms = (u64::from(seconds) * 1000).saturating_sub(MARGIN_MS);
    let samples_at =
        |ms: u64| usize::try_from(ms * u64::from(rate_hz) / 1000).unwrap_or(usize::MAX);
    let mut samples = vec![0; samples_at(u64::from(seconds) * 1000)];
    let mut words = Vec::new();
    let mut now_ms = MARGIN_MS;
    let mut left = dice.between(1, 12);
    for number in (0..=u16::MAX).cycle().skip(first as usize % (1 << 16)) {
        let pace = Pace::ALL[dice.between(0, 2) as usize];
        let end_ms = now_ms + pace.word_ms();
        if end_ms > until_ms {
            break;
        }
        let from = samples_at(now_ms);
        for (to, sample) in samples[from..].iter_mut().zip(voice::word(number, pace, rate_hz)) {
            *to = sample;
        }
        words.push(CodedWord { number: number.into(), start_ms: now_ms, end_ms });
        left -= 1;
        let pause = if left > 0 { dice.between(80, 250) } else { dice.between(500, 3000) };
        if left == 0 {
            left = dice.between(1, 12);
        }
        now_ms = end_ms + pause;
    }
    CodedSpeech { samples, words }
}

/// SplitMix64: small, and the same for ever.
struct Dice(u64);

impl Dice {
    fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        low + (z ^ z >> 31) % (high - low + 1)
    }
}
