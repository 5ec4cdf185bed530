//! Starting and stopping.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use sotto_engine::Recogniser;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinHandle,
};

use crate::{
    ServerConfig, ServerError, connections,
    fault::Faults,
    guard::Guard,
    routes::{Shared, router},
    token_book::TokenBook,
};

/// How long sessions have to flush at shutdown.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(6);

/// The loopback v3 service.
#[derive(Debug, Clone, Copy)]
pub struct Server;

/// A service that runs. Dropping it stops it too, without waiting for the flush.
#[derive(Debug)]
pub struct RunningServer {
    address: SocketAddr,
    max_sessions: u32,
    places: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Listens, on 127.0.0.1 unless told otherwise, and serves until shut down.
    pub async fn start(
        config: ServerConfig,
        recogniser: Arc<dyn Recogniser>,
    ) -> Result<RunningServer, ServerError> {
        if config.api_key.is_empty() {
            return Err(ServerError::NoKey);
        }
        if !config.host.is_loopback() && !config.is_lan_allowed {
            return Err(ServerError::NotLoopback(config.host));
        }
        let listener = TcpListener::bind((config.host, config.port)).await?;
        let address = listener.local_addr()?;
        let (stop, shutdown) = watch::channel(false);
        let max_sessions = config.max_sessions;
        let places = Arc::new(Semaphore::new(max_sessions as usize));
        let guard = Guard::new(address, config.allowed_origins.clone());
        let tokens = Mutex::new(TokenBook::new(config.are_tokens_single_use));
        let shared = Shared {
            faults: Arc::new(Faults::new(&config.faults, config.are_faults_repeated)),
            config,
            recogniser,
            tokens,
            places: Arc::clone(&places),
            shutdown: shutdown.clone(),
        };
        let app = router(Arc::new(shared), guard);
        let most = max_sessions as usize + connections::SPARE;
        let task = tokio::spawn(connections::serve(listener, app, most, shutdown));
        tracing::info!(%address, "the v3 service listens");
        Ok(RunningServer { address, max_sessions, places, stop, task })
    }
}

impl RunningServer {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Takes no new sessions, flushes the open ones (their clients get finals and `Termination`), then stops.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        let all = self.places.acquire_many(self.max_sessions);
        if tokio::time::timeout(SHUTDOWN_LIMIT, all).await.is_err() {
            tracing::warn!("sessions did not end in time");
        }
        // Kept-alive HTTP connections may linger: nothing of theirs is worth waiting for.
        self.task.abort();
    }
}
