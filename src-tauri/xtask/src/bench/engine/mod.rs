//! `bench engine`: the offline engine as its clients have it, that is, `sotto serve` in a process of its own, beside the
//! live transcriber of the package moonshine-voice, which runs the same model; on the same audio, one after the other.
//!
//! Audio is sent as a microphone gives it: each 50 ms when they are over, by the sender's clock. All times are measured from
//! there, so what a service does not know (when a word was really over) is known here. The words' real places come from a
//! forced alignment ([`mod@reference`]) that has nothing to do with either engine.

mod crowd;
mod endure;
mod goals;
mod hearing;
mod pairing;
mod peer;
mod python;
mod recording;
mod reference;
mod score;
mod session;
mod trial;

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::Args;

use super::table::Table;
use crate::conformance::service::Service;
use crate::setup::{self, For};
use crate::shell::{cargo, run as run_command, target};
use crowd::SESSIONS;
use recording::Recording;

#[derive(Debug, Default, Args)]
pub(crate) struct EngineArguments {
    /// Measure on this recording (WAV, 16 bits, one channel, 16 kHz or a multiple) instead of those of the engine pack; may
    /// be given more than once, each time with `--text`.
    #[arg(long, requires = "text")]
    audio: Vec<PathBuf>,
    /// A file with what is said in the recording.
    #[arg(long, requires = "audio")]
    text: Vec<PathBuf>,
    /// Instead of the table: one session of so many hours, as fast as the engine takes it, and the memory meanwhile.
    #[arg(long)]
    hours: Option<f64>,
    /// Measure the program as it is released; by default as `cargo build` makes it.
    #[arg(long)]
    release: bool,
    /// Take the program as it is built.
    #[arg(long)]
    no_build: bool,
}

/// Sets up, builds, measures.
pub(super) fn run(arguments: &EngineArguments) -> anyhow::Result<Table> {
    ensure!(cfg!(target_os = "linux"), "what a process uses is read from Linux's /proc");
    if !arguments.no_build {
        setup::prepare(For::Program)?;
        let mut build = cargo();
        build.args(["build", "--package", "sotto"]);
        run_command(build.args(arguments.release.then_some("--release")))?;
    }
    let recordings = recordings(arguments)?;
    let profile = if arguments.release { "release" } else { "debug" };
    let program = target().join(profile).join("sotto");
    ensure!(program.exists(), "{} is not built", program.display());
    let service = Service::of(&program, "bench", &["--max-sessions", &SESSIONS.to_string()])?;

    let mut table = Table::new("engine");
    table.note("ours", format!("sotto serve, {}", describe(arguments.release)));
    if let Some(hours) = arguments.hours {
        endure::run(&service, &recordings, hours, &mut table)?;
        return Ok(table);
    }
    setup::step("peer, aligner", python::install)?;
    trial::run(&service, &recordings, &mut table)?;
    Ok(table)
}

fn describe(is_release: bool) -> &'static str {
    if is_release {
        "profile release"
    } else {
        "profile dev (signal code and the model's libraries are optimised, our own code is not)"
    }
}

fn recordings(arguments: &EngineArguments) -> anyhow::Result<Vec<Recording>> {
    if arguments.audio.is_empty() {
        return Recording::of_pack().context("cargo xtask setup brings the recordings");
    }
    ensure!(arguments.audio.len() == arguments.text.len(), "each --audio needs a --text");
    arguments
        .audio
        .iter()
        .zip(&arguments.text)
        .map(|(audio, text)| Recording::load(audio, text))
        .collect()
}
