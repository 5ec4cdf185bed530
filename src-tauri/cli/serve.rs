//! `sotto serve`: the offline engine as a v3 service of its own, for anyone's AssemblyAI SDK.

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use sotto_engine::Engine;
use sotto_server::{Fault, Server, ServerConfig, ServerError};
use uuid::Uuid;

use super::{say, say_json};
use crate::own_model::OwnModel;

/// How the service runs.
#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// The address to listen at.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Listen where other machines can connect, too: what they say and hear, and the key, cross the network unencrypted.
    #[arg(long)]
    insecure_lan: bool,
    /// The port; 0 lets the system choose.
    #[arg(long, default_value_t = 8383)]
    port: u16,
    /// A model of one's own, as sherpa-onnx's releases unpack, in place of the one that comes with Sotto.
    #[arg(long, value_name = "FOLDER")]
    model: Option<PathBuf>,
    /// The language that is spoken, for a model of one's own that asks.
    #[arg(long, requires = "model")]
    language: Option<String>,
    /// The key that clients must give; one is made and printed where none is given.
    #[arg(long, env = "SOTTO_SERVE_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// Sessions at once.
    #[arg(long, default_value_t = 8)]
    max_sessions: u32,
    /// A token opens one session only, as the documents of the cloud say.
    #[arg(long)]
    strict_tokens: bool,
    /// A session ends when the token that opened it expires.
    #[arg(long)]
    close_at_token_expiry: bool,
    /// Something that goes wrong once, to test reconnects with: token:STATUS, token-delay:SECONDS, begin-delay:SECONDS,
    /// no-begin, close:CODE@SECONDS, drop@SECONDS or stall@SECONDS (of audio). Several are met in their order.
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
    /// The faults are met over and over.
    #[arg(long, requires = "fault")]
    repeat_faults: bool,
    /// How the log on standard error is written.
    #[arg(long, value_enum, default_value = "text")]
    log_format: LogFormat,
}

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// For people.
    Text,
    /// A line of JSON for each event.
    Json,
}

impl ServeArguments {
    pub(super) fn is_logged_as_json(&self) -> bool {
        self.log_format == LogFormat::Json
    }
}

/// Serves until it is interrupted.
pub(super) async fn run(arguments: ServeArguments, json: bool) -> anyhow::Result<ExitCode> {
    let own = arguments.model.map(|folder| OwnModel {
        folder: folder.to_string_lossy().into_owned(),
        language: arguments.language,
    });
    let engine = load(own).await?;
    let is_given = arguments.api_key.is_some();
    let api_key = arguments.api_key.unwrap_or_else(|| Uuid::new_v4().simple().to_string());
    let config = ServerConfig {
        host: arguments.host,
        is_lan_allowed: arguments.insecure_lan,
        port: arguments.port,
        api_key: api_key.clone(),
        max_sessions: arguments.max_sessions,
        are_tokens_single_use: arguments.strict_tokens,
        is_cut_at_token_expiry: arguments.close_at_token_expiry,
        faults: arguments.fault,
        are_faults_repeated: arguments.repeat_faults,
        ..ServerConfig::default()
    };
    let server = match Server::start(config, Arc::new(engine)).await {
        Err(error @ ServerError::NotLoopback(_)) => {
            return Err(error).context("nothing is served; --insecure-lan allows it");
        }
        started => started?,
    };
    let base = format!("http://{}", server.address());
    // A key that the user gave is known to them, and would only be in one more scrollback.
    let shown = (!is_given).then_some(&api_key);
    if json {
        let key = shown.map_or(serde_json::Value::Null, |key| key.as_str().into());
        say_json(&serde_json::json!({ "kind": "ready", "baseUrl": base, "apiKey": key }))?;
    } else {
        say(&format!("Serving AssemblyAI's streaming protocol (v3), offline, on {base}"))?;
        say(&format!("  socket  {}/v3/ws", base.replacen("http", "ws", 1)))?;
        if let Some(key) = shown {
            say(&format!("  key     {key}"))?;
        }
        say("Ctrl+C ends it.")?;
    }
    tokio::signal::ctrl_c().await?;
    server.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// A model of one's own is tried first: the library may end the process, and then nobody would know why.
async fn load(own: Option<OwnModel>) -> anyhow::Result<Engine> {
    if let Some(model) = &own {
        model.try_out().await.context("the model cannot be used")?;
    }
    let pack = crate::engine_pack();
    let loading = move || own.map_or_else(|| Engine::load(&pack), |model| model.load());
    tokio::task::spawn_blocking(loading).await?.context("the offline engine cannot be used")
}
