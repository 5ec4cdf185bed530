//! Strangers on this machine: what they may try on the ports of the running program, and what may come of it.
//!
//! Every attempt says in one word whether nothing was served; the recording that goes on beside is judged by its words.

mod door;
#[cfg(unix)]
mod neighbour;
mod page;
mod ports;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde::Serialize;
use sotto_standin::StandIn;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use uuid::Uuid;

use door::{Door, Met};

/// At once.
const FLOOD: usize = 1_000;
/// With which the program has to come out while it is flooded: its own, and those of the connections it takes.
const MOST_DESCRIPTORS: usize = 600;
/// How long a drip goes on, a byte at a time.
const DRIP: Duration = Duration::from_secs(8);

/// What was tried, and whether it was withstood.
#[derive(Debug, Serialize)]
pub(crate) struct Attempt {
    pub(crate) name: &'static str,
    pub(crate) is_withstood: bool,
    /// What was met, in words.
    pub(crate) met: String,
}

impl Attempt {
    fn new(name: &'static str, is_withstood: bool, met: impl std::fmt::Debug) -> Self {
        Self { name, is_withstood, met: format!("{met:?}") }
    }
}

/// Tries everything on the running program, which records through `cloud` and has its files in `data`.
pub(crate) async fn attack(pid: u32, data: &Path, cloud: &StandIn) -> anyhow::Result<Vec<Attempt>> {
    let ports = ports::of(pid)?;
    // While it records, the feed's port is closed: what is open is the service.
    let mut listening = ports.listening.iter();
    let service = Door { port: *listening.next().context("the program listens nowhere")? };
    let mut attempts = vec![Attempt::new(
        "only_the_service_listens",
        listening.next().is_none(),
        &ports.listening,
    )];
    ensure!(service.is_well().await, "the port of the program is not the service's");
    let feeds: Vec<u16> =
        ports.connected.iter().copied().filter(|port| *port != service.port).collect();
    attempts.push(feed_is_closed(&feeds).await);
    attempts.extend(names_and_origins(service).await?);
    let token = cloud.token().map_err(|error| anyhow::anyhow!("no token: {error}"))?;
    attempts.extend(credentials(service, &token).await?);
    #[cfg(unix)]
    attempts.extend(neighbour::attempts(data, pid).await?);
    let seen = page::look(service.port).await?;
    let is_blind = !seen.is_open && !seen.is_told && !seen.is_read;
    attempts.push(Attempt::new("a_page_in_a_browser", is_blind, seen));
    attempts.push(oversize(service).await?);
    attempts.push(drip(service).await?);
    attempts.push(flood(service, pid).await?);
    Ok(attempts)
}

/// The window's connections to the feed stand; nobody else may open one to the same port.
async fn feed_is_closed(ports: &[u16]) -> Attempt {
    let mut open = Vec::new();
    for port in ports {
        if TcpStream::connect(("127.0.0.1", *port)).await.is_ok() {
            open.push(*port);
        }
    }
    Attempt::new("the_feed_takes_nobody_else", open.is_empty() && !ports.is_empty(), (ports, open))
}

async fn names_and_origins(service: Door) -> anyhow::Result<Vec<Attempt>> {
    let (host, rebound) = (service.host(), format!("rebound.example:{}", service.port));
    let refused = |name, met: Met| Attempt::new(name, met == Met::Refused(403), met);
    let status = service.get("/v3/token?expires_in_seconds=60", &[("Host", &rebound)]).await?;
    let foreign = [("Host", host.as_str()), ("Origin", "https://evil.example")];
    let page = service.get("/healthz", &foreign).await?;
    Ok(vec![
        Attempt::new("a_rebound_name_asks_for_a_token", status == 403, status),
        refused("a_rebound_name_opens_a_socket", service.session("", &[("host", &rebound)]).await?),
        Attempt::new("a_foreign_page_asks_for_health", page == 403, page),
        refused(
            "a_foreign_page_opens_a_socket",
            service.session("", &[("origin", "https://evil.example")]).await?,
        ),
        refused("an_opaque_page_opens_a_socket", service.session("", &[("origin", "null")]).await?),
    ])
}

async fn credentials(service: Door, token: &str) -> anyhow::Result<Vec<Attempt>> {
    let judged = |name, met: Met| Attempt::new(name, met.is_refused_as_unauthorised(), met);
    let guess = || Uuid::new_v4().simple().to_string();
    let mut attempts = vec![
        judged("no_token", service.session("sample_rate=16000", &[]).await?),
        judged("another_services_token", service.session(&format!("token={token}"), &[]).await?),
    ];
    let mut served = None;
    for _ in 0..64 {
        let met = service.session(&format!("token={}", guess()), &[]).await?;
        if !met.is_refused_as_unauthorised() {
            served = Some(met);
        }
    }
    attempts.push(Attempt::new("64_guessed_tokens", served.is_none(), served));
    let host = service.host();
    let key = guess();
    let headers = [("Host", host.as_str()), ("Authorization", key.as_str())];
    let status = service.get("/v3/token?expires_in_seconds=60", &headers).await?;
    attempts.push(Attempt::new("a_guessed_key_asks_for_a_token", status == 401, status));
    Ok(attempts)
}

/// A request whose head never ends for its size.
async fn oversize(service: Door) -> anyhow::Result<Attempt> {
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nX: ", service.host());
    let line = service.knock(&(head + &"x".repeat(4 << 20))).await?;
    let is_withstood = !line.contains(" 200 ") && service.is_well().await;
    Ok(Attempt::new("a_head_of_four_megabytes", is_withstood, line))
}

/// A hundred requests, each a byte a second, for as long as that is borne.
async fn drip(service: Door) -> anyhow::Result<Attempt> {
    let mut streams = Vec::new();
    for _ in 0..100 {
        streams.push(TcpStream::connect(("127.0.0.1", service.port)).await?);
    }
    let (since, mut longest, mut is_well) = (Instant::now(), Duration::ZERO, true);
    for byte in b"GET /healthz HTTP/1.1".iter().cycle() {
        for stream in &mut streams {
            // Those that were let go can be written to no more.
            stream.write_all(&[*byte]).await.ok();
        }
        let asked = Instant::now();
        is_well &= service.is_well().await;
        longest = longest.max(asked.elapsed());
        if since.elapsed() > DRIP {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(Attempt::new("a_hundred_that_drip", is_well, format!("an answer took {longest:?}")))
}

/// A thousand connections that say nothing: the program keeps its descriptors, and answers when they have had their time.
async fn flood(service: Door, pid: u32) -> anyhow::Result<Attempt> {
    let mut streams = Vec::new();
    for _ in 0..FLOOD {
        let connecting = TcpStream::connect(("127.0.0.1", service.port));
        // The system's queue is full: the rest cannot even connect.
        let Ok(stream) = tokio::time::timeout(Duration::from_secs(1), connecting).await else {
            break;
        };
        streams.push(stream?);
    }
    let descriptors = ports::descriptors(pid)?;
    let connected = streams.len();
    drop(streams);
    let is_withstood = descriptors < MOST_DESCRIPTORS && service.is_well().await;
    let met = format!("{connected} connected, {descriptors} descriptors");
    Ok(Attempt::new("a_thousand_that_say_nothing", is_withstood, met))
}
