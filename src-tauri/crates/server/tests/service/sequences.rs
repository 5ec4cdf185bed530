//! Row "hostile input": after any query and any sequence of messages the session ends as the protocol says, and a session
//! beside it loses nothing.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use proptest::{collection::vec, prelude::*, test_runner::Config};
use sotto_protocol::{CloseCode, ServerMessage};
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

use crate::{RawSocket, rest, start, turns};

fn messages() -> impl Strategy<Value = Message> {
    prop_oneof![
        4 => (0usize..20_000).prop_map(|bytes| Message::binary(vec![7; bytes * 2])),
        1 => (0usize..2000).prop_map(|bytes| Message::binary(vec![7; bytes])),
        2 => Just(Message::text(r#"{"type":"ForceEndpoint"}"#)),
        1 => Just(Message::text(r#"{"type":"KeepAlive"}"#)),
        1 => Just(Message::text(r#"{"type":"Terminate"}"#)),
        1 => Just(Message::text(r#"{"type":"UpdateConfiguration","format_turns":true,"min_turn_silence":0}"#)),
        1 => ("[a-z_]{1,20}", "(null|true|-1|1e400|\"x\"|\\[\\]|\\{\\})")
            .prop_map(|(name, value)| Message::text(format!(r#"{{"type":"UpdateConfiguration","{name}":{value}}}"#))),
        1 => (1usize..4000).prop_map(|depth| Message::text("[".repeat(depth))),
        1 => "\\PC{0,40}".prop_map(Message::text),
        1 => vec(any::<u8>(), 0..100).prop_map(|bytes| Message::Ping(bytes.into())),
    ]
}

fn queries() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        (8_000u32..=96_000, any::<bool>()).prop_map(|(rate, is_mulaw)| {
            format!(
                "sample_rate={rate}&encoding={}",
                if is_mulaw { "pcm_mulaw" } else { "pcm_s16le" }
            )
        }),
        Just("speech_model=universal-3-6-pro&session_heartbeat=True".to_owned()),
        "[a-z_]{1,12}=[a-zA-Z0-9%.&=]{0,30}",
    ]
}

proptest! {
    #![proptest_config(Config { cases: 48, ..Config::default() })]
    #[test]
    fn row_hostile_input_any_sequence_ends_well(query in queries(), sequence in vec(messages(), 0..30)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (last, close) = runtime.block_on(async {
            let running = start(|_| {}).await;
            let mut beside = running.open_with_key().await;
            beside.sender.samples(&[0; 1600]).await.unwrap();
            let mut socket = running.socket(&query).await;
            for message in sequence {
                // The session may end in the middle: then nothing more can be sent.
                if socket.send(message).await.is_err() {
                    break;
                }
            }
            drop(socket.send(Message::text(r#"{"type":"Terminate"}"#)).await);
            let end = tokio::time::timeout(Duration::from_secs(10), end(&mut socket)).await.unwrap();
            beside.sender.terminate().await.unwrap();
            let (messages, closed) = rest(&mut beside).await;
            assert_eq!(closed.failure, None);
            assert_eq!(turns(&messages).last().unwrap().words.len(), 1);
            running.server.shutdown().await;
            end
        });
        let close = close.map(|close| CloseCode(close.code.into()));
        match last {
            Some(ServerMessage::Termination(_)) => prop_assert_eq!(close, Some(CloseCode::ENDED)),
            Some(ServerMessage::Error(error)) => prop_assert_eq!(close, error.error_code.map(CloseCode)),
            other => prop_assert!(false, "ended with {:?}", other),
        }
    }
}

/// The last message, and the close after it.
async fn end(socket: &mut RawSocket) -> (Option<ServerMessage>, Option<CloseFrame>) {
    let (mut last, mut close) = (None, None);
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) => last = Some(ServerMessage::decode(&text).unwrap()),
            Message::Close(frame) => close = frame,
            _ => {}
        }
    }
    (last, close)
}
