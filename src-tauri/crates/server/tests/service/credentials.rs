//! Rows "credentials" and "tokens".

use std::time::Duration;

use sotto_client::Credential;
use sotto_protocol::{CloseCode, FailureKind, ServerMessage, StreamingParameters, texts};
use sotto_server::{Server, ServerConfig, ServerError};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::{KEY, failure, fake::Fake, rest, said, start};

#[tokio::test]
async fn row_credential_query_or_header_as_key_or_token() {
    let running = start(|config| config.max_sessions = 8).await;
    let token = running.token("expires_in_seconds=60").await;
    let bare = |query: String, header: Option<&str>| {
        let mut request =
            format!("{}?{query}", running.socket_url()).into_client_request().unwrap();
        if let Some(header) = header {
            request.headers_mut().insert("authorization", header.parse().unwrap());
        }
        async { tokio_tungstenite::connect_async(request).await.unwrap().0 }
    };
    for (query, header) in [
        (format!("token={token}"), None),
        (String::new(), Some(token.as_str())),
        (String::new(), Some(KEY)),
        // Some clients always write the parameter.
        ("token=".to_owned(), Some(KEY)),
    ] {
        let mut socket = bare(query, header).await;
        assert!(matches!(said(&mut socket).await, ServerMessage::Begin(_)));
    }
    let mut socket = bare(String::new(), None).await;
    let ServerMessage::Error(error) = said(&mut socket).await else { panic!("no Error") };
    assert_eq!(error.error, texts::MISSING_AUTHORIZATION);
    assert_eq!(error.error_code, Some(1008));
}

#[tokio::test]
async fn row_tokens_are_reusable_inside_their_window_by_default() {
    let running = start(|_| {}).await;
    let token = running.token("expires_in_seconds=60").await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let credential = Credential::Token(token.clone());
        let mut connection = running.open(&StreamingParameters::default(), credential).await;
        connection.events.begin().await.unwrap();
        open.push(connection);
    }
}

#[tokio::test]
async fn row_tokens_the_window_does_not_end_a_session_unless_so_configured() {
    let parameters = StreamingParameters::default();
    for is_cut in [false, true] {
        let running = start(|config| config.is_cut_at_token_expiry = is_cut).await;
        let token = running.token("expires_in_seconds=1").await;
        let mut connection = running.open(&parameters, Credential::Token(token)).await;
        connection.events.begin().await.unwrap();
        let mut keyed = running.open_with_key().await;
        keyed.events.begin().await.unwrap();
        tokio::time::sleep(Duration::from_millis(1200)).await;
        if is_cut {
            let (kind, code, text) = failure(&mut connection).await;
            assert_eq!((kind, code), (FailureKind::TokenExpired, CloseCode::POLICY));
            assert_eq!(text, texts::TOKEN_EXPIRED);
        } else {
            connection.sender.terminate().await.unwrap();
            assert_eq!(rest(&mut connection).await.1.failure, None);
        }
        keyed.sender.terminate().await.unwrap();
        assert_eq!(rest(&mut keyed).await.1.failure, None, "a key has no window");
    }
}

#[tokio::test]
async fn row_v2_is_gone_and_tokens_are_not_posted() {
    let running = start(|_| {}).await;
    assert_eq!(running.get("/v2/realtime/ws", Some(KEY)).await.0.as_u16(), 410);
    assert_eq!(running.get("/v2/realtime/token", Some(KEY)).await.0.as_u16(), 404);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://127.0.0.1:{}/v3/token?expires_in_seconds=60", running.server.port());
    let answer = client.post(url).header("authorization", KEY).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 405);
}

#[tokio::test]
async fn other_machines_are_let_in_only_when_that_is_said() {
    let config = || ServerConfig {
        api_key: KEY.to_owned(),
        host: std::net::Ipv4Addr::UNSPECIFIED.into(),
        ..ServerConfig::default()
    };
    let fake = || std::sync::Arc::new(Fake::default());
    let refused = Server::start(config(), fake()).await;
    assert!(matches!(refused, Err(ServerError::NotLoopback(_))));
    let allowed =
        Server::start(ServerConfig { is_lan_allowed: true, ..config() }, fake()).await.unwrap();
    assert!(allowed.address().ip().is_unspecified());
    allowed.shutdown().await;
}

#[tokio::test]
async fn a_session_that_is_refused_for_its_parameters_spends_no_token() {
    let running = start(|config| config.are_tokens_single_use = true).await;
    let token = running.token("expires_in_seconds=60").await;
    let credential = || Credential::Token(token.clone());
    let bad = StreamingParameters { sample_rate: 7_000, ..StreamingParameters::default() };
    let mut refused = running.open(&bad, credential()).await;
    assert_eq!(failure(&mut refused).await.1.0, 3006);
    let mut opened = running.open(&StreamingParameters::default(), credential()).await;
    opened.events.begin().await.unwrap();
    let mut again = running.open(&StreamingParameters::default(), credential()).await;
    assert_eq!(failure(&mut again).await.1.0, 1008);
}
