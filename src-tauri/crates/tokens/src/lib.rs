//! Minting of temporary tokens: the key goes in, a token that dies within minutes comes out.
//!
//! Each token is for one connect. None is cached here, none is given twice, and neither key nor token is ever part of a
//! log line, an error or a `Debug` output. Where the key is kept is not known here: it is passed in.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod broker;
mod endpoint;
mod error;
mod minter;
mod retry;

pub use broker::Broker;
pub use endpoint::{Endpoint, EndpointError};
pub use error::MintError;
pub use minter::{Limits, Minter, Token};
pub use sotto_protocol::{TokenRequest, TokenRequestError};
