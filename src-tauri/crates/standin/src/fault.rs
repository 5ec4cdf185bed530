//! Things that go wrong on purpose.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// A fault, met once by the next token or session that it fits. Milliseconds of audio are counted in samples received, so
/// that a test does not depend on the speed of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The next token is refused with this HTTP status.
    RefuseToken {
        /// For example 401, 429 or 503.
        status: u16,
    },
    /// `Begin` comes this much later, in milliseconds of wall time.
    SlowBegin {
        /// Wall time.
        ms: u64,
    },
    /// After so much audio: an `Error` with this code and text, then the close.
    CloseAfterMs {
        /// Audio received.
        ms: u64,
        /// For example 3005 or 3008.
        code: u16,
        /// For example [`sotto_protocol::texts::SERVER_FAULT`].
        text: String,
    },
    /// After so much audio the connection is cut without a close frame.
    DropConnection {
        /// Audio received.
        after_ms: u64,
    },
}

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<VecDeque<Fault>>);

impl Faults {
    pub(crate) fn plan(&self, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    /// The status with which the next token is to be refused.
    pub(crate) fn for_token(&self) -> Option<u16> {
        let is_mine = |fault: &Fault| matches!(fault, Fault::RefuseToken { .. });
        match self.take(is_mine) {
            Some(Fault::RefuseToken { status }) => Some(status),
            _ => None,
        }
    }

    /// A delay of `Begin` and one other fault for the next session.
    pub(crate) fn for_session(&self) -> (Option<u64>, Option<Fault>) {
        let slow = match self.take(|fault| matches!(fault, Fault::SlowBegin { .. })) {
            Some(Fault::SlowBegin { ms }) => Some(ms),
            _ => None,
        };
        let is_end = |fault: &Fault| {
            matches!(fault, Fault::CloseAfterMs { .. } | Fault::DropConnection { .. })
        };
        (slow, self.take(is_end))
    }

    fn take(&self, is_mine: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut planned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = planned.iter().position(is_mine)?;
        planned.remove(at)
    }
}
