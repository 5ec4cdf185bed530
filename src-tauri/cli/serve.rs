//! `sotto serve`: the offline engine as a v3 service of its own, for anyone's AssemblyAI SDK.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use sotto_engine::Engine;
use sotto_server::{Server, ServerConfig};
use uuid::Uuid;

use super::{say, say_json};

/// How the service runs.
#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// The port on 127.0.0.1; 0 lets the system choose.
    #[arg(long, default_value_t = 8383)]
    port: u16,
    /// The key that clients must give; one is made and printed where none is given.
    #[arg(long, env = "SOTTO_SERVE_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// Sessions at once.
    #[arg(long, default_value_t = 8)]
    max_sessions: u32,
    /// A token opens one session only, as the documents of the cloud say.
    #[arg(long)]
    strict_tokens: bool,
}

/// Serves until it is interrupted.
pub(super) async fn run(arguments: ServeArguments, json: bool) -> anyhow::Result<ExitCode> {
    let pack = crate::engine_pack();
    let engine = tokio::task::spawn_blocking(move || Engine::load(&pack))
        .await?
        .context("the offline engine cannot be used")?;
    let is_given = arguments.api_key.is_some();
    let api_key = arguments.api_key.unwrap_or_else(|| Uuid::new_v4().simple().to_string());
    let config = ServerConfig {
        port: arguments.port,
        api_key: api_key.clone(),
        max_sessions: arguments.max_sessions,
        are_tokens_single_use: arguments.strict_tokens,
        ..ServerConfig::default()
    };
    let server = Server::start(config, Arc::new(engine)).await?;
    let base = format!("http://127.0.0.1:{}", server.port());
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
