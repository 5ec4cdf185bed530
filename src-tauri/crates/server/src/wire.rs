//! The socket of one session: sending with a time limit, and ending so that the last words arrive.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket},
};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use sotto_protocol::{CloseCode, ErrorMessage, ServerMessage, texts};
use tokio::{sync::mpsc, task::JoinHandle};

/// No honest message of a client is longer: a second of audio at 96 kHz has 192,000 bytes.
const MESSAGE_MAX: usize = 256 * 1024;
/// What the socket itself takes before it gives up on a client.
pub(crate) const SOCKET_MAX: usize = 16 * MESSAGE_MAX;
/// A client that takes nothing for this long is gone.
const SEND_LIMIT: Duration = Duration::from_secs(10);
/// How long a client has to answer a close.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// How a session ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// `Error`, then a close with the same code.
    Error { code: CloseCode, text: String },
    /// `Termination` was sent: close 1000.
    Ended,
    /// The client is gone: nothing can be said.
    Gone,
    /// On purpose: the connection is cut without a word.
    Dropped,
    /// On purpose: the connection stays, and nothing is read or said on it any more.
    Stalled,
}

impl Ending {
    pub(crate) fn error(code: CloseCode, text: impl Into<String>) -> Self {
        Self::Error { code, text: text.into() }
    }

    /// The code of the close, where there is one.
    pub(crate) fn code(&self) -> Option<u16> {
        match self {
            Self::Error { code, .. } => Some(code.0),
            Self::Ended => Some(CloseCode::ENDED.0),
            Self::Gone | Self::Dropped | Self::Stalled => None,
        }
    }
}

/// Messages not yet sent. The session asks for room before it takes more from the engine, so a client that does not read
/// stops its own turns and nothing else.
const UNSENT: usize = 32;
/// What one thing that happens may add at most.
const ROOM: usize = 8;

/// The sending half: a queue and the task that empties it, so that a client that reads slowly never keeps its session
/// from hearing it.
pub(crate) struct Outgoing {
    queue: mpsc::Sender<Message>,
    writer: JoinHandle<()>,
}

/// The receiving half.
pub(crate) struct Incoming(SplitStream<WebSocket>);

/// What a client sent. Pings are answered below this level.
#[derive(Debug)]
pub(crate) enum Received {
    Audio(Bytes),
    Text(String),
    Nothing,
}

pub(crate) fn split(socket: WebSocket) -> (Outgoing, Incoming) {
    let (sink, stream) = socket.split();
    let (queue, unsent) = mpsc::channel(UNSENT);
    (Outgoing { queue, writer: tokio::spawn(write(sink, unsent)) }, Incoming(stream))
}

async fn write(mut sink: SplitSink<WebSocket, Message>, mut unsent: mpsc::Receiver<Message>) {
    while let Some(message) = unsent.recv().await {
        if !matches!(tokio::time::timeout(SEND_LIMIT, sink.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

impl Incoming {
    pub(crate) async fn next(&mut self) -> Result<Received, Ending> {
        match self.0.next().await {
            Some(Ok(Message::Binary(bytes))) => {
                fits(bytes.len())?;
                Ok(Received::Audio(bytes))
            }
            Some(Ok(Message::Text(text))) => {
                fits(text.len())?;
                Ok(Received::Text(text.to_string()))
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Received::Nothing),
            Some(Ok(Message::Close(_))) | None => Err(Ending::Gone),
            Some(Err(error)) => {
                tracing::debug!(%error, "a socket failed");
                // After a message that is no message the socket still sends.
                Err(Ending::error(
                    CloseCode::BAD_INPUT,
                    format!("{}message cannot be read", texts::BAD_INPUT),
                ))
            }
        }
    }

    /// Reads on until the client closes: a socket dropped with unread audio is reset, and the reset can overtake what was
    /// said last. Reading also sends the answer to a close of the client's.
    async fn drain(&mut self) {
        while let Some(Ok(_)) = self.0.next().await {}
    }
}

/// The socket takes more than this, so that there is somebody to be told.
fn fits(bytes: usize) -> Result<(), Ending> {
    if bytes <= MESSAGE_MAX {
        return Ok(());
    }
    let text = format!("{}message too large", texts::BAD_INPUT);
    Err(Ending::error(CloseCode::BAD_INPUT, text))
}

impl Outgoing {
    /// Whether what happens next can be told without waiting.
    pub(crate) fn has_room(&self) -> bool {
        self.queue.capacity() >= ROOM
    }

    /// Waits for room; an error means that the client is gone.
    pub(crate) async fn room(&self) -> Result<(), Ending> {
        self.queue.reserve_many(ROOM).await.map(drop).map_err(|_over| Ending::Gone)
    }

    pub(crate) async fn say(&self, message: &ServerMessage) -> Result<(), Ending> {
        self.send(Message::Text(message.encode().into())).await
    }

    /// Says how it ends, closes, and reads what still comes until the client closes too.
    pub(crate) async fn end(self, mut incoming: Incoming, ending: Ending) {
        let (code, reason) = match ending {
            Ending::Gone => return self.close_behind(&mut incoming).await,
            Ending::Dropped | Ending::Stalled => return self.writer.abort(),
            Ending::Ended => (CloseCode::ENDED, texts::CLOSE_REASON_ENDED),
            Ending::Error { code, text } => {
                let error = ErrorMessage { error_code: Some(code.0), error: text };
                if self.say(&ServerMessage::Error(error)).await.is_err() {
                    return;
                }
                (code, texts::CLOSE_REASON_ERROR)
            }
        };
        let close = CloseFrame { code: code.0, reason: reason.into() };
        if self.send(Message::Close(Some(close))).await.is_err() {
            return;
        }
        let Self { queue, mut writer } = self;
        drop(queue);
        let mut drained = Box::pin(incoming.drain());
        let is_drained = tokio::select! {
            () = &mut drained => true,
            written = &mut writer => { drop(written); false },
        };
        let rest = async { if is_drained { drop((&mut writer).await) } else { drained.await } };
        if tokio::time::timeout(CLOSE_LIMIT, rest).await.is_err() {
            tracing::debug!("a client did not answer the close");
        }
        writer.abort();
    }

    /// The client has closed, or takes nothing any more.
    async fn close_behind(self, incoming: &mut Incoming) {
        if tokio::time::timeout(CLOSE_LIMIT, incoming.drain()).await.is_err() {
            tracing::debug!("a client left without a word");
        }
        self.writer.abort();
    }

    async fn send(&self, message: Message) -> Result<(), Ending> {
        self.queue.send(message).await.map_err(|_over| Ending::Gone)
    }
}
