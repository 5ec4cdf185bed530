//! A connection that can be held up or cut from outside, at any moment and whatever is being said over it.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// The handle on a connection that whoever cuts it holds.
#[derive(Debug, Clone)]
pub(crate) struct Line(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    is_all_stalled: Arc<AtomicBool>,
}

#[derive(Debug)]
struct State {
    /// Gone when it was reset, or when the connection is over.
    stream: Option<TcpStream>,
    is_stalled: bool,
    was_disturbed: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Line {
    pub(crate) fn new(stream: TcpStream, is_all_stalled: Arc<AtomicBool>) -> Self {
        let state = State {
            stream: Some(stream),
            is_stalled: false,
            was_disturbed: false,
            reader: None,
            writer: None,
        };
        Self(Arc::new(Shared { state: Mutex::new(state), is_all_stalled }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on nothing is read from it and nothing written to it; it stays open, and never recovers.
    pub(crate) fn stall(&self) {
        let mut state = self.state();
        state.is_stalled = true;
        state.was_disturbed = true;
    }

    /// Ends it with a reset: the client is told that the connection is gone, but no close frame.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        state.was_disturbed = true;
        if let Some(stream) = state.stream.take()
            && let Err(error) = stream.set_zero_linger()
        {
            tracing::warn!(%error, "a connection is closed, not reset");
        }
        state.wake();
    }

    /// Holding up of all connections began or ended.
    pub(crate) fn look_again(&self) {
        let mut state = self.state();
        state.was_disturbed |= self.0.is_all_stalled.load(Ordering::SeqCst);
        state.wake();
    }

    /// Whether it was ever held up or cut: then the client cannot be blamed for how it left.
    pub(crate) fn was_disturbed(&self) -> bool {
        self.state().was_disturbed
    }

    pub(crate) fn is_over(&self) -> bool {
        self.state().stream.is_none()
    }

    fn poll<T>(
        &self,
        context: &mut Context<'_>,
        side: Side,
        mut act: impl FnMut(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let mut state = self.state();
        // Stored before the look at the switches, so that no change of them is missed.
        let waker = context.waker().clone();
        match side {
            Side::Read => state.reader = Some(waker),
            Side::Write => state.writer = Some(waker),
        }
        if state.stream.is_some()
            && (state.is_stalled || self.0.is_all_stalled.load(Ordering::SeqCst))
        {
            state.was_disturbed = true;
            return Poll::Pending;
        }
        let Some(stream) = &mut state.stream else {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        };
        act(Pin::new(stream), context)
    }
}

impl State {
    fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }
}

enum Side {
    Read,
    Write,
}

/// The end of a connection that is served. Dropping it closes the connection.
#[derive(Debug)]
pub(crate) struct Wire(pub(crate) Line);

impl Drop for Wire {
    fn drop(&mut self) {
        self.0.state().stream = None;
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.poll(context, Side::Read, |stream, context| stream.poll_read(context, buffer))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll(context, Side::Write, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll(context, Side::Write, |stream, context| stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll(context, Side::Write, |stream, context| stream.poll_shutdown(context))
    }
}
