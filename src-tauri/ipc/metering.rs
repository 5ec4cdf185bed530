//! A microphone that is listened to for its level alone, while somebody chooses one.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sotto_audio::{DeviceId, Metered, Metering, Microphone};
use specta::Type;
use tauri::ipc::{Channel, InvokeResponseBody};

use super::dto::FrameChannelDto;
use super::{Answer, AppState, CommandError, ErrorCode, convert};

/// What a look at it tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MeteredDto {
    /// It delivers.
    Level {
        /// −100 to 0 dB.
        dbfs: f64,
        /// Someone speaks.
        is_speech: bool,
        /// It delivers no sound at all.
        is_muted: bool,
    },
    /// It is open and delivers nothing.
    Dead,
    /// It went away.
    Lost {
        /// Why.
        error: CommandError,
    },
    /// It was open for long enough.
    Ended,
}

/// The one that is open, if any; managed by Tauri.
#[derive(Default)]
pub struct OpenMeter(Mutex<Option<Metering>>);

impl OpenMeter {
    /// A page that begins has none: one that is open was opened by the page before.
    pub(super) fn forget(&self) {
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if before.is_some() {
            tokio::task::spawn_blocking(move || drop(before));
        }
    }

    /// Whatever was open before is closed when this returns. Blocks for as long as that takes.
    fn set(&self, next: Option<Metering>) {
        let before =
            std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), next);
        drop(before);
    }
}

/// Listens to how loud a device is, the default one where none is named; nothing is kept. It ends after some minutes, or
/// with the next one.
#[tauri::command]
#[specta::specta]
pub async fn meter_open(
    app: AppState<'_>,
    webview: tauri::Webview,
    handle: tauri::AppHandle,
    device_id: Option<String>,
    channel: FrameChannelDto,
) -> Answer<()> {
    if app.recordings.state().borrow().live.recording().is_some() {
        return Err(CommandError::new(ErrorCode::MicBusy, "it is being recorded from"));
    }
    let line: Channel<InvokeResponseBody> = channel.id.channel_on(webview);
    convert::blocking(move || -> Result<(), CommandError> {
        use tauri::Manager as _;
        let open = handle.state::<OpenMeter>();
        open.set(None);
        let tell = move |metered| {
            let json = serde_json::to_string(&MeteredDto::from(metered));
            json.is_ok_and(|json| line.send(InvokeResponseBody::Json(json)).is_ok())
        };
        open.set(Some(Microphone::open(device_id.map(DeviceId))?.meter(tell)?));
        Ok(())
    })
    .await
}

/// Closes the microphone that [`meter_open`] opened; it is closed when this has returned.
#[tauri::command]
#[specta::specta]
pub async fn meter_close(handle: tauri::AppHandle) -> Answer<()> {
    convert::blocking(move || -> Result<(), CommandError> {
        use tauri::Manager as _;
        handle.state::<OpenMeter>().set(None);
        Ok(())
    })
    .await
}

impl From<Metered> for MeteredDto {
    fn from(metered: Metered) -> Self {
        match metered {
            Metered::Level { dbfs, is_speech, is_muted } => {
                Self::Level { dbfs: f64::from(dbfs), is_speech, is_muted }
            }
            Metered::Dead => Self::Dead,
            Metered::Lost(error) => Self::Lost { error: error.into() },
            Metered::Ended => Self::Ended,
        }
    }
}
