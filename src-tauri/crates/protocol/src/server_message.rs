//! What a server says. Every message is a JSON object in a text frame.

use serde::{
    Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, ser::SerializeMap,
};
use serde_json::Value;

/// A message from server to client. Types that are not known must be skipped, as both SDKs do: they are
/// [`ServerMessage::Unknown`], never an error.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerMessage {
    /// The session is open.
    Begin(Begin),
    /// A partial or final turn.
    Turn(Turn),
    /// Speech was heard (universal-3 family only).
    SpeechStarted(SpeechStarted),
    /// The answer to `Terminate`.
    Termination(Termination),
    /// The session is about to be closed with the same code.
    Error(ErrorMessage),
    /// A notice; none was ever captured live.
    Warning(Warning),
    /// Progress, about every 5 s, when `session_heartbeat` was asked for.
    Heartbeat(Heartbeat),
    /// A stretch in which nothing was transcribed, when `acknowledge_silence` was asked for.
    Silence(Silence),
    /// Later insight into who spoke, when `speaker_labels` was asked for.
    SpeakerRevision(SpeakerRevision),
    /// A type that this crate does not model, for example `LLMGatewayResponse`.
    Unknown {
        /// The value of `type`.
        kind: String,
    },
}

/// `Begin`: about 0.6 s after the upgrade, 1.2 to 1.3 s after the connect started (wire).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin {
    /// The session's UUID.
    pub id: String,
    /// When the *session* will be cut, in integer Unix seconds: three hours ahead, or the token's
    /// `max_session_duration_seconds` (wire). Not the token's redemption window.
    #[serde(deserialize_with = "whole")]
    pub expires_at: u64,
    /// What the server settled on (wire; optional in the SDKs).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<BeginConfiguration>,
}

/// `Begin.configuration`: eight keys, nothing else is echoed (wire). `language` is ours: the cloud's models tell it by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BeginConfiguration {
    /// The model in use.
    pub model: Option<String>,
    /// `null` outside the universal-3 family.
    pub mode: Option<String>,
    /// [`crate::API_VERSION`].
    pub api_version: Option<String>,
    /// Whether speakers are labelled.
    pub speaker_labels: Option<bool>,
    /// Whether personal data is redacted.
    pub redact_pii: Option<bool>,
    /// Whether profanity is masked.
    pub filter_profanity: Option<bool>,
    /// For example `medical-v1`.
    pub domain: Option<String>,
    /// `near-field` or `far-field`.
    pub voice_focus: Option<String>,
    /// Ours: what the model hears, as BCP 47 (`mul`: several, `und`: unknown), where that is not English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// One word of a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Milliseconds since the first audio byte of this *session*: a clock of samples, which stands still when no audio
    /// is sent and restarts at 0 in each session (docs, wire). An integer: the Python SDK dies on fractions.
    #[serde(deserialize_with = "whole")]
    pub start: u64,
    /// As `start`. Words with `start == end` occur (wire).
    #[serde(deserialize_with = "whole")]
    pub end: u64,
    /// The word itself; punctuated and cased when formatted.
    pub text: String,
    /// 0 to 1; `whisper-rt` always says 0 (docs).
    #[serde(default)]
    pub confidence: f64,
    /// True once neither text nor timing will change again in this stage (wire).
    #[serde(default)]
    pub word_is_final: bool,
    /// With `speaker_labels`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
}

/// `Turn`: each replaces the previous one of the same `turn_order`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// From 0 in each session, one more each turn (wire).
    pub turn_order: u32,
    /// Not a sign of finality: partials may carry `true` (wire).
    #[serde(default)]
    pub turn_is_formatted: bool,
    /// The only reliable sign that a turn is final (docs). With `format_turns` a turn may end twice, first unformatted
    /// and then formatted, with one `turn_order` (older docs, plugins), or once (newer docs).
    pub end_of_turn: bool,
    /// The turn so far. May lack the words in progress, or include them: build partial text from `words` (wire).
    #[serde(default)]
    pub transcript: String,
    /// 0 to 1.
    #[serde(default)]
    pub end_of_turn_confidence: f64,
    /// May be empty. After `Terminate` the service sends an extra final without words, to be dropped (wire).
    #[serde(default)]
    pub words: Vec<Word>,
    /// Filled once when a pause completes an utterance, mostly `""`; on every message (wire), in no SDK type.
    #[serde(default)]
    pub utterance: String,
    /// With `language_detection`, on finals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
    /// 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_confidence: Option<f64>,
    /// With `speaker_labels`: `A`, `B`, … or `UNKNOWN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_label: Option<String>,
}

/// `SpeechStarted`: arrives with the first partial, so it is no faster (wire).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpeechStarted {
    /// Milliseconds of session audio.
    #[serde(deserialize_with = "whole")]
    pub timestamp: u64,
    /// 0 to 1 (docs, wire; absent from the SDK types).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
}

/// `Termination`: only after `Terminate`, never after an error (wire). Then comes close 1000 "Session Ended".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Termination {
    /// Whole seconds of audio received.
    #[serde(deserialize_with = "whole")]
    pub audio_duration_seconds: u64,
    /// Whole seconds of wall time; billing follows this one (docs).
    #[serde(deserialize_with = "whole")]
    pub session_duration_seconds: u64,
}

/// `Error`: its text decides, the close that follows repeats the code with a reason that says nothing (wire). The
/// JavaScript SDK takes *any* message with a key `error` for one, so no other message may have that key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorMessage {
    /// The close code that will follow; absent in a form that the Python SDK accepts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<u16>,
    /// See [`crate::texts`].
    pub error: String,
}

