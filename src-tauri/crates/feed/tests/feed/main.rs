//! A feed as a window sees it, and as others see it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::path::Path;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use sotto_audio::{
    FRAME_BYTES, FRAME_SAMPLES, Frame, FrameFlags, SpoolHeader, SpoolPlace, SpoolWriter,
};
use sotto_feed::{Feed, FeedMessage, FeedSource};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

const ORIGIN: &str = "tauri://localhost";

type Window = WebSocketStream<MaybeTlsStream<TcpStream>>;

fn frame(n: u64) -> Frame {
    Frame {
        first_sample: n * FRAME_SAMPLES as u64,
        level_dbfs: -30.0,
        flags: FrameFlags::default(),
        pcm: Box::new([i16::try_from(n % 30_000).unwrap(); FRAME_SAMPLES]),
    }
}

fn spool(folder: &Path, name: &str, frames: u64) -> (SpoolWriter, FeedSource) {
    let path = folder.join(name);
    let header = SpoolHeader { recording: Uuid::from_u128(1), started_at_unix_ms: 0 };
    let mut spool = SpoolWriter::create(&path, header, None).unwrap();
    for n in 0..frames {
        spool.append(&frame(n)).unwrap();
    }
    let source = FeedSource {
        spool: SpoolPlace::File(path, None),
        progress: spool.progress(),
        times: Some(spool.times()),
    };
    (spool, source)
}

async fn feed() -> Feed {
    Feed::reserve(vec![ORIGIN.to_owned()]).await.unwrap()
}

async fn connect(url: &str, origin: Option<&str>, host: Option<&str>) -> Result<Window, Error> {
    let mut request = url.into_client_request().unwrap();
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    if let Some(host) = host {
        request.headers_mut().insert("host", host.parse().unwrap());
    }
    Ok(connect_async(request).await?.0)
}

async fn ask(window: &mut Window, text: &str) {
    window.send(Message::text(text)).await.unwrap();
}

async fn next(window: &mut Window) -> Message {
    tokio::time::timeout(Duration::from_secs(10), window.next())
        .await
        .expect("nothing came")
        .unwrap()
        .unwrap()
}

async fn next_frame(window: &mut Window) -> u64 {
    let bytes: [u8; FRAME_BYTES] =
        next(window).await.into_data().as_ref().try_into().expect("a frame");
    let got = Frame::decode(&bytes);
    let n = got.first_sample / FRAME_SAMPLES as u64;
    assert_eq!(got, frame(n));
    n
}

