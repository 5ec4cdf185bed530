//! One window's connection: a running cursor in the spool, and pieces of the past beside it.
//!
//! The two take turns, so that neither a long piece nor a long way to live holds the other up.
//!
//! There is no queue: what the window has not taken yet lies in the spool, so a window that is slow costs no memory.

use std::collections::VecDeque;

use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use sotto_audio::{FRAME_SAMPLES, Frame, FrameReader, SpoolError, SpoolProgress};
use sotto_timing::{Measure, PathTimes};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::FeedSource;
use crate::request::Request;

/// Pieces that a window may have asked for and not received.
const MOST_PIECES: usize = 16;
/// Times that a window may have asked for and not received.
const MOST_CLOCKS: usize = 16;

#[derive(Debug, thiserror::Error)]
enum LineError {
    #[error(transparent)]
    Spool(#[from] SpoolError),
    #[error(transparent)]
    Socket(#[from] tungstenite::Error),
    #[error("the window took no more")]
    Gone,
}

/// Serves the window until it goes.
pub(crate) async fn serve(socket: WebSocketStream<TcpStream>, source: FeedSource) {
    let (sink, stream) = socket.split();
    match run(sink, stream, source).await {
        Ok(()) | Err(LineError::Socket(tungstenite::Error::ConnectionClosed)) => {}
        Err(error) => tracing::debug!(%error, "a feed ended"),
    }
}

/// What a feed says, for a carrier that is no socket.
#[derive(Debug, PartialEq, Eq)]
pub enum FeedMessage {
    /// An encoded frame.
    Frame(Vec<u8>),
    /// The end, as JSON.
    Text(String),
}

/// The same feed over another carrier, for systems whose windows may not open a socket to loopback: requests come in as
/// text, and `deliver` says whether the window still takes what it is given. Ends when the requests do.
pub async fn pour(
    source: FeedSource,
    requests: mpsc::UnboundedReceiver<String>,
    deliver: impl FnMut(FeedMessage) -> bool,
) {
    let sink = futures_util::sink::unfold(deliver, |mut deliver, message: Message| async move {
        let message = match message {
            Message::Binary(frame) => FeedMessage::Frame(frame.to_vec()),
            other => FeedMessage::Text(other.to_string()),
        };
        if deliver(message) { Ok(deliver) } else { Err(LineError::Gone) }
    });
    let stream = futures_util::stream::unfold(requests, |mut requests| async move {
        let text = requests.recv().await?;
        Some((Ok::<_, LineError>(Message::text(text)), requests))
    });
    if let Err(error) = run(std::pin::pin!(sink), std::pin::pin!(stream), source).await {
        tracing::debug!(%error, "a feed ended");
    }
}

/// Where the running frames are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cursor {
    /// Not asked for yet.
    Waiting,
    /// The next frame to send.
    At(u64),
    /// The end was said.
    Ended,
}

/// What the window is still to be sent.
struct Wanted {
    cursor: Cursor,
    /// Frames [from, until) of the past, in the order in which they were asked for.
    pieces: VecDeque<(u64, u64)>,
    /// A running frame was sent last.
    is_piece_next: bool,
    /// The window's own times at which it asked for ours.
    clocks: VecDeque<f64>,
}

impl Wanted {
    fn new() -> Self {
        Self {
            cursor: Cursor::Waiting,
            pieces: VecDeque::new(),
            is_piece_next: false,
            clocks: VecDeque::new(),
        }
    }

    fn take(&mut self, message: Message, known: SpoolProgress) {
        let Message::Text(text) = message else { return };
        match Request::parse(text.as_str()) {
            Some(Request::Follow) => self.cursor = Cursor::At(known.frames.saturating_sub(1)),
            Some(Request::RunFrom(frame)) => self.cursor = Cursor::At(frame),
            Some(Request::Piece { from, until }) if self.pieces.len() < MOST_PIECES => {
                self.pieces.push_back((from, until));
            }
            Some(Request::Clock { sent }) if self.clocks.len() < MOST_CLOCKS => {
                self.clocks.push_back(sent);
            }
            Some(Request::Piece { .. } | Request::Clock { .. }) => {
                tracing::warn!("a window asks for more than it takes");
            }
            None => tracing::warn!("a window asks for what is no request"),
        }
    }

