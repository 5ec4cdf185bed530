//! The bodies of `GET /v3/token`. (Some documents say POST; every sample, both SDKs and the wire say GET.)

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The range of `expires_in_seconds`: the window in which a token may open a session. It does not cut a session that is
/// open (docs, wire). Required.
pub const EXPIRES_IN_SECONDS: RangeInclusive<u32> = 1..=600;
/// The range of `max_session_duration_seconds`: how long a session may last, seen in `Begin.expires_at` (docs, wire).
pub const MAX_SESSION_SECONDS: RangeInclusive<u32> = 60..=10_800;
/// What holds when it is absent: three hours (docs, wire).
pub const MAX_SESSION_SECONDS_DEFAULT: u32 = 10_800;

/// The query of `/v3/token`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRequest {
    /// Seconds, [`EXPIRES_IN_SECONDS`].
    pub expires_in_seconds: u32,
    /// Seconds, [`MAX_SESSION_SECONDS`]. The service takes [`MAX_SESSION_SECONDS_DEFAULT`] when it is absent (docs); we
    /// always send it.
    pub max_session_duration_seconds: u32,
}

/// A request out of range, found before anything is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be between {minimum} and {maximum}, and is {value}")]
pub struct TokenRequestError {
    /// The parameter.
    pub name: &'static str,
    /// What was asked for.
    pub value: u32,
    /// The least accepted.
    pub minimum: u32,
    /// The most accepted.
    pub maximum: u32,
}

impl TokenRequest {
    /// Checks both ranges.
    pub fn check(&self) -> Result<(), TokenRequestError> {
        let check = |name, value, range: RangeInclusive<u32>| {
            if range.contains(&value) {
                Ok(())
            } else {
                Err(TokenRequestError {
                    name,
                    value,
                    minimum: *range.start(),
                    maximum: *range.end(),
                })
            }
        };
        check("expires_in_seconds", self.expires_in_seconds, EXPIRES_IN_SECONDS)?;
        check(
            "max_session_duration_seconds",
            self.max_session_duration_seconds,
            MAX_SESSION_SECONDS,
        )
    }
}

/// The body of a 200.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// Opaque, about 2600 characters, not a JWT (wire). Put no short limit on the length of an URL.
    pub token: String,
    /// As asked for.
    #[serde(default)]
    pub expires_in_seconds: Option<u32>,
}

/// Never shows the token: a token opens billed sessions.
impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse")
            .field("expires_in_seconds", &self.expires_in_seconds)
            .finish_non_exhaustive()
    }
}

/// The body of a refusal. The specification promises `{"error": "…"}` with 400 or 401; the wire has FastAPI's
/// `{"detail": …}` with 422, a string or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenErrorBody {
    /// `{"error": "…"}`, or `{"detail": "…"}`.
    Message(String),
    /// `{"detail": [{…}]}`.
    Details(Vec<ValidationDetail>),
    /// Anything else, at most 200 characters of it.
    Raw(String),
}

/// One complaint of FastAPI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationDetail {
    /// For example `greater_than_equal` or `missing`.
    #[serde(default)]
    pub r#type: String,
    /// For example `["query", "expires_in_seconds"]`. Numbers, which FastAPI uses for positions, are kept.
    #[serde(default)]
    pub loc: Vec<Value>,
    /// For people.
    #[serde(default)]
    pub msg: String,
    /// What was sent.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub input: Value,
    /// For example `{"ge": 1}`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub ctx: Value,
}

impl TokenErrorBody {
    /// Reads the body of an answer that is not 2xx.
    /// Of a body that has both, the list says more.
    pub fn read(body: &str) -> Self {
        let value: Value = serde_json::from_str(body).unwrap_or_default();
        let details = value.get("detail").filter(|detail| detail.is_array()).cloned();
        if let Some(Ok(details)) = details.map(serde_json::from_value::<Vec<ValidationDetail>>)
            && !details.is_empty()
        {
            return Self::Details(details);
        }
        let message = ["error", "detail"].iter().find_map(|key| value.get(key)?.as_str());
        message.map_or_else(|| Self::Raw(clip(body.trim())), |text| Self::Message(clip(text)))
    }

    /// The complaint in one line.
    pub fn message(&self) -> String {
        match self {
            Self::Message(text) | Self::Raw(text) => text.clone(),
            Self::Details(details) => {
                let lines: Vec<String> =
                    details.iter().take(5).map(ValidationDetail::line).collect();
                clip(&lines.join("; "))
            }
        }
    }

