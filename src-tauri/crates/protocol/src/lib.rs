//! The wire protocol of AssemblyAI's Universal-Streaming v3 API, both ways: messages, query parameters, close codes and
//! the bodies of the token endpoint.
//!
//! It is serde types and pure functions only. It is *not* a client or a server: it opens no socket, reads no clock and
//! decides nothing about retries beyond naming what a failure means. `sotto-client`, `sotto-server`, `sotto-tokens` and
//! the stand-in of the tests all speak through it, so there is one place where the protocol can be wrong.
//!
//! The comments are also our notes on the protocol. Each says where a fact comes from:
//!
//! - **wire**: seen on the live service (captures of September 2026);
//! - **docs**: AssemblyAI's documents and API specification (2026);
//! - **SDK**: the official clients, JavaScript `assemblyai` 4.41.5 and Python `assemblyai` 1.8.2, read and run;
//! - **ours**: a choice of this crate where the sources are silent or disagree.
//!
//! Where sources disagree, a reader here accepts every form, and a writer produces the one that the official clients
//! are known to understand.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod audio;
mod client_message;
mod failure;
mod parameters;
mod server_message;
mod token;
mod update;
mod vocabulary;

pub use audio::{
    FRAME_MS_MAX, FRAME_MS_MIN, FrameLengthError, check_frame, frame_ms, max_frame_bytes,
};
pub use client_message::{ClientMessage, ClientMessageError};
pub use failure::{Action, CloseCode, Failure, FailureKind, texts};
pub use parameters::{ParameterError, StreamingParameters, credential_in_query};
pub use server_message::{
    Begin, BeginConfiguration, DecodeError, ErrorMessage, Heartbeat, ServerMessage, Silence,
    SpeakerRevision, SpeechStarted, Termination, Turn, TurnRevision, Warning, Word,
};
pub use token::{
    EXPIRES_IN_SECONDS, MAX_SESSION_SECONDS, MAX_SESSION_SECONDS_DEFAULT, TokenErrorBody,
    TokenRequest, TokenRequestError, TokenResponse, ValidationDetail,
};
pub use update::UpdateConfiguration;
pub use vocabulary::{Encoding, Mode, SpeechModel, UnknownName, VoiceFocus};

/// The version that the service echoes in `Begin.configuration.api_version`, whatever the client asked for (wire; the
/// Python SDK sends it as the header `AssemblyAI-Version`, the JavaScript SDK sends none).
pub const API_VERSION: &str = "2025-05-12";
