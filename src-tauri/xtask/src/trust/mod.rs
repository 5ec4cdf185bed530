//! `trust`: the real program with a key that exists nowhere else, in a real keyring, recording through a stand-in cloud with
//! rotations. Strangers knock at its ports meanwhile; then the key is looked for everywhere that it must not be, and the
//! transcript is compared with what was spoken. A second, short recording is made with eyes in the window, and ends in a
//! crash.

mod attack;
mod clipboard;
mod dump;
mod inside;
mod memory;
mod needle;
mod places;
mod surface;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::{Value, json};
use sotto_desktop::DesktopOptions;
use sotto_standin::{StandIn, StandInConfig};

use crate::chaos::judge::{Evidence, Transcript};
use crate::chaos::process::family;
use crate::chaos::speech::Speech;
use crate::setup::{self, For};
use crate::stage::{Follow, Stage, unix_ms};
use memory::hits_in_memory;
use needle::Needle;
use places::{Place, hits_in_files, hits_in_process_tables};
use surface::{Bait, Findings, Surface};

/// Short enough that a recording of two minutes needs several.
const TOKEN_SECONDS: u64 = 60;
const MICROPHONE_HZ: u32 = 48_000;
/// Until the first session runs.
const SETTLING: Duration = Duration::from_secs(5);
/// How long the last words may take.
const FINISHING: Duration = Duration::from_secs(120);

