//! The page or the program goes away in the middle of a sentence; the words must not.

use std::time::Duration;

use crate::live::beckett_is_whole;
use crate::stage::{Program, Stage, eventually, plain};

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_in_the_middle_of_speech_loses_and_doubles_nothing() {
    let stage = Stage::set().await;
    let mut program = stage.open_driven().await;
    stage.sotto(&["start"]).await;
    program.lines.recording().await;

    let mut speaking = stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap();
    program.lines.until("the first words", |line| line["kind"] == "firstText").await;
    program.window.refresh().await.unwrap();
    assert!(!speaking.is_finished(), "the page was reloaded only after the speaker was through");
    speaking.finished().await;
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_was_killed_is_finished_by_the_next_start() {
    let stage = Stage::set().await;
    let mut program = stage.open().await;
    stage.sotto(&["start"]).await;
    program.lines.recording().await;
    stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap().finished().await;
    program.kill().await;
    next_start_finishes(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_asked_to_end_stops_its_recording_and_closes_the_history() {
    let stage = Stage::set().await;
    let mut program = stage.open().await;
    stage.sotto(&["start"]).await;
    program.lines.recording().await;
    stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap().finished().await;
    assert!(program.end("-TERM").await.success());
    let is_there = |file| stage.folder().join(file).exists();
    assert!(!is_there("history.db-wal"), "the history was not closed");
    assert!(is_there("history.db-seal"), "the next start has to read all of it");
    let mut again = next_start_finishes(&stage).await;
    assert!(again.end("-INT").await.success());
    assert!(!is_there("history.db-wal") && is_there("history.db-seal"), "it was killed");
}

async fn next_start_finishes(stage: &Stage) -> Program {
    let again = stage.open().await;
    let stored = eventually(Duration::from_secs(60), async || {
        let page = stage.sotto(&["history", "list"]).await;
        let is_whole = page["state"] == "finished" && page["words"].as_u64() >= Some(12);
        if is_whole {
            Some(stage.sotto(&["history", "export", "last", "--format", "json"]).await)
        } else {
            None
        }
    });
    let stored = stored.await.expect("the recording was not finished by itself");
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
    again
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_died_comes_back_and_has_lost_no_word() {
    let stage = Stage::set().await;
    let mut program = stage.open().await;
    stage.sotto(&["start"]).await;
    program.lines.recording().await;
    let mut speaking = stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap();
    program.lines.until("the first words", |line| line["kind"] == "firstText").await;
    program.kill_page().await;
    assert!(!speaking.is_finished(), "the page died only after the speaker was through");
    speaking.finished().await;
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
}
