//! A moment is marked while it is said, from the command line and in the window, and found again.

use serde_json::json;

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_was_marked_while_it_was_said_is_found_again() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let mut program = stage.open_driven().await;
    program.click("record-button").await;
    program.lines.recording().await;
    let mut speaking = stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap();
    let marked = stage.sotto(&["bookmark", "fail", "better"]).await;
    assert_eq!((&marked["kind"], &marked["note"]), (&json!("bookmarked"), &json!("fail better")));
    speaking.finished().await;
    program.click("bookmark-button").await;
    program.wait_for("bookmarks-show", |text| text.contains('2')).await;
    program.click("record-button").await;
    program.lines.finished().await;

    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    let marks = stored["bookmarks"].as_array().unwrap();
    assert_eq!(marks.len(), 2, "{stored}");
    assert_eq!((&marks[0]["at"], &marks[0]["note"]), (&marked["at"], &json!("fail better")));
    assert!(marks[1]["at"].as_u64() > marks[0]["at"].as_u64(), "{stored}");
    assert!(marks[1]["at"].as_u64() <= stored["samples"].as_u64(), "{stored}");

    program.click("library-item").await;
    program.click("bookmarks-show").await;
    program.wait_for("bookmarks", |text| text.contains("fail better")).await;
    program.click("bookmark-remove").await;
    program.wait_for("bookmarks", |text| !text.contains("fail better")).await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    assert_eq!(stored["bookmarks"].as_array().unwrap().len(), 1, "{stored}");
}
