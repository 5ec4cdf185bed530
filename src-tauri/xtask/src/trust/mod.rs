//! `trust`: the real program with a key that exists nowhere else, in a real keyring, recording through a stand-in cloud with
//! rotations; then the key is looked for everywhere that it must not be.

mod memory;
mod needle;
mod places;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::{Value, json};
use sotto_desktop::DesktopOptions;
use sotto_standin::{StandIn, StandInConfig};

use crate::chaos::speech::Speech;
use crate::setup::{self, For};
use crate::shell::target;
use crate::stage::{Program, Stage};
use memory::{family, hits_in_memory};
use needle::Needle;
use places::{Place, hits_in_files, hits_in_process_tables};

/// Short enough that a recording of two minutes needs several.
const TOKEN_SECONDS: u64 = 60;
const MICROPHONE_HZ: u32 = 48_000;
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
    /// Leak the key into the environment of the window's processes, to see that this is noticed.
    #[arg(long)]
    leak: bool,
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

async fn hunt(arguments: &TrustArguments) -> anyhow::Result<Value> {
    let needle = Needle::random();
    let cloud = StandIn::start(StandInConfig::new(needle.text()).coded()).await?;
    let folder = tempfile::tempdir_in(target())?;
    let stage = stage(&folder, &cloud, arguments, &needle).await?;
    // The desktop's own keyring holds it, and nothing else: the program finds it there.
    stage.told(&["key", "set"], needle.text()).await.context("the key was not kept")?;
    let mut program = stage.open().await?;
    let window = program.window.id().context("the program has ended")?;

    stage.sotto(&["start"]).await?;
    let is_recording = |line: &Value| line["state"]["live"]["kind"] == "recording";
    program.follow.until("the recording", is_recording).await?;
    let speech = Speech::coded(1, arguments.seconds, MICROPHONE_HZ);
    let mut speaking = stage.desktop.microphone().speak_samples(speech.samples)?;
    speaking.finished().await;

    // While it records: the window holds a token and streams, the program holds the key.
    let mut found = Vec::new();
    let (looked_at, hits) = outside_the_program(window, &needle)?;
    found.extend(hits);
    found.extend(hits_in_process_tables(window, &needle)?);
    let holds_key = !hits_in_memory(window, &needle)?.is_empty();
    stage.sotto(&["stop"]).await?;
    finish(&mut program).await?;
    found.extend(hits_in_files(folder.path(), &needle)?);
    found.extend(hits_in_files(&home_of(&stage)?, &needle)?);

    stage.sotto(&["key", "forget"]).await?;
    let after: Vec<Place> = hits_in_memory(window, &needle)?;
    program.window.kill().await?;
    let log = cloud.log();
    let rotations = log.sessions().saturating_sub(1);
    let wanted = (u64::from(arguments.seconds) / TOKEN_SECONDS).saturating_sub(1);
    let pass = found.is_empty()
        && after.is_empty()
        && log.violations().is_empty()
        && rotations as u64 >= wanted;
    for place in found.iter().chain(&after) {
        eprintln!("the key is in {place}");
    }
    Ok(json!({
        "seconds": arguments.seconds,
        "rotations": rotations,
        "tokens": log.mints(),
        "processes_looked_at": looked_at,
        "found": found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "in_the_program_while_recording": holds_key,
        "in_the_program_after_forgetting": after.len(),
        "violations": log.violations().len(),
        "pass": pass,
    }))
}

async fn stage(
    folder: &tempfile::TempDir,
    cloud: &StandIn,
    arguments: &TrustArguments,
    needle: &Needle,
) -> anyhow::Result<Stage> {
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data)?;
    let settings =
        json!({ "isWelcomed": true, "recogniser": "assemblyai", "tokenSeconds": TOKEN_SECONDS });
    std::fs::write(data.join("settings.json"), serde_json::to_vec(&settings)?)?;
    let options = DesktopOptions { microphone_hz: MICROPHONE_HZ, ..DesktopOptions::default() };
    let stage = Stage::set(options, &data)
        .await?
        .with("SOTTO_RECOGNISER", &cloud.base_url())
        .with("SOTTO_LOG", "debug")
        .complaining_to(&folder.path().join("program.log"));
    Ok(if arguments.leak { stage.with("LEAKED", needle.text()) } else { stage })
}

async fn finish(program: &mut Program) -> anyhow::Result<()> {
    let is_over = |line: &Value| line["kind"] == "recordingFinished";
    let over = program.follow.until("the end of the transcript", is_over);
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
