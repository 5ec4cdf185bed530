//! What a failed session means and what to do about it. The *text* of the `Error` frame decides; the close code repeats
//! its number, and the close reason of every error seen live was the same sentence that says nothing (wire).

use std::fmt;

/// The texts that open `Error` frames. A server sends them; [`Failure::classify`] looks for them.
pub mod texts {
    /// No credential at all, code 1008 (wire).
    pub const MISSING_AUTHORIZATION: &str = "Unauthorized Connection: Missing Authorization header";
    /// A bad key, or a token nobody issued, code 1008 (wire).
    pub const INVALID_KEY: &str = "Unauthorized Connection: Invalid API key";
    /// A token opened after its window, code 1008 (wire).
    pub const TOKEN_EXPIRED: &str = "Unauthorized Connection: Signature has expired";
    /// More new sessions a minute than the account may open, code 1008 or 3009 (docs disagree).
    pub const TOO_MANY_SESSIONS: &str = "Unauthorized Connection: Too many concurrent sessions";
    /// The server's own fault and the catch-all, code 3005 (docs, wire).
    pub const SERVER_FAULT: &str = "Session Cancelled: An error occurred";
    /// Before every complaint about parameters and messages, code 3006 (wire).
    pub const BAD_INPUT: &str = "User Input Validation Error: ";
    /// `inactivity_timeout` ran out, code 3006 (wire); "N seconds" follows.
    pub const INACTIVITY: &str = "Session terminated due to inactivity: No messages received for";
    /// A message of audio shorter than 50 ms or longer than 1000 ms, code 3007 (wire).
    pub const FRAME_LENGTH: &str = "Input Duration Error: ";
    /// Audio faster than real time, code 3007 (docs; short bursts were tolerated on the wire).
    pub const TOO_FAST: &str = "Audio Transmission Rate Exceeded";
    /// The session's time is up, code 3008 (docs).
    pub const SESSION_EXPIRED: &str = "Session Expired: Maximum session duration exceeded";
    /// The close reason after every error (wire).
    pub const CLOSE_REASON_ERROR: &str = "See Error message for details";
    /// The close reason after `Termination`, code 1000 (wire).
    pub const CLOSE_REASON_ENDED: &str = "Session Ended";
}

/// A WebSocket close code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// After `Termination` (wire).
    pub const ENDED: Self = Self(1000);
    /// The socket ended without a close frame (WebSocket standard).
    pub const ABNORMAL: Self = Self(1006);
    /// Credential, account, or session limit (wire, docs).
    pub const POLICY: Self = Self(1008);
    /// Server fault (wire).
    pub const SERVER_FAULT: Self = Self(3005);
    /// Bad parameter or message, or inactivity (wire).
    pub const BAD_INPUT: Self = Self(3006);
    /// Frame length or transmission rate (wire, docs).
    pub const BAD_AUDIO: Self = Self(3007);
    /// Session expired (docs).
    pub const SESSION_EXPIRED: Self = Self(3008);
    /// Too many sessions (docs, SDK).
    pub const TOO_MANY_SESSIONS: Self = Self(3009);
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a session ended before it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The key or token is not accepted.
    CredentialRefused,
    /// The token was opened after its window.
    TokenExpired,
    /// The account may not: balance, plan, disabled.
    AccountBlocked,
    /// Too many new sessions in this minute.
    TooManySessions,
    /// The server's own fault.
    ServerFault,
    /// A parameter or message of ours was wrong.
    BadInput,
    /// Our own `inactivity_timeout` ran out.
    Inactive,
    /// A message of audio had the wrong length.
    FrameLength,
    /// Audio was sent too fast.
    TooFast,
    /// The session's time was up.
    SessionExpired,
    /// The address is not, or no longer, a v3 service.
    WrongEndpoint,
    /// The network, a proxy or a deployment cut the socket.
    ConnectionLost,
}

/// What to do after a failure. Retries always use a fresh token: that is right whether tokens are single-use (docs) or
/// not (wire).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Connect again, with backoff.
    Retry,
    /// Connect again at once; only the token or the session had run out.
    FreshToken,
    /// Connect again after at least 60 s, the window of the session limit (docs).
    RetryAfterMinute,
    /// Stop and tell the user: the next attempt would end the same way.
    GiveUp,
}

