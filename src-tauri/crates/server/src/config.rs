//! What may be set, and what can go wrong at the start.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use crate::Fault;

/// How the service runs. The default has no key, and is refused until it has one.
#[derive(Clone)]
pub struct ServerConfig {
    /// The address to listen at. One beyond loopback is refused unless `is_lan_allowed`.
    pub host: IpAddr,
    /// The port; 0 lets the system choose.
    pub port: u16,
    /// Lets other machines in. What they send and hear, the key too, goes unencrypted over the network.
    pub is_lan_allowed: bool,
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
    /// Whether a session that a token opened is cut when the token's window ends, with 1008 "Signature has expired". The
    /// cloud does not do that; some doubles of it do, and so may this one, for clients that test their reconnects.
    pub is_cut_at_token_expiry: bool,
    /// How often `Heartbeat` comes where it was asked for.
    pub heartbeat: Duration,
    /// What goes wrong on purpose, for clients that test their reconnects.
    pub faults: Vec<Fault>,
    /// Whether the faults are met over and over, not once each.
    pub are_faults_repeated: bool,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            is_lan_allowed: false,
            api_key: String::new(),
            allowed_origins: Vec::new(),
            max_sessions: 4,
            max_session_seconds: sotto_protocol::MAX_SESSION_SECONDS_DEFAULT,
            are_tokens_single_use: false,
            is_cut_at_token_expiry: false,
            heartbeat: Duration::from_secs(5),
            faults: Vec::new(),
            are_faults_repeated: false,
        }
    }
}

/// Never shows the key.
impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfig")
            .field("host", &self.host)
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
    /// `host` is no loopback address, and nobody said that other machines may connect.
    #[error("{0} can be reached by other machines: that has to be allowed first")]
    NotLoopback(IpAddr),
    /// The port is taken, the address is not this machine's, or listening is forbidden.
    #[error("the service cannot listen there: {0}")]
    Listen(#[from] std::io::Error),
}
