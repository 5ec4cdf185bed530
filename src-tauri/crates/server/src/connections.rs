//! Who is connected: so many at once and no more, and each has to say soon what it wants.
//!
//! Whoever can reach the port could else hold it with connections that say nothing, and take the file descriptors with which
//! the same process writes a recording down.

use std::{
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::Router;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::sleep,
};
use tower::ServiceExt as _;

/// Beside the sessions: for tokens, for questions after the service's health, and for strangers until they are refused.
pub(crate) const SPARE: usize = 60;
/// How long a connection may take to say what it wants.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// When the system has no more file descriptors, asking at once again is no help.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(50);

/// Serves until told to stop. Who finds no place waits in the system's queue.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    most: usize,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(most));
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            () = told_to_stop(&mut stop) => break,
            Some(_) = open.join_next() => {}
            taken = accept(&listener, &places) => match taken {
                Ok(stream) => drop(open.spawn(connection(stream, app.clone(), stop.clone()))),
                Err(error) => {
                    tracing::warn!(%error, "the service could not take a connection");
                    sleep(PAUSE_AFTER_ERROR).await;
                }
            },
        }
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

async fn told_to_stop(stop: &mut watch::Receiver<bool>) {
    // An error means that nobody can stop the service any more: the same as being told to.
    drop(stop.wait_for(|is_over| *is_over).await);
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<Placed> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    // Turns are small and waited for: Nagle would hold each back for the acknowledgement of the last.
    stream.set_nodelay(true)?;
    Ok(Placed { stream, _place: place })
}

async fn connection(stream: Placed, app: Router, mut stop: watch::Receiver<bool>) {
    let service = service_fn(move |request: hyper::Request<Incoming>| app.clone().oneshot(request));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_LIMIT)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut served = pin!(served);
    let outcome = tokio::select! {
        outcome = served.as_mut() => outcome,
        () = told_to_stop(&mut stop) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection failed");
    }
}

/// A stream and its place, which is free again when the stream is closed, whoever holds it by then.
struct Placed {
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
}

impl AsyncRead for Placed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
