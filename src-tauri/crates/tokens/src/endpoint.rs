//! Where tokens come from and where they are used. Always one host: a token is minted where it will be redeemed.

use std::net::IpAddr;

use url::{Host, Url};

const DEFAULT: &str = "https://streaming.assemblyai.com/";
const EU: &str = "https://streaming.eu.assemblyai.com/";

/// A recogniser's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// AssemblyAI, at the nearest edge.
    AssemblyAi,
    /// AssemblyAI with audio and text staying in the EU.
    AssemblyAiEu,
    /// Anything else that speaks v3; made by [`Endpoint::custom`], which checks it.
    Custom(Url),
}

/// A base URL that will not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not an absolute URL.
    #[error("the address is not a URL: {0}")]
    NotAUrl(#[from] url::ParseError),
    /// The key would cross the network in the clear.
    #[error("the address must begin with https:// unless it is on this machine")]
    Insecure,
    /// Neither http nor https, or without a host.
    #[error("the address must begin with https:// or http:// and name a host")]
    NotHttp,
    /// A name and password in the URL would end up in logs.
    #[error("the address must not hold a user name or password")]
    HoldsCredentials,
}

impl Endpoint {
    /// An endpoint at a base URL such as `http://127.0.0.1:8080`, under which `/v3/token` and `/v3/ws` are. Plain http
    /// is for loopback addresses only. Query and fragment are dropped.
    pub fn custom(base: &str) -> Result<Self, EndpointError> {
        let mut url = checked(base)?;
        url.set_query(None);
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self::Custom(url))
    }

    /// The address of `GET /v3/token`, without parameters.
    pub fn token_url(&self) -> Result<Url, EndpointError> {
        let url = self.base()?.join("v3/token")?;
        match (url.scheme(), url.host()) {
            ("https", Some(_)) => Ok(url),
            // A `Custom` that was built by hand is checked here too: this is the address that the key goes to.
            ("http", Some(host)) if is_loopback(&host) => Ok(url),
            _ => Err(EndpointError::Insecure),
        }
    }

    /// The address of the socket, without parameters.
    pub fn socket_url(&self) -> Result<Url, EndpointError> {
        let mut url = self.base()?.join("v3/ws")?;
        let scheme = if url.scheme() == "http" { "ws" } else { "wss" };
        url.set_scheme(scheme).map_err(|()| EndpointError::NotHttp)?;
        Ok(url)
    }

    fn base(&self) -> Result<Url, url::ParseError> {
        match self {
            Self::AssemblyAi => Url::parse(DEFAULT),
            Self::AssemblyAiEu => Url::parse(EU),
            Self::Custom(base) => Ok(base.clone()),
        }
    }
}

/// An address that a secret may be sent to, without its fragment.
pub(crate) fn checked(address: &str) -> Result<Url, EndpointError> {
    let mut url = Url::parse(address.trim())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::HoldsCredentials);
    }
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => {}
        ("http", Some(host)) if is_loopback(&host) => {}
        ("http", Some(_)) => return Err(EndpointError::Insecure),
        _ => return Err(EndpointError::NotHttp),
    }
    url.set_fragment(None);
    Ok(url)
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => IpAddr::from(*ip).is_loopback(),
        Host::Ipv6(ip) => IpAddr::from(*ip).is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(endpoint: &Endpoint) -> (String, String) {
        (endpoint.token_url().unwrap().into(), endpoint.socket_url().unwrap().into())
    }

    #[test]
    fn token_and_socket_are_on_one_host() {
        for (endpoint, token, socket) in [
            (
                Endpoint::AssemblyAi,
                "https://streaming.assemblyai.com/v3/token",
                "wss://streaming.assemblyai.com/v3/ws",
            ),
            (
                Endpoint::AssemblyAiEu,
                "https://streaming.eu.assemblyai.com/v3/token",
                "wss://streaming.eu.assemblyai.com/v3/ws",
            ),
            (
                Endpoint::custom("http://127.0.0.1:8080").unwrap(),
                "http://127.0.0.1:8080/v3/token",
                "ws://127.0.0.1:8080/v3/ws",
            ),
            (
                Endpoint::custom("https://speech.example/asr?x=1#y").unwrap(),
                "https://speech.example/asr/v3/token",
                "wss://speech.example/asr/v3/ws",
            ),
        ] {
            assert_eq!(urls(&endpoint), (token.to_owned(), socket.to_owned()));
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for base in ["http://localhost:8080/", "http://[::1]:8080", "http://127.8.9.1"] {
            assert!(Endpoint::custom(base).is_ok(), "{base}");
        }
        for base in
            ["http://192.168.1.2:8080", "http://localhost.example.com", "http://127.0.0.1.nip.io"]
        {
            assert_eq!(Endpoint::custom(base), Err(EndpointError::Insecure), "{base}");
        }
        for base in ["ftp://127.0.0.1", "file:///etc/passwd", "ws://127.0.0.1:1"] {
            assert_eq!(Endpoint::custom(base), Err(EndpointError::NotHttp), "{base}");
        }
        assert_eq!(
            Endpoint::custom("https://me:secret@speech.example"),
            Err(EndpointError::HoldsCredentials)
        );
        let by_hand = Endpoint::Custom(Url::parse("http://speech.example/").unwrap());
        assert_eq!(by_hand.token_url(), Err(EndpointError::Insecure));
    }
}
