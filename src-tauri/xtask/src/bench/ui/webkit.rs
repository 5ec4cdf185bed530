//! The real program, with a history that was made.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use fantoccini::Locator;
use serde_json::{Value, json};
use sotto_desktop::DesktopOptions;

use super::super::build::Build;
use super::super::process::share_mib;
use super::Seen;
use crate::chaos::process::web_process;
use crate::stage::{Driven, Stage};

const PROBE: &str = include_str!("../../../../../ui/tests/bench/probe.js");
const OPENS: usize = 10;
/// For what is no longer needed to be given back.
const RESTING: Duration = Duration::from_secs(4);

pub(super) async fn measure(build: &Build, data: &Path) -> anyhow::Result<Seen> {
    let settings = json!({ "isWelcomed": true });
    std::fs::write(data.join("settings.json"), serde_json::to_vec(&settings)?)?;
    let stage = Stage::set(DesktopOptions::default(), data).await?.running(build.program.clone());
    let window = stage.open_driven().await?;
    let item = Locator::Css("[data-testid='library-item']");
    window.client.wait().for_element(item).await.context("there is no recording")?;
    // A page whose policy forbids scripts of others takes those of a WebDriver.
    window.client.execute(PROBE, Vec::new()).await?;
    let mut opens = Vec::new();
    for _ in 0..OPENS {
        opens.push(ask(&window, "sottoBench.open('')").await?.as_f64().context("no time")?);
        let back = "window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))";
        window.client.execute(back, Vec::new()).await?;
    }
    ask(&window, "sottoBench.open('')").await?;
    let mut seen = ask(&window, "sottoBench.scroll(600, 60)").await?;
    ask(&window, "sottoBench.wander(60)").await?;
    tokio::time::sleep(RESTING).await;
    seen["opens"] = json!(opens);
    seen["heap"] = json!(memory(&window)?);
    Ok(serde_json::from_value(seen)?)
}

/// What a promise of the page comes to.
async fn ask(window: &Driven, promise: &str) -> anyhow::Result<Value> {
    let script = format!("const done = arguments[arguments.length - 1]; {promise}.then(done);");
    Ok(window.client.execute_async(&script, Vec::new()).await?)
}

/// Bytes that the web process has for itself, and its share of what it has with others.
fn memory(window: &Driven) -> anyhow::Result<f64> {
    let driver = window.process().context("the driver is gone")?;
    Ok(share_mib(web_process(driver)?)? * 1_048_576.0)
}
