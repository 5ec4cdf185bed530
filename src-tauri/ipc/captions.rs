//! What the captions window is told and may ask: what to show, and to be closed.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::EventTarget;
use tauri_specta::Event as _;

use super::{Answer, AppState, CommandError, ErrorCode};
use crate::language::Language;
use crate::settings::{Captions, Settings};
use crate::shell::captions::{self, CAPTIONS};

/// More than any captions show; the rest is not passed on.
const TURNS: usize = 16;

/// The end of a transcript, as captions show it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaptionText {
    /// Whose words these are; `None` when nothing was recorded yet.
    pub recording_id: Option<String>,
    /// The last final turns, oldest first.
    pub turns: Vec<CaptionTurn>,
    /// The words that are not final yet.
    pub tail: String,
    /// What is going on, in words, and how it is coloured.
    pub state: String,
    /// How urgent that is.
    pub tone: CaptionTone,
    /// The microphone is being recorded.
    pub is_recording: bool,
}

/// The colours of a state, as the main window's lamp has them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CaptionTone {
    /// Nothing happens.
    #[default]
    Idle,
    /// Something is on its way.
    Busy,
    /// Text flows.
    Flow,
    /// Something is not as it should be.
    Care,
}

/// A final turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaptionTurn {
    /// The first sample that it answers for: rises from turn to turn.
    pub key: u64,
    /// Its words.
    pub text: String,
}

/// All that the captions window needs.
#[derive(Debug, Clone, Serialize, Deserialize, Type, tauri_specta::Event)]
#[serde(rename_all = "camelCase")]
pub struct CaptionsChanged {
    /// How it looks.
    pub captions: Captions,
    /// What it shows.
    pub text: CaptionText,
    /// The language of its own few words.
    pub language: Language,
}

/// What was said last, for a captions window that opens later.
#[derive(Debug, Default)]
pub struct CaptionBoard(Mutex<CaptionText>);

impl CaptionBoard {
    fn text(&self) -> CaptionText {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, text: CaptionText) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }
}

/// The main window says what the captions are to show.
#[tauri::command]
#[specta::specta]
pub async fn captions_say(
    app: AppState<'_>,
    board: tauri::State<'_, CaptionBoard>,
    window: tauri::AppHandle,
    mut text: CaptionText,
) -> Answer<()> {
    let surplus = text.turns.len().saturating_sub(TURNS);
    text.turns.drain(..surplus);
    board.write(text.clone());
    shown(&app.settings(), text)
        .emit_to(&window, EventTarget::webview_window(CAPTIONS))
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))
}

/// What the captions window shows first.
#[tauri::command]
#[specta::specta]
pub async fn captions_open(
    app: AppState<'_>,
    board: tauri::State<'_, CaptionBoard>,
) -> Answer<CaptionsChanged> {
    Ok(shown(&app.settings(), board.text()))
}

/// Closes the captions window.
#[tauri::command]
#[specta::specta]
pub async fn captions_close(window: tauri::AppHandle) -> Answer<()> {
    captions::show(&window, |_| false);
    Ok(())
}

/// Tells the captions window what it shows, after its settings changed.
pub(super) fn tell(handle: &tauri::AppHandle, settings: &Settings) -> tauri::Result<()> {
    use tauri::Manager as _;
    let text = handle.state::<CaptionBoard>().text();
    shown(settings, text).emit_to(handle, EventTarget::webview_window(CAPTIONS))
}

fn shown(settings: &Settings, text: CaptionText) -> CaptionsChanged {
    CaptionsChanged { captions: settings.captions, text, language: settings.language.spoken() }
}
