//! The first run: a microphone is tried for its level, and nothing of it is kept.

use std::time::Duration;

use crate::stage::{Stage, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_microphone_is_tried_before_anything_is_recorded_and_let_go_of_afterwards() {
    let stage = Stage::set().await;
    let program = stage.open_driven().await;
    program.click("trial-begin").await;
    stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap();
    program.wait_for("trial-says", |text| text.contains("It hears you")).await;
    assert_eq!(stage.sotto(&["status"]).await["state"]["live"]["kind"], "idle");
    stage.desktop.mute(true).await.unwrap();
    program.wait_for("trial-says", |text| text.contains("muted")).await;
    stage.desktop.mute(false).await.unwrap();
    assert!(stage.desktop.is_recorded_from().await.unwrap());

    // The view is left: the microphone is closed, and there is no file with a sound in it.
    program.click("choose-offline").await;
    let closed = eventually(Duration::from_secs(10), async || {
        (!stage.desktop.is_recorded_from().await.unwrap()).then_some(())
    });
    closed.await.expect("the microphone is still open");
    let spools = stage.folder().join("spool");
    let kept = std::fs::read_dir(&spools).map_or(0, Iterator::count);
    assert_eq!(kept, 0, "something was kept in {}", spools.display());
}
