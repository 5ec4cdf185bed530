//! Turns, as the `universal-streaming` models make them: partials word by word, a final after a pause, and with
//! `format_turns` a second, formatted final with the same number. With `speaker_labels` another voice ends a turn, finals
//! say whose it is, and of one that was too short to tell that is said at the end (docs).

use sotto_protocol::{SpeakerRevision, StreamingParameters, Turn, TurnRevision, Word};

use crate::Spoken;

/// So much silence ends a turn (docs: the default of `min_turn_silence`).
const TURN_SILENCE_MS: u64 = 400;
/// Of less than this it is not said whose it is (docs).
const TELLING_MS: u64 = 1_000;
const UNKNOWN: &str = "UNKNOWN";

#[derive(Debug)]
pub(crate) struct Turns {
    format_turns: bool,
    order: u32,
    words: Vec<Spoken>,
    /// The voices in the order in which they were heard, where they are told apart. Each session counts them anew.
    voices: Option<Vec<u8>>,
    /// Turns whose speaker was not said.
    untold: Vec<TurnRevision>,
}

impl Turns {
    pub(crate) fn new(parameters: &StreamingParameters) -> Self {
        Self {
            format_turns: parameters.format_turns,
            order: 0,
            words: Vec::new(),
            voices: parameters.speaker_labels.then(Vec::new),
            untold: Vec::new(),
        }
    }

    pub(crate) fn set_format(&mut self, format_turns: bool) {
        self.format_turns = format_turns;
    }

    /// A word was heard: the partial that shows it.
    pub(crate) fn heard(&mut self, word: Spoken) -> Turn {
        if let Some(voices) = &mut self.voices
            && !voices.contains(&word.voice)
        {
            voices.push(word.voice);
        }
        self.words.push(word);
        self.turn(false, false)
    }

    /// Whether the open turn is over by now.
    pub(crate) fn is_over(&self, now_ms: u64) -> bool {
        self.words.last().is_some_and(|word| now_ms.saturating_sub(word.end_ms) >= TURN_SILENCE_MS)
    }

    /// Whether this word belongs to another turn than the open one.
    pub(crate) fn ends_before(&self, word: &Spoken) -> bool {
        let is_another = self.words.last().is_some_and(|last| last.voice != word.voice);
        self.is_over(word.start_ms) || (self.voices.is_some() && is_another)
    }

    /// Whose the turns were that had been too short to tell, once.
    pub(crate) fn revision(&mut self) -> Option<SpeakerRevision> {
        let revisions = std::mem::take(&mut self.untold);
        (!revisions.is_empty()).then_some(SpeakerRevision { revisions })
    }

    /// The label of the open turn's voice, where voices are told apart.
    fn label(&self) -> Option<String> {
        let voice = self.words.first()?.voice;
        let at = self.voices.as_ref()?.iter().position(|known| *known == voice)?;
        Some(char::from(b'A' + u8::try_from(at).ok()?).to_string())
    }

