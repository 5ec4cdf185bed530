//! Any text as the query of `/v3/ws`.
//!
//! - Whatever the text, reading it ends, without a panic.
//! - What was read is within its ranges, and audio of that rate has a longest message that is taken, one sample more not.
//! - Written and read again it is the same, and written once more it is the same text.
//! - What is refused is refused in the service's words, and never repeats more than a line of what was sent.
//! - A credential at the end is found, and changes nothing else.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use sotto_protocol::{
    ParameterError, StreamingParameters, check_frame, credential_in_query, max_frame_bytes,
};

/// The longest refusal: it goes into an `Error` frame. The names of all models are the most of it.
const LONGEST: usize = 400;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(query) = str::from_utf8(bytes) else { return Corpus::Reject };
    let read = StreamingParameters::parse(query);
    match &read {
        Ok(parameters) => check_parameters(parameters),
        Err(error) => check_refusal(error),
    }
    let with_token = format!("{query}&token=AQI%2D1");
    assert_eq!(credential_in_query(&with_token).as_deref(), Some("AQI-1"));
    assert_eq!(StreamingParameters::parse(&with_token), read);
    Corpus::Keep
});

fn check_parameters(parameters: &StreamingParameters) {
    let written = parameters.to_query();
    let again = StreamingParameters::parse(&written);
    assert_eq!(again.as_ref(), Ok(parameters), "{written}");
    assert_eq!(again.map(|again| again.to_query()), Ok(written));
    check_ranges(parameters);
    let (encoding, rate) = (parameters.encoding, parameters.sample_rate);
    if let Some(most) = max_frame_bytes(encoding, rate) {
        let width = encoding.bytes_per_sample().expect("it has a longest message");
        assert_eq!(check_frame(most, encoding, rate), Ok(()));
        assert!(check_frame(most + width, encoding, rate).is_err_and(|error| !error.is_short()));
        assert!(check_frame(0, encoding, rate).is_err_and(|error| error.is_short()));
    }
}

fn check_ranges(parameters: &StreamingParameters) {
    assert!((8_000..=96_000).contains(&parameters.sample_rate));
    for share in [
        parameters.end_of_turn_confidence_threshold,
        parameters.vad_threshold,
        parameters.voice_focus_threshold,
    ] {
        assert!(share.is_none_or(|share| (0.0..=1.0).contains(&share)), "{share:?}");
    }
    assert!(parameters.inactivity_timeout.is_none_or(|seconds| (5..=3600).contains(&seconds)));
    assert!(parameters.max_speakers.is_none_or(|speakers| (1..=10).contains(&speakers)));
    assert!(parameters.interruption_delay.is_none_or(|ms| ms <= 1000));
    assert!(parameters.keyterms_prompt.len() <= 100);
    assert!(parameters.language_codes.len() <= 10);
    for text in [&parameters.prompt, &parameters.agent_context].into_iter().flatten() {
        assert!(text.chars().count() <= 1750);
    }
}

fn check_refusal(error: &ParameterError) {
    let words = error.to_string();
    assert!(words.starts_with("User Input Validation Error: "), "{words}");
    assert!(words.chars().count() <= LONGEST, "{} characters: {words}", words.chars().count());
}
