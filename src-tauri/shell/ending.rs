//! How the program ends: the recording stops first, and the history is closed in good order, so that the next start need not
//! read all of it. Who kills it loses neither.

use tauri::AppHandle;

use super::window;

/// Stops the recording, so that its last samples are on disk, and ends; the transcript is finished at the next start.
pub(crate) fn quit_after_stop(handle: &AppHandle) {
    let (app, handle) = (window::program(handle), handle.clone());
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app.recordings.stop().await {
            tracing::error!(%error, "the recording could not be stopped before quitting");
        }
        handle.exit(0);
    });
}

/// The last thing that the program does.
pub(crate) fn close(handle: &AppHandle) {
    window::program(handle).history.close();
}

/// Ends the program when the system asks it to, as at the end of a session.
#[cfg(unix)]
pub(crate) async fn follow_signals(handle: AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};

    let (terminate, interrupt) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    match (terminate, interrupt) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            quit_after_stop(&handle);
        }
        (Err(error), _) | (_, Err(error)) => {
            tracing::warn!(%error, "the end of a session will be that of a killed program");
        }
    }
}
