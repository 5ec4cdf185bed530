//! A WebSocket that does what it is told, right or wrong.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use super::http::{Answer, connect, head, request};

pub(super) const CONTINUATION: u8 = 0;
pub(super) const TEXT: u8 = 1;
pub(super) const BINARY: u8 = 2;
pub(super) const CLOSE: u8 = 8;
pub(super) const PING: u8 = 9;
pub(super) const PONG: u8 = 10;

/// The example of RFC 6455, for which it says the answer too.
pub(super) const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
pub(super) const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// What a server said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    /// A text frame: as it came, and as JSON.
    Message(String, Value),
    Pong(Vec<u8>),
    Closed(u16, String),
    /// The connection is gone without a close.
    Gone,
}

/// An open socket.
pub(crate) struct Socket {
    stream: TcpStream,
    pub(super) answer: Answer,
}

impl Socket {
    /// Opens `/v3/ws` with this query and these headers besides those that it takes; `early` follows at once.
    pub(crate) fn open(
        port: u16,
        query: &str,
        headers: &[&str],
        early: &[u8],
    ) -> anyhow::Result<Self> {
        let host = format!("Host: 127.0.0.1:{port}");
        let mut all = vec![host.as_str(), "Upgrade: websocket", "Sec-WebSocket-Version: 13", KEY];
        all.extend(headers);
        let mut stream = connect(port)?;
        let line = format!("GET /v3/ws?{query}");
        let mut bytes = request(&line, &all, "Connection: Upgrade").into_bytes();
        bytes.extend(early);
        stream.write_all(&bytes)?;
        let answer = head(&mut stream)?;
        ensure!(answer.status == 101, "no upgrade: {}", answer.status);
        Ok(Self { stream, answer })
    }

    /// A second hold on the same connection, so that one thread can listen while another speaks.
    pub(crate) fn twin(&self) -> anyhow::Result<Self> {
        Ok(Self { stream: self.stream.try_clone()?, answer: self.answer.clone() })
    }

    /// Sends a text.
    pub(crate) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        self.raw(&frame(TEXT, true, text.as_bytes()))
    }

    /// Sends audio, in one message.
    pub(crate) fn audio(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.raw(&frame(BINARY, true, bytes))
    }

    /// Sends bytes as they are.
    pub(super) fn raw(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// What comes next. Texts have to be JSON, and pings are passed over.
    pub(crate) fn next(&mut self) -> anyhow::Result<Heard> {
        loop {
            let Some((opcode, payload)) = self.frame()? else { return Ok(Heard::Gone) };
            match opcode {
                TEXT => {
                    let text = String::from_utf8(payload)?;
                    let value = serde_json::from_str(&text).context(text.clone())?;
                    return Ok(Heard::Message(text, value));
                }
                PONG => return Ok(Heard::Pong(payload)),
                CLOSE => {
                    let (code, reason) =
                        payload.split_at_checked(2).context("a close without a code")?;
                    let code = u16::from_be_bytes([code[0], code[1]]);
                    return Ok(Heard::Closed(code, String::from_utf8(reason.to_vec())?));
                }
                PING => {}
                other => bail!("a frame of the kind {other}"),
            }
        }
    }

    fn frame(&mut self) -> anyhow::Result<Option<(u8, Vec<u8>)>> {
        let mut two = [0; 2];
        match self.stream.read_exact(&mut two) {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                bail!("nothing came")
            }
            Err(_over) => return Ok(None),
        }
        ensure!(two[0] & 0xF0 == 0x80, "the service sends whole frames without extensions");
        ensure!(two[1] & 0x80 == 0, "a service does not mask");
        let length = match two[1] {
            126 => u64::from(u16::from_be_bytes(self.bytes()?)),
            127 => u64::from_be_bytes(self.bytes()?),
            short => short.into(),
        };
        let mut payload = vec![0; usize::try_from(length)?];
        self.stream.read_exact(&mut payload)?;
        Ok(Some((two[0] & 0x0F, payload)))
    }

    fn bytes<const N: usize>(&mut self) -> anyhow::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// A frame as a client sends it. The mask need not be secret here: nobody in between is to be kept from being fooled.
pub(super) fn frame(opcode: u8, is_last: bool, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];
    let mut bytes = vec![opcode | if is_last { 0x80 } else { 0 }];
    match payload.len() {
        short @ 0..126 => bytes.push(0x80 | short as u8),
        middle @ 126..=0xFFFF => {
            bytes.push(0x80 | 126);
            bytes.extend((middle as u16).to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The masked "Hello" of RFC 6455.
    #[test]
    fn a_frame_is_the_example_of_the_standard() {
        let expected = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        assert_eq!(frame(TEXT, true, b"Hello"), expected);
    }
}
