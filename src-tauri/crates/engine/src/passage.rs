//! A stretch of speech that is decoded as one: its audio, where speech was in it, and its words.
//!
//! A passage grows and is decoded again and again, and a decode costs in proportion to its length. So passages are kept
//! short ([`Passage::cut`]), and the longer one is, the more new audio a further decode waits for ([`interval`]): the load
//! stays about a fifth of a core while somebody speaks, whatever they say.

use std::ops::Range;

use crate::EngineError;
use crate::agreement::{Agreement, Settled};
use crate::axis::{PER_MS, STEP, ms};
use crate::decoder::{Decoder, credible};
use crate::timing::place;
use crate::words;

/// A passage of this many samples is decoded again after so much new audio.
///
/// One decode was measured at 20 ms and 27 ms a second of audio on one slow core. Less than 200 ms of new audio seldom holds
/// a new word.
fn interval(length: u64) -> u64 {
    const CORE_SHARE_PERCENT: u64 = 22;
    let cost = ms(20) + length * 27 / 1000;
    (cost * 100 / CORE_SHARE_PERCENT).max(ms(200))
}

/// What has less speech than this holds no word.
const LEAST_SPEECH: u64 = ms(96);
/// The first decode waits for this much speech: on less the model guesses wildly.
const FIRST_DECODE: u64 = ms(400);
/// Speech runs are closed over holes this short and reach this much beyond what the detector calls speech.
const HOLE: u64 = ms(64);
const SKIRT: u64 = ms(32);

/// How a passage ends when the turn goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// In a pause: everything in it was heard.
    InPause,
    /// In running speech, at this position.
    At(u64),
}

/// From this length on a passage ends in a pause of this length. Short passages lose context, long ones cost.
const CUTS: [(u64, u64); 3] = [(ms(4_000), ms(320)), (ms(6_000), ms(200)), (ms(8_000), ms(96))];
/// At this length it ends wherever it is quietest, but not in the first part and not at the very edge.
const LONGEST: u64 = ms(10_000);
const SHORTEST_HEAD: u64 = ms(5_000);
const EDGE: u64 = ms(320);

/// Audio that is decoded as one.
#[derive(Debug)]
pub(crate) struct Passage {
    start: u64,
    pcm: Vec<i16>,
    speech: Vec<bool>,
    words: Agreement,
    next_decode: u64,
}

impl Passage {
    /// A passage whose first samples are these; `speech` tells for each step whether it was speech.
    pub(crate) fn new(start: u64, pcm: Vec<i16>, speech: Vec<bool>) -> Self {
        Self { start, pcm, speech, words: Agreement::new(start), next_decode: 0 }
    }

    /// Adds a step.
    pub(crate) fn push(&mut self, step: &[i16], is_speech: bool) {
        self.pcm.extend_from_slice(step);
        self.speech.push(is_speech);
    }

    /// The position of its first sample.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Whether it has never been decoded.
    pub(crate) fn is_new(&self) -> bool {
        self.next_decode == 0
    }

