//! A recording of which nothing is written.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::stage::{Stage, plain};

/// Every file below `folder`, as its name and what is in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            // A socket cannot be read.
            found.push((path.to_string_lossy().into_owned(), bytes));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_privately_is_in_no_file_and_gone_with_the_program() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true, "isAudioKept": true }));
    let mut program = stage.open().await;
    stage.sotto(&["start", "--private"]).await;
    let recording = program.lines.recording().await;
    assert_eq!(stage.sotto(&["status"]).await["state"]["isPrivate"], true);
    let mut speaking = stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap();
    let said = program.lines.until("a turn", |line| line["kind"] == "turnCommitted").await;
    speaking.finished().await;
    // While it records, and once it is through.
    let text = said["text"].as_str().unwrap();
    assert!(plain(text).contains(' '), "nothing was said: {text}");
    let look = |when: &str| {
        for (name, bytes) in files(stage.folder()) {
            let holds = |what: &str| bytes.windows(what.len()).any(|at| at == what.as_bytes());
            assert!(!holds(text), "{when}: {name} says what was said");
            assert!(
                !name.contains(&recording) && !holds(&recording),
                "{when}: {name} knows of the recording"
            );
        }
    };
    look("while it records");
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
    look("when it is finished");

    // One that is kept does not become private by being asked for twice.
    stage.sotto(&["start"]).await;
    program.lines.recording().await;
    assert_eq!(stage.sotto(&["status"]).await["state"]["isPrivate"], false);
    assert_eq!(stage.sotto(&["start", "--private"]).await["kind"], "failed");
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;

    program.kill().await;
    let _program = stage.open().await;
    let listed = stage.sotto(&["history", "list"]).await;
    assert!(!listed.to_string().contains(&recording), "it is still there: {listed}");
    look("in the next run");
}
