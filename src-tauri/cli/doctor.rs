//! `sotto doctor` and `sotto devices`: what is there, and what is missing.

use std::io;
use std::process::ExitCode;

use serde::Serialize;
use sotto_engine::Engine;
use sotto_history::History;
use sotto_vault::Vault;

use super::{say, say_json};
use crate::control::{Control, Line, Request};
use crate::diagnostics;
use crate::ipc::convert;
use crate::ipc::timing::TimingDto;
use crate::place::Place;

#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    words: String,
}

pub(super) fn devices(json: bool) -> anyhow::Result<ExitCode> {
    for device in sotto_audio::devices()?.into_iter().map(convert::device) {
        if json {
            say_json(&device)?;
        } else {
            let mark = if device.is_default { "*" } else { " " };
            let kind = if device.is_monitor { "  (what the system plays)" } else { "" };
            say(&format!("{mark} {}{kind}", device.name))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn run(json: bool) -> anyhow::Result<ExitCode> {
    let place = Place::of_user()?;
    let (running, timing) = running(&place).await;
    let findings = [history(&place), microphone(), engine(), keyring().await, running];
    let pass = findings.iter().all(|finding| finding.ok);
    let facts = diagnostics::surroundings(&place).await;
    if json {
        let data = place.data();
        let all = serde_json::json!({
            "data": data, "facts": facts, "findings": findings, "timing": timing, "pass": pass,
        });
        say_json(&all)?;
    } else {
        say(diagnostics::report(&facts, &timing, "").trim_end())?;
        for finding in &findings {
            say(&format!(
                "{} {}: {}",
                if finding.ok { "ok     " } else { "missing" },
                finding.what,
                finding.words
            ))?;
        }
    }
    Ok(if pass { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn history(place: &Place) -> Finding {
    let opened = History::open(&place.history()).and_then(|history| {
        if history.needs_key() {
            return Ok(None);
        }
        let count = history.page("", None, 1)?.len();
        Ok(Some((history.set_aside().cloned(), count)))
    });
    let (ok, words) = match opened {
        Ok(None) => (true, "encrypted".to_owned()),
        Ok(Some((Some(aside), _))) => (
            false,
            format!("was damaged; it lies at {} and a new one was begun", aside.moved_to.display()),
        ),
        Ok(Some((None, 0))) => (true, "empty".to_owned()),
        Ok(Some((None, _))) => (true, "sound".to_owned()),
        Err(error) => (false, error.to_string()),
    };
    Finding { what: "history", ok, words }
}

fn microphone() -> Finding {
    match sotto_audio::devices() {
        Ok(devices) => {
            let default =
                devices.iter().find(|device| device.is_default).or_else(|| devices.first());
            let words = default.map_or_else(|| "none".to_owned(), |device| device.name.clone());
            Finding { what: "microphone", ok: default.is_some(), words }
        }
        Err(error) => Finding { what: "microphone", ok: false, words: error.to_string() },
    }
}

fn engine() -> Finding {
    match Engine::load(&crate::engine_pack()) {
        Ok(_) => Finding { what: "offline engine", ok: true, words: "loads".to_owned() },
        Err(error) => Finding { what: "offline engine", ok: false, words: error.to_string() },
    }
}

/// No key is no fault: the offline engine needs none.
async fn keyring() -> Finding {
    let status =
        convert::key_status(Vault::open(crate::wiring::KEYRING_SERVICE, None).status().await);
    Finding { what: "keyring", ok: true, words: convert::key_words(&status) }
}

/// Whether the program runs, and how long sound and text take in it.
async fn running(place: &Place) -> (Finding, Vec<TimingDto>) {
    let (words, timing) = match timing(place).await {
        Ok(Some(timing)) => ("running".to_owned(), timing),
        Ok(None) => ("not running".to_owned(), Vec::new()),
        Err(error) => (error.to_string(), Vec::new()),
    };
    (Finding { what: "program", ok: true, words }, timing)
}

async fn timing(place: &Place) -> io::Result<Option<Vec<TimingDto>>> {
    let Some(mut control) = Control::ask(place, Request::Timing).await? else { return Ok(None) };
    match control.next().await? {
        Some(Line::Timing { recordings }) => Ok(Some(recordings)),
        _ => Err(io::Error::other("it runs, but does not answer")),
    }
}
