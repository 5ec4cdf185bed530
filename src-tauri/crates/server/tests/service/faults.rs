//! `faults`: a client meets each as the cloud would show it, and the next one is served as if nothing were.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use sotto_client::Event;
use sotto_protocol::{CloseCode, FailureKind, ServerMessage, texts};
use sotto_server::Fault;
use tokio_tungstenite::tungstenite::Message;

use crate::{KEY, Running, failure, rest, said, start, turns};

async fn with(faults: &[&str]) -> Running {
    let faults: Vec<Fault> = faults.iter().map(|text| text.parse().unwrap()).collect();
    start(|config| {
        config.faults = faults;
        // So that a place which a fault does not give back is noticed.
        config.max_sessions = 1;
    })
    .await
}

/// A session in which nothing is wrong.
async fn is_served(running: &Running) {
    for _ in 0..100 {
        let mut connection = running.open_with_key().await;
        if connection.events.begin().await.is_err() {
            // The place of the session before is on its way back.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        for _ in 0..20 {
            connection.sender.samples(&[0; 800]).await.unwrap();
        }
        connection.sender.terminate().await.unwrap();
        let (messages, closed) = rest(&mut connection).await;
        assert_eq!(turns(&messages).last().unwrap().words.len(), 10);
        assert_eq!(closed.failure, None);
        return;
    }
    panic!("the place was not given back");
}

#[tokio::test]
async fn a_session_is_closed_with_the_code_after_so_much_audio_and_not_before() {
    let running = with(&["close:3005@1"]).await;
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    for _ in 0..19 {
        connection.sender.samples(&[0; 800]).await.unwrap();
    }
    // All of it is heard: the second word of the last tenth of a second has come.
    let heard = async {
        loop {
            let Some(Event::Message(message)) = connection.events.next().await else {
                panic!("closed too early")
            };
            if turns(&[*message]).iter().any(|turn| turn.words.len() == 9) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), heard).await.unwrap();
    connection.sender.samples(&[0; 800]).await.unwrap();
    let (kind, code, text) = failure(&mut connection).await;
    assert_eq!((kind, code), (FailureKind::ServerFault, CloseCode::SERVER_FAULT));
    assert_eq!(text, texts::SERVER_FAULT);
    is_served(&running).await;
}

#[tokio::test]
async fn a_connection_is_dropped_without_a_word() {
    let running = with(&["drop@0"]).await;
    let mut socket = running.socket("").await;
    assert!(matches!(said(&mut socket).await, ServerMessage::Begin(_)));
    socket.send(Message::binary(vec![0; 1600])).await.unwrap();
    loop {
        match socket.next().await {
            Some(Ok(Message::Close(frame))) => panic!("it said why: {frame:?}"),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => break,
        }
    }
    is_served(&running).await;
}

#[tokio::test]
async fn a_stalled_session_says_nothing_keeps_its_connection_and_no_place() {
    let running = with(&["stall@0"]).await;
    let mut socket = running.socket("session_heartbeat=true").await;
    assert!(matches!(said(&mut socket).await, ServerMessage::Begin(_)));
    socket.send(Message::binary(vec![0; 1600])).await.unwrap();
    is_served(&running).await;
    socket.send(Message::text(r#"{"type":"Terminate"}"#)).await.unwrap();
    let silence = tokio::time::timeout(Duration::from_millis(500), socket.next()).await;
    assert!(silence.is_err(), "{silence:?}");
}

#[tokio::test]
async fn a_begin_comes_late_or_never() {
    let running = with(&["begin-delay:1", "no-begin"]).await;
    let asked = Instant::now();
    let mut late = running.socket("").await;
    assert!(matches!(said(&mut late).await, ServerMessage::Begin(_)));
    assert!(asked.elapsed() >= Duration::from_secs(1));
    late.close(None).await.unwrap();
    while let Some(Ok(_)) = late.next().await {}
    let mut never = running.socket("").await;
    let silence = tokio::time::timeout(Duration::from_millis(500), never.next()).await;
    assert!(silence.is_err(), "{silence:?}");
    is_served(&running).await;
}

#[tokio::test]
async fn tokens_are_refused_or_late() {
    let running = with(&["token:503", "token-delay:1"]).await;
    let query = "/v3/token?expires_in_seconds=60";
    let (status, body) = running.get(query, Some(KEY)).await;
    assert_eq!((status.as_u16(), body["error"].is_string()), (503, true));
    let asked = Instant::now();
    assert_eq!(running.get(query, Some(KEY)).await.0.as_u16(), 200);
    assert!(asked.elapsed() >= Duration::from_secs(1));
    let asked = Instant::now();
    assert_eq!(running.get(query, Some(KEY)).await.0.as_u16(), 200);
    assert!(asked.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn repeated_faults_strike_every_session() {
    let faults: Vec<Fault> = vec!["close:3008@0".parse().unwrap()];
    let running = start(|config| {
        config.faults = faults;
        config.are_faults_repeated = true;
    })
    .await;
    for _ in 0..3 {
        let mut connection = running.open_with_key().await;
        connection.events.begin().await.unwrap();
        connection.sender.samples(&[0; 800]).await.unwrap();
        assert_eq!(failure(&mut connection).await.0, FailureKind::SessionExpired);
    }
}
