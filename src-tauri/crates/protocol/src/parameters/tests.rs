use super::*;
use proptest::{collection::vec, option, prelude::*};

/// As the Python SDK 1.8.2 sends it.
const PYTHON: &str = "format_turns=True&keyterms_prompt=%5B%22AssemblyAI%22%2C+%22Tauri%22%5D&sample_rate=16000&encoding=pcm_s16le&speech_model=universal-streaming-english";
/// As the JavaScript SDK 4.41.5 sends it.
const JAVASCRIPT: &str = "token=tok-1&sample_rate=16000&format_turns=true&encoding=pcm_s16le&keyterms_prompt=%5B%22AssemblyAI%22%2C%22Tauri%22%5D&speech_model=universal-streaming-english";

#[test]
fn both_sdks_say_the_same() {
    let python = StreamingParameters::parse(PYTHON).unwrap();
    assert_eq!(python, StreamingParameters::parse(JAVASCRIPT).unwrap());
    assert_eq!(python.speech_model, Some(SpeechModel::UniversalStreamingEnglish));
    assert!(python.format_turns);
    assert_eq!(python.keyterms_prompt, ["AssemblyAI", "Tauri"]);
    assert_eq!(credential_in_query(JAVASCRIPT).as_deref(), Some("tok-1"));
    assert_eq!(credential_in_query(PYTHON), None);
}

#[test]
fn absent_model_and_empty_query_are_allowed() {
    assert_eq!(StreamingParameters::parse(""), Ok(StreamingParameters::default()));
}

#[test]
fn unknown_parameters_and_retired_names_do_nothing() {
    let query =
        "formatted_finals=true&word_finalization_max_wait_time=100&bogus=1&format_turn=true";
    assert_eq!(StreamingParameters::parse(query), Ok(StreamingParameters::default()));
    let written =
        StreamingParameters { format_turns: true, ..StreamingParameters::default() }.to_query();
    assert!(written.contains("format_turns=true") && !written.contains("formatted_finals"));
}

#[test]
fn deprecated_names_and_repeated_keys_are_understood() {
    let query = "min_end_of_turn_silence_when_confident=160&keyterms_prompt=one&keyterms_prompt=two&language_code=de\
                 &noise_suppression_model=near-field&sample_rate=8000&sample_rate=48000";
    let read = StreamingParameters::parse(query).unwrap();
    assert_eq!(read.min_turn_silence, Some(160));
    assert_eq!(read.keyterms_prompt, ["one", "two"]);
    assert_eq!(read.language_codes, ["de"]);
    assert_eq!(read.voice_focus, Some(VoiceFocus::NearField));
    assert_eq!(read.sample_rate, 48_000);
}

#[test]
fn bad_values_are_refused_in_words() {
    let refused = |query: &str| StreamingParameters::parse(query).unwrap_err().to_string();
    for query in [
        "speech_model=u3-pro",
        "encoding=flac",
        "format_turns=maybe",
        "sample_rate=fast",
        "sample_rate=96001",
        "end_of_turn_confidence_threshold=1.5",
        "vad_threshold=NaN",
        "inactivity_timeout=4",
        "keyterms_prompt=%5B1%5D",
        "mode=fast",
        "domain=law-v1",
        "redact_pii_sub=stars",
        "max_speakers=0",
    ] {
        assert!(refused(query).starts_with("User Input Validation Error: "), "{query}");
    }
    assert!(refused("speech_model=u3-pro").contains("universal-streaming-english"));
    assert!(refused("sample_rate=7000").ends_with("must be at least 8,000 Hz"));
    let many = serde_json::to_string(&vec!["term"; 101]).unwrap();
    assert!(refused(&format!("keyterms_prompt={many}")).ends_with("Max 100 items"));
    assert!(refused(&format!("prompt={}", "p".repeat(1751))).contains("1750"));
    assert!(refused(&format!("encoding={}", "x".repeat(5000))).len() < 250);
}

prop_compose! {
    fn parameters()(
        model in option::of(prop::sample::select(SpeechModel::ALL)), rate in 8000u32..=96_000,
        encoding in prop::sample::select(Encoding::ALL), format in any::<bool>(),
        thousandths in option::of(0u32..=1000), min in option::of(any::<u32>()), timeout in option::of(5u32..=3600),
        terms in vec("\\PC{0,20}", 0..20), mode in option::of(prop::sample::select(Mode::ALL)),
        prompt in option::of("\\PC{0,60}"), partials in option::of(any::<bool>()), heartbeat in any::<bool>(),
    ) -> StreamingParameters {
        StreamingParameters {
            speech_model: model, sample_rate: rate, encoding, format_turns: format,
            vad_threshold: thousandths.map(|n| f64::from(n) / 1000.0), min_turn_silence: min,
            inactivity_timeout: timeout, keyterms_prompt: terms, mode, prompt, continuous_partials: partials,
            session_heartbeat: heartbeat, ..StreamingParameters::default()
        }
    }
}

proptest! {
    #[test]
    fn parameters_survive_the_url(parameters in parameters()) {
        prop_assert_eq!(StreamingParameters::parse(&parameters.to_query()), Ok(parameters));
    }

    #[test]
    fn any_query_is_read_without_panic(query in "\\PC{0,200}") {
        drop(StreamingParameters::parse(&query));
        drop(credential_in_query(&query));
    }

    #[test]
    fn any_value_of_a_known_name_is_read_without_panic(
        name in prop::sample::select(vec!["sample_rate", "keyterms_prompt", "vad_threshold", "format_turns", "mode"]),
        value in "\\PC{0,40}",
    ) {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish();
        drop(StreamingParameters::parse(&query));
    }
}
