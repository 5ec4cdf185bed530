//! Correcting what was heard.

use std::time::Duration;

use fantoccini::Locator;
use fantoccini::key::Key;

use crate::stage::{Driven, Stage, eventually, plain};

const CORRECTED: &str = "What the user made of it.";

async fn turn_of(program: &Driven) -> fantoccini::elements::Element {
    program.window.wait().for_element(Locator::Css("[data-testid='turn']")).await.unwrap()
}

/// By keyboard, while the recording goes on: nothing that comes after it takes the correction away.
#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_corrected_while_more_is_said_and_the_correction_stays() {
    let stage = Stage::set().await;
    let mut program = stage.open_driven().await;
    program.click("choose-offline").await;
    program.click("record-button").await;
    program.lines.recording().await;
    let mut speaking = stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap();

    let heard = turn_of(&program).await.text().await.unwrap();
    turn_of(&program).await.send_keys(&Key::Enter).await.unwrap();
    let field = program.window.wait().for_element(Locator::Css("[data-testid='turn-field']"));
    field.await.unwrap().send_keys(&format!("{CORRECTED}{}", &Key::Enter)).await.unwrap();
    program.wait_for("turn", |text| text == CORRECTED).await;
    assert!(!speaking.is_finished(), "it was corrected too late to show anything");

    speaking.finished().await;
    program.click("record-button").await;
    program.lines.finished().await;
    let text = async || {
        let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
        stored["text"].as_str().unwrap().to_owned()
    };
    let stored = text().await;
    assert!(stored.starts_with(CORRECTED), "{stored}");
    assert!(plain(&stored).ends_with("better"), "{stored}");
    assert_eq!(turn_of(&program).await.text().await.unwrap(), CORRECTED);

    // And it can be taken back.
    let sheet = program.window.find(Locator::Css("[data-testid='live-text']")).await.unwrap();
    sheet.send_keys(&format!("{}z", &Key::Control)).await.unwrap();
    let back = eventually(Duration::from_secs(10), async || {
        let text = text().await;
        text.starts_with(heard.trim()).then_some(())
    });
    back.await.expect("the correction was not taken back");
}
