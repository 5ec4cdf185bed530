//! What every session may rely on, from the credential to the close.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use reqwest::StatusCode;
use sotto_client::{Credential, Event};
use sotto_protocol::{
    CloseCode, FailureKind, ServerMessage, StreamingParameters, UpdateConfiguration, texts,
};
use sotto_server::{Server, ServerConfig, ServerError};
use tokio_tungstenite::tungstenite::{Error, Message, client::IntoClientRequest};

use crate::{KEY, PAGE, failure, fake::Fake, rest, start, turns};

#[tokio::test]
async fn a_whole_session_says_every_word_once_and_flushes_on_terminate() {
    let running = start(|_| {}).await;
    let token = running.token("expires_in_seconds=60&max_session_duration_seconds=600").await;
    let parameters = StreamingParameters { format_turns: true, ..StreamingParameters::default() };
    let mut connection = running.open(&parameters, Credential::Token(token)).await;
    let begin = connection.events.begin().await.unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!((598..=601).contains(&(begin.expires_at - now)));
    assert_eq!(begin.configuration.unwrap().model.as_deref(), Some("scripted"));

    for _ in 0..10 {
        connection.sender.samples(&[0; 800]).await.unwrap();
    }
    connection.sender.force_endpoint().await.unwrap();
    for _ in 0..6 {
        connection.sender.samples(&[0; 800]).await.unwrap();
    }
    // A short tail, as LiveKit and Pipecat send it.
    connection.sender.raw(Message::binary(vec![0; 320])).await.unwrap();
    connection.sender.terminate().await.unwrap();

    let (messages, closed) = rest(&mut connection).await;
    let finals: Vec<_> = turns(&messages)
        .into_iter()
        .filter(|turn| turn.end_of_turn)
        .map(|turn| (turn.turn_order, turn.turn_is_formatted, turn.transcript.as_str()))
        .collect();
    assert_eq!(
        finals,
        [
            (0, false, "word0 word1 word2 word3 word4"),
            (0, true, "WORD0 WORD1 WORD2 WORD3 WORD4"),
            (1, false, "word5 word6 word7"),
            (1, true, "WORD5 WORD6 WORD7"),
        ]
    );
    assert!(
        turns(&messages)
            .iter()
            .any(|turn| !turn.end_of_turn && turn.words.iter().any(|word| !word.word_is_final))
    );
    let Some(ServerMessage::Termination(termination)) = messages.last() else {
        panic!("no Termination")
    };
    assert_eq!(termination.audio_duration_seconds, 1);
    assert_eq!(
        (closed.code, closed.reason.as_str()),
        (Some(CloseCode::ENDED), texts::CLOSE_REASON_ENDED)
    );
    assert_eq!(closed.failure, None);
}

#[tokio::test]
async fn without_formatting_a_turn_ends_once() {
    let running = start(|_| {}).await;
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    connection.sender.samples(&[0; 8000]).await.unwrap();
    connection.sender.terminate().await.unwrap();
    let (messages, _) = rest(&mut connection).await;
    assert_eq!(turns(&messages).iter().filter(|turn| turn.end_of_turn).count(), 1);
}

#[tokio::test]
async fn a_configuration_update_applies_to_the_audio_that_follows() {
    let running = start(|_| {}).await;
    let mut connection = running.open_with_key().await;
    let update = UpdateConfiguration { format_turns: Some(true), ..UpdateConfiguration::default() };
    connection.sender.update(update).await.unwrap();
    connection.sender.keep_alive().await.unwrap();
    connection.sender.samples(&[0; 8000]).await.unwrap();
    connection.sender.terminate().await.unwrap();
    let (messages, _) = rest(&mut connection).await;
    assert!(turns(&messages).iter().any(|turn| turn.turn_is_formatted));
}

#[tokio::test]
async fn credentials_are_judged_after_the_upgrade() {
    let running = start(|_| {}).await;
    let parameters = StreamingParameters::default();
    let bad = [
        (Credential::Token("bogus".to_owned()), texts::INVALID_KEY, FailureKind::CredentialRefused),
        (Credential::Key("wrong".to_owned()), texts::INVALID_KEY, FailureKind::CredentialRefused),
        (
            Credential::Key(format!("Bearer {KEY}")),
            texts::INVALID_KEY,
            FailureKind::CredentialRefused,
        ),
        (
            Credential::Token(String::new()),
            texts::MISSING_AUTHORIZATION,
            FailureKind::CredentialRefused,
        ),
    ];
    for (credential, text, kind) in bad {
        let mut connection = running.open(&parameters, credential).await;
        assert_eq!(failure(&mut connection).await, (kind, CloseCode::POLICY, text.to_owned()));
    }
    // The Python SDK puts its token into the header.
    let token = running.token("expires_in_seconds=60").await;
    let mut connection = running.open(&parameters, Credential::Key(token)).await;
    assert!(connection.events.begin().await.is_ok());
}

