//! What a turn of the engine looks like on the wire: as the `universal-streaming` models do it.

use sotto_engine::{EngineWord, TurnUpdate};
use sotto_protocol::{Turn, Word};

/// Turns updates into messages. With `format_turns` a turn ends twice with one number, first unformatted and then
/// formatted; sources disagree on what the cloud does, and the official clients and plugins work with this form.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// The turn of which a partial was sent: its final is due even if it has no words.
    open: Option<u32>,
}

impl Turns {
    pub(crate) fn messages(&mut self, update: TurnUpdate) -> Vec<Turn> {
        let TurnUpdate { turn_order, end_of_turn, end_of_turn_confidence, words, formatted } =
            update;
        let was_open = self.open == Some(turn_order);
        if words.is_empty() && !was_open {
            return Vec::new();
        }
        self.open = (!end_of_turn).then_some(turn_order);
        let turn = |words: Vec<EngineWord>, turn_is_formatted| Turn {
            turn_order,
            turn_is_formatted,
            end_of_turn,
            transcript: words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
            end_of_turn_confidence: rounded(end_of_turn_confidence),
            words: words.into_iter().map(|engine_word| word(engine_word, end_of_turn)).collect(),
            ..Turn::default()
        };
        let mut messages = vec![turn(words, false)];
        if end_of_turn && let Some(formatted) = formatted.filter(|words| !words.is_empty()) {
            messages.push(turn(formatted, true));
        }
        messages
    }
}

fn word(word: EngineWord, is_last_form: bool) -> Word {
    Word {
        start: word.start_ms.into(),
        end: word.end_ms.max(word.start_ms).into(),
        text: word.text,
        confidence: rounded(word.confidence),
        word_is_final: word.is_final || is_last_form,
        speaker: None,
    }
}

/// Six places, as on the wire; a number in 0 to 1 whatever the engine says.
fn rounded(value: f32) -> f64 {
    let value = if value.is_finite() { f64::from(value).clamp(0.0, 1.0) } else { 0.0 };
    (value * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> EngineWord {
        EngineWord {
            text: text.to_owned(),
            start_ms: 100,
            end_ms: 90,
            confidence: 0.9,
            is_final: false,
        }
    }

    fn update(
        turn_order: u32,
        end_of_turn: bool,
        words: &[&str],
        formatted: Option<&[&str]>,
    ) -> TurnUpdate {
        TurnUpdate {
            turn_order,
            end_of_turn,
            end_of_turn_confidence: f32::NAN,
            words: words.iter().map(|text| heard(text)).collect(),
            formatted: formatted.map(|words| words.iter().map(|text| heard(text)).collect()),
        }
    }

    #[test]
    fn a_formatted_turn_ends_twice_with_one_number() {
        let mut turns = Turns::default();
        let messages = turns.messages(update(3, true, &["hi", "there"], Some(&["Hi", "there."])));
        let shown: Vec<_> = messages
            .iter()
            .map(|t| (t.turn_order, t.turn_is_formatted, t.transcript.as_str()))
            .collect();
        assert_eq!(shown, [(3, false, "hi there"), (3, true, "Hi there.")]);
        assert!(
            messages
                .iter()
                .all(|turn| turn.end_of_turn && turn.words.iter().all(|word| word.word_is_final))
        );
    }

    #[test]
    fn an_unformatted_turn_ends_once() {
        assert_eq!(Turns::default().messages(update(0, true, &["hi"], None)).len(), 1);
    }

    #[test]
    fn an_empty_final_is_sent_only_to_close_a_turn_that_was_shown() {
        let mut turns = Turns::default();
        assert!(turns.messages(update(0, true, &[], None)).is_empty());
        assert_eq!(turns.messages(update(1, false, &["uh"], None)).len(), 1);
        assert_eq!(turns.messages(update(1, true, &[], None)).len(), 1);
        assert!(turns.messages(update(2, true, &[], None)).is_empty());
    }

    #[test]
    fn numbers_are_always_sound() {
        let turn = Turns::default().messages(update(0, false, &["uh"], None)).remove(0);
        assert_eq!((turn.words[0].start, turn.words[0].end), (100, 100));
        assert_eq!(turn.words[0].confidence, 0.9);
        assert_eq!(turn.end_of_turn_confidence, 0.0);
        assert!(!turn.words[0].word_is_final);
    }
}
