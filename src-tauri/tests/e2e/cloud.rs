//! The cloud's path, against a stand-in that checks key, token, parameters and frames.

use fantoccini::Locator;
use serde_json::json;
use sotto_standin::{StandIn, StandInConfig};

use crate::stage::Stage;

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_saved_through_the_window_and_a_token_opens_the_socket() {
    let cloud = StandIn::start(StandInConfig::new(KEY)).await.unwrap();
    let stage = Stage::set().await.with("SOTTO_RECOGNISER", &cloud.base_url());
    let mut program = stage.open_driven().await;

    program.click("choose-assemblyai").await;
    let field =
        program.window.wait().for_element(Locator::Css("[data-testid='key-field']")).await.unwrap();
    field.send_keys("wrong-key").await.unwrap();
    program.click("key-save").await;
    program.wait_for("key-verdict", |text| text.to_lowercase().contains("not accept")).await;
    assert_eq!(stage.sotto(&["key", "status"]).await["kind"], "missing");

    let field = program.window.find(Locator::Css("[data-testid='key-field']")).await.unwrap();
    assert_eq!(
        field.prop("value").await.unwrap().as_deref(),
        Some(""),
        "the key stays in the page"
    );
    field.send_keys(KEY).await.unwrap();
    program.click("key-save").await;
    let status = crate::stage::eventually(std::time::Duration::from_secs(20), async || {
        let status = stage.sotto(&["key", "status"]).await;
        (status["kind"] == "saved").then_some(status)
    });
    status.await.expect("the key is not in the keyring");

    stage.record(&mut program.lines, "beckett.wav").await;

    let log = cloud.log();
    assert!(log.violations().is_empty(), "the cloud complains: {:?}", log.violations());
    assert_eq!((log.sessions(), log.terminations()), (1, 1));
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    assert!(!stored["text"].as_str().unwrap().is_empty());
    let page = program.window.source().await.unwrap();
    assert!(!page.contains(KEY), "the key is in the page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teams_broker_gives_the_tokens_and_no_key_is_needed() {
    let cloud = std::sync::Arc::new(StandIn::start(StandInConfig::new(KEY)).await.unwrap());
    let of_the_team = std::sync::Arc::clone(&cloud);
    let token = move || json!({ "token": of_the_team.token().unwrap() }).to_string();
    let broker = crate::http::serve(token).await + "/token";
    let stage = Stage::set()
        .await
        .settings(&json!({ "isWelcomed": true, "recogniser": "assemblyai", "broker": broker }))
        .with("SOTTO_RECOGNISER", &cloud.base_url());
    let mut program = stage.open().await;
    stage.record(&mut program.lines, "beckett.wav").await;
    let log = cloud.log();
    assert!(log.violations().is_empty(), "the cloud complains: {:?}", log.violations());
    assert_eq!((log.sessions(), log.mints()), (1, 0));
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    assert!(!stored["text"].as_str().unwrap().is_empty());
    its_times_are_told(&stage).await;
    let seen = stage.sotto(&["tokens"]).await;
    assert_eq!((&seen["issuer"], &seen["usedFor"]), (&json!("broker"), &json!("start")));
}

/// What was just recorded was measured on all of its way, and no frame of it is missing.
async fn its_times_are_told(stage: &Stage) {
    let told = crate::stage::eventually(std::time::Duration::from_secs(20), async || {
        let timing = stage.sotto(&["doctor"]).await["timing"][0].clone();
        let count = |what: &str| {
            let measures = timing["measures"].as_array()?;
            measures.iter().find(|one| one["what"] == what)?["count"].as_u64()
        };
        // The page tells what it measured every few seconds, and at the end.
        let is_whole = ["spool", "window", "socket", "painted", "finalPainted"]
            .iter()
            .all(|what| count(what) > Some(0));
        is_whole.then_some(timing)
    });
    let timing = told.await.expect("something was not measured");
    assert_eq!(timing["droppedFrames"], 0, "{timing}");
    assert!(timing["clockError"].as_u64().is_some(), "{timing}");
}
