//! Any text as a server's message.
//!
//! - Whatever the text, reading it ends, without a panic.
//! - What was read, written and read again, is the same message, and written once more the same text.
//! - What was written says its `type`, and a `Turn` says it last, as on the wire.
//! - Only an `Error` has the key `error`: the JavaScript SDK takes whatever has it for one.
//! - Any error, with any close code, is a failure with something to do about it; only close 1000 alone is none.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;
use sotto_protocol::{CloseCode, ErrorMessage, Failure, ServerMessage};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = str::from_utf8(bytes) else { return Corpus::Reject };
    let Ok(message) = ServerMessage::decode(text) else { return Corpus::Keep };
    let written = message.encode();
    let read = ServerMessage::decode(&written).expect("what was written can be read");
    assert_eq!(read, message, "{written}");
    assert_eq!(read.encode(), written);
    check_keys(&message, &written);
    if let ServerMessage::Error(error) = &message {
        check_failure(error);
    }
    Corpus::Keep
});

fn check_keys(message: &ServerMessage, written: &str) {
    let object: Value = serde_json::from_str(written).expect("it is JSON");
    assert_eq!(object["type"], message.kind());
    assert_eq!(object.get("error").is_some(), matches!(message, ServerMessage::Error(_)));
    if matches!(message, ServerMessage::Turn(_)) {
        assert!(written.ends_with(r#","type":"Turn"}"#), "{written}");
    }
}

fn check_failure(error: &ErrorMessage) {
    let code = error.error_code.map(CloseCode);
    let failure = Failure::classify(Some(&error.error), code).expect("an error is a failure");
    assert_eq!((failure.code, failure.text.as_str()), (code, error.error.as_str()));
    assert!(!failure.to_string().is_empty());
    // Without the words the code decides alone.
    let by_code = Failure::classify(None, code);
    assert_eq!(by_code.is_none(), code == Some(CloseCode::ENDED));
}
