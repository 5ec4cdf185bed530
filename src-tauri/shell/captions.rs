//! The captions: the last lines over everything else, in a window of their own that is told what to show and may ask for
//! almost nothing. It exists while the settings say so.

use std::sync::{Arc, OnceLock};

use tauri::{
    AppHandle, LogicalPosition, Manager as _, PhysicalPosition, WebviewUrl, WebviewWindow,
    WindowEvent,
};
use tokio::sync::broadcast::error::RecvError;

use super::{ground, window};
use crate::settings::{CaptionPlace, Captions, SettingsPatch};
use crate::wiring::{App, Happening};

/// Its label, which the capability names too.
pub(crate) const CAPTIONS: &str = "captions";

const WIDTH: f64 = 780.0;
const HEIGHT: f64 = 140.0;
/// From the lower edge of the screen, where players show subtitles.
const ABOVE_EDGE: f64 = 96.0;
/// From the edge that the user chose.
const FROM_EDGE: f64 = 24.0;

/// Whether windows can be seen through here.
static IS_SEE_THROUGH: OnceLock<bool> = OnceLock::new();

/// Learns what the screen can do; on the main thread, as its library demands. Without a compositor every line would stay under
/// the next one, for nothing wipes a ground that is not there.
pub(crate) fn look_at_screen() {
    #[cfg(target_os = "linux")]
    let is_see_through = gdk::Screen::default().is_some_and(|screen| screen.is_composited());
    #[cfg(not(target_os = "linux"))]
    let is_see_through = true;
    // The second time it would be the same.
    IS_SEE_THROUGH.set(is_see_through).ok();
}

/// Keeps the window true to the settings.
pub(crate) async fn follow(app: Arc<App>, handle: AppHandle) {
    let mut happenings = app.happenings();
    let mut shown: Option<Captions> = None;
    loop {
        let captions = app.settings().captions;
        if shown != Some(captions)
            && let Err(error) = apply(&handle, shown.replace(captions), captions)
        {
            tracing::warn!(%error, "the captions could not be shown as the settings say");
        }
        loop {
            match happenings.recv().await {
                Ok(Happening::SettingsChanged) | Err(RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}

/// Shows or hides, from the tray, the shortcut, or the window itself.
pub(crate) fn show(handle: &AppHandle, wish: impl Fn(bool) -> bool) {
    let app = window::program(handle);
    let captions = app.settings().captions;
    let captions = Captions { is_shown: wish(captions.is_shown), ..captions };
    let patch = SettingsPatch { captions: Some(captions), ..SettingsPatch::default() };
    if let Err(error) = app.settings_update(patch) {
        tracing::warn!(%error, "the captions could not be shown or hidden");
    }
}

fn apply(handle: &AppHandle, before: Option<Captions>, captions: Captions) -> tauri::Result<()> {
    let window = match (handle.get_webview_window(CAPTIONS), captions.is_shown) {
        (Some(window), false) => return window.destroy(),
        (None, false) => return Ok(()),
        (Some(window), true) => window,
        (None, true) => open(handle)?,
    };
    window.set_ignore_cursor_events(captions.is_click_through)?;
    // Only then: what is dragged away while it is shown stays there.
    let is_new = before.is_none_or(|before| !before.is_shown || before.place != captions.place);
    if is_new { put(&window, captions.place) } else { Ok(()) }
}

fn open(handle: &AppHandle) -> tauri::Result<WebviewWindow> {
    let settings = window::program(handle).settings();
    let is_see_through = IS_SEE_THROUGH.get().copied().unwrap_or(true);
    let mut builder = window::builder(handle, CAPTIONS, WebviewUrl::App("captions.html".into()))
        .title(settings.language.spoken().words().captions_title)
        .inner_size(WIDTH, HEIGHT)
        .min_inner_size(240.0, 64.0)
        .decorations(false)
        .transparent(is_see_through)
        .background_color(ground::of_captions(settings.captions.look, is_see_through))
        .shadow(false)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        .skip_taskbar(true)
        // Who is typing elsewhere goes on typing there.
        .focused(false);
    if let Some(place) = first_place(handle)? {
        builder = builder.position(place.x, place.y);
    }
    let window = builder.build()?;
    let handle = handle.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { .. } = event {
            show(&handle, |_| false);
        }
    });
    Ok(window)
}

/// To the edge of the screen that it is on, in the middle; panels keep their place.
fn put(window: &WebviewWindow, place: CaptionPlace) -> tauri::Result<()> {
    let monitor = match window.current_monitor()? {
        Some(monitor) => Some(monitor),
        None => window.primary_monitor()?,
    };
    let Some(monitor) = monitor.filter(|_| place != CaptionPlace::Free) else { return Ok(()) };
    let (area, size) = (monitor.work_area(), window.outer_size()?);
    let space = |outer: u32, inner: u32| i32::try_from(outer.saturating_sub(inner)).unwrap_or(0);
    let edge = (FROM_EDGE * monitor.scale_factor()).round() as i32;
    let down = space(area.size.height, size.height);
    let down = if place == CaptionPlace::Top { edge.min(down) } else { (down - edge).max(0) };
    window.set_position(PhysicalPosition::new(
        area.position.x + space(area.size.width, size.width) / 2,
        area.position.y + down,
    ))
}

/// At the bottom of the screen; where the user moved it is remembered with the other windows' places.
fn first_place(handle: &AppHandle) -> tauri::Result<Option<LogicalPosition<f64>>> {
    let Some(monitor) = handle.primary_monitor()? else { return Ok(None) };
    let scale = monitor.scale_factor();
    let corner = monitor.position().to_logical::<f64>(scale);
    let size = monitor.size().to_logical::<f64>(scale);
    Ok(Some(LogicalPosition::new(
        corner.x + (size.width - WIDTH) / 2.0,
        corner.y + size.height - HEIGHT - ABOVE_EDGE,
    )))
}
