//! `bench ui`: a hundred thousand turns in the window, beside a thousand: in Chromium over the fake host, and in the real
//! program's WebKit with a real history.

mod webkit;

use std::path::Path;

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;

use super::build::BuildArguments;
use super::example;
use super::figures::{median, percentile};
use super::history::{self, make};
use super::table::{Row, Table};
use crate::setup::For;
use crate::shell::{npm, run as run_command, target};

const MANY: u64 = 100_000;
const FEW: u64 = 1_000;
const OPEN_MS: f64 = 200.0;
/// A sixtieth of a second.
const FRAME_MS: f64 = 16.7;
/// What a hundred times the text may cost.
const MEMORY_RATIO: f64 = 1.10;

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct UiArguments {
    #[command(flatten)]
    build: BuildArguments,
}

/// What was seen with one length.
#[derive(Debug, Deserialize)]
struct Seen {
    /// Milliseconds from the press to the words.
    opens: Vec<f64>,
    /// What each frame of scrolling took.
    work: Vec<f64>,
    /// When it came after the one before.
    apart: Vec<f64>,
    /// Frames in which a part of the text was still missing.
    blank: u32,
    /// Bytes.
    heap: f64,
}

#[derive(Debug, Deserialize)]
struct Both {
    #[serde(rename = "1000")]
    few: Seen,
    #[serde(rename = "100000")]
    many: Seen,
}

/// Sets up, builds, measures.
pub(super) fn run(arguments: &UiArguments) -> anyhow::Result<Table> {
    let build = arguments.build.build(For::Tests)?;
    let large = history::example(example::Build::default())?;
    let folder = tempfile::tempdir_in(target())?;
    let mut table = Table::new("ui");
    table.note("turns", format!("{MANY}; the peer column is the same with {FEW}"));
    build.note(&mut table)?;
    let chromium = in_chromium(folder.path())?;
    add("Chromium", &chromium, &|row, goal, holds| row.goal(goal, holds), &mut table);
    table.add(
        Row::new("Chromium: what the scripts hold", "MiB", Some(chromium.many.heap / 1_048_576.0))
            .beside(Some(chromium.few.heap / 1_048_576.0)),
    );
    let runtime = tokio::runtime::Runtime::new()?;
    let mut seen = Vec::new();
    for turns in [FEW, MANY] {
        let data = folder.path().join(turns.to_string());
        std::fs::create_dir(&data)?;
        make(&large, &data.join("history.db"), 1, turns)?;
        seen.push(runtime.block_on(webkit::measure(&build, &data))?);
    }
    let (Some(many), Some(few)) = (seen.pop(), seen.pop()) else { return Ok(table) };
    let webkit = Both { few, many };
    add("WebKit", &webkit, &|row, goal, holds| build.goal(row, goal, holds), &mut table);
    let mib = |seen: &Seen| Some(seen.heap / 1_048_576.0);
    let memory = Row::new("WebKit: memory of the web process", "MiB", mib(&webkit.many));
    table.add(build.goal_beside(
        memory.beside(mib(&webkit.few)),
        "≤ 1.10 × with 1,000",
        |many, few| many <= few * MEMORY_RATIO,
    ));
    Ok(table)
}

/// Judges a row by a goal, where it is the build that the goal is about.
type Judge<'a> = &'a dyn Fn(Row, &str, fn(f64) -> bool) -> Row;

fn add(browser: &str, both: &Both, judge: Judge<'_>, table: &mut Table) {
    let row = |what: &str, unit, figure: fn(&Seen) -> Option<f64>| {
        Row::new(&format!("{browser}: {what}"), unit, figure(&both.many)).beside(figure(&both.few))
    };
    table.add(row("open, median", "ms", |seen| median(&seen.opens)));
    let slowest = row("open, the slowest", "ms", |seen| percentile(&seen.opens, 1.0));
    table.add(judge(slowest, "< 200", |ms| ms < OPEN_MS));
    let frame = row("a frame of scrolling, p95", "ms", |seen| percentile(&seen.work, 0.95));
    table.add(judge(frame, "< 16.7", |ms| ms < FRAME_MS));
    table.add(row("from frame to frame, p95", "ms", |seen| percentile(&seen.apart, 0.95)));
    table.add(row("frames with text missing", "of 600", |seen| Some(f64::from(seen.blank))));
}

fn in_chromium(folder: &Path) -> anyhow::Result<Both> {
    let out = folder.join("chromium.json");
    let mut playwright = npm();
    playwright.args(["exec", "--", "playwright", "test", "--config", "playwright.bench.config.ts"]);
    run_command(playwright.env("SOTTO_BENCH_OUT", &out).env("SOTTO_BROWSER_PORT", "4391"))?;
    serde_json::from_slice(&std::fs::read(&out)?).context("Chromium gave no figures")
}
