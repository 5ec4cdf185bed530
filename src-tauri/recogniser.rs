//! Who recognises: what the user chose (or the environment says), whether it is ready, and where its tokens come from.

use std::env;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use sotto_server::RunningServer;
use sotto_tokens::{Broker, Endpoint, EndpointError, MintError, Minter, Token, TokenRequest};
use sotto_vault::{Secret, Vault, VaultError};
use tokio::sync::watch;
use uuid::Uuid;

use crate::broker_credential::BrokerCredential;
use crate::engine_loader::EngineLoader;
use crate::settings::RecogniserChoice;
use crate::token_trail::{TokenEntry, TokenIssuer, TokenOutcome, TokenTrail, TokenUse};

/// Who recognises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recogniser {
    /// The engine inside the program.
    Offline,
    /// AssemblyAI, nearest edge.
    AssemblyAi,
    /// AssemblyAI, in the EU.
    AssemblyAiEu,
    /// A service at a base URL of the user's own.
    SelfHosted(String),
}

impl Recogniser {
    /// `SOTTO_RECOGNISER` wins over the settings: it is how scripts and tests choose.
    #[must_use]
    pub fn chosen(choice: RecogniserChoice) -> Self {
        match env::var("SOTTO_RECOGNISER").ok().filter(|value| !value.is_empty()) {
            Some(name) => Self::named(&name),
            None => match choice {
                RecogniserChoice::Offline => Self::Offline,
                RecogniserChoice::Assemblyai => Self::AssemblyAi,
                RecogniserChoice::AssemblyaiEu => Self::AssemblyAiEu,
            },
        }
    }
}

impl Recogniser {
    /// `offline`, `assemblyai`, `assemblyai-eu`, or the base URL of a service.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "offline" => Self::Offline,
            "assemblyai" => Self::AssemblyAi,
            "assemblyai-eu" => Self::AssemblyAiEu,
            base => Self::SelfHosted(base.to_owned()),
        }
    }
}

/// What opens the cloud.
#[derive(Clone)]
pub enum Access {
    /// The user's own key.
    Key(Vault),
    /// A team's source of tokens, and what it wants to see.
    Broker {
        /// Where.
        broker: Broker,
        /// Where its credential is kept.
        credential: BrokerCredential,
    },
}

/// How far the engine inside the program is.
#[derive(Debug, Clone)]
pub enum EngineState {
    /// Nobody needed it yet, and its model is not in memory.
    Unread,
    /// Its model is being read.
    Loading,
    /// It can be asked. `instead_of`: why the user's own model is not the one that answers.
    Ready {
        /// What is wrong with it.
        instead_of: Option<Arc<sotto_engine::EngineError>>,
    },
    /// It cannot be used; the cloud still can.
    Failed(Arc<sotto_engine::EngineError>),
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The engine cannot be used.
    #[error("the offline engine cannot be used: {0}")]
    Engine(Arc<sotto_engine::EngineError>),
    /// The cloud needs a key, and there is none.
    #[error("there is no API key")]
    KeyMissing,
    /// The keyring did not give the key.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The recogniser did not give a token.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// `SOTTO_RECOGNISER` is not an address that may be used.
    #[error(transparent)]
    Address(#[from] EndpointError),
}

/// The sources of tokens: the loopback service, with a key that lives as long as the program, and the cloud.
pub struct TokenSource {
    minter: Minter,
    server: RunningServer,
    server_key: String,
    engine: EngineLoader,
    trail: TokenTrail,
    /// The recording whose first token was asked for last.
    begun: Mutex<Option<Uuid>>,
}

impl TokenSource {
    /// Over a running loopback service that takes `server_key`; what is asked for is written down in `trail`.
    #[must_use]
    pub fn new(
        minter: Minter,
        server: RunningServer,
        server_key: String,
        engine: EngineLoader,
        trail: TokenTrail,
    ) -> Self {
        Self { minter, server, server_key, engine, trail, begun: Mutex::default() }
    }

    /// Every token that was asked for.
    #[must_use]
    pub fn trail(&self) -> &TokenTrail {
        &self.trail
    }

    /// What a further token of what is recorded now is for; `None`: only finished.
    #[must_use]
    pub fn use_for(&self, live: Option<Uuid>) -> TokenUse {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if live.is_some() && *begun != live {
            *begun = live;
            return TokenUse::Start;
        }
        TokenUse::Continue
    }

    /// How far the engine is, now and as it changes.
    #[must_use]
    pub fn engine(&self) -> watch::Receiver<EngineState> {
        self.engine.state()
    }

