//! Why a desktop could not be had.

use std::io;

/// Why a desktop could not be had or used.
#[derive(Debug, thiserror::Error)]
pub enum DesktopError {
    /// A program is not installed or could not be started.
    #[error("{program} could not be started ({error}); `cargo xtask setup` installs it")]
    Start {
        /// Which.
        program: String,
        /// What the system said.
        error: io::Error,
    },
    /// A program did not become ready.
    #[error("{program} did not become ready; it said: {said}")]
    NotReady {
        /// Which.
        program: String,
        /// Its last words.
        said: String,
    },
    /// A tool was started and failed.
    #[error("{program} failed: {said}")]
    Failed {
        /// Which.
        program: String,
        /// Its words.
        said: String,
    },
    /// The display could not be looked at.
    #[error("the desktop's display: {0}")]
    Display(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The keyboard has no such key.
    #[error("no key has the keysym {0:#x}")]
    NoKey(u32),
    /// A folder or a pipe could not be used.
    #[error("the desktop's own files: {0}")]
    File(#[from] io::Error),
}
