//! The Sotto program: builds the app out of its parts; holds no rules of its own.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

pub mod cli;
pub mod control;
pub mod engine_loader;
pub mod engine_slot;
mod environment;
pub mod export_format;
pub mod feed_lines;
pub mod ipc;
pub mod own_model;
pub mod place;
pub mod recogniser;
pub mod recordings;
pub mod settings;
mod shell;
mod transcript;
mod transcription;
pub mod wiring;

#[cfg(test)]
mod bindings;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use tauri::{AppHandle, RunEvent};
use tokio::runtime::Runtime;

use crate::control::Request;
use crate::place::Place;
use crate::shell::shortcut::Deed;
use crate::shell::{captions, revival, shortcut, tray, window};
use crate::wiring::App;

/// What the binary does: the command line when it was given something to do, else the window.
#[must_use]
pub fn main() -> ExitCode {
    environment::seal();
    let task = cli::parse();
    start_log(task.as_ref().is_some_and(cli::Task::is_logged_as_json));
    let outcome = match task {
        Some(command) => cli::run(command),
        None => run(),
    };
    outcome.unwrap_or_else(|error| {
        cli::complain(&error);
        ExitCode::FAILURE
    })
}

/// Opens the window; where Sotto runs already, brings that one to the front.
fn run() -> anyhow::Result<ExitCode> {
    let place = Place::of_user().context("the folder for Sotto's data cannot be used")?;
    let runtime = Runtime::new()?;
    let Some(claim) = place.claim()? else {
        runtime.block_on(control::Control::ask(&place, Request::Show))?;
        return Ok(ExitCode::SUCCESS);
    };
    let mut context = tauri::generate_context!();
    let app = runtime.block_on(App::open(place, engine_pack()))?;
    window::lock_to_ports(&mut context, &app);
    tauri::async_runtime::set(runtime.handle().clone());

    let border = ipc::border();
    let program = Arc::clone(&app);
    revival::watch(tauri::Builder::default())
        .plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .manage(app)
        .manage(ipc::captions::CaptionBoard::default())
        .invoke_handler(border.invoke_handler())
        .setup(move |tauri| {
            border.mount_events(tauri);
            set_up(tauri.handle(), &program).map_err(Into::into)
        })
        .build(context)?
        .run(|_, event| {
            if let RunEvent::ExitRequested { api, code: None, .. } = event {
                // The last window went away; the tray is still there.
                api.prevent_exit();
            }
        });
    drop(claim);
    Ok(ExitCode::SUCCESS)
}

fn set_up(handle: &AppHandle, app: &Arc<App>) -> anyhow::Result<()> {
    tauri::async_runtime::spawn(ipc::forward(Arc::clone(app), handle.clone()));
    if let Err(error) = tray::open(handle, app) {
        tracing::warn!(%error, "this desktop takes no tray icon; the window and `sotto toggle` do all it does");
    }
    let settings = app.settings();
    for (deed, keys) in
        [(Deed::Toggle, &settings.toggle_shortcut), (Deed::Captions, &settings.captions_shortcut)]
    {
        if let Err(error) = shortcut::register(handle, deed, keys) {
            tracing::warn!(%error, keys, "the shortcut is taken; choose another in the settings");
        }
    }
    // Who reaches the program here finds tray and shortcut at work.
    let shown = handle.clone();
    tauri::async_runtime::block_on(async {
        control::listen(Arc::clone(app), move || window::show(&shown))
    })?;
    window::open(handle)?;
    tauri::async_runtime::spawn(captions::follow(Arc::clone(app), handle.clone()));
    Ok(())
}

/// The engine's files: where the environment says, else beside the installed program.
pub(crate) fn engine_pack() -> PathBuf {
    if let Some(chosen) = std::env::var_os("SOTTO_ENGINE_DIR") {
        return PathBuf::from(chosen);
    }
    let beside =
        std::env::current_exe().ok().and_then(|program| program.parent().map(PathBuf::from));
    let beside = beside.unwrap_or_default();
    let candidates = [
        beside.join("engine"),
        beside.join("../lib/sotto/engine"),
        beside.join("../../src-tauri/engine-pack"),
    ];
    let found = candidates.iter().find(|folder| folder.is_dir());
    found.unwrap_or(&candidates[0]).clone()
}

/// Words for whoever runs the program; never audio, transcript, key or token.
fn start_log(is_json: bool) {
    // The client of PulseAudio calls every end of a connection an error; real ones come back as values.
    let filter = tracing_subscriber::EnvFilter::try_from_env("SOTTO_LOG").unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new("warn,sotto=info,pulseaudio=off,arboard=error")
    });
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    if is_json { log.json().flatten_event(true).init() } else { log.init() }
}
