//! The peer: a plain web page in Chromium that records, streams and shows text, on the same desktop with the same microphone.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::scene::{Running, Scene};

/// The title of the page, and of its window.
pub(super) const TITLE: &str = "Recording page";
const PAGE: &str = include_str!("page/index.html");
const SCRIPT: &str = include_str!("page/page.js");
const WORKLET: &str = include_str!("page/frames.js");
/// In the script, where the address of the socket belongs.
const PLACE: &str = "SOCKET_ADDRESS";
/// For the browser to open and the page to be heard.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longer than any complaint.
const LONGEST_BODY: u64 = 1 << 16;

/// The page, open and recording.
pub(super) struct Page {
    pub(super) browser: Running,
    server: JoinHandle<()>,
    /// Dropped last.
    _profile: tempfile::TempDir,
}

impl Page {
    /// Opens the browser; its page asks the stand-in for a session with these parameters and is heard.
    pub(super) async fn open(scene: &Scene, query: &str) -> anyhow::Result<Self> {
        let token = scene.cloud.token().map_err(|error| anyhow!("no token: {error}"))?;
        let socket = scene.cloud.base_url().replacen("http", "ws", 1);
        let script = SCRIPT.replace(PLACE, &format!("{socket}/v3/ws?{query}&token={token}"));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = format!("http://127.0.0.1:{}/", listener.local_addr()?.port());
        let complaint = Arc::new(Mutex::new(None));
        let server = tokio::spawn(serve(listener, script, Arc::clone(&complaint)));
        let profile = tempfile::tempdir()?;
        let (sessions, heard) = (scene.cloud.log().heard.len(), scene.received_ms());
        let mut command = scene.stage.command_of("chromium".as_ref());
        command
            .args(["--no-sandbox", "--disable-gpu", "--no-first-run", "--no-default-browser-check"])
            // What browsers do beside showing pages is no part of the work.
            .args(["--disable-background-networking", "--disable-component-update"])
            .args(["--disable-sync", "--disable-extensions", "--password-store=basic"])
            .args(["--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--window-size=1180,760", &format!("--app={address}")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let browser = command.spawn().context("chromium could not be started")?;
        let page = Self { browser: Running::opened(browser), server, _profile: profile };
        let is_heard = async {
            while scene.cloud.log().heard.len() == sessions || scene.received_ms() == heard {
                if let Some(text) = complaint.lock().unwrap_or_else(PoisonError::into_inner).take()
                {
                    bail!("the page says: {text}");
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Ok(())
        };
        tokio::time::timeout(PATIENCE, is_heard).await.context("the page is not heard")??;
        Ok(page)
    }

    /// Ends the browser.
    pub(super) async fn end(self) -> anyhow::Result<()> {
        self.server.abort();
        self.browser.end().await
    }
}

type Complaint = Arc<Mutex<Option<String>>>;

/// Serves the page's three files, and keeps what it complains about.
async fn serve(listener: TcpListener, script: String, complaint: Complaint) {
    while let Ok((stream, _)) = listener.accept().await {
        match answer(stream, &script).await {
            Ok(Some(text)) => {
                *complaint.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
            }
            Ok(None) => {}
            Err(error) => eprintln!("bench  the page asked for something: {error}"),
        }
    }
}

/// Answers one request; gives what was posted.
async fn answer(stream: TcpStream, script: &str) -> std::io::Result<Option<String>> {
    let mut stream = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    stream.read_line(&mut first).await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = String::new();
    (&mut stream).take(length.min(LONGEST_BODY)).read_to_string(&mut body).await?;
    let (status, kind, text) = match first.split(' ').nth(1) {
        Some("/") => ("200 OK", "text/html", PAGE),
        Some("/page.js") => ("200 OK", "text/javascript", script),
        Some("/frames.js") => ("200 OK", "text/javascript", WORKLET),
        Some("/failed") => ("204 No Content", "text/plain", ""),
        _ => ("404 Not Found", "text/plain", ""),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(text.as_bytes()).await?;
    stream.flush().await?;
    Ok(first.starts_with("POST /failed").then_some(body))
}
