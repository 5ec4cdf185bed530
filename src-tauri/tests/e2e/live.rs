//! Speak, and read it in the window.

use std::time::Duration;

use serde_json::json;

use crate::stage::{Stage, eventually, plain};

/// Text must appear before the speaker is through, and neither the first nor the last word may be cut.
#[tokio::test(flavor = "multi_thread")]
async fn text_appears_while_it_is_spoken_and_the_first_and_last_words_are_there() {
    let stage = Stage::set().await;
    let mut program = stage.open_driven().await;
    program.click("choose-offline").await;
    program.click("record-button").await;
    program.lines.recording().await;

    let mut speaking = stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap();
    let early = eventually(Duration::from_secs(30), async || {
        let shown = program.text("live-text").await + &program.text("tentative").await;
        (shown.split_whitespace().count() >= 3).then_some(shown)
    });
    let early = early.await.expect("no text came");
    assert!(!speaking.is_finished(), "the text came only after the speaker was through: {early}");

    // Stopped on the last word, without a pause that would end the turn.
    speaking.finished().await;
    program.click("record-button").await;
    program.lines.finished().await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
}

/// Some systems let a window open no socket to loopback: then the frames come over a channel of Tauri's.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_carries_the_frames_where_the_feed_may_not_be_opened() {
    let stage = Stage::set().await.with("SOTTO_FEED", "channel");
    let mut program = stage.open().await;
    stage.record(&mut program.lines, "beckett.wav").await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
}

/// A model of the user's own that is gone costs no word: the one that comes with the program writes in its place.
#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_gone_is_stood_in_for() {
    let own = json!({ "isWelcomed": true, "ownModel": { "folder": "/nowhere/at-all" } });
    let stage = Stage::set().await.settings(&own);
    let mut program = stage.open().await;
    stage.record(&mut program.lines, "beckett.wav").await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
}

/// First and last words decide; what the recogniser makes of "fail" in between is another question.
pub(crate) fn beckett_is_whole(text: &str) {
    assert!(text.starts_with("ever tried ever failed"), "the first words are missing: {text}");
    assert!(text.ends_with("better"), "the last word is missing: {text}");
    assert_eq!(text.split(' ').count(), 12, "words are missing or doubled: {text}");
}
