//! Rows "parameters as real clients send them", "UpdateConfiguration" and "what has no effect is told".

use futures_util::SinkExt;
use sotto_client::Credential;
use sotto_protocol::{
    CloseCode, ServerMessage, SpeechModel, StreamingParameters, UpdateConfiguration,
};
use tokio_tungstenite::tungstenite::Message;

use crate::{KEY, RawSocket, failure, rest, said, start, turns};

/// The rest of what a bare socket is told.
async fn told(socket: &mut RawSocket) -> Vec<ServerMessage> {
    let mut all = Vec::new();
    loop {
        all.push(said(socket).await);
        if matches!(all.last(), Some(ServerMessage::Termination(_) | ServerMessage::Error(_))) {
            return all;
        }
    }
}

#[tokio::test]
async fn row_parameters_of_the_python_sdk_and_of_the_javascript_sdk() {
    let running = start(|_| {}).await;
    for query in [
        // assemblyai 1.8.2 from PyPI
        "format_turns=True&keyterms_prompt=%5B%22AssemblyAI%22%2C+%22Tauri%22%5D&sample_rate=16000&encoding=pcm_s16le&speech_model=universal-streaming-english",
        // assemblyai 4.41.5 from npm
        "sample_rate=16000&format_turns=true&encoding=pcm_s16le&keyterms_prompt=%5B%22AssemblyAI%22%2C%22Tauri%22%5D&speech_model=universal-streaming-english",
        // repeated keys, and names that nobody knows
        "format_turns=1&keyterms_prompt=AssemblyAI&keyterms_prompt=Tauri&formatted_finals=true&bogus=%00",
    ] {
        let mut socket = running.socket(query).await;
        assert!(matches!(said(&mut socket).await, ServerMessage::Begin(_)), "{query}");
        let ServerMessage::Warning(warning) = said(&mut socket).await else {
            panic!("no Warning: {query}")
        };
        assert!(warning.warning.starts_with("keyterms_prompt has no effect"), "{warning:?}");
        socket.send(Message::binary(vec![0; 3200])).await.unwrap();
        socket.send(Message::text(r#"{"type":"Terminate"}"#)).await.unwrap();
        let messages = told(&mut socket).await;
        let ends: Vec<_> = turns(&messages)
            .iter()
            .filter(|turn| turn.end_of_turn)
            .map(|turn| turn.turn_is_formatted)
            .collect();
        assert_eq!(ends, [false, true], "{query}");
    }
}

#[tokio::test]
async fn row_parameters_a_bad_value_is_told_with_what_would_be_good() {
    let running = start(|_| {}).await;
    for (query, words) in [
        ("speech_model=u3-pro", "universal-streaming-english"),
        ("encoding=flac", "pcm_mulaw"),
        ("encoding=opus", "pcm_mulaw"),
        ("sample_rate=7000", "must be at least 8,000 Hz"),
        ("mode=fast", "balanced"),
        ("vad_threshold=1.1", "between 0 and 1"),
        ("inactivity_timeout=4", "between 5 and 3600"),
        ("keyterms_prompt=%5B1%5D", "list of strings"),
        ("domain=law-v1", "medical-v1"),
    ] {
        let mut socket = running.socket(query).await;
        let ServerMessage::Error(error) = said(&mut socket).await else { panic!("{query}") };
        assert_eq!(error.error_code, Some(3006), "{query}");
        assert!(error.error.starts_with("User Input Validation Error: "), "{error:?}");
        assert!(error.error.contains(words), "{error:?}");
    }
}

#[tokio::test]
async fn row_universal_3_announces_speech_and_ends_turns_once_and_formatted() {
    let running = start(|_| {}).await;
    let parameters = StreamingParameters {
        speech_model: Some(SpeechModel::Universal36Pro),
        ..StreamingParameters::default()
    };
    let mut connection = running.open(&parameters, Credential::Key(KEY.to_owned())).await;
    connection.events.begin().await.unwrap();
    for _ in 0..2 {
        connection.sender.samples(&[16_384; 1600]).await.unwrap();
        connection.sender.samples(&[0; 1600]).await.unwrap();
        connection.sender.force_endpoint().await.unwrap();
    }
    connection.sender.terminate().await.unwrap();
    let (messages, _) = rest(&mut connection).await;
    let started: Vec<_> = messages
        .iter()
        .filter_map(|message| match message {
            ServerMessage::SpeechStarted(started) => Some(started.timestamp),
            _ => None,
        })
        .collect();
    assert_eq!(started, [0, 200]);
    let finals: Vec<_> = turns(&messages).into_iter().filter(|turn| turn.end_of_turn).collect();
    assert_eq!(finals.len(), 2);
    assert!(finals.iter().all(|turn| turn.turn_is_formatted && turn.utterance == turn.transcript));
}

#[tokio::test]
async fn row_speech_started_is_not_for_universal_streaming() {
    let running = start(|_| {}).await;
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    connection.sender.samples(&[0; 1600]).await.unwrap();
    connection.sender.terminate().await.unwrap();
    let (messages, _) = rest(&mut connection).await;
    assert!(!messages.iter().any(|message| matches!(message, ServerMessage::SpeechStarted(_))));
}

#[tokio::test]
async fn row_update_configuration_turns_formatting_and_heartbeats_on_and_off() {
    let running = start(|config| config.heartbeat = std::time::Duration::from_millis(30)).await;
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    let update = UpdateConfiguration {
        session_heartbeat: Some(true),
        format_turns: Some(true),
        keyterms_prompt: Some(vec!["Tauri".to_owned()]),
        ..UpdateConfiguration::default()
    };
    connection.sender.update(update).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    connection.sender.samples(&[0; 1600]).await.unwrap();
    connection.sender.force_endpoint().await.unwrap();
    let update = UpdateConfiguration {
        session_heartbeat: Some(false),
        format_turns: Some(false),
        keyterms_prompt: Some(Vec::new()),
        ..UpdateConfiguration::default()
    };
    connection.sender.update(update).await.unwrap();
    connection.sender.samples(&[0; 1600]).await.unwrap();
    connection.sender.terminate().await.unwrap();
    let (messages, _) = rest(&mut connection).await;
    let of = |kind: &str| messages.iter().filter(|message| message.kind() == kind).count();
    assert!(of("Heartbeat") >= 2, "{messages:?}");
    assert_eq!(of("Warning"), 1);
    let finals: Vec<_> = turns(&messages)
        .iter()
        .filter(|turn| turn.end_of_turn)
        .map(|turn| (turn.turn_order, turn.turn_is_formatted))
        .collect();
    assert_eq!(finals, [(0, false), (0, true), (1, false)]);
}

#[tokio::test]
async fn row_update_configuration_a_bad_value_ends_the_session() {
    let running = start(|_| {}).await;
    for text in [
        r#"{"type":"UpdateConfiguration","end_of_turn_confidence_threshold":1.5}"#,
        r#"{"type":"UpdateConfiguration","min_turn_silence":-1}"#,
        r#"{"type":"UpdateConfiguration","format_turns":"perhaps"}"#,
        r#"{"type":"UpdateConfiguration","keyterms_prompt":"one"}"#,
    ] {
        let mut connection = running.open_with_key().await;
        connection.events.begin().await.unwrap();
        connection.sender.raw(Message::text(text)).await.unwrap();
        assert_eq!(failure(&mut connection).await.1, CloseCode::BAD_INPUT, "{text}");
    }
}

#[tokio::test]
async fn row_turn_detection_parameters_and_their_updates_reach_the_engine() {
    let running = start(|_| {}).await;
    let query = "min_turn_silence=160&max_turn_silence=2400&end_of_turn_confidence_threshold=0.7&vad_threshold=0.25";
    let mut socket = running.socket(query).await;
    assert_eq!(said(&mut socket).await.kind(), "Begin");
    let update = r#"{"type":"UpdateConfiguration","min_turn_silence":320,"max_turn_silence":null,"vad_threshold":0.5}"#;
    for text in [update, r#"{"type":"Terminate"}"#] {
        socket.send(Message::text(text)).await.unwrap();
    }
    told(&mut socket).await;
    // The deprecated name, and a mode of the universal-3 family.
    let query =
        "min_end_of_turn_silence_when_confident=170&speech_model=u3-rt-pro&mode=min_latency";
    assert_eq!(said(&mut running.socket(query).await).await.kind(), "Begin");
    let seen: Vec<_> = running
        .fake
        .options
        .lock()
        .unwrap()
        .iter()
        .map(|o| {
            (
                o.min_turn_silence_ms,
                o.max_turn_silence_ms,
                o.end_of_turn_confidence_threshold,
                o.vad_threshold,
            )
        })
        .collect();
    assert_eq!(seen, [(160, 2400, 0.7, 0.25), (320, 2400, 0.7, 0.5), (170, 640, 0.4, 0.4)]);
}

#[tokio::test]
async fn row_honest_warnings_one_for_each_parameter_without_effect() {
    let running = start(|_| {}).await;
    let mut socket =
        running.socket("speaker_labels=True&redact_pii=true&language_codes=%5B%22de%22%5D").await;
    assert_eq!(said(&mut socket).await.kind(), "Begin");
    for name in ["language_codes", "speaker_labels", "redact_pii"] {
        let ServerMessage::Warning(warning) = said(&mut socket).await else { panic!("{name}") };
        assert!(warning.warning.starts_with(&format!("{name} has no effect")), "{warning:?}");
    }
    let mut quiet = running.socket("language_codes=%5B%22en%22%5D&session_heartbeat=true").await;
    assert_eq!(said(&mut quiet).await.kind(), "Begin");
    quiet.send(Message::text(r#"{"type":"Terminate"}"#)).await.unwrap();
    assert_eq!(said(&mut quiet).await.kind(), "Termination");
}
