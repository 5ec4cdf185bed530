//! A whole file through a recogniser: the same v3 sessions that the window opens, without a window and without a
//! microphone's clock. A session that is lost is followed by another that goes on behind the last final turn, so each word
//! is there once.

mod leg;
mod open_time;
mod queue;
mod turns;

use std::time::Duration;

use sotto_audio::FileError;
use sotto_client::{Closed, OpenError};
use sotto_export::{Source, Turn};
use sotto_protocol::{Action, Failure, StreamingParameters};
use sotto_tokens::{Broker, Endpoint, MintError, Minter, TokenRequest};
use sotto_vault::Secret;

use crate::recogniser::Recogniser;
use crate::token_trail::TokenTrail;

pub(crate) use self::open_time::OpenTime;
pub(crate) use self::queue::Queue;

/// Tries in a row that brought nothing.
const ATTEMPTS: u32 = 6;

/// The first pause between two tries; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// After too many sessions in a minute.
const CROWD_PAUSE: Duration = Duration::from_secs(60);

/// A token is used at once.
const TOKEN: TokenRequest =
    TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 10_800 };

/// Where to send the audio, and how fast.
pub(crate) struct Recognition {
    pub(crate) minter: Minter,
    pub(crate) endpoint: Endpoint,
    pub(crate) opener: Opener,
    pub(crate) source: Source,
    /// Audio that may be sent a second of time; `None`: as fast as it is taken.
    pub(crate) pace: Option<f64>,
    pub(crate) parameters: StreamingParameters,
    /// Where tokens of the cloud are written down; those of the engine inside this process are not.
    pub(crate) trail: Option<(TokenTrail, Recogniser)>,
    /// Where the time of its sessions is counted, if somebody pays for them.
    pub(crate) open_time: Option<OpenTime>,
}

/// What a token is asked for with.
pub(crate) enum Opener {
    /// A key of the endpoint's.
    Key(Secret),
    /// A team's source of tokens, and what it wants to see.
    Broker { broker: Broker, credential: Option<Secret> },
}

/// What happens on the way.
pub(crate) enum Step {
    /// A turn that will not change.
    Turn(Turn),
    /// The recogniser has been sent everything before this sample.
    Sent(u64),
    /// A session was lost; another one follows.
    Lost(TranscriptionError),
}

/// Why there is no (whole) transcript.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TranscriptionError {
    /// There is no token.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// There is no session.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A session ended before its time.
    #[error("the recogniser ended the session: {}", words(.0))]
    Ended(Failure),
    /// A session ended regularly, but not because we ended it.
    #[error("the recogniser ended the session before its time")]
    Cut,
    /// It is there, and says nothing.
    #[error("the recogniser does not answer any more")]
    Silent,
}

/// What it means, and the recogniser's own words, where there are any.
fn words(failure: &Failure) -> String {
    if failure.text.is_empty() {
        failure.to_string()
    } else {
        format!("{failure} (“{}”)", failure.text)
    }
}

impl TranscriptionError {
    fn pause(&self, attempt: u32) -> Option<Duration> {
        let again = (FIRST_PAUSE * 2_u32.pow(attempt.min(8))).min(LONGEST_PAUSE);
        match self {
            Self::Mint(error) => (!error.is_refusal()).then_some(again),
            Self::Open(OpenError::Address | OpenError::Credential) => None,
            Self::Open(OpenError::Refused(failure)) | Self::Ended(failure) => {
                match failure.action() {
                    Action::GiveUp => None,
                    Action::RetryAfterMinute => Some(CROWD_PAUSE),
                    Action::FreshToken if attempt == 0 => Some(Duration::ZERO),
                    Action::FreshToken | Action::Retry => Some(again),
                }
            }
            Self::Open(_) | Self::Cut | Self::Silent => Some(again),
        }
    }
}

/// What became of a file.
pub(crate) struct Transcribed {
    /// Length in samples, as far as it was read.
    pub(crate) samples: u64,
    /// The rest of the file could not be read.
    pub(crate) damage: Option<FileError>,
}

/// Sends everything and tells each turn once.
///
/// # Errors
/// When the recogniser refuses, or does not come back. What was told until then is good.
pub(crate) async fn transcribe(
    with: &Recognition,
    queue: &mut Queue,
    tell: &mut impl FnMut(Step),
) -> Result<Transcribed, TranscriptionError> {
    let (mut attempt, mut number) = (0, 0);
    loop {
        let before = queue.covered_to();
        let error = match leg::run(with, number, queue, tell).await {
            Ok(()) => {
                return Ok(Transcribed { samples: queue.samples(), damage: queue.take_damage() });
            }
            Err(error) => error,
        };
        number += 1;
        if queue.covered_to() > before {
            attempt = 0;
        }
        let Some(pause) = error.pause(attempt).filter(|_| attempt < ATTEMPTS) else {
            return Err(error);
        };
        attempt += 1;
        tell(Step::Lost(error));
        tokio::time::sleep(pause).await;
        queue.go_back();
    }
}

fn ended(closed: Closed) -> Result<(), TranscriptionError> {
    closed.failure.map_or(Ok(()), |failure| Err(TranscriptionError::Ended(failure)))
}
