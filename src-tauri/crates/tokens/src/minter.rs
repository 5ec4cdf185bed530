//! The request itself.

use std::{fmt, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::{
    Client, StatusCode,
    header::{AUTHORIZATION, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};
use sotto_protocol::{TokenErrorBody, TokenRequest, TokenResponse};
use tokio::sync::OnceCell;
use tokio::time::Instant;
use url::Url;

use crate::{
    Broker, Endpoint, MintError,
    broker::UNSAID_LIFE_SECONDS,
    retry::{is_worth_repeating, pause, retry_after},
};

/// An answer is a token of about 2600 characters, or a complaint; nothing honest is longer than this.
const BODY_MAX: usize = 64 * 1024;

/// AssemblyAI gives none that live longer (docs), whatever a broker says.
const LONGEST_LIFE_SECONDS: u32 = 600;

/// A token for one connect.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The credential, opaque, about 2600 characters.
    pub token: String,
    /// Until when it may open a session, in Unix milliseconds, counted from before the request was sent: never too late.
    pub expires_at_unix_ms: u64,
    /// Where to use it, without parameters.
    pub socket_url: Url,
}

/// Never shows the token.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("expires_at_unix_ms", &self.expires_at_unix_ms)
            .field("socket_url", &self.socket_url.as_str())
            .finish_non_exhaustive()
    }
}

/// How long and how often to ask. The defaults are for people who wait.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until the connection stands.
    pub connect: Duration,
    /// For one try.
    pub one_try: Duration,
    /// For all tries with their pauses.
    pub total: Duration,
    /// Tries at most.
    pub attempts: u32,
    /// Tokens that may be minted at once: a rotation, a reconnect and a healing leg need three within a second.
    pub burst: NonZeroU32,
    /// Tokens a minute in the long run. A free account may open 5 sessions a minute, a paid one 100 or more (docs).
    pub per_minute: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        const TEN: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
        const THIRTY: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
        Self {
            connect: Duration::from_secs(4),
            one_try: Duration::from_secs(6),
            total: Duration::from_secs(10),
            attempts: 3,
            burst: TEN,
            per_minute: THIRTY,
        }
    }
}

/// Mints tokens. Cheap to clone; clones share the rate limit.
#[derive(Clone)]
pub struct Minter {
    clients: Arc<Clients>,
    limits: Limits,
    rate: Arc<DefaultDirectRateLimiter>,
}

/// Made when they are needed: the certificates of all authorities take time and memory, and who has no key needs none of them.
#[derive(Default)]
struct Clients {
    net: OnceCell<Client>,
    loopback: OnceCell<Client>,
}

impl Clients {
    async fn to(&self, url: &Url, limits: Limits) -> Result<&Client, MintError> {
        // Plain http is only ever this machine: `Endpoint` and `Broker` see to that.
        let is_loopback = url.scheme() == "http";
        let made = if is_loopback { &self.loopback } else { &self.net };
        let client = async || {
            let builder = Client::builder()
                .redirect(Policy::none())
                .connect_timeout(limits.connect)
                .timeout(limits.one_try)
                // A connection that waits for the next token keeps the buffers in which the key was.
                .pool_max_idle_per_host(0)
                .user_agent(concat!("Sotto/", env!("CARGO_PKG_VERSION")));
            // Never through a proxy: a key for this machine must not leave it. Nor is anybody's certificate looked at.
            let builder = if is_loopback { builder.no_proxy().tls_certs_only([]) } else { builder };
            builder.build()
        };
        let setup = |error: reqwest::Error| MintError::Setup(error.without_url().to_string());
        made.get_or_try_init(client).await.map_err(setup)
    }
}

impl fmt::Debug for Minter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minter").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Of whom, with what, and for how long.
struct Ask {
    url: Url,
    authorization: Option<HeaderValue>,
    request: TokenRequest,
}

/// Why one try gave no token.
struct Failed {
    error: MintError,
    is_worth_repeating: bool,
    retry_after: Option<Duration>,
}

impl Failed {
    fn for_good(error: MintError) -> Self {
        Self { error, is_worth_repeating: false, retry_after: None }
    }
}

impl Default for Minter {
    fn default() -> Self {
        Self::with_limits(Limits::default())
    }
}

