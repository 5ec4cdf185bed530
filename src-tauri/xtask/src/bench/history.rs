//! `bench history`: a million turns, asked as a user asks while typing. The history is made and asked by an example of the
//! crate, as it is released.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;

use super::example::Build;
use super::figures::{median, percentile};
use super::table::{Row, Table};
use crate::shell::{command, run as run_command, target};

/// Milliseconds in which an answer is there before the next key is pressed.
const SEARCH_MS: f64 = 30.0;

#[derive(Debug, Clone, Args)]
pub(crate) struct HistoryArguments {
    /// How many recordings.
    #[arg(long, default_value_t = 2_000)]
    recordings: u64,
    /// How many turns in each.
    #[arg(long, default_value_t = 500)]
    turns: u64,
}

impl Default for HistoryArguments {
    fn default() -> Self {
        Self { recordings: 2_000, turns: 500 }
    }
}

/// Builds, makes, asks.
pub(super) fn run(arguments: &HistoryArguments) -> anyhow::Result<Table> {
    let large = example(Build::default())?;
    let folder = tempfile::tempdir_in(target())?;
    let file = folder.path().join("history.db");
    make(&large, &file, arguments.recordings, arguments.turns)?;
    let output = command(&large).arg("ask").arg(&file).output()?;
    let figures: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;

    let mut table = Table::new("history");
    let turns = arguments.recordings * arguments.turns;
    let size = std::fs::metadata(&file)?.len() >> 20;
    table.note(
        "history",
        format!("{turns} turns in {} recordings, {size} MiB", arguments.recordings),
    );
    table.note("profile", "release");
    let times = |name: &str| -> Vec<f64> {
        figures[name].as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
    };
    let below = |most: f64| move |ms: f64| ms < most;
    for (name, what) in [
        ("whole", "search, two whole words"),
        ("typed", "search, two words, the second unfinished"),
        ("one", "search, one word"),
    ] {
        let times = times(name);
        table.add(Row::new(&format!("{what}, median"), "ms", median(&times)));
        let goal = format!("< {SEARCH_MS}");
        table.add(
            Row::new(&format!("{what}, p95"), "ms", percentile(&times, 0.95))
                .goal(&goal, below(SEARCH_MS)),
        );
    }
    for (name, what) in [
        ("page", "a page of the library, p95"),
        ("outline", "the outline of the longest recording, p95"),
        ("passage", "a passage of it, p95"),
        ("find", "finding a word in all of it, p95"),
    ] {
        table.add(Row::new(what, "ms", percentile(&times(name), 0.95)));
    }
    table.note("peer", "the same history read through, as it is after a kill");
    let opened = Row::new("opening it as it was left, median", "ms", median(&times("opened")));
    table.add(opened.beside(median(&times("readThrough"))));
    Ok(table)
}

/// What makes a large history, built.
pub(super) fn example(build: Build) -> anyhow::Result<PathBuf> {
    build.example("sotto-history", "large")
}

/// A history of so many recordings with so many turns each.
pub(super) fn make(large: &Path, file: &Path, recordings: u64, turns: u64) -> anyhow::Result<()> {
    let numbers = [recordings.to_string(), turns.to_string()];
    run_command(command(large).arg("make").arg(file).args(numbers))
}
