//! The two addresses, and the tokens between them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{ConnectInfo, RawQuery, State, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::json;
use sotto_protocol::{TokenRequest, TokenResponse, ValidationDetail, credential_in_query, texts};
use tokio::{sync::watch, time::Instant};

use crate::{
    Entry, StandInConfig,
    doors::Visitor,
    fault::Faults,
    log::SharedLog,
    session::{self, Connect},
    standing,
};

pub(crate) struct Cloud {
    pub(crate) config: StandInConfig,
    pub(crate) log: SharedLog,
    pub(crate) faults: Faults,
    pub(crate) standing: watch::Sender<standing::State>,
    /// Sessions that run.
    pub(crate) seats: AtomicUsize,
    tokens: Mutex<HashMap<String, Token>>,
    connects: AtomicUsize,
}

struct Token {
    expires: Instant,
    session_seconds: u32,
    is_used: bool,
}

/// What a token grants.
#[derive(Clone, Copy)]
pub(crate) struct Redeemed {
    pub(crate) session_seconds: u32,
    /// When it would have been too late to show the token.
    pub(crate) window_ends: Instant,
}

#[derive(Deserialize)]
struct TokenQuery {
    expires_in_seconds: Option<u32>,
    max_session_duration_seconds: Option<u32>,
}

impl Cloud {
    pub(crate) fn new(config: StandInConfig) -> Self {
        Self {
            config,
            log: SharedLog::default(),
            faults: Faults::default(),
            standing: watch::Sender::default(),
            seats: AtomicUsize::new(0),
            tokens: Mutex::default(),
            connects: AtomicUsize::new(0),
        }
    }

    /// What a session with this credential may last, or the text of the refusal. Also notes what a client must not do.
    pub(crate) fn redeem(
        &self,
        session: usize,
        query: &str,
        header: Option<&str>,
    ) -> Result<Redeemed, &'static str> {
        let violation = |what: &str| {
            self.log.note(Entry::Violation { session: Some(session), what: what.to_owned() })
        };
        let in_query = credential_in_query(query);
        let credential = in_query.as_deref().or(header).ok_or(texts::MISSING_AUTHORIZATION)?;
        if credential == self.config.api_key {
            violation("the API key was used to open a session");
            return Err(texts::INVALID_KEY);
        }
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let token = tokens.get_mut(credential).ok_or(texts::INVALID_KEY)?;
        if token.is_used {
            violation("a token was used twice");
            return Err(texts::INVALID_KEY);
        }
        if Instant::now() >= token.expires {
            violation("a token was used after its window");
            return Err(texts::TOKEN_EXPIRED);
        }
        token.is_used = true;
        Ok(Redeemed {
            session_seconds: token.session_seconds.min(self.config.max_session_seconds),
            window_ends: token.expires,
        })
    }

    pub(crate) fn tokens(&self) -> Vec<String> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.keys().cloned().collect()
    }

    pub(crate) fn mint(&self, request: TokenRequest) -> Result<String, getrandom::Error> {
        // As long as the real ones, so that no short limit goes unnoticed.
        let mut random = vec![0; 1950];
        getrandom::fill(&mut random)?;
        let token = URL_SAFE_NO_PAD.encode(&random);
        let entry = Token {
            expires: Instant::now() + Duration::from_secs(request.expires_in_seconds.into()),
            session_seconds: request.max_session_duration_seconds,
            is_used: false,
        };
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), entry);
        Ok(token)
    }
}

pub(crate) fn router(cloud: Arc<Cloud>) -> Router {
    Router::new().route("/v3/token", get(token)).route("/v3/ws", get(socket)).with_state(cloud)
}

async fn token(
    State(cloud): State<Arc<Cloud>>,
    query: Result<axum::extract::Query<TokenQuery>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let refuse = |status: u16, body| {
        cloud.log.note(Entry::MintRefused { status });
        (StatusCode::from_u16(status).unwrap_or_default(), Json(body)).into_response()
    };
    if let Some(ms) = cloud.faults.delay_of_token() {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    let holds = *cloud.standing.borrow();
    if let Some(status) = cloud.faults.for_token().or(holds.token_status) {
        return refuse(status, json!({ "error": "planned" }));
    }
    let Some(key) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
        return refuse(
            422,
            json!({ "detail": [ValidationDetail::missing("header", "authorization")] }),
        );
    };
    let Ok(TokenQuery {
        expires_in_seconds: Some(expires_in_seconds),
        max_session_duration_seconds,
    }) = query.map(|query| query.0)
    else {
        return refuse(
            422,
            json!({ "detail": [ValidationDetail::missing("query", "expires_in_seconds")] }),
        );
    };
    let request = TokenRequest {
        expires_in_seconds,
        max_session_duration_seconds: max_session_duration_seconds
            .unwrap_or(cloud.config.max_session_seconds),
    };
    if let Err(error) = request.check() {
        return refuse(422, json!({ "detail": [ValidationDetail::out_of_range(&error)] }));
    }
    if holds.rejects_key || key != cloud.config.api_key {
        return refuse(401, json!({ "error": "Authentication error, API token missing/invalid" }));
    }
    match cloud.mint(request) {
        Ok(token) => {
            let TokenRequest { expires_in_seconds, max_session_duration_seconds } = request;
            cloud.log.note(Entry::Minted { expires_in_seconds, max_session_duration_seconds });
            Json(TokenResponse { token, expires_in_seconds: Some(expires_in_seconds) })
                .into_response()
        }
        Err(error) => refuse(500, json!({ "error": error.to_string() })),
    }
}

async fn socket(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(Visitor(line)): ConnectInfo<Visitor>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let header =
        headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let number = cloud.connects.fetch_add(1, Ordering::Relaxed);
    let connect = Connect { number, query: query.unwrap_or_default(), header, line };
    upgrade.on_upgrade(move |socket| Box::pin(session::run(cloud, connect, socket)))
}
