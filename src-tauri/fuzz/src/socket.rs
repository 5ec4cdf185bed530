//! A client's end of a socket that says what it likes: frames are written by hand, because a library would not write bad
//! ones.

use std::io;

use futures_util::StreamExt as _;
use tokio::io::{AsyncWriteExt as _, Join, Sink};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::heard::Heard;
use crate::{KEY, Service, Step, http};

/// What stands in the payload of the pings of `wait`, which no script can send: it is no line.
const MARK: &[u8] = b"wait\n";
const MASK: [u8; 4] = *b"mask";

const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;
const LAST: u8 = 0x80;

/// The half that speaks.
pub(crate) struct Speaker {
    half: OwnedWriteHalf,
    answered: mpsc::UnboundedReceiver<()>,
}

/// The half that hears. What the library would answer by itself goes nowhere.
pub(crate) struct Listener {
    socket: WebSocketStream<Join<OwnedReadHalf, Sink>>,
    answered: mpsc::UnboundedSender<()>,
}

/// An upgraded socket.
pub(crate) async fn open(service: &Service, query: &str) -> io::Result<(Speaker, Listener)> {
    let mut stream = TcpStream::connect(("127.0.0.1", service.port())).await?;
    stream.set_nodelay(true)?;
    let request = format!(
        "GET /v3/ws?{query} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: {KEY}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        service.port()
    );
    stream.write_all(request.as_bytes()).await?;
    let (head, rest) = http::head(&mut stream).await?;
    assert!(head.starts_with("HTTP/1.1 101 "), "no upgrade: {head}");
    let (reading, half) = stream.into_split();
    let carrier = tokio::io::join(reading, tokio::io::sink());
    let socket = WebSocketStream::from_partially_read(carrier, rest, Role::Client, None).await;
    let (tell, answered) = mpsc::unbounded_channel();
    Ok((Speaker { half, answered }, Listener { socket, answered: tell }))
}

impl Speaker {
    /// Does what a step says, but for `Leave`. An error means that the service does not listen any more.
    pub(crate) async fn perform(&mut self, step: &Step<'_>) -> io::Result<()> {
        match step {
            Step::Text(bytes) => self.frame(LAST | TEXT, bytes).await,
            Step::Audio(bytes) => self.frame(LAST | BINARY, &vec![7; *bytes]).await,
            Step::Binary(bytes) => self.frame(LAST | BINARY, bytes).await,
            Step::Ping(bytes) => self.frame(LAST | PING, bytes).await,
            Step::Pong(bytes) => self.frame(LAST | PONG, bytes).await,
            Step::Piece { is_first, is_last, bytes } => {
                let kind = if *is_first { TEXT } else { CONTINUATION };
                self.frame(kind | if *is_last { LAST } else { 0 }, bytes).await
            }
            Step::Close(code, reason) => {
                let mut payload = code.map_or_else(Vec::new, |code| code.to_be_bytes().to_vec());
                payload.extend_from_slice(reason);
                self.frame(LAST | CLOSE, &payload).await
            }
            Step::Raw(bytes) => self.half.write_all(bytes).await,
            Step::Wait => {
                self.frame(LAST | PING, MARK).await?;
                self.answered.recv().await.ok_or_else(|| io::ErrorKind::BrokenPipe.into())
            }
            Step::Leave => Ok(()),
        }
    }

    /// Says that nothing more comes; the other direction stays open.
    pub(crate) async fn fall_silent(&mut self) -> io::Result<()> {
        self.half.shutdown().await
    }

    async fn frame(&mut self, first: u8, payload: &[u8]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(payload.len() + 14);
        bytes.push(first);
        let length = payload.len();
        match (u8::try_from(length), u16::try_from(length)) {
            (Ok(short @ 0..=125), _) => bytes.push(0x80 | short),
            (_, Ok(length)) => {
                bytes.push(0x80 | 126);
                bytes.extend_from_slice(&length.to_be_bytes());
            }
            _ => {
                bytes.push(0x80 | 127);
                bytes.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        bytes.extend_from_slice(&MASK);
        bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        self.half.write_all(&bytes).await
    }
}

impl Listener {
    /// Hears everything until the service closes or the connection ends.
    pub(crate) async fn listen(mut self) -> Heard {
        let mut heard = Heard::default();
        while let Some(Ok(message)) = self.socket.next().await {
            match message {
                Message::Text(text) => heard.say(&text),
                Message::Pong(bytes) if bytes == MARK => {
                    // The speaker may have given up waiting.
                    self.answered.send(()).ok();
                }
                Message::Close(frame) => {
                    heard.close = Some(frame.map(|frame| frame.code.into()));
                    break;
                }
                _ => {}
            }
        }
        heard
    }
}
