//! Any request for a token, and any answer to one. The first line is the query of `/v3/token`, the second the credential,
//! and all of it the body of an answer.
//!
//! - The service gives a token to whoever has its key and asks within the ranges, and to nobody else.
//! - A refusal has the status and the body of FastAPI's: our own reader finds every complaint in it.
//! - A token opens a session that may last as long as was asked for.
//! - Whatever the body, reading it ends, and gives at most a line of it; the token of a good one is never shown.
#![no_main]

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use libfuzzer_sys::fuzz_target;
use sotto_fuzz::{KEY, Service, http, in_header, in_url, runtime, session};
use sotto_protocol::{MAX_SESSION_SECONDS_DEFAULT, TokenErrorBody, TokenRequest, TokenResponse};
use url::form_urlencoded;

/// A service gives out no more than 1,024 tokens in ten minutes.
const TOKENS_MAX: u32 = 1000;
/// The longest complaint.
const LONGEST: usize = 200;

/// A service, and how many tokens it has given out.
static SERVICE: LazyLock<Mutex<(Service, u32)>> = LazyLock::new(|| Mutex::new((start(), 0)));

fn start() -> Service {
    runtime().block_on(Service::start()).expect("the service starts")
}

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let query = in_url(lines.next().unwrap_or_default());
    let credential = in_header(lines.next().unwrap_or_default());
    ask(&query, &credential);
    read(&String::from_utf8_lossy(bytes));
});

fn ask(query: &str, credential: &str) {
    let mut shared = SERVICE.lock().unwrap_or_else(PoisonError::into_inner);
    let (service, given) = &mut *shared;
    let has_none = credential.is_empty();
    let header = if has_none { String::new() } else { format!("Authorization: {credential}\r\n") };
    let path = format!("/v3/token?{query}");
    let answer = runtime().block_on(http::get(service.port(), &path, &header));
    let (status, body) = answer.expect("the service answers");
    match asked(query) {
        Ok(_) if has_none => check_complaints(status, &body, 1, true),
        Err(wrong) => check_complaints(status, &body, wrong + usize::from(has_none), has_none),
        Ok(_) if credential.strip_prefix("Bearer ").unwrap_or(credential) != KEY => {
            assert_eq!(status, 401, "{body}");
            assert!(TokenErrorBody::read(&body).is_about_authorization(), "{body}");
        }
        Ok(request) => {
            assert_eq!(status, 200, "{body}");
            check_token(service, &body, request);
            *given += 1;
            if *given >= TOKENS_MAX {
                *shared = (start(), 0);
            }
        }
    }
}

/// What a query asks for, or how many complaints there are about it.
fn asked(query: &str) -> Result<TokenRequest, usize> {
    let last = |wanted: &str| {
        let pairs = form_urlencoded::parse(query.as_bytes());
        pairs.filter(|(name, _)| name == wanted).last().map(|(_, value)| value.parse::<u32>())
    };
    let expires = last("expires_in_seconds");
    let longest = last("max_session_duration_seconds").unwrap_or(Ok(MAX_SESSION_SECONDS_DEFAULT));
    match (expires, longest) {
        (Some(Ok(expires_in_seconds)), Ok(max_session_duration_seconds)) => {
            let request = TokenRequest { expires_in_seconds, max_session_duration_seconds };
            request.check().map(|()| request).map_err(|_first| 1)
        }
        (expires, longest) => {
            Err(usize::from(!matches!(expires, Some(Ok(_)))) + usize::from(longest.is_err()))
        }
    }
}

fn check_complaints(status: u16, body: &str, complaints: usize, is_about_credential: bool) {
    assert_eq!(status, 422, "{body}");
    let refusal = TokenErrorBody::read(body);
    assert_eq!(refusal.is_about_authorization(), is_about_credential, "{body}");
    let TokenErrorBody::Details(details) = refusal else { panic!("no list: {body}") };
    assert_eq!(details.len(), complaints, "{body}");
}

fn check_token(service: &Service, body: &str, request: TokenRequest) {
    let answer: TokenResponse = serde_json::from_str(body).expect("the body of a token");
    assert_eq!(answer.expires_in_seconds, Some(request.expires_in_seconds));
    let longest = u64::from(request.max_session_duration_seconds);
    let earliest = now() + longest;
    let query = format!("token={}", answer.token);
    let begin = runtime().block_on(session::begin(service, &query));
    assert!((earliest..=now() + longest).contains(&begin.expires_at), "{begin:?}");
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn read(body: &str) {
    let message = TokenErrorBody::read(body).message();
    assert!(message.chars().count() <= LONGEST, "{message}");
    if let Ok(answer) = serde_json::from_str::<TokenResponse>(body) {
        let other = TokenResponse { token: String::new(), ..answer.clone() };
        assert_eq!(format!("{answer:?}"), format!("{other:?}"));
    }
}
