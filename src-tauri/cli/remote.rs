//! `start`, `stop`, `toggle`, `status`, `show`: said to the running program.

use std::process::ExitCode;

use super::{NOT_RUNNING, say, say_json};
use crate::control::{Control, Line, Request};
use crate::ipc::dto::{LiveDto, RecordingStateDto};
use crate::place::Place;

pub(super) async fn ask(request: Request, json: bool) -> anyhow::Result<ExitCode> {
    let Some(mut control) = Control::ask(&Place::of_user()?, request).await? else {
        return not_running(json);
    };
    let Some(line) = control.next().await? else {
        anyhow::bail!("the program ended while it was asked")
    };
    if json {
        say_json(&line)?;
    } else {
        say(&words(&line))?;
    }
    Ok(if matches!(line, Line::Failed { .. }) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

pub(super) async fn follow(json: bool) -> anyhow::Result<ExitCode> {
    let Some(mut control) = Control::ask(&Place::of_user()?, Request::Follow).await? else {
        return not_running(json);
    };
    while let Some(line) = control.next().await? {
        if json {
            say_json(&line)?;
        } else {
            say(&words(&line))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn not_running(json: bool) -> anyhow::Result<ExitCode> {
    if json {
        say_json(&serde_json::json!({ "kind": "notRunning" }))?;
    } else {
        say("Sotto is not running.")?;
    }
    Ok(ExitCode::from(NOT_RUNNING))
}

fn words(line: &Line) -> String {
    match line {
        Line::State { state } | Line::RecordingChanged { state } => state_words(state),
        Line::Imported(imported) if imported.is_damaged => {
            format!(
                "Only the beginning could be read; it is being written down as {}.",
                imported.recording_id
            )
        }
        Line::Imported(imported) => format!("Being written down as {}.", imported.recording_id),
        Line::Bookmarked { at, .. } => {
            let seconds = at / u64::from(sotto_audio::SAMPLE_RATE);
            format!("Marked at {}:{:02}.", seconds / 60, seconds % 60)
        }
        Line::Timing { recordings } => {
            crate::diagnostics::report(&[], recordings, "").trim().to_owned()
        }
        Line::Failed { error } => format!("It could not be done: {error}"),
        Line::FirstText { recording_id, .. } => {
            format!("The first words of {recording_id} are there.")
        }
        Line::TurnCommitted { text, .. } => text.clone(),
        Line::Painted { to, .. } => format!("The words up to sample {to} are on the screen."),
        Line::RecordingFinished { recording_id } => {
            format!("The transcript of {recording_id} is complete.")
        }
    }
}

fn state_words(state: &RecordingStateDto) -> String {
    match &state.live {
        LiveDto::Idle if state.finishing.is_empty() => "Nothing is being recorded.".to_owned(),
        LiveDto::Idle => "The last words are being written.".to_owned(),
        LiveDto::Arming { .. } => "Waiting for the microphone.".to_owned(),
        LiveDto::Recording { device_name, is_muted: true, .. } => {
            format!("Recording from {device_name}, which delivers no sound: is it muted?")
        }
        LiveDto::Recording { device_name, .. } if state.is_private => {
            format!("Recording from {device_name}, in memory alone.")
        }
        LiveDto::Recording { device_name, .. } => format!("Recording from {device_name}."),
        LiveDto::Paused { .. } => "Paused: the microphone is off.".to_owned(),
        LiveDto::MicLost { device_name, .. } => {
            format!("{device_name} went away; the recording goes on when it is back.")
        }
    }
}