#[tokio::test]
async fn a_token_opens_sessions_until_it_expires_or_once_if_strict() {
    let running = start(|config| config.are_tokens_single_use = true).await;
    let parameters = StreamingParameters::default();
    let token = running.token("expires_in_seconds=60").await;
    let mut first = running.open(&parameters, Credential::Token(token.clone())).await;
    assert!(first.events.begin().await.is_ok());
    let mut second = running.open(&parameters, Credential::Token(token)).await;
    assert_eq!(failure(&mut second).await.0, FailureKind::CredentialRefused);

    let token = running.token("expires_in_seconds=1").await;
    tokio::time::sleep(Duration::from_millis(1050)).await;
    let mut late = running.open(&parameters, Credential::Token(token)).await;
    assert_eq!(failure(&mut late).await.0, FailureKind::TokenExpired);
}

#[tokio::test]
async fn tokens_are_refused_as_the_cloud_refuses_them() {
    let running = start(|_| {}).await;
    for (query, key, status, place) in [
        ("expires_in_seconds=0", Some(KEY), 422, "expires_in_seconds"),
        ("expires_in_seconds=601", Some(KEY), 422, "expires_in_seconds"),
        ("expires_in_seconds=soon", Some(KEY), 422, "expires_in_seconds"),
        ("", Some(KEY), 422, "expires_in_seconds"),
        (
            "expires_in_seconds=60&max_session_duration_seconds=59",
            Some(KEY),
            422,
            "max_session_duration_seconds",
        ),
        ("expires_in_seconds=60", None, 422, "authorization"),
    ] {
        let (got, body) = running.get(&format!("/v3/token?{query}"), key).await;
        assert_eq!(got.as_u16(), status, "{query}");
        assert_eq!(body["detail"][0]["loc"][1], place, "{query}: {body}");
        // What the JavaScript SDK shows.
        assert!(body["error"].as_str().unwrap().starts_with(place), "{body}");
    }
    let (status, body) = running.get("/v3/token?expires_in_seconds=60", Some("wrong")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(body["error"].is_string());
}

#[tokio::test]
async fn foreign_pages_and_rebound_names_get_nothing() {
    let running = start(|_| {}).await;
    let port = running.server.port();
    let attempt = |host: String, origin: Option<&'static str>| {
        let mut request = format!("ws://127.0.0.1:{port}/v3/ws").into_client_request().unwrap();
        request.headers_mut().insert("authorization", KEY.parse().unwrap());
        request.headers_mut().insert("host", host.parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        tokio_tungstenite::connect_async(request)
    };
    let own = format!("127.0.0.1:{port}");
    assert!(attempt(own.clone(), None).await.is_ok());
    assert!(attempt(own.clone(), Some(PAGE)).await.is_ok());
    for (host, origin) in [
        (own.clone(), Some("https://evil.example")),
        (own, Some("null")),
        (format!("rebound.example:{port}"), None),
        (format!("rebound.example:{port}"), Some(PAGE)),
    ] {
        let refused = attempt(host, origin).await.unwrap_err();
        assert!(matches!(refused, Error::Http(answer) if answer.status() == 403), "{origin:?}");
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://127.0.0.1:{port}/v3/token?expires_in_seconds=60");
    let answer = client
        .get(url)
        .header("authorization", KEY)
        .header("origin", "https://evil.example")
        .send()
        .await;
    assert_eq!(answer.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn garbage_and_bad_frames_end_the_session_in_words() {
    let running = start(|_| {}).await;
    let rows: Vec<(Message, FailureKind, &str)> = vec![
        (
            Message::text("garbage"),
            FailureKind::BadInput,
            "User Input Validation Error: Invalid JSON: ",
        ),
        (
            Message::text(r#"{"type":"Bogus"}"#),
            FailureKind::BadInput,
            "User Input Validation Error: Invalid Message Type: Bogus",
        ),
        (
            Message::text(r#"{"type":"UpdateConfiguration","vad_threshold":3}"#),
            FailureKind::BadInput,
            "User Input Validation Error: ",
        ),
        (Message::binary(vec![0; 32_002]), FailureKind::FrameLength, "Input Duration Error: "),
        (Message::binary(vec![0; 1601]), FailureKind::BadInput, "User Input Validation Error: "),
    ];
    for (message, kind, text) in rows {
        let mut connection = running.open_with_key().await;
        connection.events.begin().await.unwrap();
        connection.sender.raw(message).await.unwrap();
        let (got, _, words) = failure(&mut connection).await;
        assert_eq!(got, kind);
        assert!(words.starts_with(text), "{words}");
    }
}

#[tokio::test]
async fn bad_and_unserved_parameters_are_refused_before_begin() {
    let running = start(|_| {}).await;
    for query in [
        "encoding=flac",
        "encoding=opus",
        "encoding=aac",
        "sample_rate=7000",
        "sample_rate=96001",
        "speech_model=u3-pro",
        "format_turns=maybe",
    ] {
        let mut socket = running.socket(query).await;
        let first = futures_util::StreamExt::next(&mut socket).await.unwrap().unwrap();
        let message = ServerMessage::decode(first.to_text().unwrap()).unwrap();
        assert!(
            matches!(&message, ServerMessage::Error(error) if error.error_code == Some(3006)),
            "{query}: {message:?}"
        );
    }
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_up() {
    let running = start(|config| config.max_session_seconds = 1).await;
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    let (kind, code, text) = failure(&mut connection).await;
    assert_eq!((kind, code), (FailureKind::SessionExpired, CloseCode::SESSION_EXPIRED));
    assert_eq!(text, texts::SESSION_EXPIRED);
}

/// Takes the 5 s that are the least the protocol allows.
#[tokio::test]
async fn a_silent_client_is_ended_only_if_it_asked_for_that() {
    let running = start(|_| {}).await;
    let mut patient = running.open_with_key().await;
    patient.events.begin().await.unwrap();
    let parameters =
        StreamingParameters { inactivity_timeout: Some(5), ..StreamingParameters::default() };
    let mut hasty = running.open(&parameters, Credential::Key(KEY.to_owned())).await;
    hasty.events.begin().await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let kept_alive = std::time::Instant::now();
    hasty.sender.keep_alive().await.unwrap();
    let (messages, closed) = hasty.events.rest().await;
    assert!(kept_alive.elapsed() >= Duration::from_millis(4900));
    let Some(ServerMessage::Error(error)) = messages.last() else { panic!("no error") };
    assert_eq!(
        error.error,
        "Session terminated due to inactivity: No messages received for 5 seconds"
    );
    assert_eq!(closed.unwrap().failure.unwrap().kind, FailureKind::Inactive);
    patient.sender.terminate().await.unwrap();
    assert_eq!(rest(&mut patient).await.1.failure, None);
}

#[tokio::test]
async fn sessions_are_limited_and_a_place_is_free_again_after_one_ends() {
    let running = start(|config| config.max_sessions = 1).await;
    let mut first = running.open_with_key().await;
    first.events.begin().await.unwrap();
    let mut second = running.open_with_key().await;
    let (kind, code, _) = failure(&mut second).await;
    assert_eq!((kind, code), (FailureKind::TooManySessions, CloseCode::TOO_MANY_SESSIONS));
    first.sender.terminate().await.unwrap();
    rest(&mut first).await;
    for _ in 0..100 {
        let mut third = running.open_with_key().await;
        if third.events.begin().await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place was not given back");
}

#[tokio::test]
async fn a_heartbeat_acknowledges_audio() {
    let running = start(|config| config.heartbeat = Duration::from_millis(50)).await;
    let parameters =
        StreamingParameters { session_heartbeat: true, ..StreamingParameters::default() };
    let mut connection = running.open(&parameters, Credential::Key(KEY.to_owned())).await;
    connection.events.begin().await.unwrap();
    connection.sender.samples(&[0; 1600]).await.unwrap();
    let acknowledged = async {
        loop {
            if let Some(Event::Message(message)) = connection.events.next().await
                && matches!(*message, ServerMessage::Heartbeat(ref beat) if beat.total_audio_received_ms == 100)
            {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(3), acknowledged).await.unwrap();
}

#[tokio::test]
async fn pings_are_answered() {
    let running = start(|_| {}).await;
    let mut request = running.socket_url().as_str().into_client_request().unwrap();
    request.headers_mut().insert("authorization", KEY.parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    futures_util::SinkExt::send(&mut socket, Message::Ping("here?".into())).await.unwrap();
    let ponged = async {
        while let Some(Ok(message)) = futures_util::StreamExt::next(&mut socket).await {
            if message == Message::Pong("here?".into()) {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(Duration::from_secs(3), ponged).await.unwrap());
}

#[tokio::test]
async fn an_engine_that_fails_is_a_server_fault() {
    let running = start(|_| {}).await;
    running.fake.is_broken.store(true, Ordering::Relaxed);
    let mut connection = running.open_with_key().await;
    assert_eq!(failure(&mut connection).await.0, FailureKind::ServerFault);
}

#[tokio::test]
async fn shutdown_flushes_what_was_said() {
    let running = start(|_| {}).await;
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    connection.sender.samples(&[0; 8000]).await.unwrap();
    // The audio has arrived when its first words come back.
    let Some(Event::Message(_partial)) = connection.events.next().await else {
        panic!("no partial")
    };
    let client = async { rest(&mut connection).await };
    let ((messages, closed), ()) = tokio::join!(client, running.server.shutdown());
    assert_eq!(turns(&messages).iter().filter(|turn| turn.end_of_turn).count(), 1);
    assert!(matches!(messages.last(), Some(ServerMessage::Termination(_))));
    assert_eq!(closed.failure, None);
}

#[tokio::test]
async fn a_client_that_vanishes_frees_the_engine() {
    let running = start(|_| {}).await;
    let mut connection = running.open_with_key().await;
    connection.events.begin().await.unwrap();
    assert_eq!(running.fake.sessions.load(Ordering::Relaxed), 1);
    drop(connection);
    let freed = async {
        while running.fake.sessions.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), freed).await.unwrap();
}

#[tokio::test]
async fn a_service_without_a_key_does_not_start() {
    let started = Server::start(ServerConfig::default(), Arc::new(Fake::default())).await;
    assert!(matches!(started, Err(ServerError::NoKey)));
}
