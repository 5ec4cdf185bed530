//! One window's connection: a running cursor in the spool, and pieces of the past beside it.
//!
//! There is no queue: what the window has not taken yet lies in the spool, so a window that is slow costs no memory.

use std::collections::VecDeque;

use futures_util::{SinkExt as _, StreamExt as _};
use sotto_audio::{FRAME_SAMPLES, SpoolError, SpoolProgress, SpoolReader};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::FeedSource;
use crate::request::Request;

/// Pieces that a window may have asked for and not received.
const MOST_PIECES: usize = 16;

#[derive(Debug, thiserror::Error)]
enum LineError {
    #[error(transparent)]
    Spool(#[from] SpoolError),
    #[error(transparent)]
    Socket(#[from] tungstenite::Error),
}

/// Serves the window until it goes.
pub(crate) async fn serve(socket: WebSocketStream<TcpStream>, source: FeedSource) {
    match run(socket, source).await {
        Ok(()) | Err(LineError::Socket(tungstenite::Error::ConnectionClosed)) => {}
        Err(error) => tracing::debug!(%error, "a feed ended"),
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

async fn run(socket: WebSocketStream<TcpStream>, source: FeedSource) -> Result<(), LineError> {
    let FeedSource { spool, mut progress } = source;
    let mut reader = SpoolReader::open(&spool)?;
    let (mut sink, mut stream) = socket.split();
    let mut cursor = Cursor::Waiting;
    let mut pieces = VecDeque::new();
    loop {
        let known = *progress.borrow_and_update();
        if let Some(message) = next(&mut reader, &mut cursor, &mut pieces, known)? {
            sink.send(message).await?;
            if let Some(asked) = futures_util::FutureExt::now_or_never(stream.next()) {
                let Some(asked) = asked else { return Ok(()) };
                take(asked?, &mut cursor, &mut pieces, known);
            }
            continue;
        }
        tokio::select! {
            asked = stream.next() => {
                let Some(asked) = asked else { return Ok(()) };
                let known = *progress.borrow();
                take(asked?, &mut cursor, &mut pieces, known);
            }
            changed = progress.changed(), if !known.is_complete => {
                if changed.is_err() && !progress.borrow().is_complete {
                    return Ok(());
                }
            }
        }
    }
}

/// The next message, if there is one to send: a piece of the past first, for it was asked for.
fn next(
    reader: &mut SpoolReader,
    cursor: &mut Cursor,
    pieces: &mut VecDeque<(u64, u64)>,
    known: SpoolProgress,
) -> Result<Option<Message>, SpoolError> {
    while let Some((from, until)) = pieces.pop_front() {
        if from < until.min(known.frames)
            && let Some(bytes) = reader.read_bytes(from)?
        {
            pieces.push_front((from + 1, until));
            return Ok(Some(Message::binary(bytes.to_vec())));
        }
    }
    if let Cursor::At(frame) = *cursor {
        if frame < known.frames
            && let Some(bytes) = reader.read_bytes(frame)?
        {
            *cursor = Cursor::At(frame + 1);
            return Ok(Some(Message::binary(bytes.to_vec())));
        }
        if known.is_complete {
            *cursor = Cursor::Ended;
            let to = known.frames * FRAME_SAMPLES as u64;
            return Ok(Some(Message::text(format!(r#"{{"kind":"end","to":{to}}}"#))));
        }
    }
    Ok(None)
}

fn take(message: Message, cursor: &mut Cursor, pieces: &mut VecDeque<(u64, u64)>, known: SpoolProgress) {
    let Message::Text(text) = message else { return };
    match Request::parse(text.as_str()) {
        Some(Request::Follow) => *cursor = Cursor::At(known.frames.saturating_sub(1)),
        Some(Request::RunFrom(frame)) => *cursor = Cursor::At(frame),
        Some(Request::Piece { from, until }) if pieces.len() < MOST_PIECES => pieces.push_back((from, until)),
        Some(Request::Piece { .. }) => tracing::warn!("a window asks for more of the past than it takes"),
        None => tracing::warn!("a window asks for what is no request"),
    }
}
