//! Where there is no graphics processor, nothing pretends to be one.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::stage::{Stage, eventually};

/// The threads of Mesa's stand-in for a graphics processor.
const STAND_IN: &str = "llvmpipe";

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_composed_by_the_processor() {
    // Where a graphics processor is, or what looks like one, it composes.
    if Path::new("/dev/dri").exists() {
        return;
    }
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let mut program = stage.open_driven().await;
    program.click("record-button").await;
    program.lines.recording().await;
    let folder = stage.folder().to_string_lossy().into_owned();
    let threads = eventually(Duration::from_secs(30), async || {
        let all = threads_of_processes_in(&folder);
        all.iter().any(|name| name.starts_with("WebKitWebProces")).then_some(all)
    });
    let threads = threads.await.expect("the window has no process of its page");
    assert!(!threads.iter().any(|name| name.starts_with(STAND_IN)), "{threads:?}");
    let facts = stage.sotto(&["doctor"]).await["facts"].clone();
    assert!(facts.to_string().contains("painted directly"), "{facts}");
}

/// Every process of a desktop has the folder of its data in its environment.
fn threads_of_processes_in(folder: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten().filter(|entry| {
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(folder)
    });
    let threads = processes.filter_map(|entry| fs::read_dir(entry.path().join("task")).ok());
    let names = threads.flat_map(Iterator::flatten);
    names.filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok()).collect()
}
