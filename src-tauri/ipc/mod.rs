//! The border with the window: the commands, the events, and nothing else. Each command calls one thing and maps its
//! error; the rules live below.

#![allow(clippy::let_underscore_must_use, reason = "written by the macro tauri::command")]

pub mod captions;
pub(crate) mod convert;
pub mod cost;
pub mod diagnostics;
pub mod dto;
pub mod encryption;
pub mod error;
pub mod history;
pub mod import;
pub mod key;
pub mod metering;
pub mod model;
pub mod program;
pub mod recording;
pub mod shortcuts;
pub mod timing;
pub mod tokens;
pub mod updates;

use std::sync::Arc;

use tauri_specta::{ErrorHandlingMode, Event as _};
use tokio::sync::broadcast;

use crate::recordings::Declared;
use crate::wiring::{App, Happening};
pub use dto::HostEvent;
pub use error::{CommandError, ErrorCode};

/// What every command answers.
pub type Answer<T> = Result<T, CommandError>;

/// The program, as commands are handed it.
pub type AppState<'a> = tauri::State<'a, Arc<App>>;

/// The table of commands and events; `build.rs` and the capability in `tauri.conf.json` name the same commands.
#[must_use]
pub fn border() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::<tauri::Wry>::new()
        .error_handling(ErrorHandlingMode::Throw)
        .dangerously_cast_bigints_to_number()
        .commands(tauri_specta::collect_commands![
            program::snapshot,
            program::settings_update,
            program::autostart_check,
            program::devices,
            metering::meter_open,
            metering::meter_close,
            recording::recording_start,
            recording::recording_stop,
            recording::recording_pause,
            recording::recording_go_on,
            recording::recording_finish,
            recording::recording_resume,
            recording::recording_first_text,
            recording::recording_painted,
            recording::recording_give_up,
            import::recording_import,
            recording::feed_open,
            recording::feed_channel,
            recording::feed_ask,
            recording::feed_close,
            recording::token_mint,
            recording::turn_commit,
            recording::turn_relabel,
            recording::turns_replace,
            history::history_page,
            history::recording_open,
            history::recording_turns,
            history::recording_find,
            history::recording_rename,
            history::turn_edit,
            history::speakers_name,
            history::bookmark_set,
            history::bookmark_remove,
            history::recording_delete,
            history::recording_restore,
            history::recording_export,
            history::recording_copy,
            history::recording_save_sound,
            diagnostics::diagnostics,
            diagnostics::diagnostics_copy,
            timing::timing_report,
            program::window_close,
            program::program_quit,
            shortcuts::shortcuts_status,
            shortcuts::shortcut_try,
            shortcuts::shortcut_copy,
            shortcuts::shortcuts_ask,
            key::key_save,
            key::key_import,
            key::key_forget,
            key::broker_save,
            key::broker_forget,
            encryption::encryption_offer,
            encryption::encryption_withdraw,
            encryption::encryption_begin,
            encryption::encryption_end,
            encryption::encryption_unlock,
            encryption::encryption_retry,
            encryption::encryption_key,
            encryption::encryption_key_copy,
            encryption::encryption_key_save,
            tokens::tokens_seen,
            cost::usage_add,
            cost::cost_read,
            model::model_status,
            model::model_choose,
            model::model_speak,
            model::model_forget,
            updates::updates_look,
            updates::updates_install,
            captions::captions_say,
            captions::captions_open,
            captions::captions_close,
        ])
        .events(tauri_specta::collect_events![HostEvent, captions::CaptionsChanged])
}

/// Forwards what happens to the window. No token and no key is ever in an event: events reach every window.
pub async fn forward(app: Arc<App>, window: tauri::AppHandle) {
    let mut happenings = app.happenings();
    loop {
        let event = match happenings.recv().await {
            Ok(happening) => event_of(&app, &happening).await,
            // The window was told less than happened; the state as it stands repairs that.
            Err(broadcast::error::RecvError::Lagged(_)) => {
                event_of(&app, &Happening::RecordingChanged).await
            }
            Err(broadcast::error::RecvError::Closed) => return,
        };
        let Some(event) = event else { continue };
        let told = event.emit(&window).and_then(|()| match &event {
            HostEvent::SettingsChanged { settings } => captions::tell(&window, settings),
            _ => Ok(()),
        });
        if let Err(error) = told {
            tracing::warn!(%error, "the window could not be told");
        }
    }
}

async fn event_of(app: &App, happening: &Happening) -> Option<HostEvent> {
    Some(match happening {
        Happening::RecordingChanged => HostEvent::RecordingChanged {
            state: convert::recording_state(&app.recordings.state().borrow()),
        },
        Happening::SettingsChanged => HostEvent::SettingsChanged { settings: app.settings() },
        Happening::KeyChanged => {
            HostEvent::KeyChanged { status: convert::key_status(app.vault.status().await) }
        }
        Happening::EncryptionChanged => {
            HostEvent::EncryptionChanged { status: encryption::status(app).await }
        }
        Happening::RecogniserChanged => {
            HostEvent::RecogniserChanged { status: program::recogniser_status(app, None).await }
        }
        Happening::HistoryChanged(recording) | Happening::RecordingFinished(recording) => {
            HostEvent::HistoryChanged { recording_id: recording.to_string() }
        }
        Happening::BookmarksChanged(recording) => {
            let (history, recording) = (app.history.clone(), *recording);
            let marked = convert::blocking(move || history.bookmarks(recording)).await.ok()?;
            HostEvent::BookmarksChanged {
                recording_id: recording.to_string(),
                bookmarks: marked.into_iter().map(convert::bookmark).collect(),
            }
        }
        Happening::Declared(Declared::Gap(gap)) => {
            HostEvent::GapDeclared { gap: convert::gap(gap) }
        }
        Happening::Declared(Declared::Pause(pause)) => {
            HostEvent::PauseDeclared { pause: convert::pause(pause) }
        }
        Happening::ShortcutPressed(deed) => HostEvent::ShortcutPressed { deed: *deed },
        Happening::ShortcutsChanged => HostEvent::ShortcutsChanged,
        Happening::DictationFailed(error) => HostEvent::DictationFailed { error: error.clone() },
        Happening::CostChanged => HostEvent::CostChanged { cost: app.cost().into() },
        Happening::CloseAsked => HostEvent::CloseAsked,
        Happening::SettingsWanted => HostEvent::SettingsWanted,
        Happening::UpdatesChanged => HostEvent::UpdatesChanged { updates: app.updates.now() },
        Happening::FirstText(_)
        | Happening::Painted(..)
        | Happening::TurnCommitted(_)
        | Happening::Toggled { .. }
        | Happening::Imported(_)
        | Happening::DevicesListed(_) => return None,
    })
}
