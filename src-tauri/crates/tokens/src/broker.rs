//! A team's own source of tokens, so that no key of theirs is on this machine at all.

use url::Url;

use crate::{EndpointError, endpoint::checked};

/// An address whose `GET` answers `{"token": "…"}`, with a token of AssemblyAI's in it. It may say `expires_in_seconds`
/// beside it. What life is wished for is in the query, for those who heed it; others ignore it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broker(Url);

/// A broker that does not say how long its tokens live: the least that AssemblyAI's own examples ask for.
pub(crate) const UNSAID_LIFE_SECONDS: u32 = 60;

impl Broker {
    /// `https://…`, or `http://` on this machine.
    ///
    /// # Errors
    /// See [`EndpointError`].
    pub fn new(address: &str) -> Result<Self, EndpointError> {
        Ok(Self(checked(address)?))
    }

    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_it_is_reached_encrypted_only() {
        for address in ["https://tokens.example/token?team=7", "http://localhost:3000/token"] {
            assert_eq!(Broker::new(address).unwrap().url().as_str(), address);
        }
        for (address, error) in [
            ("http://tokens.example/token", EndpointError::Insecure),
            ("https://me:pass@tokens.example/token", EndpointError::HoldsCredentials),
            ("file:///token", EndpointError::NotHttp),
        ] {
            assert_eq!(Broker::new(address), Err(error), "{address}");
        }
    }
}
