//! A hidden window throttles its timers; the words must not notice.

use crate::live::beckett_is_whole;
use crate::stage::{Stage, plain};

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_window_loses_nothing() {
    let stage = Stage::set().await;
    let mut program = stage.open().await;
    stage.sotto(&["start"]).await;
    program.lines.recording().await;
    stage.desktop.hide_window("Sotto").await.unwrap();

    stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap().finished().await;
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
}