    /// Ends the open turn: its finals, or nothing when none is open.
    pub(crate) fn end(&mut self) -> Vec<Turn> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let mut finals = vec![self.turn(true, false)];
        if self.format_turns {
            finals.push(self.turn(true, true));
        }
        self.sign(&mut finals);
        self.words.clear();
        self.order += 1;
        finals
    }

    /// The final without words that the cloud sends after `Terminate` (wire); clients have to drop it.
    pub(crate) fn empty(&self) -> Turn {
        Turn {
            turn_order: self.order,
            end_of_turn: true,
            end_of_turn_confidence: 1.0,
            ..Turn::default()
        }
    }

    /// Says whose the finals are.
    fn sign(&mut self, finals: &mut [Turn]) {
        let Some(label) = self.label() else { return };
        for turn in &mut *finals {
            for word in &mut turn.words {
                word.speaker = Some(label.clone());
            }
            turn.speaker_label = Some(label.clone());
        }
        let length = self.words.last().map_or(0, |last| last.end_ms)
            - self.words.first().map_or(0, |first| first.start_ms);
        if length >= TELLING_MS {
            return;
        }
        if let Some(last) = finals.last() {
            let (turn_order, words) = (last.turn_order, last.words.clone());
            self.untold.push(TurnRevision { turn_order, speaker_label: Some(label), words });
        }
        for turn in finals {
            turn.words.iter_mut().for_each(|word| word.speaker = Some(UNKNOWN.to_owned()));
            turn.speaker_label = Some(UNKNOWN.to_owned());
        }
    }

    fn turn(&self, is_end: bool, is_formatted: bool) -> Turn {
        let last = self.words.len().saturating_sub(1);
        let text = |at: usize, word: &Spoken| {
            if !is_formatted {
                return word.text.clone();
            }
            let mut letters = word.text.chars();
            let first =
                letters.next().filter(|_| at == 0).map(|letter| letter.to_ascii_uppercase());
            let body = if at == 0 { letters.as_str() } else { word.text.as_str() };
            first.into_iter().chain(body.chars()).chain((at == last).then_some('.')).collect()
        };
        let words: Vec<Word> = self
            .words
            .iter()
            .enumerate()
            .map(|(at, word)| Word {
                start: word.start_ms,
                end: word.end_ms,
                text: text(at, word),
                confidence: 0.9,
                word_is_final: is_end || at < last,
                speaker: None,
            })
            .collect();
        Turn {
            turn_order: self.order,
            turn_is_formatted: is_formatted,
            end_of_turn: is_end,
            // As the documents say and one capture shows: only the words that are final.
            transcript: words
                .iter()
                .filter(|word| word.word_is_final)
                .map(|word| word.text.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            end_of_turn_confidence: if is_end { 0.9 } else { 0.01 },
            words,
            ..Turn::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, start_ms: u64) -> Spoken {
        Spoken { text: text.to_owned(), start_ms, end_ms: start_ms + 200, voice: 0 }
    }

    fn formatted(speaker_labels: bool) -> StreamingParameters {
        StreamingParameters { format_turns: true, speaker_labels, ..StreamingParameters::default() }
    }

    #[test]
    fn another_voice_ends_a_turn_and_one_too_short_to_tell_is_told_at_the_end() {
        let mut turns = Turns::new(&formatted(true));
        let said = |voice, start_ms| Spoken { voice, ..word("word", start_ms) };
        for start_ms in [0, 300, 600, 900] {
            assert!(!turns.ends_before(&said(3, start_ms)));
            assert_eq!(turns.heard(said(3, start_ms)).speaker_label, None);
        }
        assert!(turns.ends_before(&said(1, 1_200)));
        let labels = |finals: &[Turn]| {
            let of = |turn: &Turn| (turn.speaker_label.clone(), turn.words[0].speaker.clone());
            finals.iter().map(of).collect::<Vec<_>>()
        };
        let both = |label: &str| (Some(label.to_owned()), Some(label.to_owned()));
        assert_eq!(labels(&turns.end()), [both("A"), both("A")]);
        turns.heard(said(1, 1_200));
        assert_eq!(labels(&turns.end()), [both("UNKNOWN"), both("UNKNOWN")]);
        let revision = turns.revision().unwrap();
        assert_eq!(revision.revisions[0].turn_order, 1);
        assert_eq!(revision.revisions[0].speaker_label.as_deref(), Some("B"));
        assert_eq!(revision.revisions[0].words[0].speaker.as_deref(), Some("B"));
        assert!(turns.revision().is_none());
    }

    #[test]
    fn a_turn_grows_and_ends_twice_when_formatted() {
        let mut turns = Turns::new(&formatted(false));
        assert_eq!(turns.heard(word("word1", 0)).transcript, "");
        let partial = turns.heard(word("word2", 400));
        assert_eq!(
            (partial.transcript.as_str(), partial.words.len(), partial.end_of_turn),
            ("word1", 2, false)
        );
        assert!(!turns.is_over(999));
        assert!(turns.is_over(1000));
        let finals = turns.end();
        assert_eq!(
            finals.iter().map(|turn| turn.transcript.as_str()).collect::<Vec<_>>(),
            ["word1 word2", "Word1 word2."]
        );
        assert!(finals.iter().all(|turn| turn.turn_order == 0 && turn.end_of_turn));
        assert!(turns.end().is_empty());
        assert_eq!(turns.empty().turn_order, 1);
    }
}
