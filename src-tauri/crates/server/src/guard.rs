//! Who may speak to a loopback port at all: see the crate's documentation for why.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, HOST, ORIGIN},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

/// The names under which this service may be addressed and the pages that may do so.
#[derive(Debug)]
pub(crate) struct Guard {
    port: u16,
    is_open_to_others: bool,
    origins: Vec<String>,
}

impl Guard {
    pub(crate) fn new(at: SocketAddr, origins: Vec<String>) -> Self {
        Self { port: at.port(), is_open_to_others: !at.ip().is_loopback(), origins }
    }

    /// This machine's own names; where other machines may connect, any address too. A rebound name is never an address.
    fn is_own(&self, host: &str) -> bool {
        let Some(name) = host
            .rsplit_once(':')
            .filter(|(_, port)| *port == self.port.to_string())
            .map(|host| host.0)
        else {
            return false;
        };
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        name.eq_ignore_ascii_case("localhost")
            || bare.parse::<IpAddr>().is_ok_and(|address| {
                self.is_open_to_others
                    || address == IpAddr::from([127, 0, 0, 1])
                    || address == IpAddr::from(Ipv6Addr::LOCALHOST)
            })
    }

    /// `Host` always; `Origin` where there is one, and `null` is one. Two of either are refused: which one counts would
    /// be a guess.
    pub(crate) fn is_welcome(&self, headers: &HeaderMap) -> bool {
        let one = |name| {
            let mut all = headers.get_all(name).iter();
            (all.next().map(|value| value.to_str().unwrap_or("")), all.next().is_some())
        };
        let host_fits = matches!(one(HOST), (Some(host), false) if self.is_own(host));
        let origin_fits = match one(ORIGIN) {
            (None, _) => true,
            (Some(origin), false) => self.origins.iter().any(|allowed| allowed == origin),
            (Some(_), true) => false,
        };
        host_fits && origin_fits
    }
}

pub(crate) async fn check(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    if guard.is_welcome(request.headers()) {
        next.run(request).await
    } else {
        tracing::warn!("a request with a foreign Host or Origin was refused");
        (StatusCode::FORBIDDEN, "foreign host or origin").into_response()
    }
}

/// The raw `Authorization`, if any.
pub(crate) fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok().filter(|value| !value.is_empty())
}

/// Takes the same time however much of the key is right. Its length is no secret.
pub(crate) fn is_same_key(expected: &str, given: &str) -> bool {
    expected.as_bytes().ct_eq(given.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_this_host_and_known_pages_are_welcome() {
        let guard = Guard::new(([127, 0, 0, 1], 8080).into(), vec!["tauri://localhost".to_owned()]);
        for (pairs, is_welcome) in [
            (vec![("host", "127.0.0.1:8080")], true),
            (vec![("host", "LocalHost:8080")], true),
            (vec![("host", "127.0.0.1:8080"), ("origin", "tauri://localhost")], true),
            (vec![], false),
            (vec![("host", "[::1]:8080")], true),
            (vec![("host", "192.168.1.7:8080")], false),
            (vec![("host", "127.0.0.1")], false),
            (vec![("host", "127.0.0.1:9999")], false),
            (vec![("host", "rebound.example:8080")], false),
            (vec![("host", "127.0.0.1:8080"), ("host", "rebound.example")], false),
            (vec![("host", "127.0.0.1:8080"), ("origin", "null")], false),
            (vec![("host", "127.0.0.1:8080"), ("origin", "https://evil.example")], false),
            (vec![("host", "127.0.0.1:8080"), ("origin", "tauri://localhost.evil.example")], false),
            (
                vec![
                    ("host", "127.0.0.1:8080"),
                    ("origin", "tauri://localhost"),
                    ("origin", "x://y"),
                ],
                false,
            ),
        ] {
            assert_eq!(guard.is_welcome(&headers(&pairs)), is_welcome, "{pairs:?}");
        }
    }

    #[test]
    fn where_others_may_connect_addresses_are_welcome_and_names_are_not() {
        let guard = Guard::new(([0, 0, 0, 0], 8080).into(), Vec::new());
        assert!(guard.is_welcome(&headers(&[("host", "192.168.1.7:8080")])));
        assert!(!guard.is_welcome(&headers(&[("host", "rebound.example:8080")])));
    }

    #[test]
    fn keys_are_compared_whole() {
        assert!(is_same_key("abc", "abc"));
        assert!(!is_same_key("abc", "abd"));
        assert!(!is_same_key("abc", "ab"));
        assert!(!is_same_key("abc", ""));
    }
}