impl Minter {
    /// A minter with limits of your own.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        let quota = Quota::per_minute(limits.per_minute).allow_burst(limits.burst);
        Self { clients: Arc::default(), limits, rate: Arc::new(RateLimiter::direct(quota)) }
    }

    /// Mints a token for one connect. Ranges, key and address are checked before anything is sent.
    pub async fn mint(
        &self,
        at: &Endpoint,
        key: &str,
        request: TokenRequest,
    ) -> Result<Token, MintError> {
        request.check()?;
        let authorization = Some(authorization(key)?);
        self.ask(Ask { url: at.token_url()?, authorization, request }, at).await
    }

    /// A token of a broker's, for one connect at `at`. `credential` is what the broker wants to see, if anything.
    pub async fn mint_by(
        &self,
        broker: &Broker,
        credential: Option<&str>,
        at: &Endpoint,
        request: TokenRequest,
    ) -> Result<Token, MintError> {
        request.check()?;
        let authorization = credential.map(bearer).transpose()?;
        let request = TokenRequest {
            expires_in_seconds: request.expires_in_seconds.min(UNSAID_LIFE_SECONDS),
            ..request
        };
        self.ask(Ask { url: broker.url().clone(), authorization, request }, at).await
    }

    async fn ask(&self, ask: Ask, at: &Endpoint) -> Result<Token, MintError> {
        let socket_url = at.socket_url()?;
        self.rate.check().map_err(|_not_until| MintError::LocalRateLimit)?;
        let url = &ask.url;
        let deadline = Instant::now() + self.limits.total;
        let mut attempt = 1;
        loop {
            let asked_at = unix_ms();
            let left = deadline.saturating_duration_since(Instant::now());
            let tried = self.try_once(&ask, left).await;
            let failed = match tried {
                Ok(token) => {
                    tracing::debug!(host = url.host_str(), attempt, "token minted");
                    let told = token.expires_in_seconds.unwrap_or(ask.request.expires_in_seconds);
                    let life = told.min(LONGEST_LIFE_SECONDS);
                    let expires_at_unix_ms = asked_at + u64::from(life) * 1000;
                    return Ok(Token { token: token.token, expires_at_unix_ms, socket_url });
                }
                Err(failed) => failed,
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let wait =
                pause(attempt, self.limits.attempts, left, failed.retry_after, rand::random());
            match wait {
                Some(wait) if failed.is_worth_repeating => {
                    tracing::debug!(host = url.host_str(), attempt, ?wait, error = %failed.error, "minting again");
                    tokio::time::sleep(wait).await;
                    attempt += 1;
                }
                _ => return Err(failed.error),
            }
        }
    }

    async fn try_once(&self, ask: &Ask, left: Duration) -> Result<TokenResponse, Failed> {
        let client = self.clients.to(&ask.url, self.limits).await.map_err(Failed::for_good)?;
        let mut get =
            client.get(ask.url.clone()).query(&ask.request).timeout(self.limits.one_try.min(left));
        if let Some(authorization) = &ask.authorization {
            get = get.header(AUTHORIZATION, authorization);
        }
        let answer = get.send().await.map_err(unreachable)?;
        let status = answer.status();
        let asked =
            answer.headers().get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?));
        let body = read_body(answer).await?;
        if status.is_success() {
            return match serde_json::from_str::<TokenResponse>(&body) {
                Ok(answer) if !answer.token.is_empty() => Ok(answer),
                // The cause may quote the body, and the body may hold a token: it is not kept.
                _ => Err(Failed::for_good(MintError::Unexpected {
                    status: status.as_u16(),
                    detail: "the answer holds no token".to_owned(),
                })),
            };
        }
        Err(Failed {
            error: refused(status, &TokenErrorBody::read(&body), asked),
            is_worth_repeating: is_worth_repeating(status.as_u16()),
            retry_after: asked,
        })
    }
}

async fn read_body(mut answer: reqwest::Response) -> Result<String, Failed> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > BODY_MAX {
            return Err(Failed::for_good(MintError::Unexpected {
                status: answer.status().as_u16(),
                detail: "the answer is too long".to_owned(),
            }));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

fn unreachable(error: reqwest::Error) -> Failed {
    let error = error.without_url();
    let mut detail = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(deeper) = cause {
        detail = format!("{detail}: {deeper}");
        cause = deeper.source();
    }
    Failed { error: MintError::Unreachable { detail }, is_worth_repeating: true, retry_after: None }
}

fn refused(status: StatusCode, body: &TokenErrorBody, asked: Option<Duration>) -> MintError {
    let (status, detail) = (status.as_u16(), body.message());
    match status {
        401 => MintError::Rejected { detail },
        400 | 422 if body.is_about_authorization() => MintError::Rejected { detail },
        402 | 403 => MintError::Forbidden { detail },
        429 => MintError::RateLimited { retry_after_seconds: asked.map(|asked| asked.as_secs()) },
        408 | 500..=599 => MintError::ServerFault { status },
        300..=399 => {
            MintError::Unexpected { status, detail: "a redirect, which is not followed".to_owned() }
        }
        _ => MintError::BadRequest { status, detail },
    }
}

/// The raw key, without "Bearer": the token endpoint takes that too, the socket does not (wire).
fn authorization(key: &str) -> Result<HeaderValue, MintError> {
    let key = key.trim();
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(MintError::NotAKey);
    }
    let mut value = HeaderValue::from_str(key).map_err(|_invalid| MintError::NotAKey)?;
    value.set_sensitive(true);
    Ok(value)
}

/// What brokers are shown, as is usual (RFC 6750).
fn bearer(credential: &str) -> Result<HeaderValue, MintError> {
    let credential = credential.trim();
    if credential.is_empty() || !credential.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(MintError::NotAKey);
    }
    let mut value = HeaderValue::from_str(&format!("Bearer {credential}"))
        .map_err(|_invalid| MintError::NotAKey)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The only clock here: an expiry is a date, and the service gives none.
fn unix_ms() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |since| since.as_millis() as u64)
}
