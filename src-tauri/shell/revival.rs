//! A page whose process died is loaded again. The recording is not the page's: it goes on meanwhile, and the new page's
//! session takes it up where the last stored turn ends.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use tauri::{Builder, Wry};

/// A page that dies again at once is given time: something on this machine is wrong, and a busy loop would make it worse.
const PATIENCE: Duration = Duration::from_secs(20);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How long to wait before the page is loaded again. Pure: the time is passed in.
#[derive(Debug, Default)]
struct Deaths {
    in_a_row: u32,
    last: Option<Instant>,
}

impl Deaths {
    fn wait(&mut self, now: Instant) -> Duration {
        let is_again = self.last.is_some_and(|last| now.duration_since(last) < PATIENCE);
        self.in_a_row = if is_again { self.in_a_row.saturating_add(1) } else { 0 };
        self.last = Some(now);
        match self.in_a_row {
            0 => Duration::ZERO,
            again => Duration::from_secs(1 << again.min(6)).min(LONGEST_WAIT),
        }
    }
}

/// Where Tauri itself is told that a page's process died.
pub(crate) fn watch(builder: Builder<Wry>) -> Builder<Wry> {
    #[cfg(any(target_os = "macos", target_os = "ios"))]
    return {
        let deaths = Mutex::new(Deaths::default());
        builder.on_web_content_process_terminate(move |webview| {
            let wait = lock(&deaths).wait(Instant::now());
            tracing::error!(?wait, "the window's page died; it is loaded again");
            let webview = webview.clone();
            tauri::async_runtime::spawn(async move {
                tokio::time::sleep(wait).await;
                if let Err(error) = webview.reload() {
                    tracing::error!(%error, "the page could not be loaded again");
                }
            });
        })
    };
    #[cfg(not(any(target_os = "macos", target_os = "ios")))]
    builder
}

/// Where only the webview itself is told.
#[cfg(target_os = "linux")]
pub(crate) fn watch_window(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt as _;

    let deaths = Mutex::new(Deaths::default());
    let handle = window.clone();
    window.with_webview(move |webview| {
        webview.inner().connect_web_process_terminated(move |_, reason| {
            let wait = lock(&deaths).wait(Instant::now());
            tracing::error!(?reason, ?wait, "the window's page died; it is loaded again");
            let window = handle.clone();
            tauri::async_runtime::spawn(async move {
                tokio::time::sleep(wait).await;
                if let Err(error) = window.reload() {
                    tracing::error!(%error, "the page could not be loaded again");
                }
            });
        });
    })
}

/// On Windows the webview restarts a page's process by itself.
#[cfg(not(target_os = "linux"))]
pub(crate) fn watch_window(_: &tauri::WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "macos", target_os = "ios"))]
fn lock(deaths: &Mutex<Deaths>) -> std::sync::MutexGuard<'_, Deaths> {
    deaths.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_death_costs_no_time_and_each_one_in_a_row_more() {
        let mut deaths = Deaths::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(deaths.wait(at(0)), Duration::ZERO);
        assert_eq!(deaths.wait(at(1)), Duration::from_secs(2));
        assert_eq!(deaths.wait(at(4)), Duration::from_secs(4));
        assert_eq!((0..9).map(|_| deaths.wait(at(9))).max(), Some(LONGEST_WAIT));
        assert_eq!(deaths.wait(at(60)), Duration::ZERO, "a page that lived was a good one");
    }
}
