//! Knocking at a loopback port by hand, as no honest client would.

use std::time::Duration;

use anyhow::Context as _;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A port of the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    pub(crate) port: u16,
}

/// What came of an attempt to open a session.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Met {
    /// The upgrade was refused with this status.
    Refused(u16),
    /// The socket was closed with this code, or none, after an `Error` with this text, or none.
    Closed(Option<u16>, Option<String>),
    /// A session began.
    Served,
}

impl Met {
    /// Nothing was served, and the reason was told as the protocol says.
    pub(crate) fn is_refused_as_unauthorised(&self) -> bool {
        matches!(self, Self::Closed(Some(1008), Some(_)))
    }
}

impl Door {
    /// Sends these bytes and reads until the other side closes or nothing comes for a while; the first line of the answer.
    pub(crate) async fn knock(self, request: &str) -> anyhow::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        // A refusal may come before all was sent.
        let sent = stream.write_all(request.as_bytes()).await;
        let mut answer = vec![0; 4096];
        let read = timeout(PATIENCE, stream.read(&mut answer)).await.context("no answer")?;
        let length = match (read, sent) {
            (Ok(length), _) => length,
            (Err(_), _) => 0,
        };
        let text = String::from_utf8_lossy(&answer[..length]).into_owned();
        Ok(text.lines().next().unwrap_or_default().to_owned())
    }

    /// `GET` with exactly these headers; the status, or 0 where the connection was closed without one.
    pub(crate) async fn get(self, path: &str, headers: &[(&str, &str)]) -> anyhow::Result<u16> {
        let lines: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let line =
            self.knock(&format!("GET {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n")).await?;
        Ok(line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0))
    }

    /// Whether it still answers honest questions.
    pub(crate) async fn is_well(self) -> bool {
        let host = self.host();
        matches!(self.get("/healthz", &[("Host", &host)]).await, Ok(200))
    }

    /// What a `Host` has to say.
    pub(crate) fn host(self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Tries to open a session with this query and these headers beside or in place of the usual ones.
    pub(crate) async fn session(
        self,
        query: &str,
        headers: &[(&'static str, &str)],
    ) -> anyhow::Result<Met> {
        let url = format!("ws://127.0.0.1:{}/v3/ws?{query}", self.port);
        let mut request = url.into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value)?);
        }
        let opened = timeout(PATIENCE, tokio_tungstenite::connect_async(request));
        let mut socket = match opened.await.context("no answer")? {
            Ok((socket, _)) => socket,
            Err(Error::Http(answer)) => return Ok(Met::Refused(answer.status().as_u16())),
            Err(error) => return Err(error.into()),
        };
        let mut told = None;
        loop {
            match timeout(PATIENCE, socket.next()).await.context("no word")? {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text)?;
                    if message["type"] == "Begin" {
                        // Whoever was served wrongly does not keep the place.
                        drop(socket.send(Message::text(r#"{"type":"Terminate"}"#)).await);
                        return Ok(Met::Served);
                    }
                    told = message["error"].as_str().map(str::to_owned);
                }
                Some(Ok(Message::Close(frame))) => {
                    return Ok(Met::Closed(frame.map(|frame| frame.code.into()), told));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ok(Met::Closed(None, told)),
            }
        }
    }
}
