//! `demo`: the real program on a virtual desktop, listening to a recording that is spoken into its microphone.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use sotto_desktop::DesktopOptions;

use crate::setup::{self, For};
use crate::shell::{cargo, root, run as run_command, target};
use crate::stage::{Stage, unix_ms};
use crate::words;

#[derive(Debug, Default, Args)]
pub(crate) struct DemoArguments {
    /// What is spoken; by default a recording of the engine pack.
    #[arg(long)]
    audio: Option<PathBuf>,
    /// Who recognises: offline, assemblyai, assemblyai-eu, or a base URL.
    #[arg(long)]
    recogniser: Option<String>,
    /// What was really said; adds the word error rate.
    #[arg(long)]
    reference: Option<String>,
    /// Only the last line, which is JSON in any case, is meant for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Serialize)]
struct Figures {
    transcript: String,
    turns: usize,
    words: usize,
    first_partial_ms: Option<u64>,
    recogniser: String,
    recording_id: String,
    screenshot: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    word_error_rate: Option<f64>,
    pass: bool,
}

/// Sets up, builds, and shows it.
pub(crate) fn run(arguments: &DemoArguments) -> anyhow::Result<ExitCode> {
    ensure!(cfg!(target_os = "linux"), "the virtual desktop of the demo is made for Linux");
    setup::prepare(For::Desktop)?;
    run_command(cargo().args(["build", "--package", "sotto"]))?;
    let runtime = tokio::runtime::Runtime::new()?;
    let figures = runtime.block_on(show(arguments))?;
    println!("{}", serde_json::to_string(&figures)?);
    Ok(if figures.pass { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn show(arguments: &DemoArguments) -> anyhow::Result<Figures> {
    let default = root().join("src-tauri/engine-pack/speech/two_cities.wav");
    let audio = arguments.audio.clone().unwrap_or(default);
    ensure!(audio.exists(), "{} is not there", audio.display());
    let data = tempfile::tempdir()?;
    let mut stage = Stage::set(DesktopOptions::default(), data.path()).await?;
    if let Some(recogniser) = &arguments.recogniser {
        stage = stage.with("SOTTO_RECOGNISER", recogniser);
    }
    let mut opened = stage.open().await?;
    let program = &mut opened.follow;
    stage.sotto(&["start"]).await?;
    program.until("the recording", |line| line["state"]["live"]["kind"] == "recording").await?;

    let mut speaking = stage.desktop.microphone().speak(&audio)?;
    speaking.started().await;
    let began = unix_ms();
    let (mut first_text, mut turns) = (None, Vec::new());
    loop {
        tokio::select! {
            () = speaking.finished() => break,
            // For as long as it takes: a recording may be silent for minutes.
            line = program.line() => take(&line?, arguments, &mut first_text, &mut turns),
        }
    }
    let pictures = target().join("demo");
    std::fs::create_dir_all(&pictures)?;
    let screenshot = pictures.join("window.png");
    stage.desktop.screenshot(&screenshot).await?;
    stage.sotto(&["stop"]).await?;
    let recording_id = loop {
        let line = program.next().await?;
        take(&line, arguments, &mut first_text, &mut turns);
        if line["kind"] == "recordingFinished" {
            break line["recordingId"].as_str().unwrap_or_default().to_owned();
        }
    };
    let stored = stage.sotto(&["history", "export", &recording_id, "--format", "json"]).await?;
    let transcript = stored["text"].as_str().unwrap_or_default().replace('\n', " ");
    let word_error_rate = arguments.reference.as_deref().map(|reference| {
        let (errors, words) = words::errors(reference, &transcript);
        errors as f64 / words.max(1) as f64
    });
    let words = transcript.split_whitespace().count();
    Ok(Figures {
        turns: turns.len(),
        words,
        first_partial_ms: first_text.map(|at: u64| at.saturating_sub(began)),
        recogniser: stored["turns"][0]["source"].as_str().unwrap_or_default().to_owned(),
        recording_id,
        screenshot,
        word_error_rate,
        pass: words > 0,
        transcript,
    })
}

/// Prints a turn as it becomes final, and keeps when the first words were painted.
fn take(
    line: &Value,
    arguments: &DemoArguments,
    first_text: &mut Option<u64>,
    turns: &mut Vec<String>,
) {
    match line["kind"].as_str() {
        Some("firstText") => *first_text = line["at"].as_u64(),
        Some("turnCommitted") => {
            let text = line["text"].as_str().unwrap_or_default();
            let seconds = line["from"].as_u64().unwrap_or_default() / 16_000;
            if arguments.json {
                eprintln!("{:>3}:{:02}  {text}", seconds / 60, seconds % 60);
            } else {
                println!("{:>3}:{:02}  {text}", seconds / 60, seconds % 60);
            }
            turns.push(text.to_owned());
        }
        _ => {}
    }
}
