//! The tray icon: its shape tells the state, its menu starts and stops.
//!
//! Where a desktop has no tray, nothing is lost: `sotto show` and a second start of the program bring the window back.

use std::sync::Arc;

use tauri::image::Image;
use tauri::menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tokio::sync::broadcast::error::RecvError;

use super::{captions, shortcut, window};
use crate::recordings::{Live, RecordingState};
use crate::transcript;
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
    let captions = CheckMenuItem::with_id(
        handle,
        "captions",
        "Captions",
        true,
        app.settings().captions.is_shown,
        None::<&str>,
    )?;
    let open = MenuItem::with_id(handle, "open", "Open Sotto", true, None::<&str>)?;
    let copy = MenuItem::with_id(handle, "copy", "Copy the last transcript", true, None::<&str>)?;
    let quit = MenuItem::with_id(handle, "quit", "Quit", true, None::<&str>)?;
    let line = PredefinedMenuItem::separator(handle)?;
    let menu = Menu::with_items(handle, &[&toggle, &captions, &copy, &open, &line, &quit])?;
    let icon = TrayIconBuilder::with_id("sotto")
        .icon(Face::Idle.icon())
        .tooltip(Face::Idle.words())
        .menu(&menu)
        .on_menu_event(|handle, event| match event.id().as_ref() {
            "toggle" => shortcut::toggle(handle),
            "captions" => captions::show(handle, |is_shown| !is_shown),
            "copy" => copy_last(handle),
            "open" => window::show(handle),
            "quit" => quit_after_stop(handle),
            _ => {}
        })
        .build(handle)?;
    let shown = Shown { icon, toggle, captions };
    tauri::async_runtime::spawn(shown.follow(Arc::clone(app)));
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

/// Puts the text of the newest recording on the clipboard.
fn copy_last(handle: &AppHandle) {
    let (app, handle) = (window::program(handle), handle.clone());
    tauri::async_runtime::spawn_blocking(move || {
        let copied = app.history.page("", None, 1).map_err(anyhow::Error::from).and_then(|page| {
            let Some(newest) = page.first() else { return Ok(()) };
            let opened = app.history.open_recording(newest.recording)?;
            let text = sotto_export::txt(&transcript::of(opened), false);
            Ok(handle.clipboard().write_text(text)?)
        });
        if let Err(error) = copied {
            tracing::warn!(%error, "the last transcript could not be copied");
        }
    });
}

/// What of the tray changes.
struct Shown {
    icon: TrayIcon,
    toggle: MenuItem<Wry>,
    captions: CheckMenuItem<Wry>,
}

impl Shown {
    async fn follow(self, app: Arc<App>) {
        let mut shown = None;
        let mut happenings = app.happenings();
        loop {
            let face = Face::of(&app.recordings.state().borrow());
            let has_captions = app.settings().captions.is_shown;
            if shown != Some((face, has_captions)) {
                shown = Some((face, has_captions));
                if let Err(error) = self.paint(face, has_captions) {
                    tracing::warn!(%error, "the tray could not be changed");
                }
            }
            loop {
                match happenings.recv().await {
                    Ok(Happening::RecordingChanged | Happening::SettingsChanged)
                    | Err(RecvError::Lagged(_)) => break,
                    Ok(_) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        }
    }

    fn paint(&self, face: Face, has_captions: bool) -> tauri::Result<()> {
        self.icon.set_icon(Some(face.icon()))?;
        self.icon.set_tooltip(Some(face.words()))?;
        self.captions.set_checked(has_captions)?;
        self.toggle.set_text(match face {
            Face::Arming | Face::Recording | Face::Trouble => "Stop recording",
            Face::Idle | Face::Finishing => "Start recording",
        })
    }
}
