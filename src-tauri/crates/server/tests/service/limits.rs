//! Rows "back-pressure", "bounded queues", "pings" and "inactivity": a client may be fast, slow or silent.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use sotto_client::Credential;
use sotto_protocol::{FailureKind, ServerMessage, StreamingParameters};
use tokio_tungstenite::tungstenite::{self, Message, protocol::CloseFrame};

use crate::{KEY, failure, rest, said, start, turns};

/// A client that sends everything at once, more than may wait, to an engine that says nothing of it while it works: all
/// is heard in the end, and nobody else waits for it.
#[tokio::test]
async fn row_back_pressure_a_fast_client_waits_and_loses_nothing() {
    let running = start(|_| {}).await;
    running.fake.slowness.store(2, Ordering::Relaxed);
    let mut fast = running.open_with_key().await;
    fast.events.begin().await.unwrap();
    // 80 s in messages of 50 ms: four times what may wait.
    let sender = fast.sender.clone();
    let sending = tokio::spawn(async move {
        for _ in 0..1600 {
            sender.samples(&[0; 800]).await.unwrap();
        }
        sender.terminate().await.unwrap();
    });
    let mut other = running.open_with_key().await;
    other.events.begin().await.unwrap();
    other.sender.samples(&[0; 1600]).await.unwrap();
    other.sender.terminate().await.unwrap();
    assert_eq!(turns(&rest(&mut other).await.0).len(), 2);
    let (messages, closed) =
        tokio::time::timeout(Duration::from_secs(60), fast.events.rest()).await.unwrap();
    sending.await.unwrap();
    assert_eq!(closed.unwrap().failure, None);
    assert_eq!(turns(&messages).last().unwrap().words.len(), 800);
    assert_eq!(messages.last().unwrap().kind(), "Termination");
}

/// Silence gives no updates: the session has to notice by itself that there is room again.
#[tokio::test]
async fn row_back_pressure_an_engine_that_says_nothing_is_not_waited_for() {
    let running = start(|_| {}).await;
    running.fake.slowness.store(2, Ordering::Relaxed);
    running.fake.is_silent.store(true, Ordering::Relaxed);
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    // More messages than the queue holds.
    for _ in 0..1000 {
        connection.sender.samples(&[0; 800]).await.unwrap();
    }
    connection.sender.terminate().await.unwrap();
    assert_eq!(rest(&mut connection).await.1.failure, None);
}

/// A client that sends without ever reading, then reads.
#[tokio::test]
async fn row_bounded_queues_a_client_that_does_not_read_is_still_heard() {
    let running = start(|_| {}).await;
    let mut socket = running.socket("").await;
    for _ in 0..400 {
        socket.send(Message::binary(vec![0; 3200])).await.unwrap();
    }
    socket.send(Message::text(r#"{"type":"Terminate"}"#)).await.unwrap();
    let mut last = said(&mut socket).await;
    while !matches!(last, ServerMessage::Termination(_)) {
        last = said(&mut socket).await;
    }
    let ServerMessage::Termination(termination) = last else { panic!("no Termination") };
    assert_eq!(termination.audio_duration_seconds, 40);
}

#[tokio::test]
async fn row_pings_are_answered_while_the_engine_is_busy() {
    let running = start(|_| {}).await;
    running.fake.slowness.store(1500, Ordering::Relaxed);
    let mut socket = running.socket("").await;
    assert_eq!(said(&mut socket).await.kind(), "Begin");
    for _ in 0..3 {
        socket.send(Message::binary(vec![0; 3200])).await.unwrap();
    }
    let asked = Instant::now();
    socket.send(Message::Ping("here?".into())).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        if message == Message::Pong("here?".into()) {
            break;
        }
    }
    assert!(asked.elapsed() < Duration::from_millis(1000), "{:?}", asked.elapsed());
}

/// Takes the 5 s that are the least the protocol allows.
#[tokio::test]
async fn row_inactivity_pings_of_a_library_are_no_messages() {
    let running = start(|_| {}).await;
    let parameters =
        StreamingParameters { inactivity_timeout: Some(5), ..StreamingParameters::default() };
    let mut connection = running.open(&parameters, Credential::Key(KEY.to_owned())).await;
    connection.events.begin().await.unwrap();
    let sender = connection.sender.clone();
    tokio::spawn(async move {
        while sender.raw(Message::Ping(Vec::new().into())).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(failure(&mut connection).await.0, FailureKind::Inactive);
}

#[tokio::test]
async fn a_message_over_the_cap_ends_only_its_own_session() {
    let running = start(|_| {}).await;
    let mut healthy = running.open_with_key().await;
    healthy.events.begin().await.unwrap();
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    connection.sender.raw(Message::binary(vec![0; 1024 * 1024])).await.unwrap();
    let (kind, code, text) = failure(&mut connection).await;
    assert_eq!((kind, code.0), (FailureKind::BadInput, 3006));
    assert!(text.contains("too large"), "{text}");
    // What is beyond all measure is not read to its end; the session is over either way.
    let mut flooding = running.open_with_key().await;
    flooding.events.begin().await.unwrap();
    drop(flooding.sender.raw(Message::binary(vec![0; 8 * 1024 * 1024])).await);
    assert!(rest(&mut flooding).await.1.failure.is_some());
    healthy.sender.terminate().await.unwrap();
    assert_eq!(rest(&mut healthy).await.1.failure, None);
}

#[tokio::test]
async fn a_close_of_the_client_is_answered() {
    let running = start(|_| {}).await;
    let mut socket = running.socket("sample_rate=16000").await;
    said(&mut socket).await;
    let frame = CloseFrame {
        code: tungstenite::protocol::frame::coding::CloseCode::Normal,
        reason: "bye".into(),
    };
    socket.close(Some(frame)).await.unwrap();
    let next = socket.next();
    let answer = tokio::time::timeout(Duration::from_secs(5), next).await.unwrap();
    assert!(matches!(answer, Some(Ok(Message::Close(_)))), "{answer:?}");
}
