//! Offline recognition: speech detection, recogniser, stable partials, turns.
//!
//! [`Engine`] is loaded once, from the engine pack or from a [`ModelFolder`] of the user's own; [`Recogniser::open`] gives sessions that share it. Inside a session audio goes one way:
//!
//! ```text
//! push → step of 16 ms (speech?) → passage (grows; decoded again and again) → agreement (final | tentative) → turn
//! ```
//!
//! - A **passage** is what is decoded as one: at most ten seconds, cut in a pause, or else where it is quietest.
//! - A **turn** is one or more passages; it ends in silence, or after a minute at the next cut.
//! - What is final stays final, in text and in place, whatever later decodes say.
//!
//! Streaming models of a folder go another way to the same turns (`streaming`): each turn is one stream through the model.
//!
//! It is *not* a service: it knows no sockets or threads, and the caller brings a thread that may block. There is a clock
//! only in what loads a folder: how long its model takes decides how often it is asked.
//! Only `sherpa` knows the models' library; all else is pure and tested with a scripted model.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod agreement;
mod align;
mod axis;
mod cost;
mod decoder;
mod ear;
mod engine;
mod error;
mod model_folder;
mod passage;
mod probe;
mod recogniser;
#[cfg(test)]
mod scripted;
mod session;
mod share;
mod sherpa;
mod speech;
mod speech_track;
mod streaming;
mod timing;
mod token_times;
mod turn;
mod utterance;
mod words;
mod writing;

pub use engine::Engine;
pub use error::EngineError;
pub use model_folder::{FileDefect, ModelFolder, ModelFolderError, ModelKind};
pub use probe::{Probe, probe};
pub use recogniser::{EngineWord, Recogniser, RecognitionSession, SessionOptions, TurnUpdate};
pub use sherpa::library_version;
