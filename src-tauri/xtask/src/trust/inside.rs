//! The second act: the window is looked into while it records. Every message between page and program is written down, what
//! the page holds is read, and at the end the program is made to crash.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sotto_standin::StandIn;

use super::dump::Dumps;
use super::surface::{Bait, Findings, Surface};
use super::{clipboard, dump, finish};
use crate::chaos::process::family;
use crate::chaos::speech::Speech;
use crate::stage::{Driven, Stage};

/// Wraps what the page and the program tell each other.
const TAP: &str = include_str!("page.js");
/// Long enough for a session to begin and to say something.
const SECONDS: u32 = 12;
const ANOTHER_SEED: u64 = 2;
/// Commands that only tell, and want no arguments: what the window asked before it was looked into is asked again.
const ASKED: [&str; 4] = ["snapshot", "devices", "tokens_seen", "model_status"];

/// How much was looked at.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Inside {
    /// From the window to the program.
    messages_out: usize,
    /// Answers, events and channels.
    messages_in: usize,
    /// On the sockets of recognisers, their addresses included.
    socket_texts: usize,
    dumps: Dumps,
}

/// Records once more, with eyes in the window.
pub(crate) async fn look(
    stage: &Stage,
    cloud: &StandIn,
    bait: &Bait,
    findings: &mut Findings,
) -> anyhow::Result<Inside> {
    stage.told(&["key", "set"], bait.key.text()).await.context("the key was not kept")?;
    let mut window = stage.open_driven().await?;
    window.client.execute(TAP, Vec::new()).await.context("the window cannot be looked into")?;
    for command in ASKED {
        invoke(&window, command, &json!({})).await?;
    }
    record(stage, &mut window, findings, bait).await?;
    provoke(&window, bait).await?;
    let told = page(&window, "JSON.stringify(window.__sottoTold.heard)").await?;
    let heard: Value = serde_json::from_str(&told)?;
    let inside = Inside {
        messages_out: count(&heard["out"]),
        messages_in: count(&heard["in"]),
        socket_texts: count(&heard["socket"]),
        dumps: crash(stage, &window, bait, findings).await?,
    };
    findings.look(bait, Surface::Message, "a message to the program", &heard["out"].to_string());
    findings.look(bait, Surface::Message, "a message to the window", &heard["in"].to_string());
    let sockets = heard["socket"].to_string();
    if bait.key.is_in(sockets.as_bytes()) {
        findings.key.push(super::places::Place::Told("a message to a recogniser"));
    }
    // Tokens are what it sees: without one of them it was not looked at.
    let is_seen = cloud.tokens().iter().any(|token| sockets.contains(token));
    ensure!(is_seen, "the window's sockets were not seen");
    Ok(inside)
}

/// Speaks, and looks at the page while it records.
async fn record(
    stage: &Stage,
    window: &mut Driven,
    findings: &mut Findings,
    bait: &Bait,
) -> anyhow::Result<()> {
    let (page_bait, put) = (bait.on(Surface::Page), "document.documentElement.dataset.bait");
    page(window, &format!("{put} = localStorage.bait = {}", json!(page_bait))).await?;
    stage.sotto(&["start"]).await?;
    let is_recording = |line: &Value| line["state"]["live"]["kind"] == "recording";
    window.follow.until("the recording", is_recording).await?;
    let speech = Speech::coded(ANOTHER_SEED, SECONDS, super::MICROPHONE_HZ);
    stage.desktop.microphone().speak_samples(speech.samples)?.finished().await;
    let held = page(window, "await window.__sottoTold.page()").await?;
    findings.look(bait, Surface::Page, "the page", &held);
    clipboard::look(stage, bait, findings).await?;
    stage.sotto(&["stop"]).await?;
    finish(&mut window.follow).await
}

/// One message either way that holds the bait: a title that is given, and then read.
async fn provoke(window: &Driven, bait: &Bait) -> anyhow::Result<()> {
    let all = json!({ "query": "", "before": null, "limit": 1 });
    let newest = invoke(window, "history_page", &all).await?[0]["recordingId"]
        .as_str()
        .context("nothing was recorded")?
        .to_owned();
    let title = bait.on(Surface::Message);
    let rename = json!({ "recordingId": newest, "title": title });
    invoke(window, "recording_rename", &rename).await?;
    invoke(window, "recording_open", &json!({ "recordingId": newest })).await?;
    invoke(window, "recording_rename", &json!({ "recordingId": newest, "title": "" })).await?;
    Ok(())
}

async fn crash(
    stage: &Stage,
    window: &Driven,
    bait: &Bait,
    findings: &mut Findings,
) -> anyhow::Result<Dumps> {
    let driver = window.process().context("the driver has ended")?;
    let program = family(driver)?.into_iter().find(|process| process.name == "sotto");
    let program = program.context("the driver started no program")?.pid;
    dump::crash_the_program(program, stage.data(), bait, findings).await
}

/// A command, asked in the window.
async fn invoke(window: &Driven, command: &str, arguments: &Value) -> anyhow::Result<Value> {
    let call = format!("window.__TAURI_INTERNALS__.invoke({}, {arguments})", json!(command));
    let text = page(window, &format!("JSON.stringify((await {call}) ?? null)")).await;
    Ok(serde_json::from_str(&text.with_context(|| command.to_owned())?)?)
}

/// What an expression comes to in the page.
async fn page(window: &Driven, expression: &str) -> anyhow::Result<String> {
    let script = format!(
        "const done = arguments[arguments.length - 1];
        (async () => {expression})().then((value) => done(['ok', String(value)]), (error) => done(['failed', JSON.stringify(error) + error]));"
    );
    let answer = window.client.execute_async(&script, Vec::new()).await?;
    let text = answer[1].as_str().unwrap_or_default();
    ensure!(answer[0] == "ok", "the page says {text}");
    Ok(text.to_owned())
}

fn count(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}
