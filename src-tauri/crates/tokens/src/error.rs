//! Why there is no token, in words that a user understands.

use sotto_protocol::TokenRequestError;

use crate::EndpointError;

/// Why there is no token. `Display` is for the user; none of it holds the key, a token or a URL with parameters.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    /// 401, or a complaint about the Authorization header: the key is not known.
    #[error("the API key was not accepted")]
    Rejected {
        /// The service's own words.
        detail: String,
    },
    /// 403 or 402: the key is known, but its plan, balance or region does not allow this.
    #[error("the account may not open streaming sessions (plan, balance or region)")]
    Forbidden {
        /// The service's own words.
        detail: String,
    },
    /// 400 or 422 about a parameter, or another 4xx: not the user's fault.
    #[error("the recogniser did not understand the request (status {status})")]
    BadRequest {
        /// The HTTP status.
        status: u16,
        /// The service's own words.
        detail: String,
    },
    /// 429, on every try.
    #[error("the recogniser refuses more sessions for now; try again in a minute")]
    RateLimited {
        /// What the service asked to wait, in seconds, if it said.
        retry_after_seconds: Option<u64>,
    },
    /// 5xx or 408, on every try.
    #[error("the recogniser has a fault of its own (status {status}); try again later")]
    ServerFault {
        /// The HTTP status.
        status: u16,
    },
    /// No answer, on every try.
    #[error("the recogniser could not be reached")]
    Unreachable {
        /// The cause, for the log.
        detail: String,
    },
    /// An answer that is not a token, or a redirect, which is never followed: it would carry the key elsewhere.
    #[error("the address answered, but not as a recogniser does")]
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// What was wrong with it.
        detail: String,
    },
    /// More tokens in a short time than rotation and reconnection ever need; nothing was sent.
    #[error("too many sessions were asked for at once; try again in a moment")]
    LocalRateLimit,
    /// A parameter out of range; nothing was sent.
    #[error(transparent)]
    OutOfRange(#[from] TokenRequestError),
    /// The key cannot be a key (empty, or not printable ASCII); nothing was sent.
    #[error("this is not an API key: it must be one word of plain letters and digits")]
    NotAKey,
    /// The address will not be used; nothing was sent.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The HTTP client could not be made.
    #[error("the network could not be set up: {0}")]
    Setup(String),
}

impl MintError {
    /// True if the answer is about the key or account, so that trying again cannot help.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Rejected { .. } | Self::Forbidden { .. } | Self::NotAKey)
    }
}
