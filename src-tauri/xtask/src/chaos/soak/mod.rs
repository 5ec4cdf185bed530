//! `soak`: a recording that lasts a working day, with rotations and faults; whatever could grow, leak or drift is looked at
//! all the time.
//!
//! With `--accelerate` the day takes a fraction of one: the desktop, the service, the program and this one run with a clock
//! that is faster for all of them alike (`crates/fast-clock`). The microphone delivers that much faster with it, so nothing
//! is left out: each sample of the day goes all its way.

mod clues;
mod plot;
mod sample;
mod verdict;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::json;
use sotto_desktop::{Speaking, Stall};

use super::compare::Spoken;
use super::dice::Dice;
use super::kind::Kind;
use super::plan::{Act, Plan};
use super::round::{finished, judged, read, start};
use super::scene::Scene;
use super::speech::Speech;
use super::tally::Sums;
use super::{act, build, disk, judge::Evidence};
use crate::shell::{cargo, command, run as run_command, target};
use crate::stage::unix_ms;
use sample::{Samples, watch};

/// That this is the process whose clock is fast.
const INSIDE: &str = "SOTTO_SOAK_INSIDE";
/// The life of a token: as short as it may be set.
const TOKEN_SECONDS: u64 = 60;
/// What the microphone is spoken to at once. Two of them are in memory.
const PART_SECONDS: u32 = 120;
const MICROPHONE_HZ: u32 = 48_000;
/// From one fault to the next.
const CALM_MS: u64 = 20 * 60_000;
/// How often a day is looked at.
const LOOKS: u32 = 300;
const SILENCE: Duration = Duration::from_secs(1);
/// What is still on its way at the end is heard in real time.
const FINISHING_SECONDS: u64 = 600;

