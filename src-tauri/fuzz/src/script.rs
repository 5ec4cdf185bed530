//! What a client does, as text. Any bytes are a script.
//!
//! The first line is the query. Each further line is a step: one of these words and what belongs to it, or else a text
//! message, so that `{"type":"Terminate"}` is just that.
//!
//! | line | step |
//! |---|---|
//! | `audio 3200` | so many bytes of audio |
//! | `binary …`, `ping …`, `pong …` | a message of these bytes |
//! | `begin …`, `more …`, `end …` | the first, middle and last piece of a text message |
//! | `close 1000 bye` | a close |
//! | `raw 82fe0640` | these bytes, in no frame |
//! | `wait` | until the service has read everything so far |
//! | `leave` | drops the connection |

use sotto_protocol::{StreamingParameters, max_frame_bytes};

use crate::http::in_url;

/// Each step costs time, and the ways in which two can follow each other need no more.
const MOST_STEPS: usize = 48;
/// More than a message may have.
const LONGEST_AUDIO: usize = 300_000;
const MOST_AUDIO: usize = 600_000;
/// Where the service resamples, which takes long when every branch is counted.
const MOST_RESAMPLED_MS: usize = 400;
/// What the recogniser hears.
pub(crate) const ENGINE_HZ: u32 = 16_000;
/// What the protocol of the socket allows.
const LONGEST_CONTROL: usize = 125;

/// A query and what follows.
#[derive(Debug)]
pub struct Script<'a> {
    /// As it stands in the URL.
    pub query: String,
    /// In order.
    pub steps: Vec<Step<'a>>,
}

/// One thing that a client does.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A text message, which need not be text.
    Text(&'a [u8]),
    /// So many bytes of audio.
    Audio(usize),
    /// A binary message.
    Binary(&'a [u8]),
    /// A ping, which the service has to answer.
    Ping(&'a [u8]),
    /// An answer to no ping.
    Pong(&'a [u8]),
    /// A piece of a text message.
    Piece {
        /// It is the first.
        is_first: bool,
        /// It is the last.
        is_last: bool,
        /// Its bytes.
        bytes: &'a [u8],
    },
    /// A close with this code and reason; without a code the reason stands in its place.
    Close(Option<u16>, &'a [u8]),
    /// Bytes that need not be frames.
    Raw(Vec<u8>),
    /// Waits until the service has read everything before.
    Wait,
    /// Drops the connection.
    Leave,
}

impl<'a> Script<'a> {
    /// Reads a script.
    pub fn parse(bytes: &'a [u8]) -> Self {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let query = in_url(lines.next().unwrap_or_default());
        let mut budget = Budget::of(&query);
        let steps = lines
            .filter(|line| !line.is_empty())
            .take(MOST_STEPS)
            .map(Step::parse)
            .filter(|step| match step {
                Step::Audio(bytes) => budget.take(*bytes),
                _ => true,
            })
            .collect();
        Self { query, steps }
    }
}

/// Bytes of audio that a script may still send.
struct Budget {
    left: usize,
    /// Of those, what is resampled.
    resampled: usize,
    /// What is longer than a message may be is refused, and costs nothing.
    longest: usize,
}

impl Budget {
    fn of(query: &str) -> Self {
        let parameters = StreamingParameters::parse(query).unwrap_or_default();
        let rate = parameters.sample_rate;
        let longest = max_frame_bytes(parameters.encoding, rate).unwrap_or(MOST_AUDIO);
        let is_resampled = rate != ENGINE_HZ;
        let resampled = if is_resampled { longest * MOST_RESAMPLED_MS / 1000 } else { MOST_AUDIO };
        Self { left: MOST_AUDIO, resampled, longest }
    }

    fn take(&mut self, bytes: usize) -> bool {
        let resampled = if bytes > self.longest { 0 } else { bytes };
        let fits = bytes <= self.left && resampled <= self.resampled;
        if fits {
            self.left -= bytes;
            self.resampled -= resampled;
        }
        fits
    }
}

impl Step<'_> {
    /// Whether what the service makes of the rest is clear without knowing all of the protocol of sockets.
    pub(crate) fn is_plain(&self) -> bool {
        !matches!(self, Self::Piece { .. } | Self::Close(..) | Self::Raw(_) | Self::Leave)
    }
}

impl<'a> Step<'a> {
    fn parse(line: &'a [u8]) -> Self {
        let (word, rest) = split(line);
        let piece = |is_first, is_last| Self::Piece { is_first, is_last, bytes: rest };
        match word {
            b"audio" => {
                Self::Audio(number(rest).map_or(0, |bytes: usize| bytes % (LONGEST_AUDIO + 1)))
            }
            b"binary" => Self::Binary(rest),
            b"ping" => Self::Ping(clipped(rest)),
            b"pong" => Self::Pong(clipped(rest)),
            b"begin" => piece(true, false),
            b"more" => piece(false, false),
            b"end" => piece(false, true),
            b"close" => {
                let (code, reason) = split(rest);
                // Two bytes are the code's.
                let reason = &reason[..reason.len().min(LONGEST_CONTROL - 2)];
                Self::Close(number(code), reason)
            }
            b"raw" => Self::Raw(hexadecimal(rest)),
            b"wait" => Self::Wait,
            b"leave" => Self::Leave,
            _ => Self::Text(line),
        }
    }
}

/// A word, and what is after the space behind it.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let at = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    (&line[..at], line.get(at + 1..).unwrap_or_default())
}

fn clipped(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(LONGEST_CONTROL)]
}

fn number<T: std::str::FromStr>(bytes: &[u8]) -> Option<T> {
    str::from_utf8(bytes).ok()?.parse().ok()
}

/// Pairs of digits; what is none is skipped.
fn hexadecimal(text: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = text
        .iter()
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_a_query_and_steps() {
        let text =
            b"mode=\xff &x=%20\naudio 3200\nraw 82f\nclose 1000 bye bye\n\n{\"a b\"}\nend\nleave";
        let script = Script::parse(text);
        assert_eq!(script.query, "mode=%FF%20&x=%20");
        assert_eq!(
            script.steps,
            [
                Step::Audio(3200),
                Step::Raw(vec![0x82]),
                Step::Close(Some(1000), b"bye bye"),
                Step::Text(b"{\"a b\"}"),
                Step::Piece { is_first: false, is_last: true, bytes: b"" },
                Step::Leave,
            ]
        );
    }

    #[test]
    fn no_script_sends_more_audio_than_is_worth_while() {
        let script = Script::parse(b"\naudio 300001\naudio 300000\naudio 299999\naudio 3\naudio 1");
        assert_eq!(
            script.steps,
            [Step::Audio(0), Step::Audio(300_000), Step::Audio(299_999), Step::Audio(1)]
        );
        let script = Script::parse(b"sample_rate=8000\naudio 16002\naudio 6400\naudio 2");
        assert_eq!(script.steps, [Step::Audio(16_002), Step::Audio(6400)]);
    }
}
