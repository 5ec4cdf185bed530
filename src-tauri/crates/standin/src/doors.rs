//! Where connections come in: a port that can be closed and opened again while sessions run.

use std::{
    future::poll_fn,
    io,
    net::Ipv4Addr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Poll, Waker},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Handle,
};

use crate::wire::{Line, Wire};

/// The port, and every connection that came through it.
#[derive(Debug, Clone)]
pub(crate) struct Doors(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    port: u16,
    runtime: Handle,
    is_stalled: Arc<AtomicBool>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    listener: Option<TcpListener>,
    acceptor: Option<Waker>,
    lines: Vec<Line>,
}

impl Doors {
    /// Opens the port on 127.0.0.1; 0 lets the system choose.
    pub(crate) async fn open(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let state = State { listener: Some(listener), acceptor: None, lines: Vec::new() };
        Ok(Self(Arc::new(Shared {
            port,
            runtime: Handle::current(),
            is_stalled: Arc::default(),
            state: Mutex::new(state),
        })))
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is read or said any more, until it is again. Connections stay, and new ones are made.
    pub(crate) fn stall(&self, on: bool) {
        self.0.is_stalled.store(on, Ordering::SeqCst);
        self.state().lines.iter().for_each(Line::look_again);
    }

    /// Nobody comes in any more; who is in stays.
    pub(crate) fn close(&self) {
        self.state().listener = None;
    }

    /// Resets every connection, and refuses new ones until the same port is opened again.
    pub(crate) fn darken(&self, on: bool) -> io::Result<()> {
        let mut state = self.state();
        if on {
            state.listener = None;
            state.lines.drain(..).for_each(|line| line.reset());
        } else if state.listener.is_none() {
            let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, self.0.port))?;
            listener.set_nonblocking(true)?;
            let _inside = self.0.runtime.enter();
            state.listener = Some(TcpListener::from_std(listener)?);
        }
        if let Some(acceptor) = state.acceptor.take() {
            acceptor.wake();
        }
        Ok(())
    }

    fn admit(state: &mut State, stream: TcpStream, is_stalled: &Arc<AtomicBool>) -> Line {
        let line = Line::new(stream, Arc::clone(is_stalled));
        state.lines.retain(|line| !line.is_over());
        state.lines.push(line.clone());
        line
    }
}

impl Listener for Doors {
    type Io = Wire;
    type Addr = Visitor;

    async fn accept(&mut self) -> (Wire, Visitor) {
        let line = poll_fn(|context| {
            let mut state = self.state();
            state.acceptor = Some(context.waker().clone());
            loop {
                let Some(listener) = &state.listener else { return Poll::Pending };
                match listener.poll_accept(context) {
                    Poll::Ready(Ok((stream, _))) => {
                        return Poll::Ready(Self::admit(&mut state, stream, &self.0.is_stalled));
                    }
                    // The connection failed, not the port.
                    Poll::Ready(Err(error)) => tracing::debug!(%error, "accept"),
                    Poll::Pending => return Poll::Pending,
                }
            }
        });
        let line = line.await;
        (Wire(line.clone()), Visitor(Some(line)))
    }

    fn local_addr(&self) -> io::Result<Visitor> {
        Ok(Visitor(None))
    }
}

/// Who came: known by their connection.
#[derive(Debug, Clone)]
pub(crate) struct Visitor(pub(crate) Option<Line>);

impl Connected<IncomingStream<'_, Doors>> for Visitor {
    fn connect_info(stream: IncomingStream<'_, Doors>) -> Self {
        stream.remote_addr().clone()
    }
}
