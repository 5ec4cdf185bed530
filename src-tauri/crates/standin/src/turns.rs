//! Turns, as the `universal-streaming` models make them: partials word by word, a final after a pause, and with
//! `format_turns` a second, formatted final with the same number.

use sotto_protocol::{Turn, Word};

use crate::Spoken;

/// So much silence ends a turn (docs: the default of `min_turn_silence`).
const TURN_SILENCE_MS: u64 = 400;

#[derive(Debug)]
pub(crate) struct Turns {
    format_turns: bool,
    order: u32,
    words: Vec<Spoken>,
}

impl Turns {
    pub(crate) fn new(format_turns: bool) -> Self {
        Self { format_turns, order: 0, words: Vec::new() }
    }

    pub(crate) fn set_format(&mut self, format_turns: bool) {
        self.format_turns = format_turns;
    }

    /// A word was heard: the partial that shows it.
    pub(crate) fn heard(&mut self, word: Spoken) -> Turn {
        self.words.push(word);
        self.turn(false, false)
    }

    /// Whether the open turn is over by now.
    pub(crate) fn is_over(&self, now_ms: u64) -> bool {
        self.words.last().is_some_and(|word| now_ms.saturating_sub(word.end_ms) >= TURN_SILENCE_MS)
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
        Spoken { text: text.to_owned(), start_ms, end_ms: start_ms + 200 }
    }

    #[test]
    fn a_turn_grows_and_ends_twice_when_formatted() {
        let mut turns = Turns::new(true);
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
