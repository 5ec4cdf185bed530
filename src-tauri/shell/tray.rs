//! The tray icon: its shape tells the state, its menu starts and stops.
//!
//! Where a desktop has no tray, nothing is lost: `sotto show` and a second start of the program bring the window back.

use std::sync::Arc;

use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};

use super::{shortcut, window};
use crate::recordings::{Live, RecordingState};
use crate::wiring::{App, Happening};

/// What the icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Idle,
    Arming,
    Recording,
    Finishing,
    Trouble,
}

impl Face {
    fn of(state: &RecordingState) -> Self {
        match &state.live {
            Live::Arming { .. } => Self::Arming,
            Live::Recording { .. } => Self::Recording,
            Live::MicLost { .. } => Self::Trouble,
            Live::Idle if !state.finishing.is_empty() => Self::Finishing,
            Live::Idle if state.failure.is_some() => Self::Trouble,
            Live::Idle => Self::Idle,
        }
    }

    fn icon(self) -> Image<'static> {
        match self {
            Self::Idle => tauri::include_image!("icons/tray/idle.png"),
            Self::Arming => tauri::include_image!("icons/tray/arming.png"),
            Self::Recording => tauri::include_image!("icons/tray/recording.png"),
            Self::Finishing => tauri::include_image!("icons/tray/finishing.png"),
            Self::Trouble => tauri::include_image!("icons/tray/trouble.png"),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Idle => "Sotto: ready",
            Self::Arming => "Sotto: waiting for the microphone",
            Self::Recording => "Sotto: recording",
            Self::Finishing => "Sotto: writing the last words",
            Self::Trouble => "Sotto: the microphone is not there",
        }
    }
}

/// Makes the icon and keeps it true to the state.
///
/// # Errors
/// When the system refuses the menu or the icon.
pub(crate) fn open(handle: &AppHandle, app: &Arc<App>) -> tauri::Result<()> {
    let toggle = MenuItem::with_id(handle, "toggle", "Start recording", true, None::<&str>)?;
    let open = MenuItem::with_id(handle, "open", "Open Sotto", true, None::<&str>)?;
    let quit = MenuItem::with_id(handle, "quit", "Quit", true, None::<&str>)?;
    let line = PredefinedMenuItem::separator(handle)?;
    let menu = Menu::with_items(handle, &[&toggle, &open, &line, &quit])?;
    let icon = TrayIconBuilder::with_id("sotto")
        .icon(Face::Idle.icon())
        .tooltip(Face::Idle.words())
        .menu(&menu)
        .on_menu_event(|handle, event| match event.id().as_ref() {
            "toggle" => shortcut::toggle(handle),
            "open" => window::show(handle),
            "quit" => quit_after_stop(handle),
            _ => {}
        })
        .build(handle)?;
    tauri::async_runtime::spawn(follow(Arc::clone(app), icon, toggle));
    Ok(())
}

/// Stops the recording first, so that its last samples are on disk; its transcript is finished at the next start.
pub(crate) fn quit_after_stop(handle: &AppHandle) {
    let (app, handle) = (window::program(handle), handle.clone());
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app.recordings.stop().await {
            tracing::error!(%error, "the recording could not be stopped before quitting");
        }
        handle.exit(0);
    });
}

async fn follow(app: Arc<App>, icon: TrayIcon, toggle: MenuItem<Wry>) {
    let mut shown = None;
    let mut happenings = app.happenings();
    loop {
        let face = Face::of(&app.recordings.state().borrow());
        if shown != Some(face) {
            shown = Some(face);
            if let Err(error) = paint(&icon, &toggle, face) {
                tracing::warn!(%error, "the tray could not be changed");
            }
        }
        loop {
            match happenings.recv().await {
                Ok(Happening::RecordingChanged)
                | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
            }
        }
    }
}

fn paint(icon: &TrayIcon, toggle: &MenuItem<Wry>, face: Face) -> tauri::Result<()> {
    icon.set_icon(Some(face.icon()))?;
    icon.set_tooltip(Some(face.words()))?;
    toggle.set_text(match face {
        Face::Arming | Face::Recording | Face::Trouble => "Stop recording",
        Face::Idle | Face::Finishing => "Start recording",
    })
}