/// `Warning` (SDK types; codes are undocumented).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Undocumented.
    #[serde(default)]
    pub warning_code: i64,
    /// For people.
    #[serde(default)]
    pub warning: String,
}

/// `Heartbeat` (wire): every 5.0 to 5.1 s.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Heartbeat {
    /// Milliseconds of audio received: in effect an acknowledgement.
    #[serde(deserialize_with = "whole")]
    pub total_audio_received_ms: u64,
    /// Milliseconds since the session began.
    #[serde(deserialize_with = "whole")]
    pub total_duration_ms: u64,
    /// Audio processed a second of wall time.
    pub realtime_factor: f64,
    /// 0 to 1, over the interval.
    pub max_speech_probability: f64,
}

/// `Silence` (SDK): ranges may overlap audio that was already reported, so keep a running maximum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Silence {
    /// Milliseconds of session audio.
    #[serde(deserialize_with = "whole")]
    pub start_ms: u64,
    /// Milliseconds of session audio.
    #[serde(deserialize_with = "whole")]
    pub end_ms: u64,
}

/// `SpeakerRevision` (docs, SDK): between `Terminate` and `Termination`, and in mid-stream where an interval was asked for.
/// Text and times of a final never change, its labels may.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SpeakerRevision {
    /// Of some turns.
    #[serde(default)]
    pub revisions: Vec<TurnRevision>,
}

/// Who spoke in a turn, after all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnRevision {
    /// See [`Turn::turn_order`].
    pub turn_order: u32,
    /// See [`Turn::speaker_label`].
    #[serde(default)]
    pub speaker_label: Option<String>,
    /// All of the turn's words.
    #[serde(default)]
    pub words: Vec<Word>,
}

/// A text frame that is no server message: a broken server, or not one at all.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not JSON, or a known type without what it needs.
    #[error("not a server message: {0}")]
    Json(#[from] serde_json::Error),
    /// JSON with neither `type` nor `error`.
    #[error("not a server message: it has no type")]
    NoType,
}

impl ServerMessage {
    /// Reads a text frame. `type` is the *last* key of a `Turn` on the wire, so prefixes say nothing. A message without
    /// a type but with an `error` is an error (Python SDK).
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        let value: Value = serde_json::from_str(text)?;
        let Some(kind) = value.get("type").and_then(Value::as_str) else {
            return if value.get("error").is_some_and(Value::is_string) {
                Ok(Self::Error(body(value)?))
            } else {
                Err(DecodeError::NoType)
            };
        };
        Ok(match kind {
            "Begin" => Self::Begin(body(value)?),
            "Turn" => Self::Turn(body(value)?),
            "SpeechStarted" => Self::SpeechStarted(body(value)?),
            "Termination" => Self::Termination(body(value)?),
            "Error" => Self::Error(body(value)?),
            "Warning" => Self::Warning(body(value)?),
            "Heartbeat" => Self::Heartbeat(body(value)?),
            "Silence" => Self::Silence(body(value)?),
            "SpeakerRevision" => Self::SpeakerRevision(body(value)?),
            unknown => Self::Unknown { kind: unknown.to_owned() },
        })
    }

    /// The text frame for this message.
    pub fn encode(&self) -> String {
        // Serialising plain data with string keys to memory has no way to fail; `to_string` still wants an answer.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The value of `type`.
    pub fn kind(&self) -> &str {
        match self {
            Self::Begin(_) => "Begin",
            Self::Turn(_) => "Turn",
            Self::SpeechStarted(_) => "SpeechStarted",
            Self::Termination(_) => "Termination",
            Self::Error(_) => "Error",
            Self::Warning(_) => "Warning",
            Self::Heartbeat(_) => "Heartbeat",
            Self::Silence(_) => "Silence",
            Self::SpeakerRevision(_) => "SpeakerRevision",
            Self::Unknown { kind } => kind,
        }
    }
}

impl Serialize for ServerMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct TypeFirst<'a, T> {
            r#type: &'a str,
            #[serde(flatten)]
            body: &'a T,
        }
        #[derive(Serialize)]
        struct TypeLast<'a, T> {
            #[serde(flatten)]
            body: &'a T,
            r#type: &'a str,
        }
        let r#type = self.kind();
        match self {
            Self::Turn(body) => TypeLast { body, r#type }.serialize(serializer),
            Self::Begin(body) => TypeFirst { r#type, body }.serialize(serializer),
            Self::SpeechStarted(body) => TypeFirst { r#type, body }.serialize(serializer),
            Self::Termination(body) => TypeFirst { r#type, body }.serialize(serializer),
            Self::Error(body) => TypeFirst { r#type, body }.serialize(serializer),
            Self::Warning(body) => TypeFirst { r#type, body }.serialize(serializer),
            Self::Heartbeat(body) => TypeFirst { r#type, body }.serialize(serializer),
            Self::Silence(body) => TypeFirst { r#type, body }.serialize(serializer),
            Self::SpeakerRevision(body) => TypeFirst { r#type, body }.serialize(serializer),
            Self::Unknown { kind } => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("type", kind)?;
                map.end()
            }
        }
    }
}

fn body<T: DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(value)
}

/// Whole numbers that a careless server may send as `1216.0`; a negative one becomes 0.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    Ok(number.as_u64().unwrap_or_else(|| number.as_f64().unwrap_or_default().round() as u64))
}

#[cfg(test)]
mod tests;
