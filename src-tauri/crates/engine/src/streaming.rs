//! A session on a model that hears on as audio comes.
//!
//! Each turn has a stream of its own, opened when speech is noticed and given the moments before it; silence between turns is
//! never decoded. Turns end by the same rules as those of [`crate::session::Session`], not by the model's own. Like that
//! session this one is deterministic, and its memory is what one turn needs.

use std::sync::Arc;

use crate::EngineError;
use crate::axis::{STEP, ms};
use crate::ear::Ear;
use crate::recogniser::{RecognitionSession, SessionOptions, TurnUpdate};
use crate::speech::{Lead, SpeechDetector};
use crate::speech_track::SpeechTrack;
use crate::turn::Turn;
use crate::utterance::Utterance;
use crate::words::Atom;

/// A loaded model of which any number of streams can be opened.
pub(crate) trait StreamingModel: Send + Sync {
    /// Begins to hear.
    fn open(&self) -> Box<dyn SpeechStream>;
}

/// One stretch of audio on its way through a model.
pub(crate) trait SpeechStream: Send {
    /// Takes more audio (16 kHz mono); tells whether the words may have changed.
    fn hear(&mut self, pcm: &[i16]) -> bool;

    /// Takes no more, and says what was held back.
    fn end(&mut self);

    /// All words so far, with their times from the first sample on if the model tells any.
    fn words(&self) -> Result<Vec<Atom>, EngineError>;
}

/// From this length on a turn ends in a pause of this length. What is held back has to be drawn out of the stream for that, so
/// it does not end in running speech unless nobody ever pauses.
const CUTS: [(u64, u64); 3] = [(ms(60_000), ms(200)), (ms(75_000), ms(64)), (ms(90_000), 0)];

/// A session on some model and some detector.
pub(crate) struct StreamingSession {
    model: Arc<dyn StreamingModel>,
    ear: Ear,
    options: SessionOptions,
    lead: Lead,
    turn: Option<Turn<Utterance>>,
    next_order: u32,
}

impl StreamingSession {
    /// Opens a session.
    pub(crate) fn new(
        model: Arc<dyn StreamingModel>,
        detector: Box<dyn SpeechDetector>,
        options: SessionOptions,
    ) -> Self {
        Self {
            model,
            ear: Ear::new(detector),
            options,
            lead: Lead::default(),
            turn: None,
            next_order: 0,
        }
    }

    fn step(
        &mut self,
        step: &[i16; STEP],
        updates: &mut Vec<TurnUpdate>,
    ) -> Result<(), EngineError> {
        let is_speech = self.ear.hear(step, self.options.vad_threshold);
        let has_changed = match self.turn.as_mut().and_then(|turn| turn.passage.as_mut()) {
            Some(utterance) => utterance.push(step, is_speech)?,
            None => self.listen(step, is_speech)?,
        };
        let Some(turn) = &mut self.turn else { return Ok(()) };
        let (position, received) = (self.ear.position(), self.ear.received());
        let silence = position.saturating_sub(turn.speech_end());
        if has_changed {
            updates.extend(turn.partial(silence, received, &self.options));
        }
        let length = position - turn.start;
        let is_long = CUTS.iter().any(|(at, pause)| length >= *at && silence >= *pause);
        if is_long || turn.is_over(silence, &self.options) {
            updates.extend(self.end_turn()?);
        }
        Ok(())
    }

    /// Waits for speech; begins a turn when it comes. Tells whether there may be words already.
    fn listen(&mut self, step: &[i16], is_speech: bool) -> Result<bool, EngineError> {
        self.lead.push(step, is_speech);
        if !self.lead.is_onset() {
            return Ok(false);
        }
        let (pcm, speech) = self.lead.take();
        let start = self.ear.position() - pcm.len() as u64;
        let speech = SpeechTrack::new(start, speech, self.ear.lag());
        let utterance = Utterance::new(self.model.open(), start, &pcm, speech)?;
        self.turn = Some(Turn::new(self.next_order, start, utterance));
        Ok(true)
    }

    fn end_turn(&mut self) -> Result<Option<TurnUpdate>, EngineError> {
        let Some(mut turn) = self.turn.take() else { return Ok(None) };
        if let Some(utterance) = &mut turn.passage {
            utterance.finish()?;
        }
        let silence = self.ear.position().saturating_sub(turn.speech_end());
        let update = turn.end(silence, self.ear.received(), &self.options);
        self.next_order += u32::from(update.is_some());
        Ok(update)
    }
}

impl RecognitionSession for StreamingSession {
    fn push(&mut self, pcm_16k: &[i16]) -> Result<Vec<TurnUpdate>, EngineError> {
        self.ear.receive(pcm_16k)?;
        let mut updates = Vec::new();
        let mut rest = pcm_16k;
        while let Some(step) = self.ear.next_step(&mut rest) {
            self.step(&step, &mut updates)?;
        }
        Ok(updates)
    }

    fn force_endpoint(&mut self) -> Result<Vec<TurnUpdate>, EngineError> {
        self.ear.check_open()?;
        Ok(self.end_turn()?.into_iter().collect())
    }

    fn finish(&mut self) -> Result<Vec<TurnUpdate>, EngineError> {
        let mut updates = Vec::new();
        if let Some(step) = self.ear.finish()? {
            self.step(&step, &mut updates)?;
        }
        updates.extend(self.end_turn()?);
        Ok(updates)
    }

    fn reconfigure(&mut self, options: SessionOptions) {
        self.options = options;
    }

    fn take_speech_probability(&mut self) -> f32 {
        self.ear.take_loudest()
    }
}

#[cfg(test)]
mod tests;