#[derive(Debug, Clone, Args)]
pub(crate) struct SoakArguments {
    /// How many hours are spoken.
    #[arg(long, default_value_t = 10.0)]
    hours: f64,
    /// With a clock that is faster for everything that takes part.
    #[arg(long)]
    accelerate: bool,
    /// How much faster. A machine that cannot keep pace fails.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=60), requires = "accelerate")]
    rate: u32,
    /// What is spoken and what goes wrong follow from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Take the programs as they are built.
    #[arg(long)]
    no_build: bool,
    /// Only the last line, which is JSON in any case, is meant for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Sets up, builds, records; success only when nothing is lost, and nothing grows that should not.
pub(crate) fn run(arguments: &SoakArguments) -> anyhow::Result<ExitCode> {
    ensure!(cfg!(target_os = "linux"), "the virtual desktop is made for Linux");
    ensure!(arguments.hours > 0.02, "that is too short for anything to grow");
    if arguments.accelerate && std::env::var_os(INSIDE).is_none() {
        if !arguments.no_build {
            build()?;
            run_command(cargo().args(["build", "--package", "sotto-fast-clock"]))?;
        }
        return again_with_a_fast_clock(arguments.rate);
    }
    if !arguments.no_build && !arguments.accelerate {
        build()?;
    }
    tokio::runtime::Runtime::new()?.block_on(soak(arguments))
}

/// This program once more, with a clock that is faster for it and all that it starts.
fn again_with_a_fast_clock(rate: u32) -> anyhow::Result<ExitCode> {
    let uptime = std::fs::read_to_string("/proc/uptime")?;
    let uptime: f64 = uptime.split(' ').next().context("no time")?.parse()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let setting = format!("{rate}:{:.0}:{now}", uptime * 1e9);
    let mut again = command(std::env::current_exe()?);
    again.args(std::env::args_os().skip(1)).env(INSIDE, "1");
    again.env("LD_PRELOAD", fast_clock()).env("SOTTO_FAST_CLOCK", setting);
    let status = again.status().context("this program could not be started again")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn fast_clock() -> PathBuf {
    target().join("debug/libsotto_fast_clock.so")
}

async fn soak(arguments: &SoakArguments) -> anyhow::Result<ExitCode> {
    let seconds = (arguments.hours * 3600.0) as u32;
    let plan = plan(arguments.seed, seconds);
    let folder = disk::folder_of_run()?;
    let scene = Scene::set(&plan, &folder).await?;
    let mut evidence = Evidence::default();
    start(&plan, &scene, &mut evidence).await?;
    let (samples, stalls) = record(&plan, &scene, seconds, &mut evidence).await?;
    read(&scene, &mut evidence).await?;
    let log = scene.service.lock().await.log().await?;
    let verdict = judged(&plan, &scene, &log, &mut evidence);

    let drift = verdict::drift(&evidence);
    let gauges = verdict::gauges(&samples);
    let picture = target().join("soak.svg");
    std::fs::write(&picture, plot::plot(&samples, &drift))?;
    let mut failures = verdict.failures.clone();
    failures.extend(gauges.iter().filter(|gauge| !gauge.is_bounded()).map(ToString::to_string));
    failures.extend(drift.failure());
    for clue in clues::around_gaps(&evidence, &stalls) {
        eprintln!("soak: {clue}");
    }
    let [speaker_held, sound_server_held] = clues::held(&stalls);
    let pass = failures.is_empty();
    if pass {
        std::fs::remove_dir_all(&folder)?;
    } else {
        eprintln!("soak: {}; see {}", failures.join("; "), folder.display());
    }
    println!(
        "{}",
        json!({
            "hours": arguments.hours,
            "rate": if arguments.accelerate { arguments.rate } else { 1 },
            "sessions": log.sessions(),
            "faults": plan.troubles.len(),
            "sums": Sums::of(&verdict),
            "gauges": gauges,
            "drift": drift,
            "speakerHeld": speaker_held,
            "soundServerHeld": sound_server_held,
            "plot": picture,
            "failures": failures,
            "pass": pass,
        })
    );
    Ok(if pass { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Speaks, lets go wrong what has to, and looks; gives also when the microphone was held up while somebody listened to it.
async fn record(
    plan: &Plan,
    scene: &Scene,
    seconds: u32,
    evidence: &mut Evidence,
) -> anyhow::Result<(Samples, Vec<Stall>)> {
    let every = Duration::from_secs(u64::from((seconds / LOOKS).max(5)));
    let begun_at = evidence.started_at;
    let said = async {
        let spoken = talk(plan, scene, seconds).await?;
        tokio::time::sleep(SILENCE).await;
        let stalls = scene.desktop().microphone().stalls();
        scene.stage.sotto(&["stop"]).await?;
        anyhow::Ok((spoken, stalls))
    };
    let troubles = async {
        for trouble in &plan.troubles {
            let due = begun_at + trouble.at_ms;
            tokio::time::sleep(Duration::from_millis(due.saturating_sub(unix_ms()))).await;
            act::perform_now(trouble, scene).await?;
        }
        anyhow::Ok(())
    };
    let acted = async { tokio::try_join!(said, troubles) };
    let mut samples = Samples::default();
    let (((speech_at, spoken), stalls), ()) = tokio::select! {
        acted = acted => acted?,
        failed = watch(scene, begun_at, every, &mut samples) => return Err(failed),
    };
    (evidence.speech_at, evidence.spoken) = (speech_at, spoken);
    finished(plan, scene).await?;
    Ok((samples, stalls))
}

/// A part of the speech, on its way into the microphone.
struct Part {
    begins_ms: u64,
    speaking: Speaking,
}

impl Part {
    /// Waits for its end; where in the whole speech the speaker waited, and for how long.
    async fn finished(mut self) -> impl Iterator<Item = (u64, u64)> {
        self.speaking.finished().await;
        let ms = |time: Duration| time.as_millis() as u64;
        let begins_ms = self.begins_ms;
        self.speaking.waits().into_iter().map(move |one| (begins_ms + ms(one.said), ms(one.waited)))
    }
}

/// Says all of it, a part after the other without a pause; gives when it began, and what was said when. After its plug was out,
/// the speaker waits for the microphone.
async fn talk(plan: &Plan, scene: &Scene, seconds: u32) -> anyhow::Result<(u64, Vec<Spoken>)> {
    let mut dice = Dice::new(plan.seed, 0);
    let mut speech = Speech::new(MICROPHONE_HZ);
    let (mut speech_at, mut waits, mut last) = (None, Vec::new(), None::<Part>);
    let mut left = seconds;
    while left > 0 {
        let length = left.min(PART_SECONDS);
        left -= length;
        let (seed, begins_ms) = (dice.next(), speech.ms());
        // A day's worth of it is made meanwhile, which must hold nothing up.
        speech = tokio::task::spawn_blocking(move || {
            speech.say_coded(seed, length);
            speech
        })
        .await?;
        let speaking = scene.desktop().microphone().speak_samples(speech.take_samples())?;
        let mut next = Part { begins_ms, speaking };
        if let Some(before) = last.take() {
            waits.extend(before.finished().await);
        }
        if speech_at.is_none() {
            next.speaking.started().await;
            speech_at = Some(unix_ms());
        }
        last = Some(next);
    }
    if let Some(last) = last {
        waits.extend(last.finished().await);
    }
    Ok((speech_at.context("nothing was said")?, speech.into_words_after(&waits)))
}

/// Short-lived tokens all day, and one fault after the other.
fn plan(seed: u64, seconds: u32) -> Plan {
    let mut plan = Plan::bare(seed, Kind::Rotation, seconds);
    plan.microphone_hz = MICROPHONE_HZ;
    plan.finishing_seconds = FINISHING_SECONDS;
    plan.set("tokenSeconds", json!(TOKEN_SECONDS));
    let faults = [
        Act::Silence { for_ms: 8_000 },
        Act::Dark { for_ms: 12_000 },
        Act::NoTokens { status: 503, for_ms: 70_000 },
        Act::Unplug { for_ms: 4_000 },
        Act::StopService { for_ms: 5_000 },
    ];
    let mut dice = Dice::new(seed, 1);
    let moments =
        (1..).map(|n| n * CALM_MS).take_while(|at| *at + CALM_MS / 4 < u64::from(seconds) * 1000);
    for (at_ms, fault) in moments.zip(faults.iter().cycle()) {
        plan.meet(at_ms + dice.between(0..CALM_MS / 8), fault.clone());
    }
    plan
}

/// What is kept of a folder, for the samples.
fn size_of(path: &Path) -> u64 {
    let Ok(found) = std::fs::symlink_metadata(path) else { return 0 };
    if !found.is_dir() {
        return found.len();
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| size_of(&entry.path())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_all_the_faults_and_time_to_recover_at_its_end() {
        let day = plan(1, 36_000);
        assert_eq!(day.troubles.len(), 29);
        assert!(day.troubles.last().is_some_and(|last| last.at_ms < 36_000_000 - CALM_MS / 8));
        assert!(plan(1, 600).troubles.is_empty());
    }

    #[test]
    fn a_folder_is_as_large_as_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        std::fs::write(folder.path().join("in/one"), [0; 700]).unwrap();
        std::fs::write(folder.path().join("two"), [0; 24]).unwrap();
        assert_eq!(size_of(folder.path()), 724);
        assert_eq!(size_of(&folder.path().join("none")), 0);
    }
}
