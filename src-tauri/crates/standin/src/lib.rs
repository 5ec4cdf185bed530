//! A stand-in for AssemblyAI's cloud, for end-to-end tests: stricter than the cloud about what the program must do
//! right, and with a log of everything that it saw.
//!
//! It checks the key on `/v3/token`, hands out tokens that open one session each (as the documents say), checks every
//! parameter and frame on `/v3/ws`, and "recognises" with [`Ears`] whose words can be predicted. Where the cloud tolerates
//! something, the stand-in notes a [`Entry::Violation`]. Faults can be planned with [`StandIn::plan`], and made to last
//! with [`StandIn::set`]; [`StandInProcess`] is the same in a process that can be stopped. With [`coded`] speech every word
//! of a long recording can be told from every other. It shares no code with `sotto-server`, so that a mistake there cannot
//! hide itself here.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod cloud;
pub mod coded;
mod doors;
mod ears;
mod fault;
mod log;
mod process;
mod session;
mod standing;
mod turns;
mod wire;

use std::{io, sync::Arc, time::Duration};

use sotto_protocol::TokenRequest;
use tokio::task::JoinHandle;

pub use ears::{Ears, EnergyEars, Spoken};
pub use fault::Fault;
pub use log::{Entry, Heard, Log};
pub use process::{StandInProcess, control};
pub use standing::Standing;

use cloud::Cloud;
use doors::{Doors, Visitor};

/// Makes the ears of each session.
pub type MakeEars = Arc<dyn Fn() -> Box<dyn Ears> + Send + Sync>;

/// How the stand-in behaves.
#[derive(Clone)]
pub struct StandInConfig {
    /// The port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// The one key that mints tokens.
    pub api_key: String,
    /// The longest session in seconds, where the token asks for no less.
    pub max_session_seconds: u32,
    /// What recognises.
    pub ears: MakeEars,
    /// Whether audio that comes much faster than real time is noted and refused.
    pub is_paced: bool,
    /// How often `Heartbeat` comes where it was asked for.
    pub heartbeat: Duration,
}

impl StandInConfig {
    /// The usual stand-in, which takes `api_key`.
    pub fn new(api_key: impl Into<String>) -> Self {
        Self {
            port: 0,
            api_key: api_key.into(),
            max_session_seconds: sotto_protocol::MAX_SESSION_SECONDS_DEFAULT,
            ears: Arc::new(|| Box::new(EnergyEars::default())),
            is_paced: true,
            heartbeat: Duration::from_secs(2),
        }
    }

    /// The same, hearing coded words.
    #[must_use]
    pub fn coded(mut self) -> Self {
        self.ears = Arc::new(|| Box::new(coded::CodedEars::default()));
        self
    }
}

/// A stand-in that runs until it is dropped.
pub struct StandIn {
    doors: Doors,
    cloud: Arc<Cloud>,
    task: JoinHandle<()>,
}

impl StandIn {
    /// Listens on 127.0.0.1.
    pub async fn start(config: StandInConfig) -> io::Result<Self> {
        let doors = Doors::open(config.port).await?;
        let cloud = Arc::new(Cloud::new(config));
        let service =
            cloud::router(Arc::clone(&cloud)).into_make_service_with_connect_info::<Visitor>();
        let listener = doors.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, service).await {
                tracing::error!(%error, "the stand-in stopped");
            }
        });
        Ok(Self { doors, cloud, task })
    }

    /// For `SOTTO_RECOGNISER`: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.doors.port())
    }

    /// Everything that happened so far.
    pub fn log(&self) -> Log {
        self.cloud.log.lock().clone()
    }

    /// A token such as a client with the key would get; it opens one session.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn token(&self) -> Result<String, getrandom::Error> {
        self.cloud.mint(TokenRequest {
            expires_in_seconds: 60,
            max_session_duration_seconds: self.cloud.config.max_session_seconds,
        })
    }

    /// Every token that was handed out, for those who look where they got to.
    pub fn tokens(&self) -> Vec<String> {
        self.cloud.tokens()
    }

    /// Plans a fault: the next token or session that it fits meets it, once.
    pub fn plan(&self, fault: Fault) {
        self.cloud.faults.plan(fault);
    }

    /// From now on this holds, for sessions that run too.
    ///
    /// # Errors
    /// When the port cannot be opened again.
    pub fn set(&self, standing: Standing) -> io::Result<()> {
        self.cloud.log.note(Entry::Set { standing });
        match standing {
            Standing::Stall { on } => self.doors.stall(on),
            Standing::Dark { on } => self.doors.darken(on)?,
            _ => self.cloud.standing.send_modify(|state| state.set(standing)),
        }
        Ok(())
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
        self.doors.close();
    }
}
