//! Things that go wrong on purpose, for developers who test their reconnects: each once, in the order in which they were
//! planned, or over and over.

use std::{
    collections::VecDeque,
    num::ParseIntError,
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sotto_protocol::{CloseCode, texts};

/// A fault, met by the next token or session that it fits. What strikes a running session does so after so much audio,
/// so that a test does not depend on the speed of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// `token:503`: a token is refused with this HTTP status.
    RefuseToken(u16),
    /// `token-delay:5`: a token comes this much later.
    TokenDelay(Duration),
    /// `begin-delay:5`: `Begin` comes this much later.
    BeginDelay(Duration),
    /// `no-begin`: `Begin` never comes, though the socket is open.
    NoBegin,
    /// `close:3005@10`: `Error`, then a close with this code.
    Close {
        /// The code of both.
        code: CloseCode,
        /// Audio received before.
        after: Duration,
    },
    /// `drop@10`: the connection ends without a close frame.
    Drop {
        /// Audio received before.
        after: Duration,
    },
    /// `stall@10`: nothing is read or said any more, though the connection stays.
    Stall {
        /// Audio received before.
        after: Duration,
    },
}

impl Fault {
    fn strikes_token(&self) -> bool {
        matches!(self, Self::RefuseToken(_) | Self::TokenDelay(_))
    }

    fn strikes_beginning(&self) -> bool {
        matches!(self, Self::BeginDelay(_) | Self::NoBegin)
    }

    /// The audio after which it strikes a running session.
    pub(crate) fn after(&self) -> Option<Duration> {
        match self {
            Self::Close { after, .. } | Self::Drop { after } | Self::Stall { after } => {
                Some(*after)
            }
            _ => None,
        }
    }
}

/// What the cloud says with this code.
pub(crate) fn text_of(code: CloseCode) -> &'static str {
    match code {
        CloseCode::POLICY => texts::TOKEN_EXPIRED,
        CloseCode::BAD_AUDIO => texts::TOO_FAST,
        CloseCode::SESSION_EXPIRED => texts::SESSION_EXPIRED,
        CloseCode::TOO_MANY_SESSIONS => texts::TOO_MANY_SESSIONS,
        _ => texts::SERVER_FAULT,
    }
}

/// Why a fault cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// None of the names is this.
    #[error(
        "{0:?} is no fault: known are token:STATUS, token-delay:SECONDS, begin-delay:SECONDS, no-begin, \
         close:CODE@SECONDS, drop@SECONDS and stall@SECONDS"
    )]
    Unknown(String),
    /// A number is none, or out of its range.
    #[error("{text:?} is no number that fits here: {source}")]
    Number {
        /// What was given.
        text: String,
        /// What is wrong with it.
        source: ParseIntError,
    },
    /// Such a status or code cannot be sent.
    #[error(
        "{0} cannot be sent: a status is between 400 and 599, a close code between 1000 and 4999"
    )]
    OutOfRange(u16),
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (name, after) = match text.split_once('@') {
            Some((name, seconds)) => (name, Some(seconds)),
            None => (text, None),
        };
        let (name, value) = match name.split_once(':') {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        };
        match (name, value, after) {
            ("token", Some(status), None) => {
                Ok(Self::RefuseToken(within(number(status)?, 400..=599)?))
            }
            ("token-delay", Some(delay), None) => Ok(Self::TokenDelay(seconds(delay)?)),
            ("begin-delay", Some(delay), None) => Ok(Self::BeginDelay(seconds(delay)?)),
            ("no-begin", None, None) => Ok(Self::NoBegin),
            ("close", Some(code), Some(after)) => {
                let code = CloseCode(within(number(code)?, 1000..=4999)?);
                Ok(Self::Close { code, after: seconds(after)? })
            }
            ("drop", None, Some(after)) => Ok(Self::Drop { after: seconds(after)? }),
            ("stall", None, Some(after)) => Ok(Self::Stall { after: seconds(after)? }),
            _ => Err(FaultError::Unknown(text.to_owned())),
        }
    }
}

