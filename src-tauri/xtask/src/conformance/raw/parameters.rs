//! The query, written as no SDK writes it.

use anyhow::ensure;

use super::Case;
use super::scene::{Scene, ended, fails};

const BAD: &str = "User Input Validation Error: ";

pub(super) const CASES: &[Case] = &[
    ("no_parameters_at_all_are_enough", "StreamingParameters::default", |scene| {
        begins(scene, "").map(drop)
    }),
    ("unknown_parameters_are_ignored", "StreamingParameters::parse", |scene| {
        warns(scene, "formatted_finals=true&word_finalization_max_wait_time=160&x=%FF&=1&&y", &[])
    }),
    (
        "an_unknown_value_of_a_known_one_is_refused_before_begin",
        "ParameterError::UnknownValue",
        |scene| {
            refused(
                scene,
                "speech_model=best",
                "universal-streaming-english, universal-streaming-multilingual",
            )?;
            refused(scene, "domain=law", "medical-v1")?;
            refused(scene, "redact_pii_sub=stars", "hash, entity_name")
        },
    ),
    ("names_are_not_trimmed_nor_folded", "SpeechModel::from_str", |scene| {
        refused(scene, "encoding=PCM_S16LE", "encoding")?;
        refused(scene, "speech_model=whisper-rt%20", "speech_model")
    }),
    (
        "booleans_are_read_in_every_spelling_of_pydantic",
        "StreamingParameters::format_turns",
        |scene| {
            for yes in ["true", "True", "TRUE", "1", "yes", "on", "t"] {
                let story =
                    scene.said(&format!("format_turns={yes}"), &scene.speech[..5 * 32_000])?;
                ensure!(story.of("Turn").any(|turn| turn["turn_is_formatted"] == true), "{yes}");
            }
            for no in ["false", "False", "0", "off"] {
                warns(scene, &format!("speaker_labels={no}"), &[])?;
            }
            refused(scene, "format_turns=maybe", "true or false")
        },
    ),
    ("what_is_no_number_is_refused", "ParameterError::NotANumber", |scene| {
        for query in
            ["sample_rate=fast", "sample_rate=16000.5", "sample_rate=-1", "max_turn_silence=1e3x"]
        {
            refused(scene, query, "must be a number")?;
        }
        Ok(())
    }),
    ("not_a_number_is_not_between_0_and_1", "StreamingParameters::vad_threshold", |scene| {
        refused(scene, "vad_threshold=NaN", "vad_threshold")?;
        refused(scene, "end_of_turn_confidence_threshold=inf", "end_of_turn_confidence_threshold")
    }),
    (
        "the_ends_of_0_to_1_are_taken",
        "StreamingParameters::end_of_turn_confidence_threshold",
        |scene| {
            begins(
                scene,
                "end_of_turn_confidence_threshold=0&vad_threshold=1&voice_focus_threshold=0.0",
            )
            .map(drop)
        },
    ),
    ("of_a_repeated_number_the_last_counts", "StreamingParameters::parse", |scene| {
        begins(scene, "sample_rate=1&sample_rate=16000")?;
        refused(scene, "sample_rate=16000&sample_rate=1", "8,000")
    }),
    ("a_list_may_be_json_or_a_repeated_key", "StreamingParameters::keyterms_prompt", |scene| {
        warns(scene, "keyterms_prompt=%5B%22a%22%2C+%22b%22%5D", &["keyterms_prompt"])?;
        warns(scene, "keyterms_prompt=a&keyterms_prompt=b", &["keyterms_prompt"])?;
        warns(scene, "keyterms_prompt=%5B%5D", &[])
    }),
    ("a_list_that_is_no_list_of_texts_is_refused", "ParameterError::NotAList", |scene| {
        refused(scene, "keyterms_prompt=%5B1%2C2%5D", "JSON list of strings")?;
        refused(scene, "language_codes=%5B%22en%22", "JSON list of strings")
    }),
    ("101_keys_of_one_item_are_too_many_too", "ParameterError::TooManyItems", |scene| {
        refused(scene, &"keyterms_prompt=a&".repeat(101), "Max 100 items")
    }),
    ("the_old_names_are_read", "StreamingParameters::min_turn_silence", |scene| {
        refused(scene, "min_end_of_turn_silence_when_confident=x", "min_turn_silence")?;
        refused(scene, "noise_suppression_model=mid-field", "voice_focus")?;
        warns(scene, "keyterms=%5B%22a%22%5D", &["keyterms_prompt"])?;
        warns(scene, "language_code=de", &["language_codes"])
    }),
    ("each_retired_or_unserved_flag_is_warned_of_once", "Warning::warning", |scene| {
        let query =
            "filter_profanity=1&speaker_labels=1&language_detection=1&redact_pii=1&prompt=x";
        let names =
            ["language_detection", "filter_profanity", "speaker_labels", "prompt", "redact_pii"];
        warns(scene, query, &names)
    }),
    ("a_refusal_quotes_at_most_a_line_of_what_was_sent", "ParameterError::UnknownValue", |scene| {
        let mut socket = scene.open(&format!("mode={}", "x".repeat(4000)))?;
        let story = fails(&mut socket, 3006, BAD)?;
        ensure!(story.texts[0].len() < 500, "{} characters", story.texts[0].len());
        Ok(())
    }),
    ("texts_are_counted_in_characters_not_bytes", "ParameterError::TooLong", |scene| {
        begins(scene, &format!("prompt={}", "%C3%A4".repeat(1750)))?;
        refused(scene, &format!("prompt={}", "%C3%A4".repeat(1751)), "at most 1750 characters")
    }),
    ("ranges_of_whole_numbers_are_kept", "ParameterError::OutOfRange", |scene| {
        for query in [
            "inactivity_timeout=4",
            "max_speakers=0",
            "interruption_delay=1001",
            "sample_rate=96001",
        ] {
            refused(scene, query, "must be between")?;
        }
        Ok(())
    }),
    ("96000_hz_are_taken", "StreamingParameters::sample_rate", |scene| {
        begins(scene, "sample_rate=96000").map(drop)
    }),
];

/// The session begins and ends well; the kinds of what was said.
fn begins(scene: &Scene<'_>, query: &str) -> anyhow::Result<super::scene::Story> {
    let story = ended(&mut scene.open(query)?)?;
    ensure!(story.kinds().first() == Some(&"Begin"), "{query}: {:?}", story.kinds());
    Ok(story)
}

/// The session begins, with a warning about each of these and no other.
fn warns(scene: &Scene<'_>, query: &str, names: &[&str]) -> anyhow::Result<()> {
    let story = begins(scene, query)?;
    let warnings = story.of("Warning").filter_map(|one| one["warning"].as_str()?.split(' ').next());
    let mut found: Vec<_> = warnings.collect();
    let mut expected = names.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    ensure!(found == expected, "{query}: {found:?}");
    Ok(())
}

/// Nothing but an error comes, before `Begin`.
fn refused(scene: &Scene<'_>, query: &str, words: &str) -> anyhow::Result<()> {
    let mut socket = scene.open(query)?;
    let story = fails(&mut socket, 3006, words)?;
    ensure!(story.kinds() == ["Error"], "{query}: {:?}", story.kinds());
    ensure!(
        story.messages[0]["error"].as_str().is_some_and(|text| text.starts_with(BAD)),
        "{query}"
    );
    Ok(())
}
