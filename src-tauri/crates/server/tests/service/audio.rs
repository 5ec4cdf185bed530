//! Rows "encoding", "sample_rate" and "frame lengths": what arrives is what the engine hears, whatever it was sent as.

use sotto_client::Credential;
use sotto_protocol::{CloseCode, Encoding, FailureKind, ServerMessage, StreamingParameters};
use tokio_tungstenite::tungstenite::Message;

use crate::{KEY, failure, rest, start, turns};

fn format(encoding: Encoding, sample_rate: u32) -> StreamingParameters {
    StreamingParameters { encoding, sample_rate, ..StreamingParameters::default() }
}

/// A second and a half of audio: fifteen words of the scripted recogniser, if none of it is lost or made up.
#[tokio::test]
async fn row_sample_rate_and_encoding_every_pair_is_heard_whole() {
    let running = start(|config| config.max_sessions = 32).await;
    for rate in [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000] {
        for encoding in [Encoding::PcmS16le, Encoding::PcmMulaw] {
            let credential = Credential::Key(KEY.to_owned());
            let mut connection = running.open(&format(encoding, rate), credential).await;
            connection.events.begin().await.unwrap();
            let width = encoding.bytes_per_sample().unwrap();
            let mut left = (rate as usize * 3).div_ceil(2);
            while left > 0 {
                let samples = (rate as usize / 10).min(left);
                connection.sender.raw(Message::binary(vec![0; samples * width])).await.unwrap();
                left -= samples;
            }
            connection.sender.terminate().await.unwrap();
            let (messages, _) = rest(&mut connection).await;
            let last = turns(&messages).last().unwrap().words.len();
            assert_eq!(last, 15, "{encoding} at {rate} Hz");
            let Some(ServerMessage::Termination(termination)) = messages.last() else {
                panic!("{messages:?}")
            };
            assert_eq!(termination.audio_duration_seconds, 2, "1.5 s, rounded");
        }
    }
}

#[tokio::test]
async fn row_encoding_mulaw_is_expanded() {
    let running = start(|_| {}).await;
    let credential = Credential::Key(KEY.to_owned());
    let mut connection = running.open(&format(Encoding::PcmMulaw, 16_000), credential).await;
    connection.events.begin().await.unwrap();
    connection.sender.audio(vec![0x00; 800]).await.unwrap();
    connection.sender.audio(vec![0xff; 800]).await.unwrap();
    connection.sender.terminate().await.unwrap();
    rest(&mut connection).await;
    let heard = running.fake.heard.lock().unwrap().clone();
    assert_eq!((heard.len(), heard[0], heard[1599]), (1600, -32_124, 0));
}

#[tokio::test]
async fn row_force_endpoint_what_was_sent_before_it_is_in_the_turn() {
    let running = start(|_| {}).await;
    let credential = Credential::Key(KEY.to_owned());
    let mut connection = running.open(&format(Encoding::PcmS16le, 48_000), credential).await;
    connection.events.begin().await.unwrap();
    connection.sender.samples(&[0; 24_000]).await.unwrap();
    connection.sender.force_endpoint().await.unwrap();
    connection.sender.force_endpoint().await.unwrap();
    connection.sender.samples(&[0; 24_000]).await.unwrap();
    connection.sender.terminate().await.unwrap();
    let (messages, _) = rest(&mut connection).await;
    let finals: Vec<_> = turns(&messages)
        .into_iter()
        .filter(|turn| turn.end_of_turn)
        .map(|turn| (turn.turn_order, turn.words.len()))
        .collect();
    assert_eq!(finals, [(0, 5), (1, 5)]);
}

#[tokio::test]
async fn row_frame_length_too_long_is_refused_at_once_at_every_rate() {
    let running = start(|_| {}).await;
    for (encoding, rate) in
        [(Encoding::PcmS16le, 48_000), (Encoding::PcmS16le, 8_000), (Encoding::PcmMulaw, 8_000)]
    {
        let credential = Credential::Key(KEY.to_owned());
        let mut connection = running.open(&format(encoding, rate), credential).await;
        connection.events.begin().await.unwrap();
        let second = rate as usize * encoding.bytes_per_sample().unwrap();
        connection.sender.raw(Message::binary(vec![0; second])).await.unwrap();
        connection.sender.raw(Message::binary(vec![0; second * 6 / 5])).await.unwrap();
        let (kind, code, text) = failure(&mut connection).await;
        assert_eq!((kind, code), (FailureKind::FrameLength, CloseCode::BAD_AUDIO));
        assert_eq!(
            text,
            "Input Duration Error: Input Duration Violation: 1200.0 ms. Expected between 50 and 1000 ms"
        );
    }
}

#[tokio::test]
async fn row_frame_length_too_short_is_refused_after_a_second_of_it() {
    let running = start(|_| {}).await;
    let credential = Credential::Key(KEY.to_owned());
    let mut connection = running.open(&format(Encoding::PcmMulaw, 8_000), credential).await;
    connection.events.begin().await.unwrap();
    for _ in 0..50 {
        // It may be over before the last one is sent.
        drop(connection.sender.raw(Message::binary(vec![0xff; 160])).await);
    }
    let (kind, _, text) = failure(&mut connection).await;
    assert_eq!(kind, FailureKind::FrameLength);
    assert!(text.contains("Violation: 20.0 ms."), "{text}");
    // The engine need not hear what was queued when the session died.
    assert!(running.fake.heard.lock().unwrap().len() <= 49 * 320);
}
