//! What hears. Not a recogniser: its words follow from the samples by a rule that a test can predict.

/// A word that was heard, with its place in the session's audio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The word.
    pub text: String,
    /// Milliseconds of session audio.
    pub start_ms: u64,
    /// Milliseconds of session audio.
    pub end_ms: u64,
    /// Which of the voices that these ears can tell apart.
    pub voice: u8,
}

/// Turns samples into words. Where a turn ends is not its business.
pub trait Ears: Send {
    /// Takes 16 kHz samples in order, any number; gives the words that were completed by them.
    fn hear(&mut self, samples: &[i16]) -> Vec<Spoken>;

    /// Gives the word in progress, if there is one.
    fn flush(&mut self) -> Option<Spoken>;

    /// Whether a word is in progress.
    fn is_hearing(&self) -> bool;
}

const BLOCK: usize = 160;
const BLOCK_MS: u64 = 10;
/// Root mean square of a block that is audible: about −40 dBFS.
const AUDIBLE: f64 = 327.0;
/// So much silence ends a burst.
const PAUSE_MS: u64 = 60;
/// A longer burst is cut, so that real speech without pauses gives words too.
const BURST_MS_MAX: u64 = 600;

/// Counts bursts: "word1" for the first audible burst, "word2" for the next.
#[derive(Debug, Default)]
pub struct EnergyEars {
    rest: Vec<i16>,
    now_ms: u64,
    burst: Option<Burst>,
    words: u64,
}

#[derive(Debug, Clone, Copy)]
struct Burst {
    start_ms: u64,
    end_ms: u64,
    /// How often it went through zero, which is what is heard of its pitch.
    crossings: u64,
}

impl Burst {
    /// Voices are an octave apart, from 100 Hz on.
    fn voice(self) -> u8 {
        let hz = self.crossings as f64 * 500.0 / (self.end_ms - self.start_ms).max(1) as f64;
        (hz / 100.0).max(1.0).log2().round() as u8
    }
}

fn crossings(block: &[i16]) -> u64 {
    block.windows(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count() as u64
}

impl EnergyEars {
    fn block(&mut self, block: &[i16]) -> Option<Spoken> {
        let power =
            block.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / block.len() as f64;
        let start_ms = self.now_ms;
        self.now_ms += BLOCK_MS;
        if power.sqrt() >= AUDIBLE {
            let burst =
                self.burst.get_or_insert(Burst { start_ms, end_ms: start_ms, crossings: 0 });
            burst.end_ms = self.now_ms;
            burst.crossings += crossings(block);
        }
        let burst = self.burst?;
        let is_over =
            self.now_ms - burst.end_ms >= PAUSE_MS || burst.end_ms - burst.start_ms >= BURST_MS_MAX;
        is_over.then(|| self.flush()).flatten()
    }
}

impl Ears for EnergyEars {
    fn hear(&mut self, samples: &[i16]) -> Vec<Spoken> {
        let mut waiting = std::mem::take(&mut self.rest);
        waiting.extend_from_slice(samples);
        let (blocks, rest) = waiting.as_chunks::<BLOCK>();
        self.rest = rest.to_vec();
        blocks.iter().filter_map(|block| self.block(block)).collect()
    }

    fn flush(&mut self) -> Option<Spoken> {
        let burst = self.burst.take()?;
        self.words += 1;
        Some(Spoken {
            text: format!("word{}", self.words),
            start_ms: burst.start_ms,
            end_ms: burst.end_ms,
            voice: burst.voice(),
        })
    }

    fn is_hearing(&self) -> bool {
        self.burst.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speech(bursts: usize) -> Vec<i16> {
        let burst = [vec![8000i16; 3200], vec![0; 3200]].concat();
        burst.repeat(bursts)
    }

    #[test]
    fn a_word_for_each_burst_at_its_place() {
        let heard = EnergyEars::default().hear(&speech(2));
        let spoken = |text: &str, start_ms| Spoken {
            text: text.to_owned(),
            start_ms,
            end_ms: start_ms + 200,
            voice: 0,
        };
        assert_eq!(heard, [spoken("word1", 0), spoken("word2", 400)]);
    }

    #[test]
    fn voices_are_told_apart_by_their_pitch() {
        let tone = |hz: f64| {
            (0..3200).map(move |n| {
                ((f64::from(n) * hz / 16_000.0 * std::f64::consts::TAU).sin() * 8000.0) as i16
            })
        };
        let audio = |hz: f64| tone(hz).chain([0; 1600]).collect::<Vec<_>>();
        let voices: Vec<u8> = [200.0, 800.0, 210.0, 780.0]
            .into_iter()
            .flat_map(|hz| EnergyEars::default().hear(&audio(hz)))
            .map(|word| word.voice)
            .collect();
        assert_eq!(voices, [1, 3, 1, 3]);
    }

    #[test]
    fn the_cut_of_the_audio_changes_nothing() {
        let audio = speech(5);
        let whole = EnergyEars::default().hear(&audio);
        for size in [1, 7, 160, 801, 3200] {
            let mut ears = EnergyEars::default();
            let pieces: Vec<Spoken> =
                audio.chunks(size).flat_map(|piece| ears.hear(piece)).collect();
            assert_eq!(pieces, whole, "{size}");
        }
    }

    #[test]
    fn long_bursts_are_cut_and_open_ones_flushed() {
        let mut ears = EnergyEars::default();
        assert_eq!(ears.hear(&[8000; 16_000]).len(), 1);
        assert!(ears.is_hearing());
        assert_eq!(ears.flush().map(|word| word.text), Some("word2".to_owned()));
        assert!(!ears.is_hearing());
        assert!(ears.hear(&[10; 16_000]).is_empty());
    }
}
