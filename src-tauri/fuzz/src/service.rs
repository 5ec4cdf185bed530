//! The real service with a scripted recogniser behind it, and room for one client.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, LazyLock, PoisonError};
use std::time::Duration;

use sotto_server::{RunningServer, Server, ServerConfig, ServerError};
use tokio::runtime::Runtime;

use crate::scripted::Fake;

/// The service's key.
pub const KEY: &str = "the-key-of-this-launch";

/// One thread for client and service both: what happens depends on the input as far as it can.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
});

/// Where the targets and the service run.
pub fn runtime() -> &'static Runtime {
    &RUNTIME
}

/// A service that runs.
pub struct Service {
    server: RunningServer,
    recogniser: Arc<Fake>,
}

impl Service {
    /// Starts one. It has a place for one session, so that one that is not given back is missed at once, and a heartbeat
    /// so fast that it falls between other messages.
    ///
    /// # Errors
    /// When loopback cannot be used.
    pub async fn start() -> Result<Self, ServerError> {
        let config = ServerConfig {
            api_key: KEY.to_owned(),
            max_sessions: 1,
            heartbeat: Duration::from_millis(2),
            ..ServerConfig::default()
        };
        let recogniser = Arc::new(Fake::default());
        let server = Server::start(config, recogniser.clone()).await?;
        Ok(Self { server, recogniser })
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// How many sessions of the recogniser are open.
    pub(crate) fn open(&self) -> u32 {
        self.recogniser.sessions.load(Relaxed)
    }

    /// How many samples the recogniser has heard since this was asked last.
    pub(crate) fn take_heard(&self) -> u64 {
        // Both grow as long as they are not emptied.
        self.recogniser.options.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let mut heard = self.recogniser.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let samples = heard.len() as u64;
        heard.clear();
        samples
    }
}
