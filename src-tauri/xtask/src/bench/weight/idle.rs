//! `bench idle`: what the program does while nothing is to be done, beside an empty window. It is open all day, most of it so.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use sotto_desktop::Screen;
use tokio::time::Instant;

use super::super::build::{Build, BuildArguments};
use super::super::process::{Wakes, processor_seconds_of_family};
use super::super::table::{Row, Table};
use super::paint::found;
use super::scene::{EMPTY_TITLE, Recogniser, Running, Scene, TITLE};
use crate::setup::For;

/// A second. An empty window has one or two: whoever looks for something again and again has more.
const MOST_WAKES: f64 = 5.0;
/// For what only happens at the beginning, and after a window was hidden. A web view tidies up for some seconds.
const SETTLING: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Args)]
pub(crate) struct IdleArguments {
    #[command(flatten)]
    build: BuildArguments,
    /// How long each is measured.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..))]
    seconds: u64,
}

impl Default for IdleArguments {
    fn default() -> Self {
        Self { build: BuildArguments::default(), seconds: 60 }
    }
}

/// Sets up, builds, measures.
pub(in super::super) fn run(arguments: &IdleArguments) -> anyhow::Result<Table> {
    let build = arguments.build.build(For::Desktop)?;
    let empty_window = build.empty_window()?;
    let mut table = Table::new("idle");
    build.note(&mut table)?;
    table.note("peer", "an empty window of the same Tauri, of the same profile and size");
    table.note(
        "counted",
        format!(
            "how often a thread of any process of each waits for something again, and their user and system time, {} s a row after {} s",
            arguments.seconds,
            SETTLING.as_secs()
        ),
    );
    let time = Duration::from_secs(arguments.seconds);
    let runtime = tokio::runtime::Runtime::new()?;
    let ours = runtime.block_on(rests(&build, &build.program, TITLE, time))?;
    let empty = runtime.block_on(rests(&build, &empty_window, EMPTY_TITLE, time))?;
    for (where_, ours, empty) in
        [("in sight", &ours.visible, &empty.visible), ("hidden", &ours.hidden, &empty.hidden)]
    {
        let row = |what: &str, unit, of: fn(&Rest) -> f64| {
            let what = format!("nothing to do, the window {where_}: {what}");
            Row::new(&what, unit, Some(of(ours))).beside(Some(of(empty)))
        };
        let wakes = row("wake-ups a second", "1/s", |rest| rest.wakes);
        table.add(build.goal(wakes, "≤ 5", |wakes| wakes <= MOST_WAKES));
        table.add(row("processor time", "% of a core", |rest| rest.percent));
    }
    for (name, rest) in [("ours", &ours.hidden), ("empty", &empty.hidden)] {
        table.note(name, rest.threads.clone());
    }
    Ok(table)
}

/// With its window in sight, and hidden.
struct Rests {
    visible: Rest,
    hidden: Rest,
}

/// What was done meanwhile.
struct Rest {
    /// A second.
    wakes: f64,
    /// Of one core.
    percent: f64,
    /// The threads that woke most, in words.
    threads: String,
}

async fn rests(
    build: &Build,
    program: &Path,
    title: &str,
    time: Duration,
) -> anyhow::Result<Rests> {
    let scene = Scene::set(build, Recogniser::Cloud).await?;
    let running = Running::start(&scene.stage, program)?;
    found(&Screen::open(&scene.stage.desktop)?).await?;
    let visible = rest(running.pid()?, time).await?;
    scene.stage.desktop.hide_window(title).await?;
    let hidden = rest(running.pid()?, time).await?;
    running.end().await?;
    Ok(Rests { visible, hidden })
}

async fn rest(pid: u32, time: Duration) -> anyhow::Result<Rest> {
    tokio::time::sleep(SETTLING).await;
    let (began, before, used) =
        (Instant::now(), Wakes::of_family(pid)?, processor_seconds_of_family(pid)?);
    tokio::time::sleep(time).await;
    let (took, woken) = (began.elapsed().as_secs_f64(), Wakes::of_family(pid)?.since(&before));
    let percent = 100.0 * (processor_seconds_of_family(pid)? - used) / took;
    let sum: u64 = woken.iter().map(|(_, count)| count).sum();
    let most = woken.iter().take(6);
    let most = most.map(|(name, count)| format!("{name} {:.1}", *count as f64 / took));
    Ok(Rest {
        wakes: sum as f64 / took,
        percent,
        threads: format!("{} a second", most.collect::<Vec<_>>().join(", ")),
    })
}
