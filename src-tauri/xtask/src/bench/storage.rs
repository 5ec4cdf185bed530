//! `bench storage`: what it takes until a turn is on the disk, beside plain SQLite, and what a day of audio writes.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::Value;

use super::example::Build;
use super::figures::percentile;
use super::process::load;
use super::table::{Row, Table};
use super::{audio, history};
use crate::shell::{command, target};

const COMMIT_MS: f64 = 15.0;
/// What a file is of its audio at most: a record of 1,620 bytes is 1,600 of sound. One that is encrypted has a nonce and a tag as
/// well.
const PLAIN_RATIO: f64 = 1.02;
const ENCRYPTED_RATIO: f64 = 1.03;
/// The ring waits so long for the thread that appends.
const RING_MS: f64 = 4_000.0;
/// Recordings and turns that the history has already.
const RECORDINGS: u64 = 200;
const TURNS: u64 = 500;

#[derive(Debug, Clone, Args)]
pub(crate) struct StorageArguments {
    /// How many turns are committed.
    #[arg(long, default_value_t = 3_000)]
    commits: u32,
    /// How many hours of audio are written.
    #[arg(long, default_value_t = 24.0)]
    hours: f64,
    #[command(flatten)]
    build: Build,
}

impl Default for StorageArguments {
    fn default() -> Self {
        Self { commits: 3_000, hours: 24.0, build: Build::default() }
    }
}

/// Builds, measures.
pub(super) fn run(arguments: &StorageArguments) -> anyhow::Result<Table> {
    ensure!(cfg!(target_os = "linux"), "what a process writes is read from Linux's /proc");
    let (large, measure) = (history::example(arguments.build)?, audio::example(arguments.build)?);
    let folder = tempfile::tempdir_in(target())?;
    let mut table = Table::new("storage");
    table.note("profile", arguments.build.describe());
    table.note("load", load().map_or_else(|| "unknown".to_owned(), |load| load.to_string()));
    commits(&large, &measure, folder.path(), arguments.commits, &mut table)?;
    for kind in ["plain", "encrypted"] {
        day(&measure, folder.path(), arguments.hours, kind, &mut table)?;
    }
    Ok(table)
}

/// Commits while a spool is written beside.
fn commits(
    large: &Path,
    measure: &Path,
    folder: &Path,
    commits: u32,
    table: &mut Table,
) -> anyhow::Result<()> {
    let plain = folder.join("plain.db");
    history::make(large, &plain, RECORDINGS, TURNS)?;
    fs::copy(&plain, folder.join("encrypted.db"))?;
    let spool = Spool::begin(measure, &folder.join("live.spool"))?;
    let done = command(large).arg("commit").arg(folder).arg(commits.to_string()).output();
    let spool = spool.end()?;
    let done = done?;
    let seen: Value = serde_json::from_slice(&done.stdout)
        .with_context(|| String::from_utf8_lossy(&done.stderr).into_owned())?;
    table.note(
        "commits",
        format!("{commits} turns into a history of {}, all kinds in turn", RECORDINGS * TURNS),
    );
    table.note("peer", "SQLite, one INSERT into a plain table, synchronous=FULL, write-ahead log");
    let times = |name: &str| -> Vec<f64> {
        seen[name].as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
    };
    let peer = times("wal");
    for (name, what) in [("plain", "commit of a turn"), ("encrypted", "the same, encrypted")] {
        let ours = times(name);
        let row = |share: f64, called: &str| {
            Row::new(&format!("{what}, {called}"), "ms", percentile(&ours, share))
                .beside(percentile(&peer, share))
        };
        table.add(row(0.5, "median"));
        table.add(row(0.99, "p99").goal("≤ 15", |ms| ms <= COMMIT_MS));
        table.add(row(1.0, "worst"));
    }
    for (name, what) in
        [("rollback", "plain SQLite with its own journal"), ("page", "a page, synced")]
    {
        let times = times(name);
        for (share, called) in [(0.5, "median"), (0.99, "p99")] {
            table.add(
                Row::new(&format!("beside, {what}, {called}"), "ms", None)
                    .beside(percentile(&times, share)),
            );
        }
    }
    live(&spool, table)
}

