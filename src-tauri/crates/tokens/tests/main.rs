//! Minting against a real HTTP server on loopback that answers from a script.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::VecDeque,
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, Response},
    routing::get,
};
use sotto_tokens::{Broker, Endpoint, Limits, MintError, Minter, TokenRequest};

const KEY: &str = "0123456789abcdef-secret-key";
const TOKEN: &str = "AQI-secret-token";
const REQUEST: TokenRequest =
    TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 600 };

#[derive(Clone)]
struct Answer(u16, &'static str, Option<(&'static str, String)>);

#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<(String, HeaderMap)>>,
}

struct Fake {
    endpoint: Endpoint,
    script: Arc<Script>,
}

impl Fake {
    /// Answers in order; afterwards always with a token numbered by request.
    async fn start(answers: Vec<Answer>) -> Self {
        let script =
            Arc::new(Script { answers: Mutex::new(answers.into()), asked: Mutex::default() });
        let router = Router::new().route("/v3/token", get(answer)).with_state(script.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { endpoint: Endpoint::custom(&base).unwrap(), script }
    }

    async fn mint(&self) -> Result<sotto_tokens::Token, MintError> {
        minter(10).mint(&self.endpoint, KEY, REQUEST).await
    }

    fn asked(&self) -> Vec<(String, HeaderMap)> {
        self.script.asked.lock().unwrap().clone()
    }
}

async fn answer(
    State(script): State<Arc<Script>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let number = {
        let mut asked = script.asked.lock().unwrap();
        asked.push((query.unwrap_or_default(), headers));
        asked.len()
    };
    let next = script.answers.lock().unwrap().pop_front();
    let Some(Answer(status, body, header)) = next else {
        return Response::new(Body::from(format!(
            r#"{{"token":"{TOKEN}-{number}","expires_in_seconds":60}}"#
        )));
    };
    let mut response = Response::builder().status(status);
    if let Some((name, value)) = header {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).unwrap()
}

fn minter(burst: u32) -> Minter {
    let one = NonZeroU32::new(1).unwrap();
    let limits =
        Limits { burst: NonZeroU32::new(burst).unwrap(), per_minute: one, ..Limits::default() };
    Minter::with_limits(limits)
}

#[tokio::test]
async fn a_token_is_minted_with_the_raw_key_by_get() {
    let fake = Fake::start(vec![]).await;
    let token = fake.mint().await.unwrap();
    assert_eq!(token.token, format!("{TOKEN}-1"));
    assert!(token.socket_url.as_str().starts_with("ws://127.0.0.1:"));
    assert!(token.socket_url.as_str().ends_with("/v3/ws"));
    let asked = fake.asked();
    assert_eq!(asked[0].0, "expires_in_seconds=60&max_session_duration_seconds=600");
    assert_eq!(asked[0].1["authorization"], KEY);
    assert!(!format!("{token:?}").contains("secret"));
}

#[tokio::test]
async fn two_mints_are_two_requests_and_two_tokens() {
    let fake = Fake::start(vec![]).await;
    let minter = minter(10);
    let first = minter.mint(&fake.endpoint, KEY, REQUEST).await.unwrap();
    let second = minter.mint(&fake.endpoint, KEY, REQUEST).await.unwrap();
    assert_ne!(first.token, second.token);
    assert_eq!(fake.asked().len(), 2);
}

#[tokio::test]
async fn refusals_are_told_apart_and_not_repeated() {
    let header = r#"{"detail":[{"type":"missing","loc":["header","authorization"],"msg":"Field required"}]}"#;
    let range = r#"{"detail":[{"type":"less_than_equal","loc":["query","expires_in_seconds"],"msg":"too much"}]}"#;
    type Check = fn(&MintError) -> bool;
    let rows: Vec<(u16, &'static str, Check)> = vec![
        (
            401,
            r#"{"error":"Invalid API key"}"#,
            |e| matches!(e, MintError::Rejected { detail } if detail == "Invalid API key"),
        ),
        (422, header, |e| matches!(e, MintError::Rejected { .. })),
        (
            403,
            r#"{"detail":"plan"}"#,
            |e| matches!(e, MintError::Forbidden { detail } if detail == "plan"),
        ),
        (
            422,
            range,
            |e| matches!(e, MintError::BadRequest { status: 422, detail } if detail == "expires_in_seconds: too much"),
        ),
        (404, "", |e| matches!(e, MintError::BadRequest { status: 404, .. })),
        (200, r#"{"nothing":1}"#, |e| matches!(e, MintError::Unexpected { status: 200, .. })),
    ];
    for (status, body, check) in rows {
        let fake = Fake::start(vec![Answer(status, body, None)]).await;
        let error = fake.mint().await.unwrap_err();
        assert!(check(&error), "{status}: {error:?}");
        assert_eq!(fake.asked().len(), 1, "{status}");
        assert_eq!(
            error.is_refusal(),
            matches!(error, MintError::Rejected { .. } | MintError::Forbidden { .. })
        );
        assert!(!format!("{error:?} {error}").contains("secret"));
    }
}

#[tokio::test]
async fn faults_are_repeated_until_they_pass() {
    for status in [408, 429, 500, 503] {
        let fake = Fake::start(vec![Answer(status, "", None), Answer(status, "", None)]).await;
        assert!(fake.mint().await.is_ok(), "{status}");
        assert_eq!(fake.asked().len(), 3);
    }
}

#[tokio::test]
async fn three_faults_are_the_end() {
    let fake = Fake::start(vec![Answer(503, "", None); 3]).await;
    assert!(matches!(fake.mint().await, Err(MintError::ServerFault { status: 503 })));
    assert_eq!(fake.asked().len(), 3);
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let fake = Fake::start(vec![Answer(429, "", Some(("retry-after", "1".to_owned())))]).await;
    let before = Instant::now();
    assert!(fake.mint().await.is_ok());
    assert!(before.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_long_retry_after_is_handed_to_the_caller_at_once() {
    let fake = Fake::start(vec![Answer(429, "", Some(("retry-after", "60".to_owned())))]).await;
    let before = Instant::now();
    assert!(matches!(
        fake.mint().await,
        Err(MintError::RateLimited { retry_after_seconds: Some(60) })
    ));
    assert!(before.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_redirect_never_carries_the_key_away() {
    let elsewhere = Fake::start(vec![]).await;
    let there = elsewhere.endpoint.token_url().unwrap().to_string();
    let fake = Fake::start(vec![Answer(307, "", Some(("location", there)))]).await;
    assert!(matches!(fake.mint().await, Err(MintError::Unexpected { status: 307, .. })));
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_dead_address_is_unreachable_and_nothing_leaks() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let endpoint = Endpoint::custom(&format!("http://{address}")).unwrap();
    let error = minter(1).mint(&endpoint, KEY, REQUEST).await.unwrap_err();
    assert!(matches!(error, MintError::Unreachable { .. }));
    let shown = format!("{error:?}");
    assert!(!shown.contains("secret") && !shown.contains("expires_in_seconds"), "{shown}");
}

#[tokio::test]
async fn a_silent_server_is_given_up_in_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = Endpoint::custom(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let limits = Limits { total: Duration::from_millis(300), ..Limits::default() };
    let before = Instant::now();
    let error = Minter::with_limits(limits).mint(&endpoint, KEY, REQUEST).await.unwrap_err();
    assert!(matches!(error, MintError::Unreachable { .. }));
    assert!(before.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn nothing_is_sent_for_bad_ranges_or_keys() {
    let fake = Fake::start(vec![]).await;
    let minter = minter(10);
    for (expires, session) in [(0, 600), (601, 600), (60, 59), (60, 10_801)] {
        let request =
            TokenRequest { expires_in_seconds: expires, max_session_duration_seconds: session };
        let error = minter.mint(&fake.endpoint, KEY, request).await.unwrap_err();
        assert!(matches!(error, MintError::OutOfRange(_)));
    }
    for key in ["", "  ", "two words", "line\nbreak", "schlüssel"] {
        assert!(
            matches!(minter.mint(&fake.endpoint, key, REQUEST).await, Err(MintError::NotAKey)),
            "{key:?}"
        );
    }
    assert!(fake.asked().is_empty());
}

#[tokio::test]
async fn a_burst_is_allowed_and_a_flood_is_not() {
    let fake = Fake::start(vec![]).await;
    let minter = minter(3);
    for _ in 0..3 {
        minter.mint(&fake.endpoint, KEY, REQUEST).await.unwrap();
    }
    assert!(matches!(
        minter.clone().mint(&fake.endpoint, KEY, REQUEST).await,
        Err(MintError::LocalRateLimit)
    ));
    assert_eq!(fake.asked().len(), 3);
}

#[tokio::test]
async fn a_broker_is_asked_by_get_and_its_token_is_used_at_the_recogniser() {
    let fake = Fake::start(vec![Answer(200, r#"{"token":"of-the-team"}"#, None)]).await;
    let broker = Broker::new(&format!("{}?team=7", fake.endpoint.token_url().unwrap())).unwrap();
    let before = unix_ms();
    let minter = minter(10);
    let request = TokenRequest { expires_in_seconds: 300, ..REQUEST };
    let token = minter.mint_by(&broker, None, &Endpoint::AssemblyAiEu, request).await.unwrap();
    assert_eq!(token.token, "of-the-team");
    assert_eq!(token.socket_url.as_str(), "wss://streaming.eu.assemblyai.com/v3/ws");
    // It did not say how long its tokens live: no longer than usual is counted on.
    assert!((before + 59_000..=unix_ms() + 60_000).contains(&token.expires_at_unix_ms));
    let (query, headers) = fake.asked().remove(0);
    assert_eq!(query, "team=7&expires_in_seconds=60&max_session_duration_seconds=600");
    assert!(headers.get("authorization").is_none());
    minter.mint_by(&broker, Some(" pass "), &Endpoint::AssemblyAi, request).await.unwrap();
    assert_eq!(fake.asked()[1].1["authorization"], "Bearer pass");
}

#[tokio::test]
async fn a_broker_without_a_token_is_told_and_shown_no_redirect_its_credential() {
    let fake = Fake::start(vec![
        Answer(200, r#"{"error":"Failed to generate token"}"#, None),
        Answer(302, "", Some(("location", "https://elsewhere.example/".to_owned()))),
    ])
    .await;
    let broker = Broker::new(fake.endpoint.token_url().unwrap().as_str()).unwrap();
    for _ in 0..2 {
        let refused =
            minter(10).mint_by(&broker, Some("pass"), &Endpoint::AssemblyAi, REQUEST).await;
        assert!(matches!(refused, Err(MintError::Unexpected { .. })), "{refused:?}");
    }
    assert_eq!(fake.asked().len(), 2);
}

fn unix_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}
