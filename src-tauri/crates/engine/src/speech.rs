//! Speech or not, every 16 ms.
//!
//! The detector is `earshot`. Beside Silero on our recordings it found the same pauses (starts and ends within about 60 ms)
//! at half the cost in a debug build, and it tells a probability for every step, so a session's threshold can change while
//! it runs. It needs no file of the engine pack and keeps 8 KiB a session.

use std::collections::VecDeque;

use crate::axis::{STEP, ms};

/// Tells how likely a step of audio is speech. One a session: detectors remember what came before.
pub(crate) trait SpeechDetector: Send {
    /// From 0 to 1, for exactly [`STEP`] samples.
    fn probability(&mut self, step: &[i16]) -> f32;

    /// For how long after the last sound of a phrase it still hears speech, in samples.
    fn lag(&self) -> u64 {
        0
    }
}

/// The detector in use.
pub(crate) struct Earshot(Box<earshot::Detector>);

impl Earshot {
    /// A detector that has heard nothing yet.
    pub(crate) fn new() -> Self {
        Self(Box::default())
    }
}

impl SpeechDetector for Earshot {
    fn probability(&mut self, step: &[i16]) -> f32 {
        self.0.predict_i16(step)
    }

    /// Measured against a forced alignment, with the skirt of [`crate::speech_track`].
    fn lag(&self) -> u64 {
        ms(92)
    }
}

/// Speech begins only this share of the way from the threshold, below which a step is silence, to certainty: breath and clatter stay under it, and the
/// model would make a "you" of them. Whatever is spoken passes it within its first sounds, and the lead keeps those.
const HYSTERESIS: f32 = 0.25;

/// Turns probabilities into speech or not.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    is_open: bool,
}

impl Gate {
    /// Whether a step of this probability is speech.
    pub(crate) fn hear(&mut self, probability: f32, threshold: f32) -> bool {
        let needed =
            if self.is_open { threshold } else { threshold + HYSTERESIS * (1.0 - threshold) };
        self.is_open = probability >= needed;
        self.is_open
    }
}

/// Audio kept from before speech is noticed, so that the first sound of a word is not cut, and because the
/// model hears a first word better with the room before it.
const LEAD_STEPS: usize = (ms(480) / STEP as u64) as usize;
/// This many of the last [`ONSET_OF`] steps must be speech for it to be noticed: a click is not speech.
const ONSET: usize = 3;
const ONSET_OF: usize = 4;

/// The last moments before speech. It holds whole steps and knows which were speech.
#[derive(Debug, Default)]
pub(crate) struct Lead {
    steps: VecDeque<(Vec<i16>, bool)>,
}

impl Lead {
    /// Adds a step; the oldest one falls out.
    pub(crate) fn push(&mut self, step: &[i16], is_speech: bool) {
        let mut buffer = if self.steps.len() == LEAD_STEPS {
            self.steps.pop_front().map(|(buffer, _)| buffer).unwrap_or_default()
        } else {
            Vec::with_capacity(STEP)
        };
        buffer.clear();
        buffer.extend_from_slice(step);
        self.steps.push_back((buffer, is_speech));
    }

    /// Whether speech has begun.
    pub(crate) fn is_onset(&self) -> bool {
        self.steps.iter().rev().take(ONSET_OF).filter(|(_, is_speech)| *is_speech).count() >= ONSET
    }

    /// Takes everything out: the samples and for each step whether it was speech.
    pub(crate) fn take(&mut self) -> (Vec<i16>, Vec<bool>) {
        let mut pcm = Vec::with_capacity(self.steps.len() * STEP);
        let mut speech = Vec::with_capacity(self.steps.len());
        for (step, is_speech) in self.steps.drain(..) {
            pcm.extend_from_slice(&step);
            speech.push(is_speech);
        }
        (pcm, speech)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_begins_higher_than_it_goes_on() {
        let mut gate = Gate::default();
        assert!(!gate.hear(0.5, 0.4));
        assert!(gate.hear(0.6, 0.4));
        assert!(gate.hear(0.41, 0.4));
        assert!(!gate.hear(0.39, 0.4));
        assert!(!gate.hear(0.5, 0.4));
        assert!(gate.hear(0.99, 0.98), "even the highest threshold can be passed");
    }

    #[test]
    fn a_click_is_no_onset_and_the_lead_is_bounded() {
        let mut lead = Lead::default();
        for step in 0..100 {
            lead.push(&[0; STEP], step % 3 == 0);
            assert!(!lead.is_onset());
        }
        lead.push(&[1; STEP], true);
        lead.push(&[2; STEP], true);
        lead.push(&[3; STEP], true);
        assert!(lead.is_onset());
        let (pcm, speech) = lead.take();
        assert_eq!(speech.len(), LEAD_STEPS);
        assert_eq!(pcm.len(), LEAD_STEPS * STEP);
        assert_eq!(pcm.last(), Some(&3));
    }

    #[test]
    fn silence_is_not_speech() {
        let mut detector = Earshot::new();
        assert!((0..200).all(|_| detector.probability(&[0; STEP]) < 0.3));
    }
}
