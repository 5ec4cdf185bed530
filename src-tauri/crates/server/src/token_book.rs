//! The temporary tokens that were given out. Pure: time and randomness are passed in.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sotto_protocol::{TokenRequest, texts};

/// How long an expired token is remembered, so that its owner is told "expired" and not "invalid".
const REMEMBERED: Duration = Duration::from_secs(600);
/// A client that mints without end must not fill the memory.
const TOKENS_MAX: usize = 1024;

/// Every token that is known, by its text.
#[derive(Default)]
pub(crate) struct TokenBook {
    entries: HashMap<String, Entry>,
    is_single_use: bool,
}

struct Entry {
    expires: Instant,
    session_seconds: u32,
    is_used: bool,
}

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grant {
    /// How long the session may last.
    pub(crate) session_seconds: u32,
    /// When the token's window ends.
    pub(crate) expires: Instant,
}

/// Why a credential opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Missing,
    Unknown,
    Expired,
}

impl Refusal {
    /// The text of the `Error` frame.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Missing => texts::MISSING_AUTHORIZATION,
            Self::Unknown => texts::INVALID_KEY,
            Self::Expired => texts::TOKEN_EXPIRED,
        }
    }
}

impl TokenBook {
    pub(crate) fn new(is_single_use: bool) -> Self {
        Self { entries: HashMap::new(), is_single_use }
    }

    /// Enters a token made of `random`; `None` when there are too many.
    pub(crate) fn enter(
        &mut self,
        random: &[u8; 32],
        request: TokenRequest,
        now: Instant,
    ) -> Option<String> {
        self.entries.retain(|_, entry| now < entry.expires + REMEMBERED);
        if self.entries.len() >= TOKENS_MAX {
            return None;
        }
        let token = URL_SAFE_NO_PAD.encode(random);
        let entry = Entry {
            expires: now + Duration::from_secs(request.expires_in_seconds.into()),
            session_seconds: request.max_session_duration_seconds,
            is_used: false,
        };
        self.entries.insert(token.clone(), entry);
        Some(token)
    }

    /// Opens a session with a token.
    pub(crate) fn redeem(&mut self, token: &str, now: Instant) -> Result<Grant, Refusal> {
        let grant = self.check(token, now)?;
        if let Some(entry) = self.entries.get_mut(token) {
            entry.is_used = true;
        }
        Ok(grant)
    }

    /// Whether a token would open a session.
    pub(crate) fn check(&mut self, token: &str, now: Instant) -> Result<Grant, Refusal> {
        let entry = self.entries.get(token).ok_or(Refusal::Unknown)?;
        if now >= entry.expires {
            return Err(Refusal::Expired);
        }
        if self.is_single_use && entry.is_used {
            return Err(Refusal::Unknown);
        }
        Ok(Grant { session_seconds: entry.session_seconds, expires: entry.expires })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: TokenRequest =
        TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 600 };

    fn seconds(book: &mut TokenBook, token: &str, now: Instant) -> Result<u32, Refusal> {
        book.redeem(token, now).map(|grant| grant.session_seconds)
    }

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn a_token_opens_sessions_inside_its_window_only() {
        let (mut book, start) = (TokenBook::new(false), Instant::now());
        let token = book.enter(&[7; 32], REQUEST, start).unwrap();
        assert_eq!(seconds(&mut book, &token, start), Ok(600));
        assert_eq!(seconds(&mut book, &token, after(start, 59)), Ok(600));
        assert_eq!(seconds(&mut book, &token, after(start, 60)), Err(Refusal::Expired));
        assert_eq!(seconds(&mut book, "bogus", start), Err(Refusal::Unknown));
    }

    #[test]
    fn an_expired_token_is_forgotten_in_the_end() {
        let (mut book, start) = (TokenBook::new(false), Instant::now());
        let token = book.enter(&[7; 32], REQUEST, start).unwrap();
        book.enter(&[8; 32], REQUEST, after(start, 661)).unwrap();
        assert_eq!(seconds(&mut book, &token, after(start, 661)), Err(Refusal::Unknown));
    }

    #[test]
    fn a_strict_book_takes_a_token_once() {
        let (mut book, start) = (TokenBook::new(true), Instant::now());
        let token = book.enter(&[7; 32], REQUEST, start).unwrap();
        assert_eq!(seconds(&mut book, &token, start), Ok(600));
        assert_eq!(seconds(&mut book, &token, start), Err(Refusal::Unknown));
    }

    #[test]
    fn minting_without_end_is_refused() {
        let (mut book, start) = (TokenBook::new(false), Instant::now());
        let mut random = [0; 32];
        let minted = (0..2000u32).filter(|n| {
            random[..4].copy_from_slice(&n.to_le_bytes());
            book.enter(&random, REQUEST, start).is_some()
        });
        assert_eq!(minted.count(), TOKENS_MAX);
    }
}
