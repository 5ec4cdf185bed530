//! What may be set, and what can go wrong at the start.

use std::{fmt, time::Duration};

/// How the service runs. The default has no key, and is refused until it has one.
#[derive(Clone)]
pub struct ServerConfig {
    /// The port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// The key that mints tokens and opens sessions, made anew for each launch.
    pub api_key: String,
    /// The origins of pages that may connect. Clients that are no browsers send none and are let through.
    pub allowed_origins: Vec<String>,
    /// Sessions at once. Rotation overlaps two, healing adds one.
    pub max_sessions: u32,
    /// The longest session in seconds, where the token asks for no less.
    pub max_session_seconds: u32,
    /// Whether a token opens one session only, as the documents of the cloud say. Its service lets them be used again
    /// within their window, and so does this one by default.
    pub are_tokens_single_use: bool,
    /// How often `Heartbeat` comes where it was asked for.
    pub heartbeat: Duration,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            port: 0,
            api_key: String::new(),
            allowed_origins: Vec::new(),
            max_sessions: 4,
            max_session_seconds: sotto_protocol::MAX_SESSION_SECONDS_DEFAULT,
            are_tokens_single_use: false,
            heartbeat: Duration::from_secs(5),
        }
    }
}

/// Never shows the key.
impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfig")
            .field("port", &self.port)
            .field("allowed_origins", &self.allowed_origins)
            .field("max_sessions", &self.max_sessions)
            .finish_non_exhaustive()
    }
}

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// An empty key would let everyone in.
    #[error("the service has no key")]
    NoKey,
    /// The port is taken, or loopback sockets are forbidden.
    #[error("the service cannot listen on 127.0.0.1: {0}")]
    Listen(#[from] std::io::Error),
}
