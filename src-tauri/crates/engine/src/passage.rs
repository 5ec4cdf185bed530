//! A stretch of speech that is decoded as one: its audio, where speech was in it, and its words.
//!
//! A passage grows and is decoded again and again, and a decode costs in proportion to its length. So passages are kept
//! short ([`Passage::cut`]), and the longer one is, the more new audio a further decode waits for
//! ([`crate::cost::Cost::interval`]): the load stays at the session's share of a core ([`crate::share`]) while somebody
//! speaks, whatever they say.

use crate::EngineError;
use crate::agreement::{Agreement, Settled};
use crate::axis::{PER_MS, STEP, ms};
use crate::cost::Cost;
use crate::decoder::{Decoder, credible};
use crate::speech_track::SpeechTrack;
use crate::turn::Growing;

/// What has less speech than this holds no word.
const LEAST_SPEECH: u64 = ms(96);
/// The first decode waits for this much speech: on less the model guesses wildly.
const FIRST_DECODE: u64 = ms(400);

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
    speech: SpeechTrack,
    words: Agreement,
}

impl Passage {
    /// A passage whose first samples are these; `speech` tells of their steps.
    pub(crate) fn new(start: u64, pcm: Vec<i16>, speech: SpeechTrack) -> Self {
        Self { start, pcm, speech, words: Agreement::new(start) }
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
        self.words.heard_to() == self.start
    }

    /// The position after its last sample.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.pcm.len() as u64
    }

    /// Whether there is enough speech for a word.
    pub(crate) fn has_speech(&self) -> bool {
        self.speech.spoken() >= LEAST_SPEECH
    }

    /// Whether speech has come since the last decode.
    pub(crate) fn is_behind(&self) -> bool {
        self.words.heard_to() < self.speech.speech_end() && self.has_speech()
    }

    /// Whether running speech has earned another decode, of which this share of a core may be spent.
    pub(crate) fn is_due(&self, cost: Cost, percent_of_core: u64) -> bool {
        let heard_to = self.words.heard_to();
        let wait = cost.interval(heard_to - self.start, percent_of_core);
        self.is_behind()
            && (self.is_new() || self.end() >= heard_to + wait)
            && self.speech.spoken() >= FIRST_DECODE
    }

    /// Decodes all of it; final words stay what they are.
    pub(crate) fn decode(&mut self, decoder: &dyn Decoder) -> Result<(), EngineError> {
        self.decode_to(decoder, self.end())
    }

    fn decode_to(&mut self, decoder: &dyn Decoder, to: u64) -> Result<(), EngineError> {
        let length = usize::try_from(to - self.start).unwrap_or(usize::MAX).min(self.pcm.len());
        #[expect(clippy::cast_precision_loss, reason = "a passage has few samples")]
        let seconds = length as f32 / (1000.0 * PER_MS as f32);
        let heard = decoder.hear(&self.pcm[..length])?;
        let atoms = if decoder.makes_words_up() { credible(heard, seconds) } else { heard };
        // A model tells places from the beginning of what it was given.
        let start = self.start;
        let stable =
            self.words.hear(atoms.into_iter().map(|atom| atom.shifted(start)).collect(), to);
        self.words.settle_in(stable, &self.speech);
        Ok(())
    }

    /// Whether and how it has to end although the turn goes on.
    pub(crate) fn cut(&self) -> Option<Cut> {
        let length = self.pcm.len() as u64;
        let silence = self.end() - self.speech.speech_end();
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

impl Growing for Passage {
    fn speech_end(&self) -> u64 {
        self.speech.speech_end()
    }

    fn words(&self) -> (Vec<Settled>, usize) {
        self.words.all_in(&self.speech)
    }

    fn close(mut self) -> Vec<Settled> {
        self.words.settle_in(usize::MAX, &self.speech);
        self.words.into_settled()
    }
}

fn loudness(pcm: &[i16]) -> u64 {
    pcm.iter().map(|sample| u64::from(sample.unsigned_abs()).pow(2)).sum()
}