/// A session's failure, classified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it means.
    pub kind: FailureKind,
    /// The close code, or the error's own when no close came.
    pub code: Option<CloseCode>,
    /// The server's words, for the log and a details fold; may be empty.
    pub text: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.kind {
            FailureKind::CredentialRefused => "the API key or token was not accepted",
            FailureKind::TokenExpired => "the token expired before the session was opened",
            FailureKind::AccountBlocked => "the account may not open sessions",
            FailureKind::TooManySessions => "too many sessions were opened in the last minute",
            FailureKind::ServerFault => "the recogniser failed",
            FailureKind::BadInput => "the recogniser did not accept a setting or message",
            FailureKind::Inactive => "the session was idle for too long",
            FailureKind::FrameLength => "a piece of audio was too short or too long",
            FailureKind::TooFast => "audio was sent too fast",
            FailureKind::SessionExpired => "the session's time was up",
            FailureKind::WrongEndpoint => "the address is not a v3 streaming service",
            FailureKind::ConnectionLost => "the connection was lost",
        };
        f.write_str(words)
    }
}

impl std::error::Error for Failure {}

impl FailureKind {
    /// What to do about it.
    pub fn action(self) -> Action {
        match self {
            Self::TokenExpired | Self::SessionExpired => Action::FreshToken,
            Self::TooManySessions => Action::RetryAfterMinute,
            Self::ServerFault | Self::Inactive | Self::TooFast | Self::ConnectionLost => {
                Action::Retry
            }
            Self::CredentialRefused
            | Self::AccountBlocked
            | Self::BadInput
            | Self::FrameLength
            | Self::WrongEndpoint => Action::GiveUp,
        }
    }
}

impl Failure {
    /// Classifies the end of a session: by the text of its `Error` frame first, then by the close code. `None` is a
    /// regular end, close 1000 with no error before it.
    pub fn classify(error_text: Option<&str>, close: Option<CloseCode>) -> Option<Self> {
        if error_text.is_none() && close == Some(CloseCode::ENDED) {
            return None;
        }
        let text = error_text.unwrap_or_default();
        let by_code = close.map_or(FailureKind::ConnectionLost, by_code);
        let kind = by_text(text).unwrap_or(match by_code {
            // 1008 with other words is about the account: "insufficient balance", "disabled" (docs).
            FailureKind::CredentialRefused if !text.is_empty() => FailureKind::AccountBlocked,
            kind => kind,
        });
        Some(Self { kind, code: close, text: text.to_owned() })
    }

    /// Classifies a refusal of the HTTP upgrade. The service itself checks credentials only after the upgrade (wire), so
    /// 401 and 403 come from a proxy or firewall on the way; they are treated like 1008.
    pub fn of_handshake(status: u16) -> Self {
        let kind = match status {
            401 => FailureKind::CredentialRefused,
            403 => FailureKind::AccountBlocked,
            429 => FailureKind::TooManySessions,
            404 | 405 | 410 | 426 => FailureKind::WrongEndpoint,
            500.. => FailureKind::ServerFault,
            408 => FailureKind::ConnectionLost,
            _ => FailureKind::BadInput,
        };
        Self { kind, code: None, text: format!("HTTP {status}") }
    }

    /// What to do about it.
    pub fn action(&self) -> Action {
        self.kind.action()
    }
}

fn by_text(text: &str) -> Option<FailureKind> {
    let lower = text.to_ascii_lowercase();
    let table = [
        ("too many concurrent sessions", FailureKind::TooManySessions),
        ("signature has expired", FailureKind::TokenExpired),
        ("missing authorization", FailureKind::CredentialRefused),
        ("invalid api key", FailureKind::CredentialRefused),
        ("terminated due to inactivity", FailureKind::Inactive),
        ("audio transmission rate exceeded", FailureKind::TooFast),
        ("input duration", FailureKind::FrameLength),
        ("session expired", FailureKind::SessionExpired),
        ("session cancelled", FailureKind::ServerFault),
        ("user input validation error", FailureKind::BadInput),
        ("invalid json", FailureKind::BadInput),
        ("invalid message", FailureKind::BadInput),
    ];
    table.iter().find(|(words, _)| lower.contains(words)).map(|(_, kind)| *kind)
}