/// What the spool beside the commits saw.
fn live(seen: &Value, table: &mut Table) -> anyhow::Result<()> {
    let seconds = number(seen, "seconds")?;
    table.note(
        "live",
        format!("a spool at the pace of a microphone, {seconds:.0} s, synced each 0.8 s"),
    );
    table.add(Row::new("live spool: an append, p99", "ms", Some(number(seen, "append_p99_ms")?)));
    table.add(
        Row::new("live spool: the worst append", "ms", Some(number(seen, "append_worst_ms")?))
            .goal("< 4,000, what the ring holds", |ms| ms < RING_MS),
    );
    let given = number(seen, "disk_bytes")? / number(seen, "pcm_bytes")?;
    table.add(Row::new("live spool: pages given to the disk, of the audio", "x", Some(given)));
    Ok(())
}

fn day(
    measure: &Path,
    folder: &Path,
    hours: f64,
    kind: &str,
    table: &mut Table,
) -> anyhow::Result<()> {
    let file = folder.join(format!("{kind}.spool"));
    let done = command(measure).arg("day").arg(&file).args([&hours.to_string(), kind]).output()?;
    let seen: Value = serde_json::from_slice(&done.stdout)
        .with_context(|| String::from_utf8_lossy(&done.stderr).into_owned())?;
    fs::remove_file(&file)?;
    let most = if kind == "plain" { PLAIN_RATIO } else { ENCRYPTED_RATIO };
    let pcm = number(&seen, "pcm_bytes")?;
    let frames = number(&seen, "frames")?;
    let mut add = |what: &str, unit, figure: f64, goal: Option<(String, &dyn Fn(f64) -> bool)>| {
        let row = Row::new(&format!("{hours} h, {kind}: {what}"), unit, Some(figure));
        table.add(match goal {
            Some((goal, holds)) => row.goal(&goal, holds),
            None => row,
        });
    };
    let is_little = |ratio: f64| ratio <= most;
    add("audio, 16 kHz, 16 bits", "MiB", pcm / 1_048_576.0, None);
    for (what, name) in [
        ("the file, of the audio", "file_bytes"),
        ("its blocks, of the audio", "blocks_bytes"),
        ("asked to be written, of the audio", "asked_bytes"),
    ] {
        add(what, "x", number(&seen, name)? / pcm, Some((format!("≤ {most}"), &is_little)));
    }
    let all = |readable: f64| (readable - frames).abs() < 0.5 && frames * 1_600.0 >= pcm;
    add(
        "frames that can be read back",
        "",
        number(&seen, "readable")?,
        Some((format!("{frames}"), &all)),
    );
    add(
        "files open meanwhile",
        "",
        number(&seen, "files")?,
        Some(("≤ 2".to_owned(), &|files| files <= 2.0)),
    );
    add(
        "files open afterwards",
        "",
        number(&seen, "files_after")?,
        Some(("0".to_owned(), &|files| files < 0.5)),
    );
    add("the worst append at full speed", "ms", number(&seen, "append_worst_ms")?, None);
    add("pace", "x real time", hours * 3_600.0 / number(&seen, "seconds")?, None);
    Ok(())
}

fn number(seen: &Value, name: &str) -> anyhow::Result<f64> {
    seen[name].as_f64().with_context(|| format!("{name} was not told"))
}

/// A recording in a process of its own.
struct Spool(Child);

impl Spool {
    fn begin(measure: &Path, file: &Path) -> anyhow::Result<Self> {
        let mut live = command(measure);
        live.arg("live").arg(file).stdin(Stdio::piped()).stdout(Stdio::piped());
        Ok(Self(live.spawn()?))
    }

    /// The end of its input is its end.
    fn end(mut self) -> anyhow::Result<Value> {
        drop(self.0.stdin.take());
        let mut text = String::new();
        self.0.stdout.take().context("it has no output")?.read_to_string(&mut text)?;
        ensure!(self.0.wait()?.success(), "the spool beside the commits failed");
        serde_json::from_str(&text).context("the spool beside the commits said nothing")
    }
}

impl Drop for Spool {
    /// Where something else failed, it must not go on.
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().ok();
    }
}
