//! `bench audio`: the resampler beside sox's, and the body of the sound system's callback. An example of the crate does the
//! work, as it is released.

mod callback;
mod resampler;
mod tones;

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;

use super::example::Build;
use super::process::load;
use super::table::Table;
use crate::setup;
use crate::shell::target;

#[derive(Debug, Clone, Args)]
pub(crate) struct AudioArguments {
    /// How often the callback is called.
    #[arg(long, default_value_t = 300_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    calls: u64,
    #[command(flatten)]
    build: Build,
}

impl Default for AudioArguments {
    fn default() -> Self {
        Self { calls: 300_000, build: Build::default() }
    }
}

/// Builds, measures.
pub(super) fn run(arguments: &AudioArguments) -> anyhow::Result<Table> {
    ensure!(cfg!(target_os = "linux"), "what a process uses is read from Linux's /proc");
    let measure = example(arguments.build)?;
    let mut table = Table::new("audio");
    table.note("profile", arguments.build.describe());
    table.note("load", load().map_or_else(|| "unknown".to_owned(), |load| load.to_string()));
    let has_sox = resampler::has_sox() || is_brought();
    table.note(
        "peer",
        if has_sox { "sox, rate -v, 32 bits" } else { "sox is missing: there is no peer" },
    );
    table.note("speed", "processor-seconds of a whole process, file to file, one thread");
    let folder = tempfile::tempdir_in(target())?;
    for rate in [48_000, 44_100] {
        resampler::measure(rate, &measure, has_sox, folder.path(), &mut table)?;
    }
    callback::measure(&measure, arguments.calls, &mut table)?;
    Ok(table)
}

/// What cannot be brought is a column less, and no reason to measure nothing.
fn is_brought() -> bool {
    if let Err(error) = setup::step("sox", setup::sox) {
        eprintln!("bench  sox is missing: {error:#}");
    }
    resampler::has_sox()
}

/// What measures, built.
pub(super) fn example(build: Build) -> anyhow::Result<PathBuf> {
    build.example("sotto-audio", "measure")
}
