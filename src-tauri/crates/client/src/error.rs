//! What can go wrong before and while a session runs. How a session *ended* is an event, not an error.

use std::time::Duration;

use sotto_protocol::{Failure, FrameLengthError};

/// Why no session was opened. None of it holds the credential.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not a WebSocket address.
    #[error("the address is not a WebSocket address (ws:// or wss://)")]
    Address,
    /// A key that cannot be a header.
    #[error("the credential cannot be sent")]
    Credential,
    /// The network said no.
    #[error("the recogniser could not be reached: {0}")]
    Unreachable(String),
    /// Nothing came of the upgrade in time.
    #[error("the recogniser did not answer within {0:?}")]
    TimedOut(Duration),
    /// The server refused the upgrade.
    #[error("the recogniser refused the connection: {0}")]
    Refused(Failure),
}

/// Why something was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The audio's length is outside what the protocol allows; nothing was sent.
    #[error(transparent)]
    FrameLength(#[from] FrameLengthError),
    /// An odd number of bytes is not 16-bit audio; nothing was sent.
    #[error("{0} bytes are not whole samples")]
    HalfSample(usize),
    /// The session is over: its events say why.
    #[error("the session is closed")]
    Closed,
}
