//! Who may connect: the right path, host, origin and ticket, or nobody.

use subtle::ConstantTimeEq as _;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{StatusCode, header};

use tokio::time::Instant;

use crate::FeedSource;

/// A ticket and what it opens.
pub(crate) struct Ticket {
    pub(crate) secret: String,
    pub(crate) source: FeedSource,
    /// When it becomes worthless.
    pub(crate) until: Instant,
}

/// Takes the ticket that `request` presents, if everything about the request is right.
pub(crate) fn admit(
    request: &Request,
    port: u16,
    origins: &[String],
    tickets: &mut Vec<Ticket>,
) -> Option<FeedSource> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    // Binding to 127.0.0.1 does not stop a page that rebinds its own name to it; the Host header does.
    let is_host = text(header::HOST) == Some(format!("127.0.0.1:{port}").as_str());
    // Browsers always send it, and any page may open a socket to loopback.
    let is_origin =
        text(header::ORIGIN).is_some_and(|origin| origins.iter().any(|known| known == origin));
    if request.uri().path() != "/feed" || !is_host || !is_origin {
        return None;
    }
    let presented = request.uri().query()?.strip_prefix("ticket=")?;
    let found = tickets
        .iter()
        .position(|ticket| ticket.secret.as_bytes().ct_eq(presented.as_bytes()).into())?;
    Some(tickets.swap_remove(found).source)
}

pub(crate) fn refusal() -> ErrorResponse {
    let mut refused = ErrorResponse::new(None);
    *refused.status_mut() = StatusCode::FORBIDDEN;
    refused
}

/// The type that the handshake wants.
pub(crate) type Verdict = Result<Response, ErrorResponse>;
