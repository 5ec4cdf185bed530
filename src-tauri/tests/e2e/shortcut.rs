//! The global shortcuts, pressed on the keyboard of the desktop.

use std::time::Duration;

use serde_json::json;
use sotto_desktop::Screen;

use crate::live::beckett_is_whole;
use crate::stage::{Stage, eventually, plain};

#[tokio::test(flavor = "multi_thread")]
async fn the_shortcut_starts_and_stops_a_recording() {
    let stage = Stage::set().await;
    let mut program = stage.open().await;

    stage.desktop.press("ctrl+alt+r").await.unwrap();
    program.lines.recording().await;
    stage.desktop.press("ctrl+alt+r").await.unwrap();
    program.lines.finished().await;
}

/// A key that is held repeats; only the hand that lets go ends the take. What was said is then in the other program, and the
/// recording is there as well.
#[tokio::test(flavor = "multi_thread")]
async fn push_to_talk_records_while_it_is_held_and_dictates_into_the_program_in_front() {
    let settings = json!({ "isWelcomed": true, "dictation": "paste" });
    let stage = Stage::set().await.settings(&settings);
    let mut program = stage.open().await;
    // Or it would come before the editor when it is there at last.
    stage.in_front("Sotto").await;
    let editor = stage.desktop.editor("copied before").await.unwrap();
    stage.in_front("Editor").await;

    stage.desktop.hold("ctrl+alt+space").await.unwrap();
    program.lines.recording().await;
    // Longer by far than a key waits before it repeats.
    stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap().finished().await;
    assert_eq!(stage.sotto(&["status"]).await["state"]["live"]["kind"], "recording");
    stage.desktop.release("ctrl+alt+space").await.unwrap();
    program.lines.finished().await;

    let text = editor.wait_for(Duration::from_secs(20), |text| !text.is_empty()).await.unwrap();
    beckett_is_whole(&plain(&text));
    assert!(editor.has_focus().await.unwrap(), "something took the focus");
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    assert_eq!(plain(stored["text"].as_str().unwrap()), plain(&text));
    // The clipboard is the user's again, once nobody has asked for the text for a moment.
    let is_back = eventually(Duration::from_secs(20), async || {
        (clipboard(&stage).await == "copied before").then_some(())
    });
    is_back.await.unwrap();
    stage.desktop.press("ctrl+v").await.unwrap();
    let pasted = |written: &str| written == format!("{text}copied before");
    let after = editor.wait_for(Duration::from_secs(20), pasted).await.unwrap();
    assert!(pasted(&after), "{after:?}");
}

async fn clipboard(stage: &Stage) -> String {
    let mut xclip = tokio::process::Command::new("xclip");
    xclip.envs(stage.desktop.env()).args(["-selection", "clipboard", "-out"]);
    String::from_utf8(xclip.output().await.unwrap().stdout).unwrap()
}

/// Tried in the settings, a shortcut says that it came and starts nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_shortcut_can_be_tried_and_recorded_by_pressing_it() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let mut program = stage.open_driven().await;
    program.click("settings-open").await;
    program.click("shortcut-try").await;
    program.wait_for("shortcut-trial", |text| !text.is_empty()).await;
    stage.desktop.press("ctrl+alt+r").await.unwrap();
    program.wait_for("shortcut-trial", |text| text.contains("works")).await;
    assert_eq!(stage.sotto(&["status"]).await["state"]["live"]["kind"], "idle");

    // Keys of our own are told, others are taken.
    program.click("shortcut-toggle").await;
    program.wait_for("shortcut-toggle", |text| text.contains("Press")).await;
    stage.desktop.press("ctrl+alt+c").await.unwrap();
    program.wait_for("shortcut-toggle-problem", |text| text.contains("Another shortcut")).await;
    program.click("shortcut-toggle").await;
    program.wait_for("shortcut-toggle", |text| text.contains("Press")).await;
    stage.desktop.press("ctrl+shift+F9").await.unwrap();
    program.wait_for("shortcut-toggle", |text| text.contains("F9")).await;
    stage.desktop.press("ctrl+shift+F9").await.unwrap();
    program.lines.recording().await;
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
}

/// Where the A lies, an English keyboard has its Q.
#[tokio::test(flavor = "multi_thread")]
async fn a_shortcut_that_was_recorded_on_a_french_keyboard_works() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    stage.desktop.lay_out_keyboard("fr").await.unwrap();
    let mut program = stage.open_driven().await;
    program.click("settings-open").await;
    program.click("shortcut-toggle").await;
    program.wait_for("shortcut-toggle", |text| text.contains("Press")).await;
    stage.desktop.press("ctrl+alt+a").await.unwrap();
    program.wait_for("shortcut-toggle", |text| text.trim_end().ends_with('A')).await;
    stage.desktop.press("ctrl+alt+a").await.unwrap();
    program.lines.recording().await;
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
}

/// X11's numbers.
const CONTROL_AND_ALT: u16 = 4 | 8;
const SPACE: u32 = 0x20;

/// What another program has cannot be had, and takes none of the others along.
#[tokio::test(flavor = "multi_thread")]
async fn a_shortcut_that_another_program_has_is_told_and_the_others_work() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let stranger = Screen::open(&stage.desktop).unwrap();
    stranger.take_keys(CONTROL_AND_ALT, SPACE).unwrap();
    let mut program = stage.open_driven().await;
    program.click("settings-open").await;
    program.wait_for("shortcut-talk-problem", |text| text.contains("Another program")).await;

    stage.desktop.press("ctrl+alt+r").await.unwrap();
    program.lines.recording().await;
    stage.desktop.press("ctrl+alt+r").await.unwrap();
    program.lines.finished().await;
}
