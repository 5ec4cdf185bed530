//! What a client may say in text frames. Audio goes in binary frames, raw, with no header.

use serde_json::{Map, Value};

use crate::{ParameterError, UpdateConfiguration};

/// A text message from client to server. None of them is acknowledged (wire); `Terminate` is answered by `Termination`.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientMessage {
    /// Changes the configuration for the audio that follows. A bad value ends the session with 3006 (wire). Boxed: it
    /// is large and rare.
    UpdateConfiguration(Box<UpdateConfiguration>),
    /// Ends the open turn now; its final came in about 267 ms (wire, median of 49). With no open turn: undocumented;
    /// our server does nothing then.
    ForceEndpoint,
    /// Resets `inactivity_timeout` and does nothing else (docs).
    KeepAlive,
    /// Ends the session: the server flushes the open turn, sends `Termination` and closes 1000 within 0.55 to 1.3 s
    /// (wire). A session left without it stays open, and is billed, for up to three hours (docs).
    Terminate,
}

/// Why a text frame is not a client message. `Display` is the text of the `Error` frame, and the code is always
/// 3006 (wire).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClientMessageError {
    /// Not JSON at all.
    #[error("User Input Validation Error: Invalid JSON: {0}")]
    InvalidJson(String),
    /// JSON with a `type` that is not known.
    #[error("User Input Validation Error: Invalid Message Type: {0}")]
    InvalidMessageType(String),
    /// JSON that is no object, has no `type`, or whose fields have the wrong shape.
    #[error("Invalid Message: {0}")]
    InvalidMessage(String),
    /// A field out of its range.
    #[error(transparent)]
    BadValue(#[from] ParameterError),
}

impl ClientMessage {
    /// Reads a text frame as a server does.
    pub fn decode(text: &str) -> Result<Self, ClientMessageError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| ClientMessageError::InvalidJson(error.to_string()))?;
        let kind = value.get("type").and_then(Value::as_str).ok_or_else(|| {
            ClientMessageError::InvalidMessage("a JSON object with a string \"type\"".to_owned())
        })?;
        match kind {
            "ForceEndpoint" => Ok(Self::ForceEndpoint),
            "KeepAlive" => Ok(Self::KeepAlive),
            "Terminate" => Ok(Self::Terminate),
            "UpdateConfiguration" => {
                let update: UpdateConfiguration =
                    serde_json::from_value(value).map_err(wrong_shape)?;
                update.check()?;
                Ok(Self::UpdateConfiguration(Box::new(update)))
            }
            unknown => {
                Err(ClientMessageError::InvalidMessageType(unknown.chars().take(64).collect()))
            }
        }
    }

    /// The text frame for this message.
    pub fn encode(&self) -> String {
        let mut object = Map::new();
        object.insert("type".to_owned(), Value::from(self.kind()));
        if let Self::UpdateConfiguration(update) = self
            && let Ok(Value::Object(fields)) = serde_json::to_value(update)
        {
            object.extend(fields);
        }
        Value::Object(object).to_string()
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::UpdateConfiguration(_) => "UpdateConfiguration",
            Self::ForceEndpoint => "ForceEndpoint",
            Self::KeepAlive => "KeepAlive",
            Self::Terminate => "Terminate",
        }
    }
}

/// The reason quotes the value, which may be as long as a message: no more than a line of it goes back.
fn wrong_shape(error: serde_json::Error) -> ClientMessageError {
    ClientMessageError::InvalidMessage(error.to_string().chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_messages_read_and_write() {
        for (text, message) in [
            (r#"{"type":"ForceEndpoint"}"#, ClientMessage::ForceEndpoint),
            (r#"{"type":"KeepAlive"}"#, ClientMessage::KeepAlive),
            (r#"{"type":"Terminate"}"#, ClientMessage::Terminate),
        ] {
            assert_eq!(ClientMessage::decode(text), Ok(message.clone()));
            assert_eq!(message.encode(), text);
        }
    }

    #[test]
    fn update_takes_nulls_empty_lists_and_unknown_fields() {
        let text = r#"{"type":"UpdateConfiguration","format_turns":null,"keyterms_prompt":[],
            "min_turn_silence":160,"something_new":1}"#;
        let ClientMessage::UpdateConfiguration(update) = ClientMessage::decode(text).unwrap()
        else {
            panic!("kind")
        };
        assert_eq!(update.format_turns, None);
        assert_eq!(update.keyterms_prompt, Some(vec![]));
        assert_eq!(update.min_turn_silence, Some(160));
    }

    #[test]
    fn refusals_have_the_words_of_the_service() {
        let text = |message: &str| ClientMessage::decode(message).unwrap_err().to_string();
        assert!(text("not json").starts_with("User Input Validation Error: Invalid JSON: "));
        assert_eq!(
            text(r#"{"type":"Bogus"}"#),
            "User Input Validation Error: Invalid Message Type: Bogus"
        );
        assert!(text("[1,2]").starts_with("Invalid Message: "));
        assert!(text(r#"{"kind":"Terminate"}"#).starts_with("Invalid Message: "));
        assert!(
            text(r#"{"type":"UpdateConfiguration","vad_threshold":"high"}"#)
                .starts_with("Invalid Message: ")
        );
        assert!(
            text(r#"{"type":"UpdateConfiguration","vad_threshold":7}"#)
                .starts_with("User Input Validation Error: ")
        );
    }

    #[test]
    fn a_refusal_repeats_no_more_than_a_line() {
        let long = "é".repeat(5000);
        for text in [
            format!(r#"{{"type":"{long}"}}"#),
            format!(r#"{{"type":"UpdateConfiguration","vad_threshold":"{long}"}}"#),
            format!(r#"{{"type":"UpdateConfiguration","{long}":1,"prompt":["{long}"]}}"#),
            format!("{long}{{"),
        ] {
            let words = ClientMessage::decode(&text).unwrap_err().to_string();
            assert!(words.chars().count() < 250, "{words}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".{0,200}") {
            drop(ClientMessage::decode(&text));
        }

        #[test]
        fn any_json_like_text_is_read_without_panic(kind in "[A-Za-z]{0,20}", tail in "[\\[\\]{}:,\"a-z0-9.-]{0,60}") {
            drop(ClientMessage::decode(&format!("{{\"type\":\"{kind}\",{tail}}}")));
        }

        #[test]
        fn updates_survive_the_wire(update in crate::update::tests::updates()) {
            let message = ClientMessage::UpdateConfiguration(Box::new(update));
            prop_assert_eq!(ClientMessage::decode(&message.encode()), Ok(message));
        }
    }
}