/// 4000 to 4103 are leftovers of v2 that the SDKs still list; never seen on v3, mapped by meaning.
fn by_code(code: CloseCode) -> FailureKind {
    match code.0 {
        1008 | 4000 | 4001 => FailureKind::CredentialRefused,
        4002 | 4003 => FailureKind::AccountBlocked,
        3005 => FailureKind::ServerFault,
        3006 | 4100 | 4101 => FailureKind::BadInput,
        3007 => FailureKind::FrameLength,
        3008 | 4008 => FailureKind::SessionExpired,
        3009 | 4102 => FailureKind::TooManySessions,
        4029 => FailureKind::TooFast,
        4031 => FailureKind::Inactive,
        4032 | 4033 => FailureKind::FrameLength,
        _ => FailureKind::ConnectionLost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_observed_ends() {
        use Action::{FreshToken, GiveUp, Retry, RetryAfterMinute};
        let rows: &[(Option<&str>, u16, FailureKind, Action)] = &[
            (Some(texts::MISSING_AUTHORIZATION), 1008, FailureKind::CredentialRefused, GiveUp),
            (Some(texts::INVALID_KEY), 1008, FailureKind::CredentialRefused, GiveUp),
            (Some(texts::TOKEN_EXPIRED), 1008, FailureKind::TokenExpired, FreshToken),
            (
                Some("Unauthorized Connection: Insufficient balance"),
                1008,
                FailureKind::AccountBlocked,
                GiveUp,
            ),
            (Some(texts::TOO_MANY_SESSIONS), 1008, FailureKind::TooManySessions, RetryAfterMinute),
            (
                Some("Too many concurrent sessions"),
                3009,
                FailureKind::TooManySessions,
                RetryAfterMinute,
            ),
            (Some(texts::SERVER_FAULT), 3005, FailureKind::ServerFault, Retry),
            (
                Some("User Input Validation Error: Invalid Message Type: Bogus"),
                3006,
                FailureKind::BadInput,
                GiveUp,
            ),
            (
                Some("Session terminated due to inactivity: No messages received for 5 seconds"),
                3006,
                FailureKind::Inactive,
                Retry,
            ),
            (
                Some(
                    "Input Duration Error: Input Duration Violation: 20.0 ms. Expected between 50 and 1000 ms",
                ),
                3007,
                FailureKind::FrameLength,
                GiveUp,
            ),
            (
                Some("Audio Transmission Rate Exceeded: Received 9 sec. audio in 2 sec"),
                3007,
                FailureKind::TooFast,
                Retry,
            ),
            (Some(texts::SESSION_EXPIRED), 3008, FailureKind::SessionExpired, FreshToken),
            (None, 1008, FailureKind::CredentialRefused, GiveUp),
            (None, 1006, FailureKind::ConnectionLost, Retry),
            (None, 1012, FailureKind::ConnectionLost, Retry),
            (None, 4002, FailureKind::AccountBlocked, GiveUp),
            (Some("something nobody has seen"), 3005, FailureKind::ServerFault, Retry),
        ];
        for (text, code, kind, action) in rows {
            let failure = Failure::classify(*text, Some(CloseCode(*code))).unwrap();
            assert_eq!((failure.kind, failure.action()), (*kind, *action), "{text:?} {code}");
        }
    }

    #[test]
    fn a_regular_end_is_no_failure_but_a_silent_one_is() {
        assert_eq!(Failure::classify(None, Some(CloseCode::ENDED)), None);
        assert_eq!(Failure::classify(None, None).unwrap().kind, FailureKind::ConnectionLost);
        assert!(Failure::classify(Some(texts::SERVER_FAULT), Some(CloseCode::ENDED)).is_some());
    }

    #[test]
    fn a_refused_upgrade_is_classified_by_its_status() {
        assert_eq!(Failure::of_handshake(401).action(), Action::GiveUp);
        assert_eq!(Failure::of_handshake(410).kind, FailureKind::WrongEndpoint);
        assert_eq!(Failure::of_handshake(503).action(), Action::Retry);
    }
}