#[derive(Debug, Args)]
pub(crate) struct TrustArguments {
    /// How long is spoken.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(10..=3600))]
    seconds: u32,
    /// Take the programs as they are built.
    #[arg(long)]
    no_build: bool,
    /// Leak the key there, to see that this is noticed.
    #[arg(long, value_enum)]
    leak: Option<Surface>,
    /// Only the last line, which is JSON in any case, is meant for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Sets up, builds, records, looks; success only when the key was found nowhere.
pub(crate) fn run(arguments: &TrustArguments) -> anyhow::Result<ExitCode> {
    ensure!(cfg!(target_os = "linux"), "the virtual desktop is made for Linux");
    if !arguments.no_build {
        setup::prepare(For::Desktop)?;
        crate::chaos::build()?;
    }
    let result = tokio::runtime::Runtime::new()?.block_on(hunt(arguments))?;
    println!("{result}");
    Ok(if result["pass"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the first act came to, beside where the key was found.
struct Recorded {
    looked_at: Vec<String>,
    attempts: Vec<attack::Attempt>,
    holds_key: bool,
    after_forgetting: Vec<Place>,
    evidence: Evidence,
}

async fn hunt(arguments: &TrustArguments) -> anyhow::Result<Value> {
    let bait = Bait::new(arguments.leak);
    let cloud = StandIn::start(StandInConfig::new(bait.key.text()).coded()).await?;
    // Where another user may come as far as its door.
    let folder = tempfile::tempdir()?;
    let stage = stage(&folder, &cloud, &bait).await?;
    let mut findings = Findings::default();
    let recorded = record(&stage, &cloud, arguments, &bait, &mut findings).await?;
    let violations = cloud.log().violations().into_iter().map(str::to_owned).collect();
    let rotations = cloud.log().sessions().saturating_sub(1);
    let inside = inside::look(&stage, &cloud, &bait, &mut findings).await?;

    std::fs::write(stage.data().join("bait"), bait.on(Surface::File))?;
    for place in [folder.path(), &home_of(&stage)?] {
        findings.key.extend(hits_in_files(place, &bait.key)?);
    }
    findings.prove(Surface::File, !hits_in_files(stage.data(), &bait.decoy)?.is_empty());
    let Recorded { looked_at, attempts, holds_key, after_forgetting, mut evidence } = recorded;
    let told = told(folder.path(), &evidence.transcript, &cloud)?;
    evidence.violations = violations;
    let verdict = evidence.judge();
    let wanted = (u64::from(arguments.seconds) / TOKEN_SECONDS).saturating_sub(1);
    let breached: Vec<_> = attempts.iter().filter(|attempt| !attempt.is_withstood).collect();
    let pass = findings.is_clean()
        && after_forgetting.is_empty()
        && breached.is_empty()
        && told.is_empty()
        && verdict.failures.is_empty()
        && rotations as u64 >= wanted;
    for place in findings.key.iter().chain(&after_forgetting) {
        eprintln!("the key is in {place}");
    }
    for attempt in breached {
        eprintln!("not withstood: {}: {}", attempt.name, attempt.met);
    }
    Ok(json!({
        "seconds": arguments.seconds,
        "rotations": rotations,
        "tokens": cloud.log().mints(),
        "processes_looked_at": looked_at,
        "inside": inside,
        "found": findings.key.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "decoys_found": findings.proved,
        "leak": arguments.leak,
        "in_the_program_while_recording": holds_key,
        "in_the_program_after_forgetting": after_forgetting.len(),
        "told": told,
        "attempts": attempts,
        "words_spoken": verdict.words_spoken,
        "failures": verdict.failures,
        "pass": pass,
    }))
}

/// The first act: a recording with rotations and strangers at the ports; the key is forgotten at its end.
async fn record(
    stage: &Stage,
    cloud: &StandIn,
    arguments: &TrustArguments,
    bait: &Bait,
    findings: &mut Findings,
) -> anyhow::Result<Recorded> {
    // The desktop's own keyring holds it, and nothing else: the program finds it there.
    stage.told(&["key", "set"], bait.key.text()).await.context("the key was not kept")?;
    let mut program = stage.open().await?;
    let window = program.window.id().context("the program has ended")?;
    stage.sotto(&["start"]).await?;
    let is_recording = |line: &Value| line["state"]["live"]["kind"] == "recording";
    let line = program.follow.until("the recording", is_recording).await?;
    let speech = Speech::coded(1, arguments.seconds, MICROPHONE_HZ);
    let mut evidence = Evidence { spoken: speech.words, ..Evidence::default() };
    evidence.started_at = line["state"]["live"]["startedAt"].as_u64().context("no start")?;
    let mut speaking = stage.desktop.microphone().speak_samples(speech.samples)?;
    speaking.started().await;
    evidence.speech_at = unix_ms();
    let strangers = async {
        // The window has connected to everything by then.
        tokio::time::sleep(SETTLING).await;
        attack::attack(window, stage.data(), cloud).await
    };
    let (attempts, ()) = tokio::join!(strangers, speaking.finished());

    // While it records: the window holds a token and streams, the program holds the key.
    let (looked_at, hits) = outside_the_program(window, &bait.key)?;
    findings.key.extend(hits);
    findings.key.extend(hits_in_process_tables(window, &bait.key)?);
    findings.prove(Surface::Environment, !outside_the_program(window, &bait.decoy)?.1.is_empty());
    let tables = hits_in_process_tables(window, &bait.decoy)?;
    findings.prove(Surface::Environment, !tables.is_empty());
    let holds_key = !hits_in_memory(window, &bait.key)?.is_empty();
    stage.sotto(&["stop"]).await?;
    finish(&mut program.follow).await?;
    let exported = stage.sotto(&["history", "export", "last", "--format", "json"]).await?;
    evidence.transcript = Transcript::read(exported)?;

    stage.sotto(&["key", "forget"]).await?;
    // What was put into its environment on purpose is no key that it kept.
    let is_leaked = bait.leak == Some(Surface::Environment);
    let after_forgetting = if is_leaked { Vec::new() } else { hits_in_memory(window, &bait.key)? };
    program.window.kill().await?;
    Ok(Recorded { looked_at, attempts: attempts?, holds_key, after_forgetting, evidence })
}

/// What stands in files and logs that must not: words, and tokens.
fn told(folder: &Path, transcript: &Transcript, cloud: &StandIn) -> anyhow::Result<Vec<String>> {
    let mut told = Vec::new();
    for (what, needle) in not_to_be_told(transcript, cloud) {
        for log in [folder.join("data/logs"), folder.join("complaints")] {
            let hits = hits_in_files(&log, &needle)?;
            told.extend(hits.iter().map(|place| format!("{what} in {place}")));
        }
    }
    for token in cloud.tokens() {
        let hits = hits_in_files(folder, &Needle::new(beginning(&token)))?;
        told.extend(hits.iter().map(|place| format!("a token in {place}")));
    }
    Ok(told)
}

async fn stage(folder: &tempfile::TempDir, cloud: &StandIn, bait: &Bait) -> anyhow::Result<Stage> {
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data)?;
    std::fs::create_dir_all(folder.path().join("complaints"))?;
    let settings =
        json!({ "isWelcomed": true, "recogniser": "assemblyai", "tokenSeconds": TOKEN_SECONDS });
    std::fs::write(data.join("settings.json"), serde_json::to_vec(&settings)?)?;
    let options = DesktopOptions { microphone_hz: MICROPHONE_HZ, ..DesktopOptions::default() };
    let stage = Stage::set(options, &data)
        .await?
        .with("SOTTO_RECOGNISER", &cloud.base_url())
        .with("SOTTO_LOG", "debug")
        .with("BAIT", &bait.on(Surface::Environment))
        .complaining_to(&folder.path().join("complaints/program.log"));
    Ok(stage)
}

/// What no log may hold.
fn not_to_be_told(transcript: &Transcript, cloud: &StandIn) -> Vec<(&'static str, Needle)> {
    let mut needles = vec![("what was said", Needle::new(beginning(&transcript.text)))];
    needles.extend(cloud.tokens().iter().map(|token| ("a token", Needle::new(beginning(token)))));
    needles
}

/// Enough of it that it cannot be there by chance.
fn beginning(text: &str) -> String {
    text.chars().take(40).collect()
}

async fn finish(follow: &mut Follow) -> anyhow::Result<()> {
    let is_over = |line: &Value| line["kind"] == "recordingFinished";
    let over = follow.until("the end of the transcript", is_over);
    tokio::time::timeout(FINISHING, over).await.context("the last words do not come")??;
    Ok(())
}

/// The window's processes: whatever the program started that is not the program itself.
fn outside_the_program(window: u32, needle: &Needle) -> anyhow::Result<(Vec<String>, Vec<Place>)> {
    let (mut looked_at, mut found) = (Vec::new(), Vec::new());
    for process in family(window)?.into_iter().filter(|process| process.pid != window) {
        found.extend(hits_in_memory(process.pid, needle)?);
        looked_at.push(process.name);
    }
    let is_web = |name: &String| name.starts_with("WebKitWebProc");
    let is_network = |name: &String| name.starts_with("WebKitNetwork");
    ensure!(looked_at.iter().any(is_web), "the program has no web process: {looked_at:?}");
    ensure!(looked_at.iter().any(is_network), "the program has no network process: {looked_at:?}");
    Ok((looked_at, found))
}

/// Where everything on the desktop keeps its files; the keyring's own are sealed, and are looked through as well.
fn home_of(stage: &Stage) -> anyhow::Result<std::path::PathBuf> {
    let env = stage.desktop.env();
    let home = env.iter().find(|(name, _)| name == "HOME").context("the desktop has no home")?;
    Ok(Path::new(&home.1).to_owned())
}
