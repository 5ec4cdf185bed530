//! `sotto probe-model`: loads a model and lets it hear something, in a process that may die of it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{say, say_json};
use crate::own_model::{OwnModel, Trial};

#[derive(Debug, Args)]
pub(super) struct ProbeArguments {
    /// The folder of the model.
    folder: PathBuf,
    /// The language that will be spoken.
    #[arg(long)]
    language: Option<String>,
}

pub(super) fn run(arguments: ProbeArguments, json: bool) -> anyhow::Result<ExitCode> {
    let folder = arguments.folder.to_string_lossy().into_owned();
    let folder = OwnModel { folder, language: arguments.language }.inspect()?;
    let probe = sotto_engine::probe(&folder)?;
    let load_ms = u64::try_from(probe.load.as_millis()).unwrap_or(u64::MAX);
    let trial = Trial { load_ms, seconds_per_second: probe.seconds_per_second };
    if json {
        say_json(&trial)?;
    } else {
        say(&format!(
            "{} ({}, {}) loads in {load_ms} ms and takes {:.2} s for a second of sound",
            folder.name(),
            folder.kind().name(),
            folder.language(),
            trial.seconds_per_second
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
