//! A page of a stranger's, in a real browser on this machine, which tries what any page may try: to open a socket to a
//! loopback port, and to read what the port says.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

/// What a page came to know of a port.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Seen {
    /// A socket opened.
    pub(crate) is_open: bool,
    /// Something was said on it.
    pub(crate) is_told: bool,
    /// An answer could be read.
    pub(crate) is_read: bool,
}

/// How long the browser may take for all of it.
const PATIENCE: Duration = Duration::from_secs(90);

/// Opens the page in Chromium and tells what it saw of `port`.
pub(crate) async fn look(port: u16) -> anyhow::Result<Seen> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://localhost:{}/", listener.local_addr()?.port());
    let profile = tempfile::tempdir()?;
    let _browser = Command::new("chromium")
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(&address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("chromium could not be started")?;
    let page = page(port);
    let told = tokio::time::timeout(PATIENCE, serve(listener, &page));
    let told = told.await.context("the page does not say what it saw")??;
    serde_json::from_str(&told).with_context(|| format!("the page says {told}"))
}

/// Tries the socket and a request, and says what it saw to whom it came from.
fn page(port: u16) -> String {
    format!(
        r#"<!doctype html><title>A page</title><script>
const seen = {{ is_open: false, is_told: false, is_read: false }};
const socket = new Promise((done) => {{
  const socket = new WebSocket("ws://127.0.0.1:{port}/v3/ws?token=guess&sample_rate=16000");
  socket.onopen = () => (seen.is_open = true);
  socket.onmessage = () => (seen.is_told = true);
  socket.onclose = done;
}});
const read = fetch("http://127.0.0.1:{port}/healthz")
  .then((answer) => answer.text())
  .then(() => (seen.is_read = true))
  .catch(() => {{}});
Promise.all([socket, read]).then(() => fetch("/seen", {{ method: "POST", body: JSON.stringify(seen) }}));
</script>"#
    )
}

/// Serves the page until it says what it saw.
async fn serve(listener: TcpListener, page: &str) -> anyhow::Result<String> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        let request = request(&mut stream).await?;
        if let Some((head, body)) = request.split_once("\r\n\r\n")
            && head.starts_with("POST /seen")
        {
            return Ok(body.to_owned());
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close";
        let answer = format!("{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len());
        // A browser that went away asks again, or gives up.
        stream.write_all(answer.as_bytes()).await.ok();
    }
}

/// A request with its body, which comes in a piece of its own.
async fn request(stream: &mut TcpStream) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let length = stream.read(&mut piece).await?;
        bytes.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&bytes);
        let is_whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            !head.starts_with("POST") || body.trim_end().ends_with('}')
        });
        if length == 0 || is_whole {
            return Ok(text.into_owned());
        }
    }
}
