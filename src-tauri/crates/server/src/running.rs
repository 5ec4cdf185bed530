//! Starting and stopping.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::serve::ListenerExt;
use sotto_engine::Recogniser;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinHandle,
};

use crate::{
    ServerConfig, ServerError,
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
    port: u16,
    max_sessions: u32,
    places: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Listens on 127.0.0.1 and serves until shut down.
    pub async fn start(
        config: ServerConfig,
        recogniser: Arc<dyn Recogniser>,
    ) -> Result<RunningServer, ServerError> {
        if config.api_key.is_empty() {
            return Err(ServerError::NoKey);
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
        let port = listener.local_addr()?.port();
        let (stop, shutdown) = watch::channel(false);
        let max_sessions = config.max_sessions;
        let places = Arc::new(Semaphore::new(max_sessions as usize));
        let guard = Guard::new(port, config.allowed_origins.clone());
        let tokens = Mutex::new(TokenBook::new(config.are_tokens_single_use));
        let shared = Shared {
            config,
            recogniser,
            tokens,
            places: Arc::clone(&places),
            shutdown: shutdown.clone(),
        };
        let app = router(Arc::new(shared), guard);
        let task = tokio::spawn(serve(listener, app, shutdown));
        tracing::info!(port, "the loopback service listens");
        Ok(RunningServer { port, max_sessions, places, stop, task })
    }
}

async fn serve(listener: TcpListener, app: axum::Router, mut shutdown: watch::Receiver<bool>) {
    // Turns are small and waited for: Nagle would hold each back for the acknowledgement of the last.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
    });
    let stopped = async move {
        // An error means that `RunningServer` was dropped: the same as being told.
        drop(shutdown.wait_for(|is_over| *is_over).await);
    };
    if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "the loopback service stopped");
    }
}

impl RunningServer {
    /// Where it listens on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
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
