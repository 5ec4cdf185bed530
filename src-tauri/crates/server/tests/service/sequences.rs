//! Any sequence of messages: the session ends as the protocol says, and the service stays.

use std::time::Duration;

use proptest::{collection::vec, prelude::*, test_runner::Config};
use sotto_protocol::{CloseCode, ServerMessage};
use tokio_tungstenite::tungstenite::Message;

use crate::{rest, start};

fn messages() -> impl Strategy<Value = Message> {
    prop_oneof![
        4 => (0usize..20_000).prop_map(|bytes| Message::binary(vec![7; bytes * 2])),
        1 => (0usize..2000).prop_map(|bytes| Message::binary(vec![7; bytes])),
        2 => Just(Message::text(r#"{"type":"ForceEndpoint"}"#)),
        1 => Just(Message::text(r#"{"type":"KeepAlive"}"#)),
        1 => Just(Message::text(r#"{"type":"Terminate"}"#)),
        1 => Just(Message::text(r#"{"type":"UpdateConfiguration","format_turns":true,"min_turn_silence":0}"#)),
        1 => "\\PC{0,40}".prop_map(Message::text),
        1 => vec(any::<u8>(), 0..100).prop_map(|bytes| Message::Ping(bytes.into())),
    ]
}

proptest! {
    #![proptest_config(Config { cases: 48, ..Config::default() })]
    #[test]
    fn any_sequence_ends_well(sequence in vec(messages(), 0..30)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (last, code) = runtime.block_on(async {
            let running = start(|_| {}).await;
            let mut connection = running.open_with_key().await;
            connection.events.begin().await.unwrap();
            for message in sequence {
                // The session may end in the middle: then nothing more can be sent.
                if connection.sender.raw(message).await.is_err() {
                    break;
                }
            }
            drop(connection.sender.terminate().await);
            let (messages, closed) = rest(&mut connection).await;
            let healthy = tokio::time::timeout(Duration::from_secs(5), running.get("/healthz", None)).await;
            assert_eq!(healthy.unwrap().0.as_u16(), 200);
            running.server.shutdown().await;
            (messages.last().cloned(), closed.code)
        });
        match last {
            Some(ServerMessage::Termination(_)) => prop_assert_eq!(code, Some(CloseCode::ENDED)),
            Some(ServerMessage::Error(error)) => prop_assert_eq!(code, error.error_code.map(CloseCode)),
            other => prop_assert!(false, "ended with {:?}", other),
        }
    }
}
