//! The listener that is open only while a ticket is out.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::guard::{self, Ticket, Verdict};
use crate::{FeedError, FeedOffer, FeedSource, line};

/// A window connects within milliseconds of asking.
const TICKET_LIFE: Duration = Duration::from_secs(10);
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(3);
/// Strangers that may be in the handshake at once.
const MOST_HANDSHAKES: usize = 16;
/// When the system has no more file descriptors, asking at once again is no help.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(50);
/// Requests of the window are tiny.
const LONGEST_MESSAGE: usize = 4 * 1024;

/// A reserved port, and a listener on it while it is needed; cheap to clone.
#[derive(Clone)]
pub struct Feed {
    shared: Arc<Shared>,
}

struct Shared {
    port: u16,
    origins: Vec<String>,
    state: Mutex<State>,
}

/// Tickets that are out, and whether somebody listens for them.
#[derive(Default)]
struct State {
    tickets: Vec<Ticket>,
    is_listening: bool,
}

impl Feed {
    /// Learns a free port and closes it again. `origins` are those of the program's own pages.
    ///
    /// # Errors
    /// When loopback cannot be used.
    pub async fn reserve(origins: Vec<String>) -> Result<Self, FeedError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { shared: Arc::new(Shared { port, origins, state: Mutex::default() }) })
    }

    /// The port, for the content policy of the window.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.shared.port
    }

    /// Opens the listener for one window that wants this recording.
    ///
    /// # Errors
    /// When the port was taken by someone else in between, or the system has no random numbers.
    pub async fn offer(&self, source: FeedSource) -> Result<FeedOffer, FeedError> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|error| FeedError::Random(error.to_string()))?;
        let secret = URL_SAFE_NO_PAD.encode(random);
        let url = format!("ws://127.0.0.1:{}/feed?ticket={secret}", self.shared.port);
        let mut state = self.shared.state();
        if !state.is_listening {
            let listener = listen(self.shared.port)?;
            state.is_listening = true;
            tokio::spawn(accept(Arc::clone(&self.shared), listener));
        }
        state.tickets.push(Ticket { secret, source, until: Instant::now() + TICKET_LIFE });
        Ok(FeedOffer { url })
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long to go on listening: until the last ticket that is out becomes worthless; `None` when none is out.
    fn patience(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut state = self.state();
        state.tickets.retain(|ticket| ticket.until > now);
        state.tickets.iter().map(|ticket| ticket.until).max()
    }

    /// Closes the listener, unless a ticket was given out meanwhile; under the lock, so that the next one finds the port
    /// free.
    fn close(&self, listener: TcpListener) -> Option<TcpListener> {
        let mut state = self.state();
        if !state.tickets.is_empty() {
            return Some(listener);
        }
        drop(listener);
        state.is_listening = false;
        None
    }
}

/// The port stays ours between two listeners because of `SO_REUSEADDR`; connections of the last one may still be open.
fn listen(port: u16) -> Result<TcpListener, FeedError> {
    let socket = TcpSocket::new_v4()?;
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    Ok(socket.listen(8)?)
}

async fn accept(shared: Arc<Shared>, mut listener: TcpListener) {
    // Side by side: whoever dawdles in the handshake must not keep the window out.
    let mut handshakes = JoinSet::new();
    loop {
        let Some(until) = shared.patience() else {
            match shared.close(listener) {
                Some(needed) => listener = needed,
                None => return,
            }
            continue;
        };
        tokio::select! {
            () = sleep_until(until) => {}
            // A window was let in, and its ticket is gone; or somebody was refused.
            Some(_) = handshakes.join_next() => {}
            taken = listener.accept(), if handshakes.len() < MOST_HANDSHAKES => match taken {
                Ok((stream, _)) => drop(handshakes.spawn(shake_hands(Arc::clone(&shared), stream))),
                Err(error) => {
                    tracing::warn!(%error, "the feed could not take a connection");
                    sleep(PAUSE_AFTER_ERROR).await;
                }
            },
        }
    }
}

/// Serves an admitted window in a task of its own; everyone else is let go.
async fn shake_hands(shared: Arc<Shared>, stream: TcpStream) {
    if let Ok(Some(serving)) = timeout(HANDSHAKE_LIMIT, serve_handshake(&shared, stream)).await {
        tokio::spawn(serving);
    }
}

/// Gives the work of serving an admitted window; `None` for everyone else.
async fn serve_handshake(
    shared: &Arc<Shared>,
    stream: TcpStream,
) -> Option<impl Future<Output = ()> + use<>> {
    stream.set_nodelay(true).ok()?;
    let mut admitted: Option<FeedSource> = None;
    #[allow(clippy::result_large_err, reason = "the type is tungstenite's")]
    let check = |request: &Request, response: Response| -> Verdict {
        let mut state = shared.state();
        match guard::admit(request, shared.port, &shared.origins, &mut state.tickets) {
            Some(source) => {
                admitted = Some(source);
                Ok(response)
            }
            None => Err(guard::refusal()),
        }
    };
    let config = WebSocketConfig::default()
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE))
        .max_write_buffer_size(256 * 1024);
    let socket = accept_hdr_async_with_config(stream, check, Some(config)).await.ok()?;
    Some(line::serve(socket, admitted?))
}
