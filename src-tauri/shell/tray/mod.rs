//! The tray icon: its shape tells the state, its menu does what is done most.
//!
//! Where a desktop has no tray, nothing is lost: `sotto show` and a second start of the program bring the window back.

mod choices;

use std::sync::Arc;

use sotto_audio::Device;
use tauri::image::Image;
use tauri::menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tokio::sync::broadcast::error::RecvError;

use self::choices::{Microphones, Recognisers};
use super::{captions, ending, shortcut, window};
use crate::language::{Language, Words};
use crate::recordings::{Live, RecordingState};
use crate::settings::Settings;
use crate::transcript;
use crate::wiring::{App, Happening};

/// What the icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Idle,
    Arming,
    Recording,
    Paused,
    Finishing,
    Trouble,
}

impl Face {
    fn of(state: &RecordingState) -> Self {
        match &state.live {
            Live::Arming { .. } => Self::Arming,
            Live::Recording { .. } => Self::Recording,
            Live::Paused { .. } => Self::Paused,
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
            Self::Paused => tauri::include_image!("icons/tray/paused.png"),
            Self::Finishing => tauri::include_image!("icons/tray/finishing.png"),
            Self::Trouble => tauri::include_image!("icons/tray/trouble.png"),
        }
    }

    fn says(self, words: &Words) -> &'static str {
        match self {
            Self::Idle => words.idle,
            Self::Arming => words.arming,
            Self::Recording => words.recording,
            Self::Paused => words.paused,
            Self::Finishing => words.finishing,
            Self::Trouble => words.trouble,
        }
    }
}

/// Makes the icon and keeps it true to the state.
///
/// # Errors
/// When the system refuses the menu or the icon.
pub(crate) fn open(handle: &AppHandle, app: &Arc<App>) -> tauri::Result<()> {
    let words = app.settings().language.spoken().words();
    let item = |id: &str, label: &str| MenuItem::with_id(handle, id, label, true, None::<&str>);
    let line = || PredefinedMenuItem::separator(handle);
    let toggle = item("toggle", words.start)?;
    let pause = MenuItem::with_id(handle, "pause", words.pause, false, None::<&str>)?;
    let captions =
        CheckMenuItem::with_id(handle, "captions", words.captions, true, false, None::<&str>)?;
    let microphones = Microphones::new(handle, words)?;
    let recognisers = Recognisers::new(handle, words)?;
    let copy = item("copy", words.copy_last)?;
    let open = item("open", words.open)?;
    let settings = item("settings", words.settings)?;
    let quit = item("quit", words.quit)?;
    let menu = Menu::with_items(
        handle,
        &[
            &toggle,
            &pause,
            &captions,
            &line()?,
            &microphones.menu,
            &recognisers.menu,
            &line()?,
            &copy,
            &open,
            &settings,
            &line()?,
            &quit,
        ],
    )?;
    let icon = TrayIconBuilder::with_id("sotto")
        .icon(Face::Idle.icon())
        .tooltip(words.idle)
        .menu(&menu)
        .on_menu_event(|handle, event| chosen(handle, event.id().as_ref()))
        .build(handle)?;
    let shown = Shown {
        icon,
        toggle,
        pause,
        captions,
        microphones,
        recognisers,
        copy,
        open,
        settings,
        quit,
        painted: None,
    };
    tauri::async_runtime::spawn(shown.follow(Arc::clone(app)));
    Ok(())
}

fn chosen(handle: &AppHandle, id: &str) {
    match id {
        "toggle" => shortcut::toggle(handle),
        "pause" => toggle_pause(handle),
        "captions" => captions::show(handle, |is_shown| !is_shown),
        "copy" => copy_last(handle),
        "open" => window::show(handle),
        "settings" => {
            window::show(handle);
            window::program(handle).tell(Happening::SettingsWanted);
        }
        "quit" => ending::quit_after_stop(handle),
        other => {
            let Some(patch) = choices::patch_of(other) else { return };
            if let Err(error) = window::program(handle).settings_update(patch) {
                tracing::warn!(%error, "what was chosen in the tray could not be kept");
            }
        }
    }
}

