//! What a window must not spend the processor on.

use std::fs;
use std::path::{Path, PathBuf};
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
    let threads = eventually(Duration::from_secs(30), async || {
        let all = threads_of(&stage.processes());
        all.iter().any(|name| name.starts_with("WebKitWebProces")).then_some(all)
    });
    let threads = threads.await.expect("the window has no process of its page");
    assert!(!threads.iter().any(|name| name.starts_with(STAND_IN)), "{threads:?}");
    let facts = stage.sotto(&["doctor"]).await["facts"].clone();
    assert!(facts.to_string().contains("painted directly"), "{facts}");
}

/// One that lies over the text fades in and out with each line that comes, sixty pictures a second.
#[tokio::test(flavor = "multi_thread")]
async fn a_scrollbar_has_room_of_its_own() {
    const ROOM: &str = "const long = [...document.querySelectorAll('main *')].find((one) => \
        one.scrollHeight > one.clientHeight && getComputedStyle(one).overflowY === 'auto'); \
        return long ? long.offsetWidth - long.clientWidth : null";
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let program = stage.open_driven().await;
    program.click("settings-open").await;
    let room = eventually(Duration::from_secs(20), async || {
        program.window.execute(ROOM, Vec::new()).await.unwrap().as_u64()
    });
    assert_eq!(room.await, Some(10));
}

fn threads_of(processes: &[PathBuf]) -> Vec<String> {
    let threads = processes.iter().filter_map(|process| fs::read_dir(process.join("task")).ok());
    let names = threads.flat_map(Iterator::flatten);
    names.filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok()).collect()
}
