//! Dictation: what was said while the push-to-talk key was held goes to the program that has the focus.

use std::sync::Arc;
use std::time::Instant;

use sotto_dictation::{DictationError, Manner};
use tauri::AppHandle;
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::window;
use crate::ipc::{CommandError, ErrorCode};
use crate::settings::Dictation;
use crate::wiring::{App, Happening};

/// Hands over every take whose text is complete.
pub(crate) async fn follow(app: Arc<App>, handle: AppHandle) {
    let mut happenings = app.happenings();
    loop {
        match happenings.recv().await {
            Ok(Happening::RecordingFinished(recording))
                if app.talk.take(recording, Instant::now()) =>
            {
                dictate(&app, &handle, recording).await;
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

async fn dictate(app: &Arc<App>, handle: &AppHandle, recording: Uuid) {
    let manner = match app.settings().dictation {
        Dictation::Off => return,
        Dictation::Paste => Manner::Paste,
        Dictation::Type => Manner::Type,
    };
    // Whoever has our own window before them reads the text there.
    if window::is_in_front(handle).await {
        return;
    }
    let history = app.history.clone();
    let work = move || -> anyhow::Result<Option<(String, Result<(), DictationError>)>> {
        let text = text_of(&history.open_recording(recording)?);
        if text.is_empty() {
            return Ok(None);
        }
        let outcome = sotto_dictation::hand_over(&text, manner);
        Ok(Some((text, outcome)))
    };
    let error = match tokio::task::spawn_blocking(work).await {
        Ok(Ok(None | Some((_, Ok(()))))) => return,
        Ok(Ok(Some((text, Err(error))))) => kept_on_clipboard(handle, &text, &error),
        Ok(Err(error)) => CommandError::new(ErrorCode::Unexpected, error),
        Err(error) => CommandError::new(ErrorCode::Unexpected, error),
    };
    tracing::warn!(%error, "a dictation was not handed over");
    app.tell(Happening::DictationFailed(error));
}

/// The words are not lost: the user pastes them by hand.
fn kept_on_clipboard(handle: &AppHandle, text: &str, error: &DictationError) -> CommandError {
    match handle.clipboard().write_text(text) {
        Ok(()) => CommandError::new(ErrorCode::DictationOnClipboard, error),
        Err(error) => CommandError::new(ErrorCode::Unexpected, error),
    }
}

/// In one line, for a line end sends messages in many programs; with a space behind, for the next take.
fn text_of(opened: &sotto_history::OpenedRecording) -> String {
    let said = |turn: &sotto_history::StoredTurn| {
        let text = turn.edited_text.as_ref().unwrap_or(&turn.turn.text);
        text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let words: Vec<String> = opened.turns.iter().flat_map(said).collect();
    if words.is_empty() { String::new() } else { words.join(" ") + " " }
}
