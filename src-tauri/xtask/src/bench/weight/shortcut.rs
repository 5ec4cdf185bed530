//! From a pressed shortcut to the first sample that is kept.
//!
//! The press is seen where it happens, in the keyboard of the X server: what presses is a program of its own, and takes longer
//! to start than what is measured. That a sample is kept is what the program says on its control socket, once the first frame
//! of 50 ms is in the spool; it is heard through `sotto status --follow`, so the figure has the way there in it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use serde_json::Value;
use sotto_desktop::Screen;

use super::scene::{Running, Scene};
use crate::stage::{Follow, Program};

/// Of a new user.
const SHORTCUT: &str = "ctrl+alt+r";
/// All of them are down.
const KEYS: u32 = 3;
/// For xdotool to press.
const PRESSING: Duration = Duration::from_secs(10);
/// How long is recorded, and how long nothing is.
const BETWEEN: Duration = Duration::from_millis(1_500);

/// What came of a press; milliseconds after it.
pub(super) struct Press {
    /// The program asked for the microphone.
    pub(super) asked_ms: f64,
    /// The first sample was kept.
    pub(super) kept_ms: f64,
}

/// Starts and stops recordings by the shortcut, while somebody speaks.
pub(super) async fn measure(scene: &Scene, presses: u32) -> anyhow::Result<Vec<Press>> {
    let Program { window, mut follow } = scene.stage.open().await?;
    let window = Running::opened(window);
    let screen = Screen::open(&scene.stage.desktop)?;
    let mut measured = Vec::new();
    let press_all = async {
        for _ in 0..presses {
            tokio::time::sleep(BETWEEN).await;
            measured.push(press(scene, &screen, &mut follow).await?);
            tokio::time::sleep(BETWEEN).await;
            scene.stage.desktop.press(SHORTCUT).await?;
            let is_over = |line: &Value| {
                let state = &line["state"];
                state["live"]["kind"] == "idle"
                    && state["finishing"].as_array().is_some_and(Vec::is_empty)
            };
            follow.until("the end of the recording", is_over).await?;
        }
        anyhow::Ok(())
    };
    scene.while_speaking(press_all).await?;
    window.end().await?;
    Ok(measured)
}

async fn press(scene: &Scene, screen: &Screen, follow: &mut Follow) -> anyhow::Result<Press> {
    let desktop = &scene.stage.desktop;
    let held = async { desktop.hold(SHORTCUT).await.map_err(anyhow::Error::from) };
    // Beside each other: what presses ends later than the program answers.
    let told = async {
        let (pressed, pressed_unix_ms) = pressed(screen).await?;
        let is_recording = |line: &Value| line["state"]["live"]["kind"] == "recording";
        let line = follow.until("the recording", is_recording).await?;
        let kept_ms = pressed.elapsed().as_secs_f64() * 1000.0;
        let asked = line["state"]["live"]["startedAt"].as_f64().context("no start")?;
        anyhow::Ok(Press { asked_ms: asked - pressed_unix_ms, kept_ms })
    };
    let (held, told) = tokio::join!(held, told);
    held?;
    desktop.release(SHORTCUT).await?;
    told
}

/// Waits until all keys of the shortcut are down; gives the moment by both clocks.
async fn pressed(screen: &Screen) -> anyhow::Result<(Instant, f64)> {
    let look = async {
        while screen.keys_down()? < KEYS {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        anyhow::Ok((Instant::now(), unix_ms()))
    };
    tokio::time::timeout(PRESSING, look).await.context("the keys are not pressed")?
}

fn unix_ms() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs_f64() * 1000.0
}
