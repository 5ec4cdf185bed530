//! The main window: made once, hidden instead of closed, and closed to every page but its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use raw_window_handle::{HasWindowHandle as _, RawWindowHandle};
use tauri::webview::{NewWindowFeatures, NewWindowResponse};
use tauri::{
    AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};

use super::{ground, revival};
use crate::wiring::{App, Beginning, Happening, WINDOW_ORIGINS};

/// Its label, which the capability names too.
pub(crate) const MAIN: &str = "main";

/// Makes the window.
///
/// # Errors
/// When the system cannot make one.
pub(crate) fn open(app: &AppHandle, is_hidden: bool) -> tauri::Result<WebviewWindow> {
    let settings = program(app).settings();
    let window = builder(app, MAIN, WebviewUrl::default())
        .initialization_script(ground::beginning_of_page(&settings))
        .title("Sotto")
        .inner_size(1180.0, 760.0)
        .min_inner_size(380.0, 420.0)
        .visible(!is_hidden)
        .build()?;
    window.set_background_color(Some(ground::of_page(settings.theme, window.theme()?)))?;
    revival::watch_window(&window)?;
    without_devices(&window)?;
    #[cfg(target_os = "linux")]
    if !is_hidden {
        fill_once_loaded(&window)?;
    }
    let (handle, was_asked) = (app.clone(), AtomicBool::new(false));
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            // A recording must not end because a window was closed; the tray and `sotto show` bring it back.
            api.prevent_close();
            let app = program(&handle);
            // Who closes it once more does not read what it says, or its page is dead.
            if app.settings().is_close_explained || was_asked.swap(true, Ordering::Relaxed) {
                hide(&handle);
            } else {
                app.tell(Happening::CloseAsked);
            }
        }
    });
    Ok(window)
}

/// How long a page may take to load before its view is shown without it.
#[cfg(target_os = "linux")]
const LONGEST_LOAD: std::time::Duration = std::time::Duration::from_secs(2);

/// Puts the page into the window when it is loaded, and not before; until then the window has its ground alone. What GTK draws has to
/// be of the window's size, and WebKit waits up to half a second for the page's process to say so; while a page loads, that process
/// waits for this one just as well. The window itself comes at once: what the system needs for it is done beside the loading.
#[cfg(target_os = "linux")]
fn fill_once_loaded(window: &WebviewWindow) -> tauri::Result<()> {
    use std::cell::Cell;
    use std::rc::Rc;

    use gtk::prelude::WidgetExt as _;
    use webkit2gtk::glib::timeout_add_local_once;
    use webkit2gtk::{LoadEvent, WebView, WebViewExt as _};

    window.with_webview(move |webview| {
        let view = webview.inner();
        // It has its place and its size, and is not on the screen.
        view.set_child_visible(false);
        let show = |view: &WebView| {
            view.set_child_visible(true);
            // What is not on the screen was passed over when the window came.
            view.grab_focus();
        };
        let is_shown = Rc::new(Cell::new(false));
        let (late, is_late) = (view.clone(), Rc::clone(&is_shown));
        timeout_add_local_once(LONGEST_LOAD, move || {
            if !is_late.replace(true) {
                show(&late);
            }
        });
        view.connect_load_changed(move |view, event| {
            if event == LoadEvent::Finished && !is_shown.replace(true) {
                show(view);
            }
        });
    })
}

/// Takes the window from the screen; the program goes on.
pub(crate) fn hide(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window could not be hidden");
    }
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if let Err(error) =
        window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus())
    {
        tracing::warn!(%error, "the window could not be shown");
    }
}

/// Whether the user works in one of our windows.
///
/// While the keys of a shortcut are pressed, X takes the focus from the window that has it, and GTK says then that none has. The
/// window that is active stays so: where the system knows it, it is asked for that.
pub(crate) async fn is_in_front(app: &AppHandle) -> bool {
    let windows = app.webview_windows();
    match tokio::task::spawn_blocking(sotto_dictation::active_window).await {
        Ok(Some(active)) => windows.values().any(|window| number_on_x11(window) == Some(active)),
        _ => windows.values().any(|window| window.is_focused().unwrap_or_default()),
    }
}

fn number_on_x11(window: &WebviewWindow) -> Option<u32> {
    match window.window_handle().ok()?.as_raw() {
        RawWindowHandle::Xlib(handle) => u32::try_from(handle.window).ok(),
        _ => None,
    }
}

/// Writes the exact loopback ports into the window's content policy, before the window is made.
///
/// With `SOTTO_FEED=channel` the feed's port stays out, and the frames come over a channel of Tauri's: for systems that
/// pretend to let windows open sockets to loopback, and for the test of that way.
pub(crate) fn lock_to_ports(context: &mut tauri::Context, beginning: &Beginning) {
    let mut hosts = format!(" ws://127.0.0.1:{}", beginning.service_port());
    if std::env::var("SOTTO_FEED").as_deref() != Ok("channel") {
        hosts.push_str(&format!(" ws://127.0.0.1:{}", beginning.feed_port()));
    }
    if let crate::recogniser::Recogniser::SelfHosted(base) = beginning.recogniser() {
        hosts.push(' ');
        hosts.push_str(&base.replacen("http", "ws", 1));
    }
    let security = &mut context.config_mut().app.security;
    if let Some(tauri::utils::config::Csp::Policy(policy)) = &mut security.csp {
        *policy = policy.replace("connect-src ", &format!("connect-src{hosts} "));
    }
}

/// The page has no way to cameras and microphones at all: what it need not ask for cannot be granted by mistake.
#[cfg(target_os = "linux")]
pub(crate) fn without_devices(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{SettingsExt as _, WebViewExt};
    window.with_webview(|webview| {
        if let Some(settings) = WebViewExt::settings(&webview.inner()) {
            settings.set_enable_media_stream(false);
        }
    })
}

/// Elsewhere every permission that a page asks for is refused.
#[cfg(not(target_os = "linux"))]
pub(crate) fn without_devices(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// What all windows of this program have in common.
pub(crate) fn builder<'app>(
    app: &'app AppHandle,
    label: &str,
    page: WebviewUrl,
) -> WebviewWindowBuilder<'app, tauri::Wry, AppHandle> {
    let builder = WebviewWindowBuilder::new(app, label, page)
        .on_navigation(is_own_page)
        .on_new_window(no_other_window);
    #[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
    if let Some(folder) = crate::pages::for_page_process() {
        return builder.extensions_path(folder);
    }
    builder
}

/// A page opens no windows: the program does.
fn no_other_window(_: Url, _: NewWindowFeatures) -> NewWindowResponse<tauri::Wry> {
    NewWindowResponse::Deny
}

fn is_own_page(url: &Url) -> bool {
    // A scheme of Tauri's own has no slash behind its host until there is a path.
    let is_inside = |rest: &str| rest.is_empty() || rest.starts_with('/');
    WINDOW_ORIGINS.iter().any(|origin| url.as_str().strip_prefix(origin).is_some_and(is_inside))
}

/// The program as a command or an event of Tauri finds it.
#[must_use]
pub(crate) fn program(handle: &AppHandle) -> Arc<App> {
    Arc::clone(&handle.state::<Arc<App>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_on_its_own_pages() {
        let is_own = |url: &str| is_own_page(&Url::parse(url).unwrap());
        assert!(is_own("tauri://localhost") && is_own("tauri://localhost/index.html"));
        assert!(is_own("http://tauri.localhost/"));
        assert!(!is_own("tauri://localhost.evil.example/") && !is_own("https://evil.example/"));
        assert!(!is_own("http://tauri.localhost.evil.example/") && !is_own("about:blank"));
    }
}