fn status(refused: Result<Window, Error>) -> u16 {
    match refused {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn live_frames_follow_and_the_end_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, source) = spool(folder.path(), "a", 3);
    let offer = feed().await.offer(source).await.unwrap();
    let mut window = connect(&offer.url, Some(ORIGIN), None).await.unwrap();
    ask(&mut window, r#"{"kind":"follow"}"#).await;
    assert_eq!(next_frame(&mut window).await, 2, "the newest frame first");
    spool.append(&frame(3)).unwrap();
    assert_eq!(next_frame(&mut window).await, 3);
    spool.finish().unwrap();
    assert_eq!(next(&mut window).await, Message::text(r#"{"kind":"end","to":3200}"#));
    ask(&mut window, r#"{"kind":"replay","from":0,"until":1600}"#).await;
    assert_eq!(next_frame(&mut window).await, 0, "pieces of the past come after the end too");
    assert_eq!(next_frame(&mut window).await, 1);
}

#[tokio::test]
async fn pieces_come_beside_the_running_frames() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, source) = spool(folder.path(), "a", 50);
    let offer = feed().await.offer(source).await.unwrap();
    let mut window = connect(&offer.url, Some(ORIGIN), None).await.unwrap();
    ask(&mut window, r#"{"kind":"follow"}"#).await;
    assert_eq!(next_frame(&mut window).await, 49);
    ask(&mut window, r#"{"kind":"replay","from":8000,"until":10400}"#).await;
    for n in 10..13 {
        assert_eq!(next_frame(&mut window).await, n);
    }
    spool.append(&frame(50)).unwrap();
    assert_eq!(next_frame(&mut window).await, 50, "the running frames did not move");
}

#[tokio::test]
async fn a_replay_runs_on_into_live() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, source) = spool(folder.path(), "a", 5);
    let offer = feed().await.offer(source).await.unwrap();
    let mut window = connect(&offer.url, Some(ORIGIN), None).await.unwrap();
    ask(&mut window, r#"{"kind":"replay","from":0}"#).await;
    for n in 0..5 {
        assert_eq!(next_frame(&mut window).await, n);
    }
    spool.append(&frame(5)).unwrap();
    assert_eq!(next_frame(&mut window).await, 5);
}

#[tokio::test]
async fn a_ticket_works_once_and_the_listener_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_spool, source) = spool(folder.path(), "a", 1);
    let feed = feed().await;
    let offer = feed.offer(source.clone()).await.unwrap();
    let _window = connect(&offer.url, Some(ORIGIN), None).await.unwrap();
    let refused = connect(&offer.url, Some(ORIGIN), None).await;
    assert!(matches!(refused, Err(Error::Io(_))), "the port is still open: {refused:?}");

    // A reload asks again, on the same port, while the old connection is still there.
    let again = feed.offer(source).await.unwrap();
    connect(&again.url, Some(ORIGIN), None).await.unwrap();
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let folder = tempfile::tempdir().unwrap();
    let (_spool, source) = spool(folder.path(), "a", 1);
    let feed = feed().await;
    let url = feed.offer(source).await.unwrap().url;
    assert_eq!(status(connect(&url.replace("ticket=", "ticket=x"), Some(ORIGIN), None).await), 403);
    assert_eq!(status(connect(&url, Some("https://evil.example"), None).await), 403);
    assert_eq!(
        status(connect(&url, None, None).await),
        403,
        "a browser always says where it comes from"
    );
    assert_eq!(
        status(connect(&url, Some(ORIGIN), Some("evil.example")).await),
        403,
        "a rebound name"
    );
    assert_eq!(status(connect(&url.replace("/feed", "/other"), Some(ORIGIN), None).await), 403);
    connect(&url, Some(ORIGIN), None).await.expect("the ticket is still good");
}

#[tokio::test]
async fn two_recordings_at_once_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let (_one, first) = spool(folder.path(), "a", 2);
    let (_two, second) = spool(folder.path(), "b", 9);
    let feed = feed().await;
    let (first, second) = (feed.offer(first).await.unwrap(), feed.offer(second).await.unwrap());
    let mut second = connect(&second.url, Some(ORIGIN), None).await.unwrap();
    let mut first = connect(&first.url, Some(ORIGIN), None).await.unwrap();
    for (window, newest) in [(&mut first, 1), (&mut second, 8)] {
        ask(window, r#"{"kind":"follow"}"#).await;
        assert_eq!(next_frame(window).await, newest);
    }
}

/// A window that reads nothing must neither block the capture nor make anything grow: the spool is the queue.
#[tokio::test]
async fn a_window_that_does_not_read_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, source) = spool(folder.path(), "a", 1);
    let offer = feed().await.offer(source).await.unwrap();
    let mut window = connect(&offer.url, Some(ORIGIN), None).await.unwrap();
    ask(&mut window, r#"{"kind":"replay","from":0}"#).await;
    for n in 1..20_000 {
        spool.append(&frame(n)).unwrap();
    }
    spool.finish().unwrap();
    for n in 0..20_000 {
        assert_eq!(next_frame(&mut window).await, n, "and later it gets everything");
    }
    assert_eq!(next(&mut window).await, Message::text(r#"{"kind":"end","to":16000000}"#));
}

/// Any program on this machine can open a socket to the port while a ticket is out.
#[tokio::test]
async fn strangers_that_dawdle_do_not_keep_the_window_out() {
    let folder = tempfile::tempdir().unwrap();
    let (_spool, source) = spool(folder.path(), "a", 1);
    let feed = feed().await;
    let url = feed.offer(source).await.unwrap().url;
    let mut strangers = Vec::new();
    for _ in 0..5 {
        strangers.push(TcpStream::connect(("127.0.0.1", feed.port())).await.unwrap());
    }
    let connected = tokio::time::timeout(Duration::from_secs(2), connect(&url, Some(ORIGIN), None));
    connected.await.expect("they are before it in the queue").unwrap();
}

#[tokio::test]
async fn an_offer_right_after_the_last_one_was_taken_finds_the_port() {
    let folder = tempfile::tempdir().unwrap();
    let (_spool, source) = spool(folder.path(), "a", 1);
    let feed = feed().await;
    let mut windows = Vec::new();
    for _ in 0..200 {
        let url = feed.offer(source.clone()).await.unwrap().url;
        windows.push(connect(&url, Some(ORIGIN), None).await.unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn a_ticket_that_nobody_takes_is_worth_nothing_after_ten_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let (_spool, source) = spool(folder.path(), "a", 1);
    let feed = feed().await;
    let old = feed.offer(source.clone()).await.unwrap().url;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let new = feed.offer(source).await.unwrap().url;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(
        status(connect(&old, Some(ORIGIN), None).await),
        403,
        "a new ticket gives the old one no longer life"
    );
    tokio::time::sleep(Duration::from_secs(6)).await;
    let refused = connect(&new, Some(ORIGIN), None).await;
    assert!(matches!(refused, Err(Error::Io(_))), "the port is still open: {refused:?}");
}

#[tokio::test]
async fn a_long_piece_does_not_hold_up_the_running_frames() {
    let folder = tempfile::tempdir().unwrap();
    let (_spool, source) = spool(folder.path(), "a", 400);
    let offer = feed().await.offer(source).await.unwrap();
    let mut window = connect(&offer.url, Some(ORIGIN), None).await.unwrap();
    ask(&mut window, r#"{"kind":"replay","from":0,"until":160000}"#).await;
    ask(&mut window, r#"{"kind":"follow"}"#).await;
    let mut before = 0;
    while next_frame(&mut window).await != 399 {
        before += 1;
    }
    assert!(before < 200, "{before} frames of the past came before the newest one");
    for _ in before..200 {
        next_frame(&mut window).await;
    }
}

#[tokio::test]
async fn a_frame_that_is_damaged_on_the_disk_is_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, source) = spool(folder.path(), "a", 3);
    spool.finish().unwrap();
    let SpoolPlace::File(path, _) = &source.spool else { panic!("it is in a file") };
    let mut bytes = std::fs::read(path).unwrap();
    bytes[64 + 1_620 + 500] ^= 1;
    std::fs::write(path, bytes).unwrap();
    let offer = feed().await.offer(source).await.unwrap();
    let mut window = connect(&offer.url, Some(ORIGIN), None).await.unwrap();
    ask(&mut window, r#"{"kind":"replay","from":0}"#).await;
    assert_eq!(next_frame(&mut window).await, 0);
    let damaged: [u8; FRAME_BYTES] =
        next(&mut window).await.into_data().as_ref().try_into().unwrap();
    assert_eq!(Frame::decode(&damaged), Frame::missing(1));
    assert_eq!(next_frame(&mut window).await, 2);
    assert_eq!(next(&mut window).await, Message::text(r#"{"kind":"end","to":2400}"#));
}

#[tokio::test]
async fn an_empty_recording_that_is_over_has_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, source) = spool(folder.path(), "a", 0);
    spool.finish().unwrap();
    let offer = feed().await.offer(source).await.unwrap();
    let mut window = connect(&offer.url, Some(ORIGIN), None).await.unwrap();
    ask(&mut window, r#"{"kind":"follow"}"#).await;
    assert_eq!(next(&mut window).await, Message::text(r#"{"kind":"end","to":0}"#));
}

/// Where a window may not open sockets to loopback, the same frames go another way.
#[tokio::test]
async fn another_carrier_brings_the_same_frames() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, source) = spool(folder.path(), "a", 3);
    let (ask, requests) = tokio::sync::mpsc::unbounded_channel();
    let (deliver, mut delivered) = tokio::sync::mpsc::unbounded_channel();
    let line = tokio::spawn(sotto_feed::pour(source, requests, move |message| {
        deliver.send(message).is_ok()
    }));

    ask.send(r#"{"kind":"replay","from":0,"until":1600}"#.to_owned()).unwrap();
    for n in 0..2 {
        assert_eq!(delivered.recv().await, Some(FeedMessage::Frame(frame(n).encode().to_vec())));
    }
    spool.finish().unwrap();
    ask.send(r#"{"kind":"follow"}"#.to_owned()).unwrap();
    assert_eq!(delivered.recv().await, Some(FeedMessage::Frame(frame(2).encode().to_vec())));
    assert_eq!(
        delivered.recv().await,
        Some(FeedMessage::Text(r#"{"kind":"end","to":2400}"#.to_owned()))
    );
    drop(ask);
    line.await.unwrap();
}

/// The clock that frames are stamped with is told on the same way, with the asker's own time.
#[tokio::test]
async fn running_frames_carry_when_they_were_captured() {
    let folder = tempfile::tempdir().unwrap();
    let (mut spool, source) = spool(folder.path(), "a", 1);
    let offer = feed().await.offer(source).await.unwrap();
    let mut window = connect(&offer.url, Some(ORIGIN), None).await.unwrap();
    let before = sotto_timing::now();
    ask(&mut window, r#"{"kind":"clock","sent":12.25}"#).await;
    let told = next(&mut window).await.into_text().unwrap();
    let at = told.strip_prefix(r#"{"kind":"clock","sent":12.25,"at":"#).expect(&told);
    let at: u64 = at.strip_suffix('}').unwrap().parse().unwrap();
    assert!((before..=sotto_timing::now()).contains(&at));

    ask(&mut window, r#"{"kind":"follow"}"#).await;
    assert_eq!(next_frame(&mut window).await, 0, "nobody knows when it was captured");
    spool.append_captured(&frame(1), 77).unwrap();
    let stamped = next(&mut window).await.into_data();
    let (bytes, stamp) = stamped.split_at(FRAME_BYTES);
    assert_eq!((bytes, stamp), (&frame(1).encode()[..], &77u64.to_le_bytes()[..]));
    ask(&mut window, r#"{"kind":"replay","from":800,"until":1600}"#).await;
    assert_eq!(next_frame(&mut window).await, 1, "a piece of the past says no time");
}
