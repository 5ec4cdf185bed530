//! `bench memory`: what all processes of the program have while something is recorded, beside an empty window; and whether
//! that grows.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use super::super::build::{Build, BuildArguments};
use super::super::figures::{median, percentile};
use super::super::process::shares_of_family;
use super::super::table::{Row, Table};
use super::paint::found;
use super::scene::{Recogniser, Running, Scene};
use crate::setup::For;

/// Times an empty window.
const RATIO: f64 = 1.35;
/// Percent, from the tenth minute to the end.
const GROWTH: f64 = 2.0;
/// The minutes that growth is a claim about, and those of them that do not count.
const CLAIM_MINUTES: u32 = 60;
const FIRST_MINUTES: u32 = 10;
/// From an open window, or a recording's beginning, to the first look.
const SETTLING: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// So many looks at what is only compared.
const LOOKS: u32 = 6;

#[derive(Debug, Clone, Args)]
pub(crate) struct MemoryArguments {
    #[command(flatten)]
    build: BuildArguments,
    /// How long is recorded; growth is judged from an hour on.
    #[arg(long, default_value_t = CLAIM_MINUTES, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
}

impl Default for MemoryArguments {
    fn default() -> Self {
        Self { build: BuildArguments::default(), minutes: CLAIM_MINUTES }
    }
}

/// Sets up, builds, measures.
pub(in super::super) fn run(arguments: &MemoryArguments) -> anyhow::Result<Table> {
    let build = arguments.build.build(For::Desktop)?;
    let empty_window = build.empty_window()?;
    let mut table = Table::new("memory");
    build.note(&mut table)?;
    table.note("peer", "an empty window of the same Tauri, of the same profile and size");
    table.note("counted", "proportional set size (PSS) of all processes of each, from /proc/PID/smaps_rollup; medians of looks 5 s apart");
    tokio::runtime::Runtime::new()?.block_on(measure(
        arguments,
        &build,
        &empty_window,
        &mut table,
    ))?;
    Ok(table)
}

async fn measure(
    arguments: &MemoryArguments,
    build: &Build,
    empty_window: &Path,
    table: &mut Table,
) -> anyhow::Result<()> {
    step("an empty window");
    let empty = idle(build, empty_window).await?;
    step("a recording into the stand-in cloud");
    let time = Duration::from_secs(u64::from(arguments.minutes) * 60);
    let ours = recording(build, Recogniser::Cloud, time).await?;
    step("the same without an engine pack, and one by the offline engine");
    let short = SETTLING + LOOK_EVERY * LOOKS;
    let bare = recording(build, Recogniser::CloudWithoutPack, short).await?;
    let offline = recording(build, Recogniser::Offline, short).await?;

    let row =
        |what: &str, series: &Series| Row::new(what, "MiB", series.median()).beside(empty.median());
    let goal = row("recording by the cloud, take-over off", &ours);
    table.add(
        build.goal_beside(goal, "≤ 1.35 × empty window", |ours, empty| ours <= empty * RATIO),
    );
    table.add(Row::new("the highest of that", "MiB", ours.highest()).beside(empty.highest()));
    table.add(growth(arguments.minutes, &ours, build));
    table.add(row("the same where there is no engine pack to read", &bare));
    table.add(row("recording by the offline engine", &offline));
    for (name, series) in
        [("empty", &empty), ("ours", &ours), ("no pack", &bare), ("offline", &offline)]
    {
        table.note(name, series.parts.clone());
    }
    table.note("series", ours.in_words());
    Ok(())
}

/// What is there at the end, against after the first ten minutes; of a shorter recording, after a sixth of it, which is no
/// claim.
fn growth(minutes: u32, series: &Series, build: &Build) -> Row {
    let what = format!("growth from minute {FIRST_MINUTES} to {minutes}");
    if minutes >= CLAIM_MINUTES {
        let from = Duration::from_secs(u64::from(FIRST_MINUTES) * 60);
        let row = Row::new(&what, "%", series.growth_from(from));
        return build.goal(row, "≤ 2 in an hour", |percent| percent <= GROWTH);
    }
    let from = Duration::from_secs(u64::from(minutes) * 60) * FIRST_MINUTES / CLAIM_MINUTES;
    let what = format!("growth in {minutes} min, from a sixth on: too short a run to judge");
    Row::new(&what, "%", series.growth_from(from.max(SETTLING))).unjudged("≤ 2 in an hour")
}

