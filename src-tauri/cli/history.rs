//! `sotto history …`: transcripts, read beside the running program.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use sotto_history::History;
use uuid::Uuid;

use super::{deliver, encryption, say, say_json};
use crate::export_format::ExportFormat;
use crate::ipc::convert;
use crate::place::Place;
use crate::transcript;

#[derive(Debug, Subcommand)]
pub(super) enum HistoryCommand {
    /// The newest recordings, or those in which something is said.
    List {
        /// Words to look for.
        #[arg(long, default_value = "")]
        query: String,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Print a transcript.
    Export {
        /// Which recording; `last` is the newest.
        recording: String,
        /// In which form.
        #[arg(long, value_enum, default_value = "txt")]
        format: ExportFormat,
        /// The file to write; else standard output.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Encrypt the history and all audio that is kept; Sotto must not be running.
    Encrypt,
    /// Decrypt them again; Sotto must not be running.
    Decrypt,
    /// Read the recovery key from standard input, and give it to the keyring and to Sotto.
    Unlock,
    /// Print the recovery key that the keyring has.
    RecoveryKey,
}

pub(super) async fn run(command: HistoryCommand, json: bool) -> anyhow::Result<ExitCode> {
    let place = Place::of_user()?;
    match command {
        HistoryCommand::Encrypt => return encryption::encrypt(&place, json).await,
        HistoryCommand::Decrypt => return encryption::decrypt(&place, json).await,
        HistoryCommand::Unlock => return encryption::unlock(&place, json).await,
        HistoryCommand::RecoveryKey => return encryption::recovery_key(&place, json).await,
        HistoryCommand::List { .. } | HistoryCommand::Export { .. } => {}
    }
    let history = encryption::opened(&place).await?;
    match command {
        HistoryCommand::List { query, limit } => list(&history, &query, limit, json)?,
        HistoryCommand::Export { recording, format, output } => {
            let opened = history.open_recording(find(&history, &recording)?)?;
            let transcript = transcript::of(opened);
            if json {
                // One line, for programs that read lines.
                let whole = sotto_export::json(&transcript)?;
                say_json(&serde_json::from_slice::<serde_json::Value>(&whole)?)?;
            } else {
                deliver(&transcript, format, output.as_deref())?;
            }
        }
        // Done above.
        _ => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn list(history: &History, query: &str, limit: u32, json: bool) -> anyhow::Result<()> {
    let page = history.page(query, None, limit)?;
    for summary in page.into_iter().map(convert::summary) {
        if json {
            say_json(&summary)?;
        } else {
            say(&format!(
                "{}  {:>6} words  {}",
                summary.recording_id, summary.words, summary.title
            ))?;
        }
    }
    Ok(())
}

fn find(history: &History, recording: &str) -> anyhow::Result<Uuid> {
    if recording != "last" {
        return Ok(recording.parse()?);
    }
    let newest = history.page("", None, 1)?;
    newest
        .first()
        .map(|summary| summary.recording)
        .ok_or_else(|| anyhow::anyhow!("there is no recording yet"))
}
