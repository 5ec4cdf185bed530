//! `chaos`: the real program against everything that can go wrong, and its transcript against what was spoken.
//!
//! A round is a desktop, a service in a process of its own that recognises coded words, and the program between them. What
//! goes wrong, and when, follows from the seed; the speed of the machine does not, so a seed repeats what was done, not the
//! instruction at which it was done.

mod act;
mod compare;
mod dice;
mod disk;
pub(crate) mod endure;
pub(crate) mod judge;
mod kind;
mod plan;
pub(crate) mod process;
mod round;
pub(crate) mod scene;
pub(crate) mod soak;
pub(crate) mod speech;
mod tally;
mod trace;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;
use futures_util::{StreamExt as _, stream};

use crate::setup::{self, For};
use crate::shell::{cargo, run as run_command};
use kind::Kind;
use plan::Plan;
use round::{Door, Outcome};
use tally::Tally;

#[derive(Debug, Clone, Args)]
pub(crate) struct ChaosArguments {
    /// How many rounds; each kind of fault has its turn. By default one of each.
    #[arg(long, default_value_t = kind::count())]
    rounds: u32,
    /// What everything else follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this.
    #[arg(long, value_enum)]
    fault: Option<Kind>,
    /// Only this round of the seed.
    #[arg(long)]
    round: Option<u32>,
    /// How many rounds at once.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    jobs: u32,
    /// Keep the folders of rounds that went well too.
    #[arg(long)]
    keep: bool,
    /// Take the programs as they are built.
    #[arg(long)]
    no_build: bool,
    /// Only the last line, which is JSON in any case, is meant for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Sets up, builds, plays the rounds; success only when nothing was lost, doubled or out of order.
pub(crate) fn run(arguments: &ChaosArguments) -> anyhow::Result<ExitCode> {
    ensure!(cfg!(target_os = "linux"), "the virtual desktop of chaos is made for Linux");
    if !arguments.no_build {
        build()?;
    }
    if let Some(code) = disk::as_root()? {
        return Ok(code);
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let tally = runtime.block_on(play(arguments))?;
    println!("{}", tally.line()?);
    Ok(if tally.pass() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The program and the service, as for development.
pub(crate) fn build() -> anyhow::Result<()> {
    setup::prepare(For::Desktop)?;
    run_command(cargo().args(["build", "--package", "sotto", "--package", "sotto-standin"]))
}

async fn play(arguments: &ChaosArguments) -> anyhow::Result<Tally> {
    let has_disk = disk::SmallDisk::is_possible();
    if !has_disk {
        eprintln!("full disks are left out: no small one can be mounted here");
    }
    let plans: Vec<Plan> = (0..)
        .zip(kind::turns(arguments.rounds, arguments.fault))
        .filter(|(round, _)| arguments.round.is_none_or(|only| only == *round))
        .map(|(round, kind)| Plan::draw(arguments.seed, round, kind))
        .filter(|plan| has_disk || arguments.fault.is_some() || !plan.needs_small_disk())
        .collect();
    ensure!(!plans.is_empty(), "no such round");
    let folder = disk::folder_of_run()?;

    let door = Door::default();
    let played = plans.iter().map(|plan| in_folder(plan, &folder, &door, arguments.keep));
    let mut outcomes = stream::iter(played).buffer_unordered(arguments.jobs as usize);
    let mut tally = Tally::default();
    while let Some(outcome) = outcomes.next().await {
        tell(&outcome);
        tally.add(outcome.kind, &outcome.verdict);
    }
    // Empty when all went well.
    std::fs::remove_dir(&folder).ok();
    Ok(tally)
}

/// Plays a round in a folder of its own, which stays when the round failed.
async fn in_folder(plan: &Plan, among: &Path, door: &Door, keep: bool) -> Outcome {
    let folder: PathBuf = among.join(format!("{}-{}-{}", plan.seed, plan.round, plan.kind.name()));
    let outcome = Box::pin(round::play(plan, &folder, door)).await;
    let kept = if outcome.is_good() && !keep {
        std::fs::remove_dir_all(&folder)
    } else {
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(folder.join("trace.txt"), &outcome.trace))
    };
    if let Err(error) = kept {
        eprintln!("chaos: {}: {error}", folder.display());
    }
    outcome
}

/// A line for a round that went well, everything about one that did not.
fn tell(outcome: &Outcome) {
    if !outcome.is_good() {
        eprintln!("{}", outcome.trace);
        return;
    }
    let verdict = &outcome.verdict;
    let stall = verdict.longest_stall_ms.map_or_else(String::new, |ms| format!(", stall {ms} ms"));
    eprintln!(
        "{:<18} {} words, {} gaps{stall}",
        outcome.kind.name(),
        verdict.words_spoken,
        verdict.gaps_declared
    );
}
