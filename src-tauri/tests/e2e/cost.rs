//! What the cloud costs: counted while it is spent, shown, and stopped at the budget.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use sotto_standin::{StandIn, StandInConfig};

use crate::stage::{Stage, eventually};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A hundred dollars an hour: a few seconds are dear enough to be seen.
fn settings(cost: &Value) -> Value {
    json!({ "isWelcomed": true, "recogniser": "assemblyai", "cost": cost })
}

async fn usage(stage: &Stage) -> Value {
    stage.sotto(&["usage"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_open_time_of_a_private_recording_is_counted_and_shown_while_it_is_made() {
    let cloud = StandIn::start(StandInConfig::new(KEY)).await.unwrap();
    let stage = Stage::set()
        .await
        .settings(&settings(&json!({ "selfHostedRateMills": 100_000 })))
        .with("SOTTO_RECOGNISER", &cloud.base_url())
        .with("ASSEMBLYAI_API_KEY", KEY);
    assert_eq!(usage(&stage).await["thisMonth"]["openMs"], 0);
    let mut program = stage.open_driven().await;
    stage.sotto(&["start", "--private"]).await;
    program.lines.recording().await;
    stage.desktop.microphone().speak(&Stage::speech("two_cities.wav")).unwrap();
    program.wait_for("cost-here", |text| text.contains("so far")).await;
    let counted = eventually(Duration::from_secs(30), async || {
        let open = usage(&stage).await["thisMonth"]["openMs"].as_u64().unwrap();
        (open >= 10_000).then_some(open)
    });
    let counted = counted.await.expect("nothing more is counted");
    // Stopped, so that the last piece is told as well.
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;
    let after = usage(&stage).await;
    assert!(after["thisMonth"]["openMs"].as_u64().unwrap() >= counted, "{after}");
    let usd = after["today"]["usd"].as_f64().unwrap();
    let open = after["today"]["openMs"].as_u64().unwrap();
    assert!((usd - open as f64 / 36_000.0).abs() < 1e-6, "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_budget_lets_the_offline_engine_go_on_in_the_middle_of_a_recording() {
    let cloud = StandIn::start(StandInConfig::new(KEY)).await.unwrap();
    let plan =
        json!({ "selfHostedRateMills": 100_000, "budgetCents": 10, "isOfflineAtBudget": true });
    let stage = Stage::set()
        .await
        .settings(&settings(&plan))
        .with("SOTTO_RECOGNISER", &cloud.base_url())
        .with("ASSEMBLYAI_API_KEY", KEY);
    let mut program = stage.open_driven().await;
    stage.record(&mut program.lines, "two_cities.wav").await;
    program.wait_for("notice", |text| text.contains("for free")).await;
    let spent = usage(&stage).await;
    assert_eq!(spent["budget"], "spent");
    // Ten cents are 3.6 s; it is told every 5 s, and the next leg begins in a pause.
    let open = spent["thisMonth"]["openMs"].as_u64().unwrap();
    assert!((3_600..30_000).contains(&open), "{open} ms are not what a budget of ten cents buys");
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    let turns = stored["turns"].as_array().unwrap();
    let sources: BTreeSet<_> = turns.iter().filter_map(|turn| turn["source"].as_str()).collect();
    assert_eq!(sources, BTreeSet::from(["offline", "selfHosted"]), "{stored}");
    assert_eq!((&stored["ledger"]["open"], &stored["gaps"]), (&json!(0), &json!([])));
}
