//! A recording whose sound was kept is heard again, and the word that is heard is lit.

use serde_json::json;

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn kept_sound_plays_with_its_words_lit_and_pauses_where_it_is() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true, "isAudioKept": true }));
    let mut program = stage.open_driven().await;
    let file = Stage::speech("beckett.wav");
    stage.sotto(&["import", file.to_str().unwrap()]).await;
    program.lines.finished().await;

    program.click("library-item").await;
    program.click("play").await;
    let first = program.wait_for("lit", |word| !word.is_empty()).await;
    program.wait_for("lit", |word| !word.is_empty() && word != first).await;
    program.wait_for("played", |time| time.starts_with("0:02")).await;
    program.click("play").await;
    let paused = program.text("played").await;
    assert_eq!(program.text("lit").await, "", "a word is lit though nothing is heard");
    program.click("play").await;
    program.wait_for("played", |time| time.starts_with("0:04")).await;
    assert!(paused.starts_with("0:02") || paused.starts_with("0:03"), "{paused}");
}