    /// The next message, if there is one to send now.
    fn next(
        &mut self,
        reader: &mut FrameReader,
        known: SpoolProgress,
        times: Option<&PathTimes>,
    ) -> Result<Option<Message>, SpoolError> {
        if let Some(sent) = self.clocks.pop_front() {
            let at = sotto_timing::now();
            return Ok(Some(Message::text(format!(
                r#"{{"kind":"clock","sent":{sent},"at":{at}}}"#
            ))));
        }
        let piece = if self.is_piece_next { self.next_of_piece(known) } else { None };
        let running = if piece.is_none() { self.next_running(known) } else { None };
        self.is_piece_next = running.is_some();
        let captured = running.zip(times).and_then(|(frame, times)| {
            let at = times.captured_at(frame)?;
            times.add(Measure::FeedDepth, known.frames - frame - 1);
            Some(at)
        });
        let Some(frame) = piece.or(running).or_else(|| self.next_of_piece(known)) else {
            return Ok(self.end(known));
        };
        // What is damaged on the disk is a gap: the window waits for every frame.
        let bytes = reader.read_bytes(frame)?.unwrap_or_else(|| Frame::missing(frame).encode());
        let mut bytes = bytes.to_vec();
        bytes.extend(captured.into_iter().flat_map(u64::to_le_bytes));
        Ok(Some(Message::binary(bytes)))
    }

    fn next_running(&mut self, known: SpoolProgress) -> Option<u64> {
        let Cursor::At(frame) = self.cursor else { return None };
        (frame < known.frames).then(|| {
            self.cursor = Cursor::At(frame + 1);
            frame
        })
    }

    fn next_of_piece(&mut self, known: SpoolProgress) -> Option<u64> {
        while let Some((from, until)) = self.pieces.pop_front() {
            if from < until.min(known.frames) {
                self.pieces.push_front((from + 1, until));
                return Some(from);
            }
        }
        None
    }

    /// Said once, when all of a complete spool was sent.
    fn end(&mut self, known: SpoolProgress) -> Option<Message> {
        (known.is_complete && matches!(self.cursor, Cursor::At(_))).then(|| {
            self.cursor = Cursor::Ended;
            let to = known.frames * FRAME_SAMPLES as u64;
            Message::text(format!(r#"{{"kind":"end","to":{to}}}"#))
        })
    }
}

async fn run<E: Into<LineError>>(
    mut sink: impl Sink<Message, Error = E> + Unpin,
    mut stream: impl Stream<Item = Result<Message, E>> + Unpin,
    source: FeedSource,
) -> Result<(), LineError> {
    let FeedSource { spool, mut progress, times } = source;
    let mut reader = spool.open()?;
    let mut wanted = Wanted::new();
    loop {
        let known = *progress.borrow_and_update();
        if let Some(message) = wanted.next(&mut reader, known, times.as_deref())? {
            sink.send(message).await.map_err(Into::into)?;
            if let Some(asked) = futures_util::FutureExt::now_or_never(stream.next()) {
                let Some(asked) = asked else { return Ok(()) };
                wanted.take(asked.map_err(Into::into)?, known);
            }
            continue;
        }
        tokio::select! {
            asked = stream.next() => {
                let Some(asked) = asked else { return Ok(()) };
                let known = *progress.borrow();
                wanted.take(asked.map_err(Into::into)?, known);
            }
            changed = progress.changed(), if !known.is_complete => {
                if changed.is_err() && !progress.borrow().is_complete {
                    return Ok(());
                }
            }
        }
    }
}
