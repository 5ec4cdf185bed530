//! What a streaming model hears in one turn: its stream, where speech was, and the words so far.

use crate::EngineError;
use crate::agreement::{Agreement, Settled};
use crate::axis::STEP;
use crate::speech_track::SpeechTrack;
use crate::streaming::SpeechStream;
use crate::turn::Growing;

/// A turn's audio on its way through a stream. The stream keeps the audio that it still needs; nothing is kept here.
pub(crate) struct Utterance {
    stream: Box<dyn SpeechStream>,
    speech: SpeechTrack,
    words: Agreement,
    end: u64,
}

impl Utterance {
    /// Begins at a position with the audio from before speech was noticed.
    pub(crate) fn new(
        stream: Box<dyn SpeechStream>,
        start: u64,
        pcm: &[i16],
        speech: SpeechTrack,
    ) -> Result<Self, EngineError> {
        let mut utterance = Self { stream, speech, words: Agreement::appending(start), end: start };
        utterance.hear(pcm)?;
        Ok(utterance)
    }

    /// Hears a step; tells whether words may have changed.
    pub(crate) fn push(
        &mut self,
        step: &[i16; STEP],
        is_speech: bool,
    ) -> Result<bool, EngineError> {
        self.speech.push(is_speech);
        self.hear(step)
    }

    /// Makes the stream say what it still holds back; it takes no more audio after that.
    pub(crate) fn finish(&mut self) -> Result<(), EngineError> {
        self.stream.end();
        self.take_words()
    }

    fn hear(&mut self, pcm: &[i16]) -> Result<bool, EngineError> {
        self.end += pcm.len() as u64;
        let has_decoded = self.stream.hear(pcm);
        if has_decoded {
            self.take_words()?;
        }
        Ok(has_decoded)
    }

    fn take_words(&mut self) -> Result<(), EngineError> {
        let start = self.speech.start();
        let heard = self.stream.words()?.into_iter().map(|atom| atom.shifted(start)).collect();
        let stable = self.words.hear(heard, self.end);
        self.words.settle_in(stable, &self.speech);
        Ok(())
    }
}

impl Growing for Utterance {
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
