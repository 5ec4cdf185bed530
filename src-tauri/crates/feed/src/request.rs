//! What the window may ask.

use serde::Deserialize;
use sotto_audio::FRAME_SAMPLES;

/// The longest piece of the past that is sent beside the running frames: 10 s.
const LONGEST_PIECE: u64 = 200;

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum Text {
    Follow,
    Replay { from: u64, until: Option<u64> },
    Clock { sent: f64 },
}

/// What the window asks, in frames.
#[derive(Debug, PartialEq)]
pub(crate) enum Request {
    /// Go on from the newest frame.
    Follow,
    /// Go on from this frame.
    RunFrom(u64),
    /// Send these frames once.
    Piece { from: u64, until: u64 },
    /// Say what time it is, and give this back.
    Clock { sent: f64 },
}

impl Request {
    /// `None` for what is no request of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let frame = |sample: u64| sample / FRAME_SAMPLES as u64;
        Some(match serde_json::from_str(text).ok()? {
            Text::Follow => Self::Follow,
            Text::Clock { sent } => Self::Clock { sent },
            Text::Replay { from, until: None } => Self::RunFrom(frame(from)),
            Text::Replay { from, until: Some(until) } => {
                let from = frame(from);
                Self::Piece { from, until: frame(until).min(from.saturating_add(LONGEST_PIECE)) }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_in_frames() {
        assert_eq!(Request::parse(r#"{"kind":"follow"}"#), Some(Request::Follow));
        assert_eq!(Request::parse(r#"{"kind":"replay","from":1600}"#), Some(Request::RunFrom(2)));
        let piece = Request::parse(r#"{"kind":"replay","from":800,"until":2400}"#);
        assert_eq!(piece, Some(Request::Piece { from: 1, until: 3 }));
        let clock = Request::parse(r#"{"kind":"clock","sent":12.5}"#);
        assert_eq!(clock, Some(Request::Clock { sent: 12.5 }));
    }

    #[test]
    fn a_piece_is_never_longer_than_ten_seconds() {
        let piece = Request::parse(r#"{"kind":"replay","from":0,"until":18446744073709551615}"#);
        assert_eq!(piece, Some(Request::Piece { from: 0, until: 200 }));
    }

    #[test]
    fn anything_else_is_no_request() {
        for text in ["", "{}", r#"{"kind":"replay"}"#, r#"{"kind":"replay","from":-1}"#, "[1]"] {
            assert_eq!(Request::parse(text), None);
        }
    }
}
