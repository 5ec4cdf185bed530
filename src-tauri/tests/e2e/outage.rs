//! The cloud is away: the offline engine goes on, and what it wrote is redone when the cloud is back.

use serde_json::json;
use sotto_standin::{StandIn, StandInConfig};

use crate::live::beckett_is_whole;
use crate::stage::{Stage, free_port, plain};

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test(flavor = "multi_thread")]
async fn the_offline_engine_goes_on_and_the_cloud_redoes_it() {
    let port = free_port();
    let stage = Stage::set()
        .await
        .settings(&json!({ "isWelcomed": true, "takeoverSeconds": 3 }))
        .with("SOTTO_RECOGNISER", &format!("http://127.0.0.1:{port}"))
        .with("ASSEMBLYAI_API_KEY", KEY);
    let mut program = stage.open().await;
    stage.sotto(&["start"]).await;
    program.lines.recording().await;
    let mut speaking = stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap();
    program.lines.until("text of the offline engine", |line| line["source"] == "offline").await;
    speaking.finished().await;
    let live = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    assert!(live["turns"].as_array().unwrap().iter().all(|turn| turn["isFallback"] == true));

    let cloud = StandIn::start(StandInConfig { port, ..StandInConfig::new(KEY) }).await.unwrap();
    program.lines.until("text of the cloud", |line| line["source"] == "selfHosted").await;
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
    let redone = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    let turns = redone["turns"].as_array().unwrap();
    assert!(
        turns.iter().all(|turn| turn["source"] == "selfHosted"),
        "not all of it was redone: {turns:?}"
    );
    assert!(redone["text"].as_str().unwrap().to_lowercase().contains("word1"));
    assert_eq!(redone["ledger"]["open"], 0);
    let log = cloud.log();
    assert!(log.violations().is_empty(), "the cloud complains: {:?}", log.violations());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_cloud_the_offline_text_is_the_transcript() {
    let stage = Stage::set()
        .await
        .settings(&json!({ "isWelcomed": true, "takeoverSeconds": 3 }))
        .with("SOTTO_RECOGNISER", &format!("http://127.0.0.1:{}", free_port()))
        .with("ASSEMBLYAI_API_KEY", KEY);
    let mut program = stage.open().await;
    stage.record(&mut program.lines, "beckett.wav").await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
}