/// Pauses, or goes on; what went wrong is in the published state.
fn toggle_pause(handle: &AppHandle) {
    let app = window::program(handle);
    tauri::async_runtime::spawn(async move {
        let is_paused = matches!(app.recordings.state().borrow().live, Live::Paused { .. });
        let done =
            if is_paused { app.recording_go_on().await } else { app.recordings.pause().await };
        if let Err(error) = done {
            tracing::warn!(%error, "the recording could not be paused, or not go on");
        }
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

/// What can be recorded from; nothing where the sound system does not answer.
async fn devices() -> Vec<Device> {
    match tokio::task::spawn_blocking(sotto_audio::devices).await {
        Ok(Ok(devices)) => devices,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the tray cannot list the microphones");
            Vec::new()
        }
        Err(error) => {
            tracing::warn!(%error, "the tray cannot list the microphones");
            Vec::new()
        }
    }
}

/// What of the tray changes.
struct Shown {
    icon: TrayIcon,
    toggle: MenuItem<Wry>,
    pause: MenuItem<Wry>,
    captions: CheckMenuItem<Wry>,
    microphones: Microphones,
    recognisers: Recognisers,
    copy: MenuItem<Wry>,
    open: MenuItem<Wry>,
    settings: MenuItem<Wry>,
    quit: MenuItem<Wry>,
    /// What icon and words were set for last.
    painted: Option<(Seen, Language)>,
}

/// What the state comes to here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    face: Face,
    is_recording: bool,
}

impl Seen {
    fn of(state: &RecordingState) -> Self {
        Self { face: Face::of(state), is_recording: state.live.recording().is_some() }
    }
}

impl Shown {
    async fn follow(mut self, app: Arc<App>) {
        let mut happenings = app.happenings();
        let mut listed = devices().await;
        loop {
            let seen = Seen::of(&app.recordings.state().borrow());
            // Sound systems are looked through when nothing is recorded: what they do in between is no business of a tray.
            if self.painted.is_some_and(|(shown, _)| shown.face != seen.face) && !seen.is_recording
            {
                listed = devices().await;
            }
            if let Err(error) = self.paint(seen, &app.settings(), &listed) {
                tracing::warn!(%error, "the tray could not be changed");
            }
            loop {
                match happenings.recv().await {
                    Ok(Happening::DevicesListed(devices)) => {
                        listed = devices.to_vec();
                        break;
                    }
                    Ok(Happening::RecordingChanged | Happening::SettingsChanged)
                    | Err(RecvError::Lagged(_)) => break,
                    Ok(_) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        }
    }

    fn paint(&mut self, seen: Seen, settings: &Settings, devices: &[Device]) -> tauri::Result<()> {
        self.microphones.list(devices)?;
        self.microphones.paint(settings.device_id.as_deref())?;
        self.recognisers.paint(settings.recogniser)?;
        self.captions.set_checked(settings.captions.is_shown)?;
        let language = settings.language.spoken();
        // Each new icon is a file on disk.
        if self.painted == Some((seen, language)) {
            return Ok(());
        }
        self.painted = Some((seen, language));
        self.icon.set_icon(Some(seen.face.icon()))?;
        self.say(seen, language.words())
    }

    fn say(&self, Seen { face, is_recording }: Seen, words: &Words) -> tauri::Result<()> {
        self.icon.set_tooltip(Some(face.says(words)))?;
        self.toggle.set_text(if is_recording { words.stop } else { words.start })?;
        self.pause.set_text(if face == Face::Paused { words.go_on } else { words.pause })?;
        self.pause.set_enabled(matches!(face, Face::Recording | Face::Paused))?;
        self.captions.set_text(words.captions)?;
        self.microphones.say(words)?;
        self.recognisers.say(words)?;
        self.copy.set_text(words.copy_last)?;
        self.open.set_text(words.open)?;
        self.settings.set_text(words.settings)?;
        self.quit.set_text(words.quit)
    }
}
