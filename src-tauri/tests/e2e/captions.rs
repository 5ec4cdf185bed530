//! The captions, in their own window.

use std::time::Duration;

use fantoccini::Locator;
use serde_json::json;

use crate::stage::{Stage, eventually};

const TITLE: &str = "Sotto captions";

async fn is_shown(stage: &Stage, wished: bool) {
    let turned = eventually(Duration::from_secs(20), async || {
        (stage.desktop.shows_window(TITLE).await.unwrap() == wished).then_some(())
    });
    turned.await.unwrap_or_else(|| panic!("the captions are not {wished}"));
}

/// By the shortcut, from wherever the user is; and the choice is kept.
#[tokio::test(flavor = "multi_thread")]
async fn the_shortcut_shows_and_hides_the_captions() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let _program = stage.open().await;
    stage.desktop.press("ctrl+alt+c").await.unwrap();
    is_shown(&stage, true).await;
    stage.desktop.press("ctrl+alt+c").await.unwrap();
    is_shown(&stage, false).await;
}

/// They say what is said while it is said, and their own button closes them.
#[tokio::test(flavor = "multi_thread")]
async fn captions_say_what_is_said() {
    let shown = json!({ "isWelcomed": true, "captions": { "isShown": true } });
    let stage = Stage::set().await.settings(&shown);
    let mut program = stage.open_driven().await;
    is_shown(&stage, true).await;
    let main = program.window.window().await.unwrap();
    let captions = program.second_window().await;

    stage.sotto(&["start"]).await;
    program.lines.recording().await;
    // Long enough for a machine that does much else.
    let speaking = stage.desktop.microphone().speak(&Stage::speech("two_cities.wav")).unwrap();
    program.window.switch_to_window(captions).await.unwrap();
    program.wait_for("captions-text", |text| text.to_lowercase().contains("times")).await;
    assert!(!speaking.is_finished(), "the captions came after the words were over");
    let close = program.window.find(Locator::Css("[data-testid='captions'] button")).await.unwrap();
    close.click().await.unwrap();
    is_shown(&stage, false).await;
    program.window.switch_to_window(main).await.unwrap();
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
}

/// Of the virtual desktop, in pixels.
const SCREEN_WIDTH: i32 = 1280;

/// At the edge that was chosen, and at the other one as soon as that is.
#[tokio::test(flavor = "multi_thread")]
async fn captions_go_to_the_edge_of_the_screen_that_was_chosen() {
    let shown = json!({ "isWelcomed": true, "captions": { "isShown": true, "place": "top" } });
    let stage = Stage::set().await.settings(&shown);
    let program = stage.open_driven().await;
    is_shown(&stage, true).await;
    // A window that the window manager has not framed yet is anywhere.
    let is_in_the_middle = |[x, _, width, _]: [i32; 4]| (2 * x + width - SCREEN_WIDTH).abs() <= 2;
    let place = async |is: fn([i32; 4]) -> bool| {
        let there = eventually(Duration::from_secs(20), async || {
            let place = stage.desktop.window_place(TITLE).await.ok()?;
            (is(place) && is_in_the_middle(place)).then_some(place)
        });
        there.await.expect("the captions are not where they were put")
    };
    let top = place(|[_, y, ..]| (0..100).contains(&y)).await;
    program.click("settings-open").await;
    program.click("settings-search").await;
    let choose = "document.querySelector('[data-part=captions] input[value=bottom]').click()";
    program.window.execute(choose, Vec::new()).await.unwrap();
    let bottom = place(|[_, y, ..]| y > 300).await;
    assert_eq!(
        (bottom[0], bottom[2]),
        (top[0], top[2]),
        "it moved sideways, or became another size"
    );
}
