use super::*;
use proptest::{collection::vec, option, prelude::*};

const BEGIN: &str = r#"{"type":"Begin","id":"12c77068-02b3-4941-a960-275a65230e31","expires_at":1790221526,"configuration":{"model":"universal-3-5-pro","mode":"balanced","api_version":"2025-05-12","speaker_labels":false,"redact_pii":false,"filter_profanity":false,"domain":null,"voice_focus":null}}"#;
const TURN: &str = r#"{"turn_order":0,"turn_is_formatted":false,"end_of_turn":false,"transcript":"the quick","end_of_turn_confidence":0.000036,"words":[{"start":560,"end":640,"text":"the","confidence":0.843129,"word_is_final":true},{"start":720,"end":800,"text":"quick","confidence":0.478606,"word_is_final":false}],"utterance":"","type":"Turn"}"#;

/// Messages as the live service, its documents or its SDKs' tests have them, in the key order of the wire.
const WIRE: &[&str] = &[
    BEGIN,
    r#"{"type":"SpeechStarted","timestamp":1216,"confidence":0.987654}"#,
    r#"{"type":"Termination","audio_duration_seconds":4,"session_duration_seconds":7}"#,
    r#"{"type":"Error","error_code":3008,"error":"Session Expired: Maximum session duration exceeded"}"#,
    r#"{"type":"Warning","warning_code":1234,"warning":"session ending soon"}"#,
    r#"{"type":"Heartbeat","total_audio_received_ms":9888,"total_duration_ms":10096,"realtime_factor":0.9983,"max_speech_probability":0.999999}"#,
    r#"{"type":"Silence","start_ms":12000,"end_ms":13000}"#,
];

#[test]
fn captured_messages_read_and_write_back_byte_for_byte() {
    for text in WIRE {
        assert_eq!(&ServerMessage::decode(text).unwrap().encode(), text);
    }
}

#[test]
fn type_is_the_last_key_of_a_turn() {
    let ServerMessage::Turn(turn) = ServerMessage::decode(TURN).unwrap() else { panic!("kind") };
    assert_eq!(turn.words.len(), 2);
    assert_eq!((turn.words[1].start, turn.words[1].word_is_final), (720, false));
    let written = ServerMessage::Turn(turn).encode();
    assert!(written.ends_with(r#""type":"Turn"}"#), "{written}");
    assert!(!written.contains("error"));
    let keys: Value = serde_json::from_str(&written).unwrap();
    let captured: Value = serde_json::from_str(TURN).unwrap();
    assert_eq!(keys, captured);
}

#[test]
fn unknown_types_are_skipped_not_refused() {
    let text = r#"{"type":"LLMGatewayResponse","turn_order":0,"transcript":"Hello world.","data":{"choices":[]}}"#;
    assert!(matches!(ServerMessage::decode(text).unwrap(), ServerMessage::Unknown { .. }));
}

#[test]
fn a_speaker_revision_says_who_spoke_after_all() {
    let text = r#"{"type":"SpeakerRevision","revisions":[{"turn_order":1,"speaker_label":"B","words":[{"start":10355,"end":11615,"text":"Thanks,","confidence":0.79,"speaker":"A","word_is_final":true}]}]}"#;
    let ServerMessage::SpeakerRevision(revision) = ServerMessage::decode(text).unwrap() else {
        panic!("kind")
    };
    let [turn] = &revision.revisions[..] else { panic!("{revision:?}") };
    assert_eq!((turn.turn_order, turn.speaker_label.as_deref()), (1, Some("B")));
    assert_eq!(turn.words[0].speaker.as_deref(), Some("A"));
    let written: Value =
        serde_json::from_str(&ServerMessage::SpeakerRevision(revision).encode()).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(text).unwrap());
}

#[test]
fn an_error_needs_no_type() {
    let message = ServerMessage::decode(r#"{"error":"nope"}"#).unwrap();
    assert_eq!(
        message,
        ServerMessage::Error(ErrorMessage { error_code: None, error: "nope".to_owned() })
    );
    assert!(matches!(ServerMessage::decode("{}"), Err(DecodeError::NoType)));
    assert!(matches!(ServerMessage::decode("["), Err(DecodeError::Json(_))));
}

#[test]
fn a_turn_may_lack_everything_but_its_number_and_end() {
    let text = r#"{"type":"Turn","turn_order":3,"end_of_turn":true,"speaker_confidence":0.4}"#;
    let ServerMessage::Turn(turn) = ServerMessage::decode(text).unwrap() else { panic!("kind") };
    assert_eq!(turn, Turn { turn_order: 3, end_of_turn: true, ..Turn::default() });
}

#[test]
fn fractional_and_negative_times_become_whole() {
    let text = r#"{"type":"Silence","start_ms":-3.5,"end_ms":12.6}"#;
    assert_eq!(
        ServerMessage::decode(text).unwrap(),
        ServerMessage::Silence(Silence { start_ms: 0, end_ms: 13 })
    );
}

prop_compose! {
    fn words()(start in 0u64..20_000_000, length in 0u64..5000, text in "\\PC{0,12}", millionths in 0u32..=1_000_000,
               is_final in any::<bool>(), speaker in option::of("[A-D]")) -> Word {
        Word { start, end: start + length, text, confidence: f64::from(millionths) / 1e6, word_is_final: is_final, speaker }
    }
}

prop_compose! {
    fn turns()(turn_order in any::<u32>(), formatted in any::<bool>(), end in any::<bool>(), transcript in "\\PC{0,40}",
               millionths in 0u32..=1_000_000, words in vec(words(), 0..12), language in option::of("[a-z]{2}")) -> Turn {
        Turn {
            turn_order, turn_is_formatted: formatted, end_of_turn: end, transcript,
            end_of_turn_confidence: f64::from(millionths) / 1e6, words, language_code: language,
            ..Turn::default()
        }
    }
}

proptest! {
    #[test]
    fn turns_survive_the_wire(turn in turns()) {
        let message = ServerMessage::Turn(turn);
        prop_assert_eq!(ServerMessage::decode(&message.encode()).unwrap(), message);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,200}") {
        drop(ServerMessage::decode(&text));
    }

    #[test]
    fn a_captured_message_cut_or_changed_anywhere_is_read_without_panic(at in 0usize..TURN.len(), with in any::<char>()) {
        let mut text: String = TURN.chars().take(at).collect();
        drop(ServerMessage::decode(&text));
        text.push(with);
        text.extend(TURN.chars().skip(at + 1));
        drop(ServerMessage::decode(&text));
    }
}
