//! The machine of one session: steps of audio in, updates of turns out.
//!
//! It is deterministic. There is no clock in it: what is decoded when depends on the audio alone, so however the audio
//! is cut into pushes, the same words become final at the same places (unless it is told that it has fallen behind, or
//! sessions beside it come and go). Its memory is one passage of audio (ten seconds) and the words of one turn, however
//! long it runs.

use std::sync::Arc;

use crate::EngineError;
use crate::axis::ms;
use crate::decoder::Decoder;
use crate::ear::Ear;
use crate::passage::{Cut, Passage};
use crate::recogniser::{RecognitionSession, SessionOptions, TurnUpdate};
use crate::share::Share;
use crate::speech::{Lead, SpeechDetector};
use crate::speech_track::SpeechTrack;
use crate::turn::{Growing, Turn};

/// Silence after which all that was said is decoded, so that the text is there when the turn ends. The
/// model hears the last word better with this much air after it.
const PAUSE: u64 = ms(240);
/// A turn this long ends at its next cut, even if nobody ever falls silent.
const LONGEST_TURN: u64 = ms(60_000);

/// A session on some decoder and some detector.
pub(crate) struct Session {
    decoder: Arc<dyn Decoder>,
    share: Share,
    ear: Ear,
    options: SessionOptions,
    lead: Lead,
    turn: Option<Turn<Passage>>,
    next_order: u32,
    /// More audio waits.
    is_behind: bool,
}

impl Session {
    /// Opens a session.
    pub(crate) fn new(
        decoder: Arc<dyn Decoder>,
        share: Share,
        detector: Box<dyn SpeechDetector>,
        options: SessionOptions,
    ) -> Self {
        Self {
            decoder,
            share,
            ear: Ear::new(detector),
            options,
            lead: Lead::default(),
            turn: None,
            next_order: 0,
            is_behind: false,
        }
    }

    fn step(&mut self, step: &[i16], updates: &mut Vec<TurnUpdate>) -> Result<(), EngineError> {
        let is_speech = self.ear.hear(step, self.options.vad_threshold);
        match self.turn.as_mut().and_then(|turn| turn.passage.as_mut()) {
            Some(passage) => passage.push(step, is_speech),
            None => self.listen(step, is_speech),
        }
        if self.hear()? {
            self.tell(updates);
        }
        if self.turn.as_ref().is_some_and(|turn| self.is_over(turn)) {
            self.end_turn(updates);
            return Ok(());
        }
        self.cut(updates)
    }

    /// Waits for speech; begins a passage, and a turn if none is open, when it comes.
    fn listen(&mut self, step: &[i16], is_speech: bool) {
        self.lead.push(step, is_speech);
        if !self.lead.is_onset() {
            return;
        }
        let (pcm, speech) = self.lead.take();
        let start = self.ear.position() - pcm.len() as u64;
        let speech = SpeechTrack::new(start, speech, self.ear.lag());
        let passage = Passage::new(start, pcm, speech);
        match &mut self.turn {
            Some(turn) => turn.passage = Some(passage),
            None => self.turn = Some(Turn::new(self.next_order, start, passage)),
        }
    }

    /// Decodes if it is time to; tells whether it did.
    fn hear(&mut self) -> Result<bool, EngineError> {
        let (min, max) = (self.options.min_turn_silence_ms, self.options.max_turn_silence_ms);
        let pause = if self.decoder.cost().is_high() {
            // A costly decode is saved for the first moment at which it can be the last one.
            ms(min.min(max).into())
        } else {
            PAUSE.min(ms(min.into()))
        };
        let Some(passage) = self.turn.as_mut().and_then(|turn| turn.passage.as_mut()) else {
            return Ok(false);
        };
        let is_paused = self.ear.position() - passage.speech_end() >= pause;
        // Behind, the text of running speech would be old before it is read: the end of the passage is soon enough.
        let is_due =
            !self.is_behind && passage.is_due(self.decoder.cost(), self.share.percent_of_core());
        let is_time = passage.is_behind() && (is_paused || is_due);
        if is_time {
            passage.decode(self.decoder.as_ref())?;
        }
        Ok(is_time)
    }

    fn tell(&mut self, updates: &mut Vec<TurnUpdate>) {
        let silence = self.silence();
        if let Some(turn) = &mut self.turn {
            updates.extend(turn.partial(silence, self.ear.received(), &self.options));
        }
    }

    fn silence(&self) -> u64 {
        self.turn.as_ref().map_or(0, |turn| self.ear.position().saturating_sub(turn.speech_end()))
    }

    fn is_over(&self, turn: &Turn<Passage>) -> bool {
        turn.is_over(self.silence(), &self.options)
    }

    fn end_turn(&mut self, updates: &mut Vec<TurnUpdate>) {
        let silence = self.silence();
        let Some(turn) = self.turn.take() else { return };
        if let Some(update) = turn.end(silence, self.ear.received(), &self.options) {
            self.next_order += 1;
            updates.push(update);
        }
    }

    /// Ends a passage that has become long, and with it a turn that has.
    fn cut(&mut self, updates: &mut Vec<TurnUpdate>) -> Result<(), EngineError> {
        let Some(turn) = &mut self.turn else { return Ok(()) };
        let Some(mut passage) = turn.passage.take() else { return Ok(()) };
        match passage.cut() {
            None => {
                turn.passage = Some(passage);
                return Ok(());
            }
            Some(Cut::InPause) => {
                if passage.is_behind() {
                    passage.decode(self.decoder.as_ref())?;
                }
                let speech_end = passage.speech_end();
                turn.keep(passage.close(), speech_end, false);
            }
            Some(Cut::At(at)) => {
                let (words, rest) = passage.split(at, self.decoder.as_ref())?;
                turn.keep(words, at, true);
                turn.passage = Some(rest);
            }
        }
        self.tell(updates);
        self.end_long_turn(updates);
        Ok(())
    }

    fn end_long_turn(&mut self, updates: &mut Vec<TurnUpdate>) {
        let position = self.ear.position();
        let Some(turn) = self.turn.as_mut().filter(|turn| position - turn.start >= LONGEST_TURN)
        else {
            return;
        };
        // A passage that has just begun opens the next turn.
        if turn.passage.as_ref().is_some_and(|passage| !passage.is_new()) {
            return;
        }
        let rest = turn.passage.take();
        self.end_turn(updates);
        self.turn = rest.map(|passage| Turn::new(self.next_order, passage.start(), passage));
    }

    /// Ends the open turn with all that was received.
    fn flush(&mut self) -> Result<Vec<TurnUpdate>, EngineError> {
        let mut updates = Vec::new();
        if let Some(passage) = self.turn.as_mut().and_then(|turn| turn.passage.as_mut())
            && passage.is_behind()
        {
            passage.decode(self.decoder.as_ref())?;
        }
        self.end_turn(&mut updates);
        Ok(updates)
    }
}

impl RecognitionSession for Session {
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
        self.flush()
    }

    fn finish(&mut self) -> Result<Vec<TurnUpdate>, EngineError> {
        let mut updates = Vec::new();
        if let Some(step) = self.ear.finish()? {
            self.step(&step, &mut updates)?;
        }
        updates.extend(self.flush()?);
        Ok(updates)
    }

    fn reconfigure(&mut self, options: SessionOptions) {
        self.options = options;
    }

    fn set_behind(&mut self, is_behind: bool) {
        self.is_behind = is_behind;
    }

    fn take_speech_probability(&mut self) -> f32 {
        self.ear.take_loudest()
    }
}

#[cfg(test)]
mod tests;
