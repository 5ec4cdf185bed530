//! A pause: the microphone is closed, and what was said before and after is whole.

use std::time::Duration;

use serde_json::json;

use crate::live::beckett_is_whole;
use crate::stage::{Stage, plain};

/// The pause is longer than the three seconds for which the recogniser is kept waiting: what follows is heard by another session.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_before_and_after_a_pause_is_whole() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let mut program = stage.open_driven().await;
    program.click("record-button").await;
    program.lines.recording().await;
    stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap().finished().await;

    program.click("pause-button").await;
    program.lines.paused().await;
    // All that was said before is on the screen while it is paused: nothing waits for the end.
    program.wait_for("live-text", |text| plain(text).contains("better")).await;
    tokio::time::sleep(Duration::from_secs(5)).await;

    program.click("pause-button").await;
    program.lines.recording().await;
    stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap().finished().await;
    program.click("record-button").await;
    program.lines.finished().await;

    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    let text = plain(stored["text"].as_str().unwrap());
    let words: Vec<&str> = text.split(' ').collect();
    assert_eq!(words.len(), 24, "it was said twice: {text}");
    beckett_is_whole(&words[..12].join(" "));
    beckett_is_whole(&words[12..].join(" "));
    assert_eq!(stored["pauses"].as_array().unwrap().len(), 1, "{stored}");
    assert_eq!(stored["gaps"], json!([]), "a pause is no gap");
}
