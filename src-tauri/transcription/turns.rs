//! From the messages of one session to turns on the file's axis. Pure.

use sotto_export::{SAMPLE_RATE, Source, Turn, Word};
use sotto_protocol as wire;

const SAMPLES_PER_MS: u64 = SAMPLE_RATE / 1_000;

/// The turns of one session.
pub(super) struct LegTurns {
    leg: u32,
    source: Source,
    /// The session's first sample on the axis.
    from: u64,
    /// Where the next turn begins.
    tile: u64,
    /// Ended without format: its formatted twin may follow.
    pending: Option<wire::Turn>,
    next: u32,
}

impl LegTurns {
    pub(super) fn new(leg: u32, source: Source, from: u64) -> Self {
        Self { leg, source, from, tile: from, pending: None, next: 0 }
    }

    /// Takes a message; gives what became final with it.
    pub(super) fn take(&mut self, turn: wire::Turn) -> Vec<Turn> {
        if turn.turn_order < self.next || !turn.end_of_turn {
            return Vec::new();
        }
        let mut out = Vec::new();
        if self.pending.as_ref().is_some_and(|pending| pending.turn_order != turn.turn_order) {
            out.extend(self.flush());
        }
        if turn.turn_is_formatted {
            self.pending = None;
            out.extend(self.settle(turn));
        } else {
            self.pending = Some(turn);
        }
        out
    }

    /// What waits for a twin that does not come any more.
    pub(super) fn flush(&mut self) -> Option<Turn> {
        let pending = self.pending.take()?;
        self.settle(pending)
    }

    /// A final without words says only that the session is over.
    fn settle(&mut self, turn: wire::Turn) -> Option<Turn> {
        self.next = turn.turn_order + 1;
        if turn.words.is_empty() && turn.transcript.trim().is_empty() {
            return None;
        }
        let words: Vec<Word> = turn.words.into_iter().map(|word| self.word(word)).collect();
        let from = self.tile;
        let to = words.last().map_or(from, |word| word.to).max(from);
        self.tile = to;
        Some(Turn {
            from,
            to,
            text: turn.transcript,
            edited_text: None,
            words,
            source: self.source,
            is_fallback: false,
            speaker: None,
            leg: self.leg,
            turn_order: turn.turn_order,
        })
    }

    fn word(&self, word: wire::Word) -> Word {
        let at = |ms: u64| self.from + ms * SAMPLES_PER_MS;
        let from = at(word.start).max(self.tile);
        Word {
            from,
            to: at(word.end).max(from),
            text: word.text,
            confidence: word.confidence,
            speaker: word.speaker,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(order: u32, text: &str, is_end: bool, is_formatted: bool) -> wire::Turn {
        let words = text.split_whitespace().enumerate().map(|(i, word)| wire::Word {
            start: 1_000 * u64::from(order) + 100 * i as u64,
            end: 1_000 * u64::from(order) + 100 * i as u64 + 90,
            text: word.to_owned(),
            ..serde_json::from_str(r#"{"start":0,"end":0,"text":""}"#).unwrap()
        });
        wire::Turn {
            turn_order: order,
            end_of_turn: is_end,
            turn_is_formatted: is_formatted,
            transcript: text.to_owned(),
            words: words.collect(),
            ..wire::Turn::default()
        }
    }

    fn texts(turns: Vec<Turn>) -> Vec<String> {
        turns.into_iter().map(|turn| turn.text).collect()
    }

    #[test]
    fn a_turn_that_ends_twice_is_one_turn_and_its_last_form_counts() {
        let mut turns = LegTurns::new(0, Source::Offline, 0);
        assert!(turns.take(turn(0, "one", false, false)).is_empty());
        assert!(turns.take(turn(0, "one two", true, false)).is_empty());
        assert_eq!(texts(turns.take(turn(0, "One two.", true, true))), ["One two."]);
        assert!(turns.take(turn(0, "One two.", true, true)).is_empty(), "nor is a late twin");
    }

    #[test]
    fn without_its_twin_it_is_final_when_the_next_one_ends_or_the_session_does() {
        let mut turns = LegTurns::new(0, Source::Offline, 0);
        turns.take(turn(0, "one", true, false));
        assert_eq!(texts(turns.take(turn(1, "two", true, false))), ["one"]);
        assert_eq!(turns.flush().map(|turn| turn.text), Some("two".to_owned()));
        assert!(turns.flush().is_none());
    }

    #[test]
    fn turns_tile_and_words_lie_on_the_axis_of_the_file() {
        let mut turns = LegTurns::new(2, Source::AssemblyAi, 8_000);
        let first = turns.take(turn(0, "a b", true, true)).remove(0);
        assert_eq!((first.from, first.to, first.leg), (8_000, 8_000 + 190 * 16, 2));
        assert_eq!(first.words[1].from, 8_000 + 1_600);
        assert!(turns.take(turn(1, "", true, true)).is_empty());
        let third = turns.take(turn(2, "c", true, true)).remove(0);
        assert_eq!((third.from, third.turn_order), (first.to, 2));
    }
}
