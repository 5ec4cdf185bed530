//! One program at a time, and a window that is closed but not gone.

use std::time::Duration;

use serde_json::json;

use crate::stage::{Stage, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_keeps_the_recording_and_a_second_start_brings_it_back() {
    let stage = Stage::set().await.settings(&json!({ "isCloseExplained": true }));
    let mut program = stage.open().await;
    let shown = async |wanted: bool| {
        let is_so = eventually(Duration::from_secs(20), async || {
            (stage.desktop.shows_window("Sotto").await.unwrap() == wanted).then_some(())
        });
        is_so.await.unwrap_or_else(|| {
            panic!("the window is not {}", if wanted { "shown" } else { "hidden" })
        });
    };
    shown(true).await;
    stage.sotto(&["start"]).await;
    program.lines.recording().await;

    stage.desktop.press("alt+F4").await.unwrap();
    shown(false).await;
    assert_eq!(stage.sotto(&["status"]).await["state"]["live"]["kind"], "recording");
    assert!(stage.start_again().await.success());
    shown(true).await;
    assert_eq!(stage.sotto(&["status"]).await["state"]["live"]["kind"], "recording");

    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
}
