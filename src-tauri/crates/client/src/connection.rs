//! Opening a session.

use std::{fmt, time::Duration};

use futures_util::StreamExt;
use sotto_protocol::{API_VERSION, Failure, StreamingParameters};
use tokio_tungstenite::{
    connect_async_with_config,
    tungstenite::{
        self,
        client::IntoClientRequest,
        handshake::client::Request,
        http::{HeaderValue, header::AUTHORIZATION},
        protocol::WebSocketConfig,
    },
};
use url::Url;

use crate::{Events, OpenError, Sender};

/// Messages from a server are turns of some kilobytes; nothing honest is longer than this.
const MESSAGE_MAX: usize = 1024 * 1024;

/// What opens a session.
#[derive(Clone)]
pub enum Credential {
    /// A temporary token, sent as `?token=` as browsers do.
    Token(String),
    /// An API key (or a token, as the Python SDK does), sent raw as `Authorization`.
    Key(String),
}

/// Says which kind, never the credential.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token(…)",
            Self::Key(_) => "Key(…)",
        })
    }
}

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// For the upgrade. `Begin` has been seen 1.2 to 1.3 s after the start of the connect (wire), so the 1 s of the
    /// official SDKs is too short.
    pub open: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { open: Duration::from_secs(10) }
    }
}

/// A session that is open as far as the upgrade: whether the credential is good is told by the first event, since
/// servers check it after the upgrade (wire).
#[derive(Debug)]
pub struct Connection {
    /// For audio and messages.
    pub sender: Sender,
    /// What the server says.
    pub events: Events,
}

impl Connection {
    /// Opens a session at `socket_url`, for example `wss://streaming.assemblyai.com/v3/ws`; its query is replaced.
    pub async fn open(
        socket_url: &Url,
        parameters: &StreamingParameters,
        credential: Credential,
    ) -> Result<Self, OpenError> {
        Self::open_with(socket_url, parameters, credential, Timing::default()).await
    }

    /// As [`Connection::open`], with times of your own.
    pub async fn open_with(
        socket_url: &Url,
        parameters: &StreamingParameters,
        credential: Credential,
        timing: Timing,
    ) -> Result<Self, OpenError> {
        let request = request(socket_url, parameters, credential)?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_MAX))
            .max_frame_size(Some(MESSAGE_MAX));
        let opening = Box::pin(connect_async_with_config(request, Some(config), true));
        let opened = tokio::time::timeout(timing.open, opening).await;
        let (socket, _answer) = opened
            .map_err(|_elapsed| OpenError::TimedOut(timing.open))?
            .map_err(|error| refused(&error))?;
        let (sink, stream) = socket.split();
        let (sender, reply) = Sender::start(sink, parameters);
        Ok(Self { sender, events: Events::start(stream, reply) })
    }
}

fn request(
    socket_url: &Url,
    parameters: &StreamingParameters,
    credential: Credential,
) -> Result<Request, OpenError> {
    let mut url = socket_url.clone();
    if !matches!(url.scheme(), "ws" | "wss") {
        return Err(OpenError::Address);
    }
    url.set_query(Some(&parameters.to_query()));
    let key = match credential {
        Credential::Token(token) => {
            url.query_pairs_mut().append_pair("token", &token);
            None
        }
        Credential::Key(key) => Some(key),
    };
    let mut request = url.as_str().into_client_request().map_err(|_error| OpenError::Address)?;
    request.headers_mut().insert("AssemblyAI-Version", HeaderValue::from_static(API_VERSION));
    if let Some(key) = key {
        let mut value = HeaderValue::from_str(&key).map_err(|_error| OpenError::Credential)?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(request)
}

/// Only kinds of error whose text cannot hold the URL are quoted.
fn refused(error: &tungstenite::Error) -> OpenError {
    match error {
        tungstenite::Error::Http(answer) => {
            OpenError::Refused(Failure::of_handshake(answer.status().as_u16()))
        }
        tungstenite::Error::Io(error) => OpenError::Unreachable(error.to_string()),
        tungstenite::Error::Tls(error) => OpenError::Unreachable(error.to_string()),
        tungstenite::Error::Url(_) => OpenError::Address,
        _ => OpenError::Unreachable("it does not speak WebSocket".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_token_is_in_the_query_and_a_key_in_the_header() {
        let parameters = StreamingParameters::default();
        let at = url("ws://127.0.0.1:1/v3/ws?old=1");
        let with_token = request(&at, &parameters, Credential::Token("t+/=".to_owned())).unwrap();
        assert_eq!(
            with_token.uri().query(),
            Some("sample_rate=16000&encoding=pcm_s16le&format_turns=false&token=t%2B%2F%3D")
        );
        assert!(!with_token.headers().contains_key(AUTHORIZATION));
        let with_key = request(&at, &parameters, Credential::Key("key".to_owned())).unwrap();
        assert!(!with_key.uri().query().unwrap().contains("token"));
        assert_eq!(with_key.headers()[AUTHORIZATION], "key");
        assert!(!format!("{with_key:?}").contains("\"key\""));
    }

    #[test]
    fn only_websocket_addresses_and_sendable_keys_are_taken() {
        let parameters = StreamingParameters::default();
        let http = request(&url("http://127.0.0.1/"), &parameters, Credential::Key("k".to_owned()));
        assert!(matches!(http, Err(OpenError::Address)));
        let broken =
            request(&url("ws://127.0.0.1/"), &parameters, Credential::Key("a\nb".to_owned()));
        assert!(matches!(broken, Err(OpenError::Credential)));
    }

    /// Without a TLS provider compiled in this panics rather than fails.
    #[tokio::test]
    async fn a_server_that_speaks_no_tls_is_unreachable_by_wss() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = url(&format!("wss://{}/v3/ws", listener.local_addr().unwrap()));
        tokio::spawn(async move { drop(listener.accept().await) });
        let opened = Connection::open(
            &at,
            &StreamingParameters::default(),
            Credential::Key("secret".to_owned()),
        )
        .await;
        let error = opened.unwrap_err();
        assert!(matches!(error, OpenError::Unreachable(_)), "{error:?}");
        assert!(!format!("{error:?}").contains("secret"));
    }

    #[test]
    fn credentials_are_never_shown() {
        assert_eq!(format!("{:?}", Credential::Token("secret".to_owned())), "Token(…)");
    }
}
