//! What is spoken: coded words, and between them, where a recording is long, the voices of people.

use std::path::Path;

use sotto_desktop::samples_of;
use sotto_standin::coded;

use super::compare::Spoken;

/// Samples of the microphone's rate, and the words in them.
#[derive(Debug, Default)]
pub(crate) struct Speech {
    pub(crate) samples: Vec<i16>,
    pub(crate) words: Vec<Spoken>,
    rate_hz: u32,
    /// Samples that were taken out.
    taken: usize,
}

impl Speech {
    /// Nothing yet.
    pub(crate) fn new(rate_hz: u32) -> Self {
        Self { rate_hz, ..Self::default() }
    }

    /// Coded words only.
    pub(crate) fn coded(seed: u64, seconds: u32, rate_hz: u32) -> Self {
        let mut speech = Self::new(rate_hz);
        speech.say_coded(seed, seconds);
        speech
    }

    /// Goes on with coded words, numbered on.
    pub(crate) fn say_coded(&mut self, seed: u64, seconds: u32) {
        let first = self.words.last().map_or(1, |word| word.number + 1);
        let begin_ms = self.ms();
        let coded = coded::speech(seed, first, seconds, self.rate_hz);
        self.samples.extend(coded.samples);
        self.words.extend(coded.words.iter().map(|word| Spoken {
            number: word.number,
            start_ms: begin_ms + word.start_ms,
            end_ms: begin_ms + word.end_ms,
        }));
    }

    /// Goes on with the beginning of a recording of a voice. Nobody who hears coded words hears any in it.
    pub(crate) fn say_recorded(&mut self, recording: &Path, ms: u64) -> anyhow::Result<()> {
        let samples = ms * u64::from(self.rate_hz) / 1000;
        self.samples
            .extend(samples_of(recording, self.rate_hz)?.into_iter().take(samples as usize));
        Ok(())
    }

    /// Goes on with silence.
    pub(crate) fn pause(&mut self, ms: u64) {
        let samples = ms * u64::from(self.rate_hz) / 1000;
        self.samples.resize(self.samples.len() + samples as usize, 0);
    }

    /// How long it is, with what was taken out.
    pub(crate) fn ms(&self) -> u64 {
        (self.taken + self.samples.len()) as u64 * 1000 / u64::from(self.rate_hz.max(1))
    }

    /// The words as they were said where the speaker waited for a listener: `waits` say where in the speech, and for how long, in
    /// milliseconds.
    pub(crate) fn into_words_after(mut self, waits: &[(u64, u64)]) -> Vec<Spoken> {
        let waited = |before: &dyn Fn(u64) -> bool| -> u64 {
            waits.iter().filter(|(at, _)| before(*at)).map(|(_, ms)| ms).sum()
        };
        for word in &mut self.words {
            let Spoken { start_ms, end_ms, .. } = *word;
            word.start_ms += waited(&|at| at <= start_ms);
            word.end_ms += waited(&|at| at < end_ms);
        }
        self.words
    }

    /// Takes out the samples that are there, to be spoken; what is said next follows them.
    pub(crate) fn take_samples(&mut self) -> Vec<i16> {
        self.taken += self.samples.len();
        std::mem::take(&mut self.samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_after_a_wait_is_said_so_much_later() {
        let words = [(0, 300), (500, 800), (1_000, 1_300)];
        let words = (1..).zip(words).map(|(number, (start_ms, end_ms))| Spoken {
            number,
            start_ms,
            end_ms,
        });
        let speech = Speech { words: words.collect(), ..Speech::new(16_000) };
        let said = speech.into_words_after(&[(600, 50), (1_000, 400)]);
        let times: Vec<_> = said.iter().map(|word| (word.start_ms, word.end_ms)).collect();
        assert_eq!(times, [(0, 300), (500, 850), (1_450, 1_750)]);
    }
}
