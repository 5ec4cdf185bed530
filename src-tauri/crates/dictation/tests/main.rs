//! Text for a real program on a real display.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::process::Command;
use std::time::Duration;

use sotto_desktop::{Desktop, DesktopOptions, Editor};
use sotto_dictation::{DictationError, Manner, hand_over};

const LIMIT: Duration = Duration::from_secs(10);
/// What no keyboard has, and what two keys make.
const TEXT: &str = "Größe: “naïve”, 20 € – Шум, fin. ";
const COPIED: &str = "what was copied before";

/// Set in the process that a test starts of itself: a display belongs to a whole process.
const PART: &str = "DICTATION_PART";

async fn desktop() -> Desktop {
    let options = DesktopOptions { has_keyring: false, ..DesktopOptions::default() };
    Desktop::start(options).await.unwrap()
}

/// Hands `TEXT` over in a process on this desktop.
async fn handed_over(desktop: &Desktop, manner: &str) -> std::process::Output {
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "the_part_that_runs_on_the_desktop", "--nocapture"]);
    again.envs(desktop.env()).env(PART, manner);
    tokio::task::spawn_blocking(move || again.output().unwrap()).await.unwrap()
}

#[test]
fn the_part_that_runs_on_the_desktop() {
    let Ok(part) = std::env::var(PART) else { return };
    let manner = if part == "type" { Manner::Type } else { Manner::Paste };
    let outcome = hand_over(TEXT, manner);
    if part == "nobody" {
        assert!(matches!(outcome, Err(DictationError::NoFocus | DictationError::NotTaken)));
        return;
    }
    outcome.unwrap();
    // The clipboard is served by this process for as long as it lives.
    let held = std::env::var("DICTATION_HOLD").is_ok();
    std::thread::sleep(if held { Duration::from_secs(3) } else { Duration::ZERO });
}

async fn written(editor: &Editor) -> String {
    editor.wait_for(LIMIT, |text| text.contains("fin. ")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_arrives_letter_for_letter() {
    let desktop = desktop().await;
    let editor = desktop.editor("").await.unwrap();
    let output = handed_over(&desktop, "type").await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(written(&editor).await, TEXT);
}

/// It looks up what the keys mean when everything was typed already.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_program_gets_every_letter_too() {
    let desktop = desktop().await;
    let editor = desktop.editor("").await.unwrap();
    editor.hold_up().unwrap();
    let output = handed_over(&desktop, "type").await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    editor.go_on().unwrap();
    assert_eq!(written(&editor).await, TEXT);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pasted_arrives_and_the_clipboard_holds_what_it_held() {
    let desktop = desktop().await;
    let editor = desktop.editor(COPIED).await.unwrap();
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "the_part_that_runs_on_the_desktop", "--nocapture"]);
    again.envs(desktop.env()).env(PART, "paste").env("DICTATION_HOLD", "yes");
    let part = tokio::task::spawn_blocking(move || again.output().unwrap());
    assert_eq!(written(&editor).await, TEXT);
    // By hand, as the user would.
    let wanted = format!("{TEXT}{COPIED}");
    let pasted = async {
        while editor.text().unwrap() != wanted {
            // Too early it would be the text once more; then this can never become true.
            tokio::time::sleep(Duration::from_millis(500)).await;
            if editor.text().unwrap() == TEXT {
                desktop.press("ctrl+v").await.unwrap();
            }
        }
    };
    let is_back = tokio::time::timeout(LIMIT, pasted).await;
    assert!(is_back.is_ok(), "the editor holds {:?}", editor.text().unwrap());
    let output = part.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_listens_it_is_said() {
    let desktop = desktop().await;
    let output = handed_over(&desktop, "nobody").await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
