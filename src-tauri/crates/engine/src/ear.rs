//! What every session does with audio first: it cuts it into steps and tells speech from silence.

use crate::EngineError;
use crate::axis::STEP;
use crate::speech::{Gate, SpeechDetector};

/// The audio of one session, on its way to a model.
pub(crate) struct Ear {
    detector: Box<dyn SpeechDetector>,
    gate: Gate,
    /// Samples that do not fill a step yet.
    carry: Vec<i16>,
    /// Samples received in all, and in whole steps.
    received: u64,
    position: u64,
    /// The highest probability of speech since it was asked for.
    loudest: f32,
    is_finished: bool,
}

impl Ear {
    /// Has heard nothing yet.
    pub(crate) fn new(detector: Box<dyn SpeechDetector>) -> Self {
        Self {
            detector,
            gate: Gate::default(),
            carry: Vec::with_capacity(STEP),
            received: 0,
            position: 0,
            loudest: 0.0,
            is_finished: false,
        }
    }

    /// Samples received in all.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// The position after the last step that was heard.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Whether more may come.
    pub(crate) fn check_open(&self) -> Result<(), EngineError> {
        if self.is_finished { Err(EngineError::SessionFinished) } else { Ok(()) }
    }

    /// Counts audio that is about to be cut into steps.
    pub(crate) fn receive(&mut self, pcm: &[i16]) -> Result<(), EngineError> {
        self.check_open()?;
        self.received += pcm.len() as u64;
        Ok(())
    }

    /// The next whole step, cut off from `rest`; what does not fill one is kept for the next audio.
    pub(crate) fn next_step(&mut self, rest: &mut &[i16]) -> Option<[i16; STEP]> {
        let wanted = STEP - self.carry.len();
        let (head, tail) = rest.split_at(wanted.min(rest.len()));
        self.carry.extend_from_slice(head);
        *rest = tail;
        let step = <[i16; STEP]>::try_from(self.carry.as_slice()).ok()?;
        self.carry.clear();
        Some(step)
    }

    /// Closes; the last step, filled up with silence, if anything is left.
    pub(crate) fn finish(&mut self) -> Result<Option<[i16; STEP]>, EngineError> {
        self.check_open()?;
        self.is_finished = true;
        if self.carry.is_empty() {
            return Ok(None);
        }
        let mut step = [0; STEP];
        step[..self.carry.len()].copy_from_slice(&self.carry);
        self.carry.clear();
        Ok(Some(step))
    }

    /// Hears a step; tells whether it is speech.
    pub(crate) fn hear(&mut self, step: &[i16], vad_threshold: f32) -> bool {
        let probability = self.detector.probability(step);
        self.loudest = self.loudest.max(probability);
        self.position += STEP as u64;
        self.gate.hear(probability, vad_threshold)
    }

    /// See [`SpeechDetector::lag`].
    pub(crate) fn lag(&self) -> u64 {
        self.detector.lag()
    }

    /// See [`crate::RecognitionSession::take_speech_probability`].
    pub(crate) fn take_loudest(&mut self) -> f32 {
        std::mem::take(&mut self.loudest)
    }
}
