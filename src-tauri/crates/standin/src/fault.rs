//! Things that go wrong on purpose, once.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

/// A fault, met once by the next token or session that it fits. Milliseconds of audio are counted in samples received, so
/// that a test does not depend on the speed of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Fault {
    /// The next token is refused with this HTTP status.
    RefuseToken {
        /// For example 401, 429 or 503.
        status: u16,
    },
    /// The answer to the next request for a token comes this much later.
    TokenDelay {
        /// Wall time.
        ms: u64,
    },
    /// `Begin` comes this much later, in milliseconds of wall time.
    SlowBegin {
        /// Wall time.
        ms: u64,
    },
    /// `Begin` never comes, though the socket is open and read.
    NeverBegin,
    /// After so much audio: an `Error` with this code and text, then the close.
    CloseAfterMs {
        /// Audio received.
        ms: u64,
        /// For example 3005 or 3008.
        code: u16,
        /// For example [`sotto_protocol::texts::SERVER_FAULT`].
        text: String,
    },
    /// After so much audio the connection ends without a close frame, in good order for TCP.
    DropConnection {
        /// Audio received.
        after_ms: u64,
    },
    /// After so much audio the connection is reset (RST), without a close frame.
    ResetAfterMs {
        /// Audio received.
        ms: u64,
    },
    /// After so much audio nothing is read or said any more, though the connection stays: it is half open, for ever.
    StallAfterMs {
        /// Audio received.
        ms: u64,
    },
}

impl Fault {
    /// The audio after which it strikes a running session.
    pub(crate) fn strikes_after_ms(&self) -> Option<u64> {
        match self {
            Self::CloseAfterMs { ms, .. }
            | Self::DropConnection { after_ms: ms }
            | Self::ResetAfterMs { ms }
            | Self::StallAfterMs { ms } => Some(*ms),
            _ => None,
        }
    }
}

/// How a session begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    AfterMs(u64),
    Never,
}

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<VecDeque<Fault>>);

impl Faults {
    pub(crate) fn plan(&self, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    /// The status with which the next token is to be refused.
    pub(crate) fn for_token(&self) -> Option<u16> {
        self.take(
            |fault| if let Fault::RefuseToken { status } = fault { Some(*status) } else { None },
        )
    }

    /// How much later the next token is given.
    pub(crate) fn delay_of_token(&self) -> Option<u64> {
        self.take(|fault| if let Fault::TokenDelay { ms } = fault { Some(*ms) } else { None })
    }

    /// How the next session begins.
    pub(crate) fn beginning(&self) -> Beginning {
        self.take(|fault| match fault {
            Fault::NeverBegin => Some(Beginning::Never),
            Fault::SlowBegin { ms } => Some(Beginning::AfterMs(*ms)),
            _ => None,
        })
        .unwrap_or(Beginning::AfterMs(0))
    }

    /// What strikes the next session that began.
    pub(crate) fn for_session(&self) -> Option<Fault> {
        self.take(|fault| fault.strikes_after_ms().map(|_| fault.clone()))
    }

    fn take<T>(&self, fits: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let mut planned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, taken) =
            planned.iter().enumerate().find_map(|(at, fault)| Some((at, fits(fault)?)))?;
        planned.remove(at);
        Some(taken)
    }
}