    /// True if the complaint is about the Authorization header rather than a parameter.
    pub fn is_about_authorization(&self) -> bool {
        match self {
            Self::Details(details) => details.iter().any(|detail| {
                detail
                    .loc
                    .iter()
                    .filter_map(Value::as_str)
                    .any(|part| part.eq_ignore_ascii_case("authorization"))
            }),
            Self::Message(text) | Self::Raw(text) => {
                text.to_ascii_lowercase().contains("authentication")
            }
        }
    }
}

impl ValidationDetail {
    /// A parameter or header that is not there, in the service's own form (wire).
    pub fn missing(place: &str, name: &str) -> Self {
        Self {
            r#type: "missing".to_owned(),
            loc: vec![place.into(), name.into()],
            msg: "Field required".to_owned(),
            input: Value::Null,
            ctx: Value::Null,
        }
    }

    /// A query parameter that is no whole number (pydantic).
    pub fn not_a_number(name: &str, input: &str) -> Self {
        Self {
            r#type: "int_parsing".to_owned(),
            loc: vec!["query".into(), name.into()],
            msg: "Input should be a valid integer, unable to parse string as an integer".to_owned(),
            input: clip(input).into(),
            ctx: Value::Null,
        }
    }

    /// A query parameter out of range, in the service's own form (wire).
    pub fn out_of_range(error: &TokenRequestError) -> Self {
        let (kind, key, words, limit) = if error.value < error.minimum {
            ("greater_than_equal", "ge", "greater than or equal to", error.minimum)
        } else {
            ("less_than_equal", "le", "less than or equal to", error.maximum)
        };
        Self {
            r#type: kind.to_owned(),
            loc: vec!["query".into(), error.name.into()],
            msg: format!("Input should be {words} {limit}"),
            input: error.value.to_string().into(),
            ctx: json!({ key: limit }),
        }
    }

    fn line(&self) -> String {
        match self.loc.last().and_then(Value::as_str) {
            Some(name) => format!("{name}: {}", self.msg),
            None => self.msg.clone(),
        }
    }
}

fn clip(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OUT_OF_RANGE: &str = r#"{"detail":[{"type":"greater_than_equal","loc":["query","expires_in_seconds"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}}]}"#;

    #[test]
    fn ranges_are_the_documented_ones() {
        let request = |expires, session| TokenRequest {
            expires_in_seconds: expires,
            max_session_duration_seconds: session,
        };
        for (expires, session) in [(1, 10_800), (600, 60), (60, 10_800)] {
            assert_eq!(request(expires, session).check(), Ok(()));
        }
        for (expires, session) in [(0, 60), (601, 60), (60, 59), (60, 10_801)] {
            assert!(request(expires, session).check().is_err());
        }
    }

    #[test]
    fn a_token_is_never_shown() {
        let response: TokenResponse =
            serde_json::from_str(r#"{"token":"AQI-secret","expires_in_seconds":60}"#).unwrap();
        assert_eq!(response.token, "AQI-secret");
        assert!(!format!("{response:?}").contains("secret"));
    }

    #[test]
    fn every_shape_of_refusal_is_read() {
        let read = |body: &str| TokenErrorBody::read(body).message();
        assert_eq!(
            read(r#"{"error":"Authentication error, API token missing/invalid"}"#),
            "Authentication error, API token missing/invalid"
        );
        assert_eq!(read(r#"{"detail":"Not Found"}"#), "Not Found");
        assert_eq!(
            read(OUT_OF_RANGE),
            "expires_in_seconds: Input should be greater than or equal to 1"
        );
        let both = OUT_OF_RANGE.replacen('{', r#"{"error":"no","#, 1);
        assert!(matches!(TokenErrorBody::read(&both), TokenErrorBody::Details(_)));
        assert_eq!(read("<html>bad gateway</html>"), "<html>bad gateway</html>");
        assert_eq!(read(""), "");
    }

    #[test]
    fn a_missing_header_is_told_from_a_bad_parameter() {
        let header = r#"{"detail":[{"type":"missing","loc":["header","authorization"],"msg":"Field required"}]}"#;
        assert!(TokenErrorBody::read(header).is_about_authorization());
        assert!(!TokenErrorBody::read(OUT_OF_RANGE).is_about_authorization());
    }

    #[test]
    fn our_refusals_look_like_the_captured_ones() {
        let request = TokenRequest { expires_in_seconds: 0, max_session_duration_seconds: 60 };
        let detail = ValidationDetail::out_of_range(&request.check().unwrap_err());
        let ours = json!({ "detail": [detail] });
        assert_eq!(ours, serde_json::from_str::<Value>(OUT_OF_RANGE).unwrap());
    }

    proptest! {
        #[test]
        fn any_body_is_read_without_panic(body in "\\PC{0,300}") {
            prop_assert!(TokenErrorBody::read(&body).message().chars().count() <= 200);
        }
    }
}
