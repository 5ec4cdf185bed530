//! The three addresses of the service.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use axum::{
    Json, Router,
    extract::{RawQuery, State, WebSocketUpgrade},
    http::{HeaderMap, StatusCode},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use sotto_engine::Recogniser;
use sotto_protocol::{
    CloseCode, MAX_SESSION_SECONDS_DEFAULT, StreamingParameters, TokenErrorBody, TokenRequest,
    TokenRequestError, TokenResponse, ValidationDetail, credential_in_query, texts,
};
use tokio::sync::{Semaphore, watch};
use url::form_urlencoded;

use crate::{
    Fault, ServerConfig,
    fault::Faults,
    guard::{self, Guard, authorization, is_same_key},
    notices,
    session::{self, Terms},
    token_book::{Grant, Refusal, TokenBook},
    wire::SOCKET_MAX,
};

/// What every request needs.
pub(crate) struct Shared {
    pub(crate) config: ServerConfig,
    pub(crate) faults: Arc<Faults>,
    pub(crate) recogniser: Arc<dyn Recogniser>,
    pub(crate) tokens: Mutex<TokenBook>,
    pub(crate) places: Arc<Semaphore>,
    pub(crate) shutdown: watch::Receiver<bool>,
}

pub(crate) fn router(shared: Arc<Shared>, guard: Guard) -> Router {
    Router::new()
        .route("/v3/token", get(token))
        .route("/v3/ws", get(socket))
        .route("/healthz", get(|| async { "ok" }))
        // The socket of v2, as the cloud answers it (docs).
        .route("/v2/realtime/ws", get(|| async { (StatusCode::GONE, "Deprecated endpoint") }))
        .with_state(shared)
        .layer(from_fn_with_state(Arc::new(guard), guard::check))
}

async fn token(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match shared.faults.for_token() {
        Some(Fault::TokenDelay(delay)) => tokio::time::sleep(delay).await,
        Some(Fault::RefuseToken(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            return refusal(status, "A fault on purpose");
        }
        _ => {}
    }
    let mut details = Vec::new();
    let given = authorization(&headers);
    if given.is_none() {
        details.push(ValidationDetail::missing("header", "authorization"));
    }
    let request = token_request(&query.unwrap_or_default()).unwrap_or_else(|mut wrong| {
        details.append(&mut wrong);
        TokenRequest { expires_in_seconds: 0, max_session_duration_seconds: 0 }
    });
    if !details.is_empty() {
        // The JavaScript SDK shows `error` where there is one, and the raw body else.
        let error = TokenErrorBody::Details(details.clone()).message();
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            Json(json!({ "detail": details, "error": error })),
        )
            .into_response();
    }
    // `Bearer` is taken here, though not by the socket (wire).
    let given = given.unwrap_or_default();
    if !is_same_key(&shared.config.api_key, given.strip_prefix("Bearer ").unwrap_or(given)) {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "Authentication error, API token missing/invalid",
        );
    }
    let mut random = [0; 32];
    if getrandom::fill(&mut random).is_err() {
        return refusal(StatusCode::INTERNAL_SERVER_ERROR, "no randomness");
    }
    let entered = shared.lock_tokens().enter(&random, request, Instant::now());
    match entered {
        Some(token) => {
            tracing::info!(seconds = request.expires_in_seconds, "a token was minted");
            let expires_in_seconds = Some(request.expires_in_seconds);
            Json(TokenResponse { token, expires_in_seconds }).into_response()
        }
        None => refusal(StatusCode::TOO_MANY_REQUESTS, "Too many tokens"),
    }
}

fn refusal(status: StatusCode, words: &str) -> Response {
    (status, Json(json!({ "error": words }))).into_response()
}

/// Reads the query of `/v3/token` as FastAPI does: every complaint at once.
fn token_request(query: &str) -> Result<TokenRequest, Vec<ValidationDetail>> {
    let value =
        |name: &str| form_urlencoded::parse(query.as_bytes()).filter(|pair| pair.0 == name).last();
    let number = |name: &'static str, default: Option<u32>| match (value(name), default) {
        (None, None) => Err(Box::new(ValidationDetail::missing("query", name))),
        (None, Some(default)) => Ok(default),
        (Some((_, text)), _) => text
            .parse::<u32>()
            .map_err(|_error| Box::new(ValidationDetail::not_a_number(name, &text))),
    };
    let expires = number("expires_in_seconds", None);
    let session = number("max_session_duration_seconds", Some(MAX_SESSION_SECONDS_DEFAULT));
    match (expires, session) {
        (Ok(expires_in_seconds), Ok(max_session_duration_seconds)) => {
            let request = TokenRequest { expires_in_seconds, max_session_duration_seconds };
            let range = |error: TokenRequestError| vec![ValidationDetail::out_of_range(&error)];
            request.check().map(|()| request).map_err(range)
        }
        (expires, session) => Err([expires.err(), session.err()]
            .into_iter()
            .flatten()
            .map(|detail| *detail)
            .collect()),
    }
}

async fn socket(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let query = query.unwrap_or_default();
    let credential = credential_in_query(&query)
        .filter(|token| !token.is_empty())
        .or_else(|| authorization(&headers).map(str::to_owned));
    // Everything but Host and Origin is judged after the upgrade, as by the cloud.
    upgrade.max_message_size(SOCKET_MAX).max_frame_size(SOCKET_MAX).on_upgrade(
        move |socket| async move {
            match shared.admit(credential.as_deref(), &query) {
                Ok(terms) => Box::pin(session::run(socket, terms)).await,
                Err((code, text)) => session::refuse(socket, code, text).await,
            }
        },
    )
}

impl Shared {
    fn admit(&self, credential: Option<&str>, query: &str) -> Result<Terms, (CloseCode, String)> {
        let refused = |refusal: Refusal| (CloseCode::POLICY, refusal.text().to_owned());
        self.grant(credential, TokenBook::check).map_err(refused)?;
        let parameters = StreamingParameters::parse(query)
            .map_err(|error| (CloseCode::BAD_INPUT, error.to_string()))?;
        if let Some(text) = notices::refusal(&parameters) {
            return Err((CloseCode::BAD_INPUT, text));
        }
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_full| (CloseCode::TOO_MANY_SESSIONS, texts::TOO_MANY_SESSIONS.to_owned()))?;
        // Last of all: a session that is refused for another reason spends no token.
        let (seconds, token_expires) =
            self.grant(credential, TokenBook::redeem).map_err(refused)?;
        Ok(Terms {
            recogniser: Arc::clone(&self.recogniser),
            parameters,
            seconds,
            token_expires: token_expires.filter(|_| self.config.is_cut_at_token_expiry),
            heartbeat: self.config.heartbeat,
            shutdown: self.shutdown.clone(),
            faults: Arc::clone(&self.faults),
            place: Arc::new(place),
        })
    }

    /// How long a session with this credential may last, and when its token, if it is one, expires.
    fn grant(
        &self,
        credential: Option<&str>,
        ask: fn(&mut TokenBook, &str, Instant) -> Result<Grant, Refusal>,
    ) -> Result<(u32, Option<Instant>), Refusal> {
        let credential = credential.filter(|text| !text.is_empty()).ok_or(Refusal::Missing)?;
        let longest = self.config.max_session_seconds;
        if is_same_key(&self.config.api_key, credential) {
            return Ok((longest, None));
        }
        let grant = ask(&mut self.lock_tokens(), credential, Instant::now())?;
        Ok((grant.session_seconds.min(longest), Some(grant.expires)))
    }

    fn lock_tokens(&self) -> std::sync::MutexGuard<'_, TokenBook> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
