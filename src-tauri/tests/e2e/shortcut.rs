//! The global shortcut, pressed on the keyboard of the desktop.

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn the_shortcut_starts_and_stops_a_recording() {
    let stage = Stage::set().await;
    let mut program = stage.open().await;

    stage.desktop.press("ctrl+alt+r").await.unwrap();
    program.lines.recording().await;
    stage.desktop.press("ctrl+alt+r").await.unwrap();
    program.lines.finished().await;
}
