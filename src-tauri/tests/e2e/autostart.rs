//! Starting with the computer: what the system is told, and what the settings say when it was told otherwise.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use crate::stage::{PROGRAM, Stage, eventually};

const SWITCH: &str =
    "document.querySelector('[role=switch][aria-label=\"Start with the computer\"]')";

fn entries(config: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(config.join("autostart"));
    found.map_or_else(|_| Vec::new(), |all| all.map(|one| one.unwrap().path()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_of_the_desktop_is_written_and_the_settings_follow_what_became_of_it() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let config = stage.desktop.env().into_iter().find(|(name, _)| name == "XDG_CONFIG_HOME");
    let config = PathBuf::from(config.unwrap().1);
    let program = stage.open_driven().await;
    let is_on = async || {
        let asked = format!("return {SWITCH}?.getAttribute('aria-checked')");
        program.window.execute(&asked, Vec::new()).await.unwrap()
    };
    let turns = async |to: &str| {
        let turned =
            eventually(Duration::from_secs(20), async || (is_on().await == to).then_some(()));
        if turned.await.is_none() {
            panic!("the switch is not {to} but {}", is_on().await);
        }
    };
    program.click("settings-open").await;
    turns("false").await;
    assert_eq!(entries(&config), Vec::<PathBuf>::new());

    program.window.execute(&format!("{SWITCH}.click()"), Vec::new()).await.unwrap();
    turns("true").await;
    let written = entries(&config);
    let [entry] = written.as_slice() else { panic!("{written:?}") };
    let text = std::fs::read_to_string(entry).unwrap();
    assert!(text.starts_with("[Desktop Entry]\n") && text.contains("Type=Application"), "{text}");
    let exec = text.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap();
    assert_eq!(exec.trim(), format!("{PROGRAM} --hidden"));

    // Taken away where the system keeps it: the next look at the settings says so.
    std::fs::remove_file(entry).unwrap();
    program.click("settings-open").await;
    program.click("settings-open").await;
    turns("false").await;
    let stored = std::fs::read(stage.folder().join("settings.json")).unwrap();
    let stored: serde_json::Value = serde_json::from_slice(&stored).unwrap();
    assert_eq!(stored["isAutostarted"], false);
}
