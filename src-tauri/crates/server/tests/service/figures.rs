//! Row "session_heartbeat": what it tells is true.

use std::{sync::atomic::Ordering, time::Duration};

use sotto_client::{Connection, Credential, Event};
use sotto_protocol::{Heartbeat, ServerMessage, StreamingParameters};

use crate::{KEY, start};

async fn heartbeat(connection: &mut Connection, wanted: impl Fn(&Heartbeat) -> bool) -> Heartbeat {
    let found = async {
        loop {
            if let Some(Event::Message(message)) = connection.events.next().await
                && let ServerMessage::Heartbeat(ref beat) = *message
                && wanted(beat)
            {
                return beat.clone();
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), found).await.unwrap()
}

#[tokio::test]
async fn row_session_heartbeat_has_true_figures() {
    let running = start(|config| config.heartbeat = Duration::from_millis(50)).await;
    let parameters = StreamingParameters {
        session_heartbeat: true,
        sample_rate: 8_000,
        ..StreamingParameters::default()
    };
    let mut connection = running.open(&parameters, Credential::Key(KEY.to_owned())).await;
    connection.events.begin().await.unwrap();
    connection.sender.samples(&[16_384; 4000]).await.unwrap();
    let loud = heartbeat(&mut connection, |beat| beat.max_speech_probability > 0.0).await;
    assert!(loud.max_speech_probability > 0.4, "{loud:?}");
    assert_eq!(loud.total_audio_received_ms, 500);
    assert!(loud.realtime_factor > 0.0 && loud.total_duration_ms > 0);
    // Over the interval, not over the session.
    connection.sender.samples(&[0; 4000]).await.unwrap();
    let quiet = heartbeat(&mut connection, |beat| {
        beat.total_audio_received_ms == 1000 && beat.max_speech_probability < 0.1
    })
    .await;
    assert!(quiet.total_duration_ms > loud.total_duration_ms);
}

#[tokio::test]
async fn row_session_heartbeat_tells_an_engine_that_falls_behind() {
    let running = start(|config| config.heartbeat = Duration::from_millis(50)).await;
    running.fake.slowness.store(400, Ordering::Relaxed);
    let parameters =
        StreamingParameters { session_heartbeat: true, ..StreamingParameters::default() };
    let mut connection = running.open(&parameters, Credential::Key(KEY.to_owned())).await;
    connection.events.begin().await.unwrap();
    for _ in 0..4 {
        connection.sender.samples(&[0; 1600]).await.unwrap();
    }
    let beat = heartbeat(&mut connection, |beat| beat.total_audio_received_ms == 400).await;
    assert!(beat.realtime_factor < 0.9, "{beat:?}");
}
