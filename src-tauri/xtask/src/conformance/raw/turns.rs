//! What comes, key by key: SDKs look at what they know, and drop the rest.

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sotto_protocol::ServerMessage;

use super::Case;

pub(super) const CASES: &[Case] = &[
    ("a_whole_session_is_understood", "Turn::transcript", |scene| {
        let story = scene.formatted()?;
        ensure!(story.is_understood(), "{}", story.text());
        Ok(())
    }),
    ("the_type_is_the_last_key_of_a_turn", "ServerMessage::decode", |scene| {
        let turns: Vec<_> =
            scene.formatted()?.texts.iter().filter(|text| text.contains("turn_order")).collect();
        ensure!(!turns.is_empty() && turns.iter().all(|text| text.ends_with(r#""type":"Turn"}"#)));
        Ok(())
    }),
    ("every_turn_has_its_keys_and_no_more", "Turn", |scene| {
        let expected = [
            "end_of_turn",
            "end_of_turn_confidence",
            "transcript",
            "turn_is_formatted",
            "turn_order",
            "type",
            "utterance",
            "words",
        ];
        for turn in scene.formatted()?.of("Turn") {
            ensure!(keys(turn) == expected, "{turn}");
        }
        Ok(())
    }),
    ("every_word_has_its_keys_and_no_more", "Word", |scene| {
        let words =
            scene.formatted()?.of("Turn").filter_map(|turn| turn["words"].as_array()).flatten();
        for word in words {
            ensure!(
                keys(word) == ["confidence", "end", "start", "text", "word_is_final"],
                "{word}"
            );
        }
        Ok(())
    }),
    ("times_are_written_as_whole_numbers", "Word::start", |scene| {
        for turn in scene.formatted()?.of("Turn") {
            for word in turn["words"].as_array().context("no words")? {
                ensure!(word["start"].is_u64() && word["end"].is_u64(), "{word}");
            }
            ensure!(turn["turn_order"].is_u64(), "{turn}");
        }
        Ok(())
    }),
    ("durations_and_expiry_are_written_as_whole_numbers", "Termination", |scene| {
        let story = scene.formatted()?;
        ensure!(story.messages[0]["expires_at"].is_u64(), "{}", story.messages[0]);
        let last = story.messages.last().context("nothing")?;
        ensure!(
            keys(last) == ["audio_duration_seconds", "session_duration_seconds", "type"],
            "{last}"
        );
        ensure!(
            last["audio_duration_seconds"].is_u64() && last["session_duration_seconds"].is_u64()
        );
        Ok(())
    }),
    ("begin_has_its_keys_and_promises_nothing", "BeginConfiguration", |scene| {
        let begin = &scene.formatted()?.messages[0];
        ensure!(keys(begin) == ["configuration", "expires_at", "id", "type"], "{begin}");
        let configuration = &begin["configuration"];
        ensure!(keys(configuration).len() == 8, "{begin}");
        ensure!(
            configuration["speaker_labels"] == false && configuration["domain"].is_null(),
            "{begin}"
        );
        Ok(())
    }),
    ("universal_3_partials_repeat_nothing_in_utterance", "Turn::utterance", |scene| {
        let story = scene.said("speech_model=universal-3-6", &scene.speech)?;
        for turn in story.of("Turn") {
            let expected =
                if turn["end_of_turn"] == true { &turn["transcript"] } else { &Value::from("") };
            ensure!(&turn["utterance"] == expected, "{turn}");
        }
        ensure!(story.of("Turn").any(|turn| turn["end_of_turn"] == true));
        Ok(())
    }),
    ("no_empty_final_follows_terminate", "Turn::words", |scene| {
        let finals: Vec<_> =
            scene.formatted()?.of("Turn").filter(|turn| turn["end_of_turn"] == true).collect();
        ensure!(!finals.is_empty());
        ensure!(
            finals
                .iter()
                .all(|turn| turn["words"].as_array().is_some_and(|words| !words.is_empty()))
        );
        Ok(())
    }),
    ("every_message_is_read_by_the_notes_and_written_alike", "ServerMessage::encode", |scene| {
        for text in &scene.formatted()?.texts {
            let read = ServerMessage::decode(text)?;
            ensure!(!matches!(read, ServerMessage::Unknown { .. }), "{text}");
            let again: Value = serde_json::from_str(&read.encode())?;
            ensure!(again == serde_json::from_str::<Value>(text)?, "{text}");
        }
        Ok(())
    }),
];

/// The keys of an object, in order.
fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> =
        value.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    keys
}
