//! A v3 streaming client: one [`Connection`] is one session, opened with a token or key, split into a sender of audio and
//! a stream of [`Event`]s.
//!
//! It serves the command line, the tests and the measurements. It does *not* reconnect, rotate or replay: that is the
//! window's session machine. What it guarantees is small: no message of audio that the protocol forbids leaves it, every
//! session ends with exactly one [`Event::Closed`], and the credential appears in no error or `Debug` output.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod connection;
mod error;
mod events;
mod sender;

pub use connection::{Connection, Credential, Timing};
pub use error::{OpenError, SendError};
pub use events::{Closed, Event, Events};
pub use sender::Sender;
pub use tokio_tungstenite::tungstenite::Message;