fn number<N: FromStr<Err = ParseIntError>>(text: &str) -> Result<N, FaultError> {
    text.parse().map_err(|source| FaultError::Number { text: text.to_owned(), source })
}

fn seconds(text: &str) -> Result<Duration, FaultError> {
    Ok(Duration::from_secs(u64::from(number::<u32>(text)?)))
}

fn within(number: u16, range: std::ops::RangeInclusive<u16>) -> Result<u16, FaultError> {
    if range.contains(&number) { Ok(number) } else { Err(FaultError::OutOfRange(number)) }
}

/// The faults that are still to be met.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    planned: Mutex<VecDeque<Fault>>,
    is_repeated: bool,
}

impl Faults {
    pub(crate) fn new(planned: &[Fault], is_repeated: bool) -> Self {
        Self { planned: Mutex::new(planned.iter().cloned().collect()), is_repeated }
    }

    pub(crate) fn for_token(&self) -> Option<Fault> {
        self.take(Fault::strikes_token)
    }

    pub(crate) fn for_beginning(&self) -> Option<Fault> {
        self.take(Fault::strikes_beginning)
    }

    pub(crate) fn for_session(&self) -> Option<Fault> {
        self.take(|fault| fault.after().is_some())
    }

    fn take(&self, fits: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = planned.iter().position(fits).and_then(|at| planned.remove(at))?;
        if self.is_repeated {
            planned.push_back(fault.clone());
        }
        drop(planned);
        tracing::info!(?fault, "a planned fault");
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Duration = Duration::from_secs(10);

    #[test]
    fn faults_are_written_as_the_command_line_shows_them() {
        let read = |text: &str| text.parse::<Fault>().unwrap();
        assert_eq!(read("token:503"), Fault::RefuseToken(503));
        assert_eq!(read("token-delay:10"), Fault::TokenDelay(TEN));
        assert_eq!(read("begin-delay:10"), Fault::BeginDelay(TEN));
        assert_eq!(read("no-begin"), Fault::NoBegin);
        let close = Fault::Close { code: CloseCode::SERVER_FAULT, after: TEN };
        assert_eq!(read("close:3005@10"), close);
        assert_eq!(read("drop@10"), Fault::Drop { after: TEN });
        assert_eq!(read("stall@0"), Fault::Stall { after: Duration::ZERO });
    }

    #[test]
    fn what_is_no_fault_is_told() {
        for text in
            ["", "drop", "drop:1", "drop@", "close@1", "no-begin:1", "token:503@1", "Drop@1"]
        {
            assert!(text.parse::<Fault>().is_err(), "{text}");
        }
        assert_eq!("token:200".parse::<Fault>(), Err(FaultError::OutOfRange(200)));
        assert_eq!("close:999@1".parse::<Fault>(), Err(FaultError::OutOfRange(999)));
        let error = "drop@soon".parse::<Fault>().unwrap_err().to_string();
        assert_eq!(error, "\"soon\" is no number that fits here: invalid digit found in string");
    }

    #[test]
    fn each_is_met_once_in_order_by_what_it_fits_or_again_and_again() {
        let planned = [Fault::NoBegin, Fault::RefuseToken(503), Fault::RefuseToken(429)];
        let once = Faults::new(&planned, false);
        let tokens = || [once.for_token(), once.for_token(), once.for_token()];
        assert_eq!(tokens(), [Some(Fault::RefuseToken(503)), Some(Fault::RefuseToken(429)), None]);
        assert_eq!(once.for_session(), None);
        assert_eq!(once.for_beginning(), Some(Fault::NoBegin));
        let again = Faults::new(&planned, true);
        let tokens = [again.for_token(), again.for_token(), again.for_token()];
        assert_eq!(tokens[0], tokens[2]);
        assert_eq!(tokens[1], Some(Fault::RefuseToken(429)));
    }
}
