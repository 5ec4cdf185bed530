//! Things that go wrong until they are put right again.

use serde::{Deserialize, Serialize};

/// What holds from now on, for sessions that run too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Standing {
    /// No tokens, but this HTTP status; `None` puts it right.
    RefuseTokens {
        /// For example 429 or 503.
        status: Option<u16>,
    },
    /// All connections stay and are silent, new ones too.
    Stall {
        /// It holds.
        on: bool,
    },
    /// Nobody listens, and all connections are reset.
    Dark {
        /// It holds.
        on: bool,
    },
    /// No more sessions than this at once; `None` puts it right.
    MostSessions {
        /// How many.
        count: Option<usize>,
    },
    /// A session is closed when the window of its token ends.
    ClosesAtTokenExpiry {
        /// It holds.
        on: bool,
    },
    /// The key is not accepted.
    RejectKey {
        /// It holds.
        on: bool,
    },
}

/// What holds, of that which concerns tokens and sessions; connections are the doors' business.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct State {
    pub(crate) token_status: Option<u16>,
    pub(crate) most_sessions: Option<usize>,
    pub(crate) closes_at_token_expiry: bool,
    pub(crate) rejects_key: bool,
}

impl State {
    pub(crate) fn set(&mut self, standing: Standing) {
        match standing {
            Standing::RefuseTokens { status } => self.token_status = status,
            Standing::MostSessions { count } => self.most_sessions = count,
            Standing::ClosesAtTokenExpiry { on } => self.closes_at_token_expiry = on,
            Standing::RejectKey { on } => self.rejects_key = on,
            Standing::Stall { .. } | Standing::Dark { .. } => {}
        }
    }
}