fn step(what: &str) {
    eprintln!("bench  {what}");
}

/// An open window in which nothing happens.
async fn idle(build: &Build, empty_window: &Path) -> anyhow::Result<Series> {
    let scene = Scene::set(build, Recogniser::Cloud).await?;
    let running = Running::start(&scene.stage, empty_window)?;
    let screen = sotto_desktop::Screen::open(&scene.stage.desktop)?;
    found(&screen).await?;
    let series = Series::watch(&running, SETTLING + LOOK_EVERY * LOOKS).await?;
    running.end().await?;
    Ok(series)
}

/// The program with its window in sight, recording for so long.
async fn recording(
    build: &Build,
    recogniser: Recogniser,
    time: Duration,
) -> anyhow::Result<Series> {
    let scene = Scene::set(build, recogniser).await?;
    let running = scene.record().await?;
    let series = scene.while_speaking(Series::watch(&running, time)).await?;
    running.end().await?;
    Ok(series)
}

/// What all processes of a window had at each look.
struct Series {
    /// When, since its beginning, and MiB.
    looks: Vec<(Duration, f64)>,
    /// Process by process at the last one, in words.
    parts: String,
}

impl Series {
    /// Looks for so long, from when the window has settled.
    async fn watch(running: &Running, time: Duration) -> anyhow::Result<Self> {
        let began = Instant::now();
        tokio::time::sleep(SETTLING).await;
        let mut series = Self { looks: Vec::new(), parts: String::new() };
        loop {
            let shares = shares_of_family(running.pid()?)?;
            let sum = shares.iter().map(|(_, share)| share).sum();
            series.looks.push((began.elapsed(), sum));
            if began.elapsed() >= time {
                let said = shares.iter().map(|(one, share)| format!("{} {share:.0}", one.name));
                series.parts = format!("{} MiB", said.collect::<Vec<_>>().join(", "));
                return Ok(series);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn all(&self) -> Vec<f64> {
        self.looks.iter().map(|(_, mib)| *mib).collect()
    }

    fn median(&self) -> Option<f64> {
        median(&self.all())
    }

    fn highest(&self) -> Option<f64> {
        percentile(&self.all(), 1.0)
    }

    /// Percent, from the first looks after `from` to the last ones: a look by itself may meet the web view before or after it
    /// has tidied up.
    fn growth_from(&self, from: Duration) -> Option<f64> {
        let later = self.looks.iter().filter(|(at, _)| *at >= from).map(|(_, mib)| *mib);
        let later: Vec<f64> = later.collect();
        let some = (later.len() / 5).clamp(1, 12);
        let (first, last) = (later.get(..some)?, later.get(later.len() - some..)?);
        Some(100.0 * (median(last)? / median(first)? - 1.0))
    }

    /// At most twelve of the looks.
    fn in_words(&self) -> String {
        let every = self.looks.len().div_ceil(12).max(1);
        let said = self.looks.iter().step_by(every);
        let said = said.map(|(at, mib)| format!("{:.1}: {mib:.0}", at.as_secs_f64() / 60.0));
        format!("minutes: MiB | {}", said.collect::<Vec<_>>().join(" | "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(mib: &[f64]) -> Series {
        let minutes = (0..).map(|minute| Duration::from_secs(minute * 60));
        Series { looks: minutes.zip(mib.iter().copied()).collect(), parts: String::new() }
    }

    #[test]
    fn growth_is_from_the_first_looks_that_count_to_the_last() {
        let grown = series(&[50.0, 100.0, 100.0, 105.0, 110.0]);
        assert_eq!(grown.growth_from(Duration::from_secs(60)).unwrap().round(), 10.0);
        assert!(grown.growth_from(Duration::from_secs(600)).is_none());
    }
}
