//! Any text as a client's message.
//!
//! - Whatever the text, reading it ends, without a panic.
//! - What was read is within its ranges.
//! - Written and read again it is the same message, and written once more it is the same text.
//! - What is refused is refused in the service's words, and never repeats more than a line of what was sent.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use sotto_protocol::{ClientMessage, ClientMessageError};

/// The longest refusal: it goes into an `Error` frame.
const LONGEST: usize = 320;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = str::from_utf8(bytes) else { return Corpus::Reject };
    match ClientMessage::decode(text) {
        Ok(message) => check_message(&message),
        Err(error) => check_refusal(&error),
    }
    Corpus::Keep
});

fn check_message(message: &ClientMessage) {
    if let ClientMessage::UpdateConfiguration(update) = message {
        assert_eq!(update.check(), Ok(()));
    }
    let written = message.encode();
    assert_eq!(ClientMessage::decode(&written).as_ref(), Ok(message), "{written}");
    assert_eq!(ClientMessage::decode(&written).map(|again| again.encode()), Ok(written));
}

fn check_refusal(error: &ClientMessageError) {
    let words = error.to_string();
    assert!(
        words.starts_with("User Input Validation Error: ")
            || words.starts_with("Invalid Message: "),
        "{words}"
    );
    assert!(words.chars().count() <= LONGEST, "{} characters: {words}", words.chars().count());
}
