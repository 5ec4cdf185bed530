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
    let has_driver = |name: &str| {
        let processes = stage.processes();
        processes.iter().any(|process| is_named(process, name) && has_driver(process))
    };
    assert!(
        has_driver("WebKitWebProces"),
        "the driver is not where the page's process has to have it"
    );
    assert!(!has_driver("sotto"), "the window's process has read a driver for OpenGL");
}

/// WebKit, its compiler and what draws are 130 MiB of files, most of which a page needs to begin with and never again.
#[tokio::test(flavor = "multi_thread")]
async fn the_process_of_a_page_lets_go_of_what_only_its_start_needed() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let program = stage.open_driven().await;
    program.wait_for("record-button", |_| true).await;
    let page = || stage.processes().into_iter().find(|one| is_named(one, "WebKitWebProces"));
    let of_files = eventually(Duration::from_secs(60), async || {
        mib_of_files(&page()?).filter(|mib| *mib < 70)
    });
    assert!(
        of_files.await.is_some(),
        "{:?} MiB of files",
        page().and_then(|one| mib_of_files(&one))
    );
    // What is needed again comes back.
    program.click("settings-open").await;
    program.wait_for("settings-search", |_| true).await;
}

/// One that lies over the text fades in and out with each line that comes, sixty pictures a second.
#[tokio::test(flavor = "multi_thread")]
async fn a_scrollbar_has_room_of_its_own() {
    const ROOM: &str = "const long = [...document.querySelectorAll('main *')].find((one) => \
        one.scrollHeight > one.clientHeight && getComputedStyle(one).overflowY === 'auto'); \
        return long ? long.offsetWidth - long.clientWidth : null";
    const SHORT: &str = "const list = document.querySelector('nav.list'); \
        return list.offsetWidth - list.clientWidth";
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let program = stage.open_driven().await;
    program.click("settings-open").await;
    let room = eventually(Duration::from_secs(20), async || {
        program.window.execute(ROOM, Vec::new()).await.unwrap().as_u64()
    });
    assert_eq!(room.await, Some(10));
    // Also where there is nothing to scroll: else what is listed moves when there is, and lies at the edge until then.
    let short = program.window.execute(SHORT, Vec::new()).await.unwrap();
    assert_eq!(short.as_u64(), Some(10));
}

fn is_named(process: &Path, name: &str) -> bool {
    fs::read_to_string(process.join("comm")).is_ok_and(|comm| comm.trim_end() == name)
}

/// What of a process's memory are pages of files.
fn mib_of_files(process: &Path) -> Option<u64> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssFile:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? / 1024)
}

/// Whether a process has Mesa's stand-in in its memory, with the compiler that it needs.
fn has_driver(process: &Path) -> bool {
    fs::read_to_string(process.join("maps")).is_ok_and(|maps| {
        // The second is its name from Mesa 24.2 on.
        maps.contains("swrast_dri.so") || maps.contains("libgallium")
    })
}

fn threads_of(processes: &[PathBuf]) -> Vec<String> {
    let threads = processes.iter().filter_map(|process| fs::read_dir(process.join("task")).ok());
    let names = threads.flat_map(Iterator::flatten);
    names.filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok()).collect()
}
