//! Offline recognition: speech detection, recogniser, stable partials, turns.
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
