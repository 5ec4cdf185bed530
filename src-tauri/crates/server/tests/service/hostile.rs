//! Row "hostile input", below the messages: sockets that say nothing, half of something, or nonsense. Each has to leave a
//! service in which the next client finds everything as it should be.

use std::{sync::atomic::Ordering, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{KEY, Running, rest, start};

async fn is_well(running: &Running) {
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    connection.sender.samples(&[0; 1600]).await.unwrap();
    connection.sender.terminate().await.unwrap();
    assert_eq!(rest(&mut connection).await.1.failure, None);
    assert_eq!(running.get("/healthz", None).await.0.as_u16(), 200);
}

async fn tcp(running: &Running) -> TcpStream {
    TcpStream::connect(running.server.address()).await.unwrap()
}

/// An upgraded socket, by hand.
async fn upgraded(running: &Running) -> TcpStream {
    let mut socket = tcp(running).await;
    let request = format!(
        "GET /v3/ws HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: {KEY}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        running.server.port()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 101");
    socket
}

#[tokio::test]
async fn row_hostile_input_idle_and_half_spoken_sockets_hold_no_place() {
    let running = start(|config| config.max_sessions = 1).await;
    let mut held = Vec::new();
    for text in [&b""[..], b"GET /v3/ws HTTP/1.1\r\nHost: 127", b"\x16\x03\x01\x02\x00\x01\x00"] {
        for _ in 0..40 {
            let mut socket = tcp(&running).await;
            socket.write_all(text).await.unwrap();
            held.push(socket);
        }
    }
    // More than the service has places for: it lets those go that say nothing for seconds.
    is_well(&running).await;
    let mut end = [0; 64];
    let first = tokio::time::timeout(Duration::from_secs(1), held[0].read(&mut end)).await;
    assert!(matches!(first, Ok(Ok(0) | Err(_))), "still open: {first:?}");
}

#[tokio::test]
async fn row_hostile_input_an_upgrade_that_is_none_is_refused() {
    let running = start(|_| {}).await;
    assert!(running.get("/v3/ws", Some(KEY)).await.0.is_client_error());
    is_well(&running).await;
}

#[tokio::test]
async fn row_hostile_input_nonsense_and_disconnects_in_a_frame_free_the_engine() {
    let running = start(|_| {}).await;
    for frame in [
        // A masked binary frame of 1600 bytes of which three come.
        &b"\x82\xfe\x06\x40\x01\x02\x03\x04abc"[..],
        // Reserved bits and an unknown opcode.
        b"\xff\xff\xff\xff\xff\xff\xff\xff",
        // Not masked, as no client may.
        b"\x82\x03abc",
        // A length of more than memory.
        b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
        // Text that is no UTF-8.
        b"\x81\x82\x00\x00\x00\x00\xc3\x28",
        // A continuation of nothing.
        b"\x80\x80\x00\x00\x00\x00",
    ] {
        let mut socket = upgraded(&running).await;
        socket.write_all(frame).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(socket);
    }
    let freed = async {
        while running.fake.sessions.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), freed).await.unwrap();
    is_well(&running).await;
}

/// A frame of a client's; the mask is all zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    [&[first, 0xfe][..], &length, &[0; 4], payload].concat()
}

/// Found by fuzzing: the flush was given up at such a message, though its words could still be said.
#[tokio::test]
async fn row_hostile_input_what_breaks_after_terminate_costs_no_words() {
    for breaks in [&b"\x81\x82\x00\x00\x00\x00\xc3\x28"[..], b"\xff\xff"] {
        let running = start(|_| {}).await;
        // The flush lasts longer than it takes to read what follows.
        running.fake.slowness.store(300, Ordering::Relaxed);
        let mut socket = upgraded(&running).await;
        socket.write_all(&frame(0x82, &[0; 3200])).await.unwrap();
        socket.write_all(&frame(0x81, br#"{"type":"Terminate"}"#)).await.unwrap();
        socket.write_all(breaks).await.unwrap();
        let mut heard = Vec::new();
        socket.read_to_end(&mut heard).await.unwrap();
        let heard = String::from_utf8_lossy(&heard);
        assert!(heard.contains(r#""end_of_turn":true,"transcript":"word0""#), "{heard}");
        assert!(heard.contains(r#""type":"Termination""#), "{heard}");
        running.fake.slowness.store(0, Ordering::Relaxed);
        is_well(&running).await;
    }
}
