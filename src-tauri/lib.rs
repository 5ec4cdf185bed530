//! The Sotto program: builds the app out of its parts; holds no rules of its own.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

pub mod broker_credential;
pub mod cli;
pub mod control;
#[cfg(unix)]
mod core_dumps;
pub mod cost;
pub mod diagnostics;
pub mod encryption;
pub mod engine_loader;
pub mod engine_slot;
mod environment;
pub mod export_format;
pub mod feed_lines;
mod heap;
pub mod ipc;
pub mod language;
mod log_file;
pub mod news;
pub mod own_model;
#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
mod pages;
pub mod place;
#[cfg(target_os = "linux")]
pub mod portal;
pub mod recogniser;
pub mod recognition;
pub mod recordings;
mod retention;
pub mod settings;
mod shell;
pub mod shortcuts;
pub mod timing;
pub mod token_trail;
mod transcript;
mod transcription;
pub mod updates;
mod version;
pub mod wiring;

#[cfg(test)]
mod bindings;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod workflows;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use tauri::webview::PermissionResponse;
use tauri::{AppHandle, Manager as _, RunEvent};
use tauri_plugin_window_state::StateFlags;
use tokio::runtime::Runtime;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

use crate::control::Request;
use crate::log_file::LogFile;
use crate::place::Place;
use crate::shell::{
    autostart, captions, dictation, ending, notification, revival, shortcut, tray,
    updates as newer, window,
};
use crate::wiring::{App, Beginning};

/// What the binary does: the command line when it was given something to do, else the window.
#[must_use]
pub fn main() -> ExitCode {
    // No other thread runs yet: all of these change the environment.
    environment::seal();
    #[cfg(target_os = "linux")]
    {
        shell::compositing::choose();
        shell::scripts::choose();
    }
    let cli::Wish { task, is_hidden } = cli::parse();
    let file = task
        .is_none()
        .then(Place::of_user)
        .and_then(Result::ok)
        .map(|place| LogFile::new(&place.logs()));
    start_log(task.as_ref().is_some_and(cli::Task::is_logged_as_json), file);
    heap::bound();
    #[cfg(unix)]
    core_dumps::forbid();
    let outcome = match task {
        Some(command) => cli::run(command),
        None => run(is_hidden),
    };
    outcome.unwrap_or_else(|error| {
        cli::complain(&error);
        ExitCode::FAILURE
    })
}

/// The configuration, the permissions and the window's files, as they were built in.
fn built_in() -> tauri::Context {
    tauri::generate_context!()
}

/// Opens the window; where Sotto runs already, brings that one to the front.
fn run(is_hidden: bool) -> anyhow::Result<ExitCode> {
    let place = Place::of_user().context("the folder for Sotto's data cannot be used")?;
    let runtime = Runtime::new()?;
    let Some(claim) = place.claim()? else {
        let request = if is_hidden { Request::Status } else { Request::Show };
        runtime.block_on(control::Control::ask(&place, request))?;
        return Ok(ExitCode::SUCCESS);
    };
    let beginning = runtime.block_on(Beginning::open(&place))?;
    let mut context = built_in();
    window::lock_to_ports(&mut context, &beginning);
    newer::configure(&mut context);
    tauri::async_runtime::set(runtime.handle().clone());
    // Beside the window system, which takes as long.
    let opening = runtime.spawn(App::open(place, engine_pack(), beginning));
    let shell = built(context, is_hidden)?;
    shell.manage(runtime.block_on(opening)??);
    shell.run(|handle, event| match event {
        // The last window went away; the tray is still there.
        RunEvent::ExitRequested { api, code: None, .. } => api.prevent_exit(),
        RunEvent::Exit => ending::close(handle),
        _ => {}
    });
    drop(claim);
    Ok(ExitCode::SUCCESS)
}

/// The window system, started; the program has to be managed before it runs.
fn built(context: tauri::Context, is_hidden: bool) -> tauri::Result<tauri::App> {
    let border = ipc::border();
    newer::plug(autostart::plugged(revival::watch(tauri::Builder::default())))
        // Whether a window is shown is decided at every start anew.
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_state_flags(StateFlags::all() - StateFlags::VISIBLE)
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        // The program records, and asks for nothing else: a page has no permission to ask for.
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .manage(ipc::captions::CaptionBoard::default())
        .manage(ipc::metering::OpenMeter::default())
        .manage(shell::hotkeys::Hotkeys::default())
        .manage(ipc::shortcuts::Problems::default())
        .manage(ipc::shortcuts::Portal::default())
        .invoke_handler(border.invoke_handler())
        .setup(move |tauri| {
            border.mount_events(tauri);
            set_up(tauri.handle(), &window::program(tauri.handle()), is_hidden).map_err(Into::into)
        })
        .build(context)
}

fn set_up(handle: &AppHandle, app: &Arc<App>, is_hidden: bool) -> anyhow::Result<()> {
    tauri::async_runtime::spawn(ipc::forward(Arc::clone(app), handle.clone()));
    captions::look_at_screen();
    // First: its process starts while the rest is made.
    window::open(handle, is_hidden)?;
    shortcut::listen(handle, &app.settings());
    // A new user is not asked about keys before they know what for.
    #[cfg(target_os = "linux")]
    if !shortcut::is_listening() && app.settings().is_welcomed {
        shell::portal::ask(handle);
    }
    if let Err(error) = tray::open(handle, app) {
        tracing::warn!(%error, "this desktop takes no tray icon; the window and `sotto toggle` do all it does");
    }
    // Who reaches the program here finds tray and shortcut at work.
    let shown = handle.clone();
    tauri::async_runtime::block_on(async {
        control::listen(Arc::clone(app), move || window::show(&shown))
    })?;
    tauri::async_runtime::spawn(retention::watch(Arc::clone(app)));
    tauri::async_runtime::spawn(dictation::follow(Arc::clone(app), handle.clone()));
    tauri::async_runtime::spawn(notification::follow(Arc::clone(app), handle.clone()));
    tauri::async_runtime::spawn(captions::follow(Arc::clone(app), handle.clone()));
    tauri::async_runtime::spawn(newer::follow(Arc::clone(app), handle.clone()));
    #[cfg(unix)]
    tauri::async_runtime::spawn(ending::follow_signals(handle.clone()));
    #[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
    tauri::async_runtime::spawn(pages::let_go_after_start());
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
        // In the bundle of macOS.
        beside.join("../Resources/engine"),
        beside.join("../../src-tauri/engine-pack"),
    ];
    let found = candidates.iter().find(|folder| folder.is_dir());
    found.unwrap_or(&candidates[0]).clone()
}

/// Words for whoever runs the program; never audio, transcript, key or token. The window's go to a file as well: nobody sees
/// the standard error of a program that was opened from a menu.
fn start_log(is_json: bool, file: Option<LogFile>) {
    // The client of PulseAudio calls every end of a connection an error; real ones come back as values.
    let filter = EnvFilter::try_from_env("SOTTO_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,sotto=info,pulseaudio=off,arboard=error"));
    // It would write down which keys it presses.
    let filter = match "enigo=off".parse() {
        Ok(silence) => filter.add_directive(silence),
        Err(_) => filter,
    };
    let on_screen = fmt::layer()
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    let on_disk = file.map(|file| fmt::layer().with_ansi(false).with_writer(file));
    let log = tracing_subscriber::registry().with(filter).with(on_disk);
    if is_json {
        log.with(on_screen.json().flatten_event(true)).init();
    } else {
        log.with(on_screen).init();
    }
}