    /// Asks a broker for a token that nobody uses, to see whether it gives any.
    ///
    /// # Errors
    /// What the broker says.
    pub async fn check_broker(
        &self,
        broker: &Broker,
        credential: Option<&Secret>,
        with: &Recogniser,
    ) -> Result<(), TokenError> {
        let request = TokenRequest { expires_in_seconds: 1, max_session_duration_seconds: 60 };
        let (asked_at, at) = (unix_ms(), endpoint(with)?);
        let credential = credential.map(Secret::expose);
        let token = self.minter.mint_by(broker, credential, &at, request).await;
        let (issuer, outcome) = (TokenIssuer::Broker, TokenOutcome::of(&token));
        self.trail.note(&TokenEntry::new(asked_at, issuer, TokenUse::KeyCheck, request, outcome));
        token?;
        Ok(())
    }

    /// A fresh token for one connect.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub async fn mint(
        &self,
        from: &Recogniser,
        access: &Access,
        request: TokenRequest,
        used_for: TokenUse,
    ) -> Result<Token, TokenError> {
        let asked_at = unix_ms();
        let token = self.mint_unnoted(from, access, request).await;
        let issuer = match (from, access) {
            (Recogniser::Offline, _) | (_, Access::Key(_)) => TokenIssuer::from(from),
            (_, Access::Broker { .. }) => TokenIssuer::Broker,
        };
        let outcome = TokenOutcome::of(&token);
        self.trail.note(&TokenEntry::new(asked_at, issuer, used_for, request, outcome));
        token
    }

    async fn mint_unnoted(
        &self,
        from: &Recogniser,
        access: &Access,
        request: TokenRequest,
    ) -> Result<Token, TokenError> {
        if *from == Recogniser::Offline {
            self.engine_ready().await?;
            return Ok(self.minter.mint(&self.loopback()?, &self.server_key, request).await?);
        }
        let at = endpoint(from)?;
        match access {
            Access::Key(vault) => {
                let key = vault.read().await?.ok_or(TokenError::KeyMissing)?;
                Ok(self.minter.mint(&at, key.expose(), request).await?)
            }
            Access::Broker { broker, credential } => {
                let credential = credential.read_for(broker).await?;
                let credential = credential.as_ref().map(Secret::expose);
                Ok(self.minter.mint_by(broker, credential, &at, request).await?)
            }
        }
    }

    /// See [`check_key`].
    ///
    /// # Errors
    /// What the recogniser says of it.
    pub async fn check(&self, with: &Recogniser, key: &str) -> Result<(), TokenError> {
        check_key(&self.minter, &self.trail, with, key).await
    }

    fn loopback(&self) -> Result<Endpoint, TokenError> {
        Ok(Endpoint::custom(&format!("http://127.0.0.1:{}", self.server.port()))?)
    }

    /// Whoever asks for a token will ask the engine: its model is read, and waited for.
    async fn engine_ready(&self) -> Result<(), TokenError> {
        self.engine.need();
        let mut engine = self.engine.state();
        loop {
            match &*engine.borrow_and_update() {
                EngineState::Ready { .. } => return Ok(()),
                EngineState::Failed(error) => return Err(TokenError::Engine(Arc::clone(error))),
                EngineState::Unread | EngineState::Loading => {}
            }
            if engine.changed().await.is_err() {
                return Ok(());
            }
        }
    }
}

/// Whether `key` works with `with`, told by minting a token that lives a second.
///
/// # Errors
/// What the recogniser says of it.
pub async fn check_key(
    minter: &Minter,
    trail: &TokenTrail,
    with: &Recogniser,
    key: &str,
) -> Result<(), TokenError> {
    let request = TokenRequest { expires_in_seconds: 1, max_session_duration_seconds: 60 };
    let (asked_at, endpoint) = (unix_ms(), endpoint(with)?);
    let token = minter.mint(&endpoint, key, request).await;
    let outcome = TokenOutcome::of(&token);
    trail.note(&TokenEntry::new(asked_at, with.into(), TokenUse::KeyCheck, request, outcome));
    token?;
    Ok(())
}

/// The clock of the trail.
pub(crate) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Where a key of the user's is checked and used. The offline engine has no key of the user's: the cloud is meant.
pub(crate) fn endpoint(of: &Recogniser) -> Result<Endpoint, TokenError> {
    match of {
        Recogniser::Offline | Recogniser::AssemblyAi => Ok(Endpoint::AssemblyAi),
        Recogniser::AssemblyAiEu => Ok(Endpoint::AssemblyAiEu),
        Recogniser::SelfHosted(base) => Ok(Endpoint::custom(base)?),
    }
}
