//! A key in the environment belongs to the program, not to the processes that show its window.

use std::fs;
use std::time::Duration;

use crate::stage::{Stage, eventually};

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test(flavor = "multi_thread")]
async fn the_windows_processes_do_not_inherit_the_key() {
    let stage = Stage::set().await.with("ASSEMBLYAI_API_KEY", KEY);
    let _program = stage.open().await;
    assert_eq!(stage.sotto(&["status"]).await["kind"], "state");
    let environments = async || {
        let all = stage.processes().into_iter().filter_map(|process| {
            let name = fs::read_to_string(process.join("comm")).ok()?;
            let environment = fs::read(process.join("environ")).ok()?;
            let environment = String::from_utf8_lossy(&environment).into_owned();
            name.starts_with("WebKit").then_some(environment)
        });
        let all: Vec<String> = all.collect();
        (all.len() >= 2).then_some(all)
    };
    let found = eventually(Duration::from_secs(30), environments).await;
    for environment in found.expect("the window has no processes") {
        assert!(!environment.contains(KEY), "the key is in the environment of the window");
    }
}
