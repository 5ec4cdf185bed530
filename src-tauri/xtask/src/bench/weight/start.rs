//! `bench start`: from a new process to a window that can be used, and from a pressed shortcut to audio that is kept.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use sotto_desktop::Screen;

use super::super::build::{Build, BuildArguments};
use super::super::figures::{median, percentile};
use super::super::table::{Row, Table};
use super::paint::{LOOK_EVERY, Opened, Painted};
use super::scene::{Recogniser, Scene};
use super::shortcut;
use crate::setup::For;
use crate::shell::{command, run_quietly};

/// Times an empty window.
const RATIO: f64 = 1.25;
/// From the press of the shortcut.
const KEPT_MS: f64 = 120.0;
/// What a process that was just killed leaves behind is done then.
const REST: Duration = Duration::from_secs(1);
const CACHES: &str = "/proc/sys/vm/drop_caches";

#[derive(Debug, Clone, Args)]
pub(crate) struct StartArguments {
    #[command(flatten)]
    build: BuildArguments,
    /// How often each window is opened.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    starts: u32,
    /// How often the shortcut is pressed.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    presses: u32,
    /// Let the system forget what it has read of files before each start, its own included. For root, and felt by everything
    /// else on the machine.
    #[arg(long)]
    drop_caches: bool,
}

impl Default for StartArguments {
    fn default() -> Self {
        Self { build: BuildArguments::default(), starts: 10, presses: 20, drop_caches: false }
    }
}

/// Sets up, builds, measures.
pub(in super::super) fn run(arguments: &StartArguments) -> anyhow::Result<Table> {
    let build = arguments.build.build(For::Desktop)?;
    let empty_window = build.empty_window()?;
    let mut table = Table::new("start");
    build.note(&mut table)?;
    table.note(
        "peer",
        "an empty window of the same Tauri, of the same profile and size, on the same desktop",
    );
    table.note(
        "signal",
        format!(
            "the record button, which works from then on, and the empty window's disc of the same kind, on the screen; looked for every {} ms",
            LOOK_EVERY.as_millis()
        ),
    );
    table.note(
        "cold",
        if arguments.drop_caches {
            "a new process, and the system's caches of files dropped before each start"
        } else {
            "a new process; files are in the system's caches, for both"
        },
    );
    tokio::runtime::Runtime::new()?.block_on(measure(
        arguments,
        &build,
        &empty_window,
        &mut table,
    ))?;
    Ok(table)
}

async fn measure(
    arguments: &StartArguments,
    build: &Build,
    empty_window: &Path,
    table: &mut Table,
) -> anyhow::Result<()> {
    let scene = Scene::set(build, Recogniser::Cloud).await?;
    let Starts { ours, whole, empty } = starts(arguments, build, empty_window, &scene).await?;
    let row =
        |what, of: fn(&[f64]) -> Option<f64>| Row::new(what, "ms", of(&ours)).beside(of(&empty));
    let start = row("from a new process to a window that can be used, median", median);
    table.add(
        build.goal_beside(start, "≤ 1.25 × empty window", |ours, empty| ours <= empty * RATIO),
    );
    table.add(row("the slowest", |all| percentile(all, 1.0)));
    table.add(Row::new("until all of its page is there, median", "ms", median(&whole)));

    let presses = shortcut::measure(&scene, arguments.presses).await?;
    table.note("press", "seen in the X server's keyboard, and heard of what came of it as any follower of the program is told");
    let kept: Vec<f64> = presses.iter().map(|press| press.kept_ms).collect();
    let asked: Vec<f64> = presses.iter().map(|press| press.asked_ms).collect();
    table.add(Row::new("shortcut pressed to first sample kept, median", "ms", median(&kept)));
    let slow =
        Row::new("shortcut pressed to first sample kept, p95", "ms", percentile(&kept, 0.95));
    table.add(build.goal(slow, "≤ 120", |ms| ms <= KEPT_MS));
    table.add(Row::new("of it until the microphone is asked, median", "ms", median(&asked)));
    Ok(())
}

/// Milliseconds of each start.
#[derive(Default)]
struct Starts {
    /// Until our window could be used.
    ours: Vec<f64>,
    /// Until all of it was there.
    whole: Vec<f64>,
    /// Until the empty window was there.
    empty: Vec<f64>,
}

/// Opens ours and the empty window in turn. The first of each is not measured.
async fn starts(
    arguments: &StartArguments,
    build: &Build,
    empty_window: &Path,
    scene: &Scene,
) -> anyhow::Result<Starts> {
    let (stage, screen) = (&scene.stage, Screen::open(&scene.stage.desktop)?);
    let ours = Painted::find_inviting(stage, &screen, &build.program).await?;
    let empty = Painted::find(stage, &screen, empty_window).await?;
    let mut times = Starts::default();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let open = async |window: &Painted| {
        tokio::time::sleep(REST).await;
        if arguments.drop_caches {
            // What is not written yet cannot be dropped.
            run_quietly(&mut command("sync"))?;
            std::fs::write(CACHES, "3").context("only root may drop caches")?;
        }
        let Opened { usable, whole, running } = window.open(stage, &screen).await?;
        running.end().await?;
        anyhow::Ok((ms(usable), ms(whole)))
    };
    for number in 1..=arguments.starts {
        let (usable, whole) = open(&ours).await?;
        let (empty, _) = open(&empty).await?;
        times.ours.push(usable);
        times.whole.push(whole);
        times.empty.push(empty);
        eprintln!(
            "bench  start {number}: {usable:.0} ms, all of it {whole:.0} ms, the empty window {empty:.0} ms"
        );
    }
    Ok(times)
}
