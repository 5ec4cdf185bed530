//! One request of HTTP/1.1, word for word, and its answer.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// Even a busy machine answers within this.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// An answer: its status, its headers in lower case, its body.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("no JSON: {}", self.body))
    }
}

/// Connects to a port of this machine.
pub(super) fn connect(port: u16) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Sends a request line and headers as they are given, and reads the whole answer.
pub(super) fn ask(port: u16, request_line: &str, headers: &[&str]) -> anyhow::Result<Answer> {
    let mut stream = connect(port)?;
    stream.write_all(request(request_line, headers, "Connection: close").as_bytes())?;
    let mut answer = head(&mut stream)?;
    let mut body = Vec::new();
    stream.read_to_end(&mut body)?;
    answer.body = String::from_utf8(body)?;
    Ok(answer)
}

/// The text of a request.
pub(super) fn request(request_line: &str, headers: &[&str], last: &str) -> String {
    let mut text = format!("{request_line} HTTP/1.1\r\n");
    for header in headers.iter().chain([&last]) {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text + "\r\n"
}

/// Reads status and headers, byte by byte: what follows belongs to somebody else.
pub(super) fn head(stream: &mut TcpStream) -> anyhow::Result<Answer> {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).context("the answer broke off")?;
        text.push(byte[0]);
        ensure!(text.len() < 1 << 16, "endless headers");
    }
    let text = String::from_utf8(text)?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Answer { status: status.parse()?, headers, body: String::new() })
}
