//! Offline recognition: speech detection, recogniser, stable partials, turns.
//!
//! [`Engine`] is loaded once; [`Recogniser::open`] gives sessions that share it. Inside a session audio goes one way:
//!
//! ```text
//! push → step of 16 ms (speech?) → passage (grows; decoded again and again) → agreement (final | tentative) → turn
//! ```
//!
//! - A **passage** is what is decoded as one: at most ten seconds, cut in a pause, or else where it is quietest.
//! - A **turn** is one or more passages; it ends in silence, or after a minute at the next cut.
//! - What is final stays final, in text and in place, whatever later decodes say.
//!
//! It is *not* a service: it knows no sockets, clocks or threads, and the caller brings a thread that may block.
//! Only `moonshine` knows the model's library; all else is pure and tested with a scripted decoder.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod agreement;
mod align;
mod axis;
mod decoder;
mod engine;
mod error;
mod moonshine;
mod passage;
mod recogniser;
mod session;
mod speech;
mod timing;
mod turn;
mod words;

pub use engine::Engine;
pub use error::EngineError;
pub use recogniser::{EngineWord, Recogniser, RecognitionSession, SessionOptions, TurnUpdate};
