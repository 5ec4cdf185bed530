//! What a turn of the engine looks like on the wire: as the family of the model that was asked for does it.

use sotto_engine::{EngineWord, TurnUpdate};
use sotto_protocol::{ServerMessage, SpeechModel, SpeechStarted, Turn, Word};

/// Whose manners a session has. The model behind both is the same, and `Begin` says which it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Manner {
    /// With `format_turns` a turn ends twice with one number, first unformatted and then formatted; sources disagree on
    /// what the cloud does, and the official clients and plugins work with this form.
    #[default]
    Universal,
    /// `SpeechStarted` before the first partial; one final, always formatted, which `utterance` repeats.
    Universal3,
}

impl Manner {
    pub(crate) fn of(model: Option<SpeechModel>) -> Self {
        if model.is_some_and(SpeechModel::is_universal_3) {
            Self::Universal3
        } else {
            Self::Universal
        }
    }
}

/// Turns updates into messages.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    manner: Manner,
    /// The turn of which a partial was sent: its final is due even if it has no words.
    open: Option<u32>,
}

impl Turns {
    pub(crate) fn new(manner: Manner) -> Self {
        Self { manner, open: None }
    }

    pub(crate) fn manner(&self) -> Manner {
        self.manner
    }

    /// `confidence`: how sure it is that there was speech, for `SpeechStarted`.
    pub(crate) fn messages(&mut self, update: TurnUpdate, confidence: f32) -> Vec<ServerMessage> {
        let (order, is_over) = (update.turn_order, update.end_of_turn);
        let was_open = self.open == Some(order);
        if update.words.is_empty() && !was_open {
            return Vec::new();
        }
        self.open = (!is_over).then_some(order);
        let mut messages = Vec::new();
        if self.manner == Manner::Universal3 && !was_open {
            messages.push(ServerMessage::SpeechStarted(SpeechStarted {
                timestamp: update.words.first().map_or(0, |word| word.start_ms.into()),
                confidence: Some(rounded(confidence)),
            }));
        }
        messages.extend(self.turns(update).into_iter().map(ServerMessage::Turn));
        messages
    }

    fn turns(&self, update: TurnUpdate) -> Vec<Turn> {
        let TurnUpdate { turn_order, end_of_turn, end_of_turn_confidence, words, formatted } =
            update;
        let turn = |words: Vec<EngineWord>, turn_is_formatted| Turn {
            turn_order,
            turn_is_formatted,
            end_of_turn,
            transcript: joined(words.iter().map(|word| word.text.as_str())),
            end_of_turn_confidence: rounded(end_of_turn_confidence),
            words: words.into_iter().map(|engine_word| word(engine_word, end_of_turn)).collect(),
            ..Turn::default()
        };
        let formatted = formatted.filter(|words| end_of_turn && !words.is_empty());
        match (self.manner, formatted) {
            (Manner::Universal, None) => vec![turn(words, false)],
            (Manner::Universal, Some(formatted)) => vec![turn(words, false), turn(formatted, true)],
            (Manner::Universal3, formatted) => {
                let mut turn = turn(formatted.unwrap_or(words), end_of_turn);
                if end_of_turn {
                    turn.end_of_turn_confidence = 1.0;
                    turn.utterance.clone_from(&turn.transcript);
                }
                vec![turn]
            }
        }
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

/// Words with spaces between them, but for scripts that write none.
fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for word in words {
        let is_dense = |letter: Option<char>| letter.is_some_and(is_without_spaces);
        let is_tight = is_dense(text.chars().last()) && is_dense(word.chars().next());
        if !text.is_empty() && !is_tight {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// Han, kana, and the punctuation that goes with them.
fn is_without_spaces(letter: char) -> bool {
    matches!(letter, '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
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

    fn said(turns: &mut Turns, update: TurnUpdate) -> Vec<Turn> {
        let turn = |message| match message {
            ServerMessage::Turn(turn) => turn,
            other => panic!("{other:?}"),
        };
        turns.messages(update, 0.5).into_iter().map(turn).collect()
    }

    #[test]
    fn a_formatted_turn_ends_twice_with_one_number() {
        let mut turns = Turns::default();
        let messages = said(&mut turns, update(3, true, &["hi", "there"], Some(&["Hi", "there."])));
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
        assert_eq!(said(&mut Turns::default(), update(0, true, &["hi"], None)).len(), 1);
    }

    #[test]
    fn an_empty_final_is_sent_only_to_close_a_turn_that_was_shown() {
        let mut turns = Turns::default();
        assert!(said(&mut turns, update(0, true, &[], None)).is_empty());
        assert_eq!(said(&mut turns, update(1, false, &["uh"], None)).len(), 1);
        assert_eq!(said(&mut turns, update(1, true, &[], None)).len(), 1);
        assert!(said(&mut turns, update(2, true, &[], None)).is_empty());
    }

    #[test]
    fn numbers_are_always_sound() {
        let turn = said(&mut Turns::default(), update(0, false, &["uh"], None)).remove(0);
        assert_eq!((turn.words[0].start, turn.words[0].end), (100, 100));
        assert_eq!(turn.words[0].confidence, 0.9);
        assert_eq!(turn.end_of_turn_confidence, 0.0);
        assert!(!turn.words[0].word_is_final);
    }

    #[test]
    fn a_universal_3_turn_is_announced_and_ends_once_and_formatted() {
        let mut turns = Turns::new(Manner::of(Some(SpeechModel::Universal36Pro)));
        let first = turns.messages(update(0, false, &["hi"], None), 0.75);
        let started = SpeechStarted { timestamp: 100, confidence: Some(0.75) };
        assert_eq!(first[0], ServerMessage::SpeechStarted(started));
        assert_eq!(first.len(), 2);
        let last = said(&mut turns, update(0, true, &["hi"], Some(&["Hi."]))).remove(0);
        assert!(last.end_of_turn && last.turn_is_formatted);
        assert_eq!((last.transcript.as_str(), last.utterance.as_str()), ("Hi.", "Hi."));
    }

    #[test]
    fn scripts_without_spaces_get_none() {
        assert_eq!(joined(["it", "was"].into_iter()), "it was");
        assert_eq!(joined(["今", "天", "天", "气"].into_iter()), "今天天气");
        assert_eq!(joined(["我", "用", "Sotto", "写", "。"].into_iter()), "我用 Sotto 写。");
        assert_eq!(joined(["오늘", "날씨"].into_iter()), "오늘 날씨");
    }
}
