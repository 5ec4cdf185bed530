//! Offline recognition: speech detection, recogniser, stable partials, turns.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod error;
mod recogniser;

pub use error::EngineError;
pub use recogniser::{EngineWord, RecognitionSession, Recogniser, SessionOptions, TurnUpdate};
