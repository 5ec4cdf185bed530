//! What goes to the server. Cloneable: one task may send audio while another ends the session.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use futures_util::{SinkExt, stream::SplitSink};
use sotto_protocol::{
    ClientMessage, Encoding, StreamingParameters, UpdateConfiguration, check_frame,
};
use tokio::{net::TcpStream, sync::Mutex};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

use crate::SendError;

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
pub(crate) type Sink = Arc<Mutex<SplitSink<Socket, Message>>>;

/// Sends audio and messages. Waits while the socket takes no more: that is the back-pressure.
#[derive(Clone)]
pub struct Sender {
    sink: Sink,
    encoding: Encoding,
    sample_rate: u32,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("encoding", &self.encoding).finish_non_exhaustive()
    }
}

impl Sender {
    pub(crate) fn start(
        sink: SplitSink<Socket, Message>,
        parameters: &StreamingParameters,
    ) -> (Self, Sink) {
        let sink = Arc::new(Mutex::new(sink));
        let sender = Self {
            sink: Arc::clone(&sink),
            encoding: parameters.encoding,
            sample_rate: parameters.sample_rate,
        };
        (sender, sink)
    }

    /// Sends one message of raw audio, 50 to 1000 ms long. A shorter tail has to be padded with silence first.
    pub async fn audio(&self, bytes: impl Into<Bytes>) -> Result<(), SendError> {
        let bytes = bytes.into();
        check_frame(bytes.len(), self.encoding, self.sample_rate)?;
        if self.encoding.bytes_per_sample().is_some_and(|width| !bytes.len().is_multiple_of(width))
        {
            return Err(SendError::HalfSample(bytes.len()));
        }
        self.send(Message::Binary(bytes)).await
    }

    /// As [`Sender::audio`], from samples of 16-bit PCM.
    pub async fn samples(&self, samples: &[i16]) -> Result<(), SendError> {
        self.audio(samples.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<u8>>())
            .await
    }

    /// Ends the session: the server flushes the open turn, answers `Termination` and closes. Keep reading events.
    pub async fn terminate(&self) -> Result<(), SendError> {
        self.message(&ClientMessage::Terminate).await
    }

    /// Ends the open turn now.
    pub async fn force_endpoint(&self) -> Result<(), SendError> {
        self.message(&ClientMessage::ForceEndpoint).await
    }

    /// Resets the server's `inactivity_timeout`.
    pub async fn keep_alive(&self) -> Result<(), SendError> {
        self.message(&ClientMessage::KeepAlive).await
    }

    /// Changes the configuration for the audio that follows.
    pub async fn update(&self, update: UpdateConfiguration) -> Result<(), SendError> {
        self.message(&ClientMessage::UpdateConfiguration(Box::new(update))).await
    }

    /// Sends anything at all, unchecked: for tests of servers.
    pub async fn raw(&self, message: Message) -> Result<(), SendError> {
        self.send(message).await
    }

    /// Closes without `Terminate`: the open turn is lost.
    pub async fn abandon(&self) -> Result<(), SendError> {
        self.sink.lock().await.close().await.map_err(|_error| SendError::Closed)
    }

    async fn message(&self, message: &ClientMessage) -> Result<(), SendError> {
        self.send(Message::text(message.encode())).await
    }

    async fn send(&self, message: Message) -> Result<(), SendError> {
        self.sink.lock().await.send(message).await.map_err(|_error| SendError::Closed)
    }
}
