//! What comes from the server.

use std::fmt;

use futures_util::{SinkExt, StreamExt, stream::SplitStream};
use sotto_protocol::{Begin, CloseCode, Failure, ServerMessage};
use tokio_tungstenite::tungstenite::Message;

use crate::sender::{Sink, Socket};

/// One thing that the server did.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// It said something. Boxed: a turn with its words is large.
    Message(Box<ServerMessage>),
    /// It is gone. The last event.
    Closed(Closed),
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The close code, or `None` when the connection was cut without one.
    pub code: Option<CloseCode>,
    /// The close reason; useless on errors (wire).
    pub reason: String,
    /// `None` for a regular end.
    pub failure: Option<Failure>,
}

/// The stream of events. Reading it also answers pings and close frames, so keep reading.
pub struct Events {
    stream: SplitStream<Socket>,
    sink: Sink,
    error_text: Option<String>,
    error_code: Option<CloseCode>,
    is_closed: bool,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("is_closed", &self.is_closed).finish_non_exhaustive()
    }
}

impl Events {
    pub(crate) fn start(stream: SplitStream<Socket>, sink: Sink) -> Self {
        Self { stream, sink, error_text: None, error_code: None, is_closed: false }
    }

    /// The next event; `None` after [`Event::Closed`]. Cancel safe.
    pub async fn next(&mut self) -> Option<Event> {
        while !self.is_closed {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => match ServerMessage::decode(&text) {
                    Ok(ServerMessage::Unknown { kind }) => {
                        tracing::debug!(kind, "skipped a message of unknown type")
                    }
                    Ok(message) => return Some(self.said(message)),
                    Err(error) => tracing::warn!(%error, "skipped a frame"),
                },
                Some(Ok(Message::Close(frame))) => {
                    // Flushes the answering close frame that tungstenite has queued.
                    self.sink.lock().await.flush().await.ok();
                    let (code, reason) = frame
                        .map(|frame| (CloseCode(frame.code.into()), frame.reason.to_string()))
                        .map_or((None, String::new()), |(code, reason)| (Some(code), reason));
                    return Some(self.closed(code, reason));
                }
                Some(Ok(Message::Ping(_))) => {
                    self.sink.lock().await.flush().await.ok();
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    tracing::debug!(%error, "the connection was lost");
                    return Some(self.closed(None, String::new()));
                }
                None => return Some(self.closed(None, String::new())),
            }
        }
        None
    }

    /// Waits for the first message and gives the whole session's fate if it is not `Begin`.
    pub async fn begin(&mut self) -> Result<Begin, Closed> {
        loop {
            match self.next().await {
                Some(Event::Message(message)) => match *message {
                    ServerMessage::Begin(begin) => return Ok(begin),
                    other => tracing::debug!(kind = other.kind(), "before Begin"),
                },
                Some(Event::Closed(closed)) => return Err(closed),
                None => {
                    return Err(Closed {
                        code: None,
                        reason: String::new(),
                        failure: Failure::classify(None, None),
                    });
                }
            }
        }
    }

    /// Reads to the end: every message, then how it ended.
    pub async fn rest(&mut self) -> (Vec<ServerMessage>, Option<Closed>) {
        let mut messages = Vec::new();
        while let Some(event) = self.next().await {
            match event {
                Event::Message(message) => messages.push(*message),
                Event::Closed(closed) => return (messages, Some(closed)),
            }
        }
        (messages, None)
    }

    fn said(&mut self, message: ServerMessage) -> Event {
        if let ServerMessage::Error(error) = &message {
            self.error_text = Some(error.error.clone());
            self.error_code = error.error_code.map(CloseCode);
        }
        Event::Message(Box::new(message))
    }

    fn closed(&mut self, code: Option<CloseCode>, reason: String) -> Event {
        self.is_closed = true;
        let failure = Failure::classify(self.error_text.as_deref(), code.or(self.error_code));
        Event::Closed(Closed { code, reason, failure })
    }
}
