//! The whole service over real sockets, with a scripted recogniser behind it and `sotto-client` before it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod audio;
mod credentials;
mod fake;
mod faults;
mod figures;
mod hostile;
mod limits;
mod parameters;
mod sequences;
mod session;

use std::{sync::Arc, time::Duration};

use fake::Fake;
use reqwest::StatusCode;
use serde_json::Value;
use sotto_client::{Closed, Connection, Credential};
use sotto_protocol::{
    CloseCode, ErrorMessage, FailureKind, ServerMessage, StreamingParameters, Turn, texts,
};
use sotto_server::{RunningServer, Server, ServerConfig};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use url::Url;

const KEY: &str = "the-key-of-this-launch";
const PAGE: &str = "tauri://localhost";

type RawSocket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

struct Running {
    server: RunningServer,
    fake: Arc<Fake>,
}

async fn start(change: impl FnOnce(&mut ServerConfig)) -> Running {
    let mut config = ServerConfig {
        api_key: KEY.to_owned(),
        allowed_origins: vec![PAGE.to_owned()],
        ..ServerConfig::default()
    };
    change(&mut config);
    let fake = Arc::new(Fake::default());
    Running { server: Server::start(config, fake.clone()).await.unwrap(), fake }
}

impl Running {
    fn socket_url(&self) -> Url {
        Url::parse(&format!("ws://127.0.0.1:{}/v3/ws", self.server.port())).unwrap()
    }

    async fn get(&self, path: &str, key: Option<&str>) -> (StatusCode, Value) {
        let url = format!("http://127.0.0.1:{}{path}", self.server.port());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = match key {
            Some(key) => client.get(url).header("authorization", key),
            None => client.get(url),
        };
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    async fn token(&self, query: &str) -> String {
        let (status, body) = self.get(&format!("/v3/token?{query}"), Some(KEY)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["token"].as_str().unwrap().to_owned()
    }

    async fn open(&self, parameters: &StreamingParameters, credential: Credential) -> Connection {
        Connection::open(&self.socket_url(), parameters, credential).await.unwrap()
    }

    /// A bare socket with this query, as some other client would open it.
    async fn socket(&self, query: &str) -> RawSocket {
        let mut request = format!("{}?{query}", self.socket_url()).into_client_request().unwrap();
        request.headers_mut().insert("authorization", KEY.parse().unwrap());
        tokio_tungstenite::connect_async(request).await.unwrap().0
    }

    async fn open_with_key(&self) -> Connection {
        self.open(&StreamingParameters::default(), Credential::Key(KEY.to_owned())).await
    }
}

/// What a bare socket is told next.
async fn said(socket: &mut RawSocket) -> ServerMessage {
    let next = futures_util::StreamExt::next(socket);
    let message = tokio::time::timeout(Duration::from_secs(5), next).await.unwrap();
    ServerMessage::decode(message.unwrap().unwrap().to_text().unwrap()).unwrap()
}

/// Everything up to the end, which has to come within the time that both SDKs wait.
async fn rest(connection: &mut Connection) -> (Vec<ServerMessage>, Closed) {
    let (messages, closed) =
        tokio::time::timeout(Duration::from_secs(5), connection.events.rest()).await.unwrap();
    (messages, closed.unwrap())
}

/// The fate of a session that must fail: its `Error`, the close after it, and no `Termination`.
async fn failure(connection: &mut Connection) -> (FailureKind, CloseCode, String) {
    let (messages, closed) = rest(connection).await;
    let Some(ServerMessage::Error(ErrorMessage { error_code: Some(code), error })) =
        messages.last()
    else {
        panic!("the last message is no error: {messages:?} {closed:?}");
    };
    assert_eq!(closed.code, Some(CloseCode(*code)));
    assert_eq!(closed.reason, texts::CLOSE_REASON_ERROR);
    assert!(!messages.iter().any(|message| matches!(message, ServerMessage::Termination(_))));
    (closed.failure.unwrap().kind, CloseCode(*code), error.clone())
}

fn turns(messages: &[ServerMessage]) -> Vec<&Turn> {
    messages
        .iter()
        .filter_map(
            |message| if let ServerMessage::Turn(turn) = message { Some(turn) } else { None },
        )
        .collect()
}
