//! What the desktop would paste, by all three ways that X knows.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::sleep;

use super::surface::{Bait, Findings, Surface};
use crate::stage::Stage;

const OFFERED_WITHIN: Duration = Duration::from_secs(10);
const SELECTIONS: [&str; 3] = ["clipboard", "primary", "secondary"];

/// Looks through what is there, then puts something there and looks again.
pub(crate) async fn look(
    stage: &Stage,
    bait: &Bait,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    // As it was left: nothing may have been put there by the program.
    let mut all = String::new();
    for selection in SELECTIONS {
        all.push_str(&read(stage, selection).await?);
    }
    if bait.key.is_in(all.as_bytes()) {
        findings.key.push(super::places::Place::Told("the clipboard"));
    }
    for selection in SELECTIONS {
        write(stage, selection, &bait.on(Surface::Clipboard)).await?;
        let text = offered(stage, selection).await?;
        findings.look(bait, Surface::Clipboard, "the clipboard", &text);
    }
    Ok(())
}

fn xclip(stage: &Stage, selection: &str) -> Command {
    let mut command = Command::new("xclip");
    command.envs(stage.desktop.env()).args(["-selection", selection]).stderr(Stdio::null());
    command
}

/// Empty where nobody offers anything.
async fn read(stage: &Stage, selection: &str) -> anyhow::Result<String> {
    let output = xclip(stage, selection).arg("-out").output().await;
    let output = output.context("xclip is missing; `cargo xtask setup` brings it")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What is offered, once something is: `xclip` has left for the background before the display knows what it offers.
async fn offered(stage: &Stage, selection: &str) -> anyhow::Result<String> {
    let since = Instant::now();
    loop {
        let text = read(stage, selection).await?;
        if !text.is_empty() || since.elapsed() > OFFERED_WITHIN {
            return Ok(text);
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// It stays in the background for as long as it is asked for what it offers, and ends with the display.
async fn write(stage: &Stage, selection: &str, text: &str) -> anyhow::Result<()> {
    let mut child = xclip(stage, selection)
        .arg("-in")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("xclip is missing; `cargo xtask setup` brings it")?;
    let mut input = child.stdin.take().context("no input")?;
    input.write_all(text.as_bytes()).await?;
    drop(input);
    ensure!(child.wait().await?.success(), "xclip did not take the {selection}");
    Ok(())
}