    /// The position after its last sample.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.pcm.len() as u64
    }

    /// The position after the last speech in it.
    pub(crate) fn speech_end(&self) -> u64 {
        let steps = self.speech.iter().rposition(|is_speech| *is_speech).map_or(0, |last| last + 1);
        self.start + (steps * STEP) as u64
    }

    fn spoken(&self) -> u64 {
        (self.speech.iter().filter(|is_speech| **is_speech).count() * STEP) as u64
    }

    /// Whether there is enough speech for a word.
    pub(crate) fn has_speech(&self) -> bool {
        self.spoken() >= LEAST_SPEECH
    }

    /// Whether speech has come since the last decode.
    pub(crate) fn is_behind(&self) -> bool {
        self.words.heard_to() < self.speech_end() && self.has_speech()
    }

    /// Whether running speech has earned another decode, with so much more of it than usual.
    pub(crate) fn is_due(&self, spared: u64) -> bool {
        self.is_behind() && self.end() >= self.next_decode + spared && self.spoken() >= FIRST_DECODE
    }

    /// Decodes all of it; final words stay what they are.
    pub(crate) fn decode(&mut self, decoder: &dyn Decoder) -> Result<(), EngineError> {
        self.decode_to(decoder, self.end())
    }

    fn decode_to(&mut self, decoder: &dyn Decoder, to: u64) -> Result<(), EngineError> {
        let length = usize::try_from(to - self.start).unwrap_or(usize::MAX).min(self.pcm.len());
        #[expect(clippy::cast_precision_loss, reason = "a passage has few samples")]
        let seconds = length as f32 / (1000.0 * PER_MS as f32);
        let atoms = credible(words::atoms(&decoder.decode(&self.pcm[..length])?), seconds);
        let stable = self.words.hear(atoms, to);
        self.settle(stable);
        self.next_decode = to + interval(length as u64);
        Ok(())
    }

    /// Makes the first `count` tentative words final, where they are believed to be now.
    fn settle(&mut self, count: usize) {
        let places = self.places();
        self.words.settle(&places[..count.min(places.len())]);
    }

    /// Where the tentative words are believed to be.
    fn places(&self) -> Vec<Range<u64>> {
        let unplaced: Vec<_> = self.words.tentative().iter().map(|word| word.unplaced()).collect();
        let from = self.words.settled().last().map_or(self.start, |word| word.place.end);
        place(&unplaced, &self.speech_between(from, self.words.heard_to()))
    }

    /// The runs of speech between two positions, or all of it if there is none.
    fn speech_between(&self, from: u64, to: u64) -> Vec<Range<u64>> {
        let mut runs: Vec<Range<u64>> = Vec::new();
        for (at, _) in self.speech.iter().enumerate().filter(|(_, is_speech)| **is_speech) {
            let start = self.start + (at * STEP) as u64;
            let run = start.saturating_sub(SKIRT).clamp(from, to)
                ..(start + STEP as u64 + SKIRT).clamp(from, to);
            match runs.last_mut() {
                Some(last) if run.start <= last.end + HOLE => last.end = run.end,
                _ if run.is_empty() => {}
                _ => runs.push(run),
            }
        }
        if runs.is_empty() {
            runs.push(from..to.max(from));
        }
        runs
    }

    /// All its words, final ones first.
    pub(crate) fn words(&self) -> (Vec<Settled>, usize) {
        let mut words = self.words.settled().to_vec();
        let settled = words.len();
        words.extend(self.words.tentative().iter().zip(self.places()).map(|(word, place)| {
            Settled { atom: word.atom.clone(), place, confidence: word.confidence() }
        }));
        (words, settled)
    }

    /// Whether and how it has to end although the turn goes on.
    pub(crate) fn cut(&self) -> Option<Cut> {
        let length = self.pcm.len() as u64;
        let silence = self.end() - self.speech_end();
        if CUTS.iter().any(|(at_length, pause)| length >= *at_length && silence >= *pause) {
            return Some(Cut::InPause);
        }
        (length >= LONGEST).then(|| Cut::At(self.quietest_place()))
    }

    /// The start of the quietest two steps in its later part, after its final words.
    fn quietest_place(&self) -> u64 {
        let said = self.words.settled().last().map_or(self.start, |word| word.place.end + EDGE / 2);
        let latest = self.end() - EDGE;
        let earliest = (self.start + SHORTEST_HEAD).max(said).min(latest - EDGE);
        let first = usize::try_from((earliest - self.start) / STEP as u64).unwrap_or(0);
        let last = usize::try_from((latest - self.start) / STEP as u64).unwrap_or(0);
        let quietest =
            (first..last).min_by_key(|step| loudness(&self.pcm[step * STEP..(step + 2) * STEP]));
        self.start + (quietest.unwrap_or(last) as u64 + 1) * STEP as u64
    }

    /// Ends it: what was heard last is final.
    pub(crate) fn close(mut self) -> Vec<Settled> {
        self.settle(usize::MAX);
        self.words.into_settled()
    }

    /// Ends it at a position inside; what comes after is the beginning of the next one.
    pub(crate) fn split(
        mut self,
        at: u64,
        decoder: &dyn Decoder,
    ) -> Result<(Vec<Settled>, Self), EngineError> {
        let samples = usize::try_from(at - self.start).unwrap_or(usize::MAX).min(self.pcm.len());
        let steps = samples / STEP;
        let rest = Self::new(at, self.pcm.split_off(samples), self.speech.split_off(steps));
        self.decode_to(decoder, at)?;
        Ok((self.close(), rest))
    }
}

fn loudness(pcm: &[i16]) -> u64 {
    pcm.iter().map(|sample| u64::from(sample.unsigned_abs()).pow(2)).sum()
}
