//! Audio files as recordings.

use crate::live::beckett_is_whole;
use crate::stage::{Stage, plain};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_written_down_like_a_recording() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true, "isAudioKept": true }));
    let mut program = stage.open().await;
    let file = Stage::speech("beckett.wav");
    let imported = stage.sotto(&["import", file.to_str().unwrap()]).await;
    assert_eq!((&imported["kind"], &imported["isDamaged"]), (&json!("imported"), &json!(false)));
    program.lines.finished().await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    assert_eq!(stored["title"], "beckett");
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
    assert_eq!(stored["ledger"]["open"], 0);

    let nothing = stage.folder().join("letter.mp3");
    std::fs::write(&nothing, "Dear Sir").unwrap();
    let refused = stage.sotto(&["import", nothing.to_str().unwrap()]).await;
    assert_eq!(refused["error"]["code"], "FileUnreadable");
}
