//! `bench cpu`: processor time while something is recorded, of everything that the program started, beside a web page that
//! does the same.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use tokio::time::Instant;

use super::super::build::{Build, BuildArguments};
use super::super::process::{processor_seconds, processor_seconds_of_family};
use super::super::table::{Row, Table};
use super::chromium::{self, Page};
use super::scene::{Recogniser, Running, Scene, TITLE};
use crate::chaos::process::family;
use crate::setup::For;

/// Of one core.
const MOST_PERCENT: f64 = 4.0;
/// Of the page's.
const SHARE: f64 = 0.5;
/// For what only happens at the beginning, and after a window was hidden.
const SETTLING: Duration = Duration::from_secs(10);
/// A window is looked for so often, and for so long.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const SHOWN_WITHIN: Duration = Duration::from_secs(10);
/// Of the time that was measured, so much has to have been received, or it was not this work that was measured.
const RECEIVED: f64 = 0.95;

#[derive(Debug, Clone, Args)]
pub(crate) struct CpuArguments {
    #[command(flatten)]
    build: BuildArguments,
    /// How long each is measured.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..))]
    seconds: u64,
}

impl Default for CpuArguments {
    fn default() -> Self {
        Self { build: BuildArguments::default(), seconds: 60 }
    }
}

/// Sets up, builds, measures.
pub(in super::super) fn run(arguments: &CpuArguments) -> anyhow::Result<Table> {
    let build = arguments.build.build(For::Tests)?;
    let mut table = Table::new("cpu");
    build.note(&mut table)?;
    table.note("peer", "a plain web page in Chromium: getUserMedia, an AudioWorklet, the same session of the same stand-in");
    table.note("painting", "by the processor, in both: there is no graphics card here");
    table.note(
        "counted",
        format!(
            "user and system time of all processes of each, {} s a row after {} s; not the X server's, the sound server's or the stand-in's",
            arguments.seconds,
            SETTLING.as_secs()
        ),
    );
    tokio::runtime::Runtime::new()?.block_on(measure(arguments, &build, &mut table))?;
    Ok(table)
}

async fn measure(arguments: &CpuArguments, build: &Build, table: &mut Table) -> anyhow::Result<()> {
    let scene = Scene::set(build, Recogniser::Cloud).await?;
    let time = Duration::from_secs(arguments.seconds);
    let (ours, peer) = scene.while_speaking(both(&scene, time)).await?;
    for (what, ours, peer) in [
        ("recording, the window in sight", &ours.visible, &peer.visible),
        ("recording, the window hidden", &ours.hidden, &peer.hidden),
    ] {
        let row = Row::new(what, "% of a core", Some(ours.percent)).beside(Some(peer.percent));
        table.add(build.goal_beside(row, "≤ 4 and ≤ half", |ours, peer| {
            ours <= MOST_PERCENT && ours <= peer * SHARE
        }));
    }
    let parts = [("visible", &ours.visible), ("hidden", &ours.hidden)];
    for (name, cost) in parts {
        table.note(name, cost.parts.join(", "));
    }
    table.note("page", peer.visible.parts.join(", "));
    Ok(())
}

/// With its window in sight, and hidden.
struct Costs {
    visible: Cost,
    hidden: Cost,
}

/// Percent of one core.
struct Cost {
    percent: f64,
    /// Process by process, in words.
    parts: Vec<String>,
}

/// One after the other: neither runs while the other is measured.
async fn both(scene: &Scene, time: Duration) -> anyhow::Result<(Costs, Costs)> {
    let program = scene.record().await?;
    let ours = costs(scene, &program, TITLE, time).await.context("the program")?;
    let heard = scene.cloud.log().heard;
    let query = heard.last().context("the program opened no session")?.query.clone();
    program.end().await?;
    let page = Page::open(scene, &query).await?;
    let peer = costs(scene, &page.browser, chromium::TITLE, time).await.context("the page")?;
    page.end().await?;
    Ok((ours, peer))
}

async fn costs(
    scene: &Scene,
    running: &Running,
    title: &str,
    time: Duration,
) -> anyhow::Result<Costs> {
    let desktop = &scene.stage.desktop;
    let shown = async {
        while !desktop.shows_window(title).await? {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        anyhow::Ok(())
    };
    // A recording may begin before its window is there.
    let shown = tokio::time::timeout(SHOWN_WITHIN, shown).await;
    shown.with_context(|| format!("no window is called \"{title}\""))??;
    let visible = cost(scene, running.pid()?, time).await?;
    desktop.hide_window(title).await?;
    ensure!(!desktop.shows_window(title).await?, "\"{title}\" is not hidden");
    let hidden = cost(scene, running.pid()?, time).await?;
    Ok(Costs { visible, hidden })
}

async fn cost(scene: &Scene, pid: u32, time: Duration) -> anyhow::Result<Cost> {
    tokio::time::sleep(SETTLING).await;
    let members = family(pid)?;
    let each = || members.iter().map(|one| processor_seconds(one.pid).unwrap_or_default());
    let (began, received) = (Instant::now(), scene.received_ms());
    let (before, of_each): (f64, Vec<f64>) = (processor_seconds_of_family(pid)?, each().collect());
    tokio::time::sleep(time).await;
    let took = began.elapsed().as_secs_f64();
    let sum = processor_seconds_of_family(pid)? - before;
    let parts = members.iter().zip(of_each).zip(each());
    let parts = parts
        .map(|((one, before), after)| (&one.name, 100.0 * (after - before) / took))
        .filter(|(_, percent)| *percent >= 0.05)
        .map(|(name, percent)| format!("{name} {percent:.1}"))
        .collect();
    let received = (scene.received_ms() - received) as f64 / 1000.0;
    ensure!(received >= took * RECEIVED, "in {took:.1} s, only {received:.1} s were received");
    Ok(Cost { percent: 100.0 * sum / took, parts })
}
