//! The loopback v3 service: AssemblyAI's streaming protocol in front of any [`sotto_engine::Recogniser`], so that the window, the
//! command line and anyone's SDK talk to the offline engine as they talk to the cloud.
//!
//! `GET /v3/token`, `GET /v3/ws` and `GET /healthz` on 127.0.0.1. It does not know the user's key: its own key is made
//! for each launch. Any web page can open a socket to a loopback port, and a rebound name can reach it, so every request
//! is checked for its `Host` and, where there is one, its `Origin`, before the credential is looked at.
//!
//! A request passes `guard` → `routes` → `session`, which owns one socket; `recognition` owns the blocking thread that
//! the engine runs on, with the `intake` that makes 16 kHz of what a client sends; `turns` says what a turn looks like on
//! the wire, and `notices` what this service does not do.
//!
#![doc = include_str!("../CHECKLIST.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod config;
mod connections;
mod fault;
mod frames;
mod guard;
mod intake;
mod notices;
mod recognition;
mod routes;
mod running;
mod session;
mod token_book;
mod turns;
mod wire;

pub use config::{ServerConfig, ServerError};
pub use fault::{Fault, FaultError};
pub use running::{RunningServer, Server};
