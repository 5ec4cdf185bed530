//! The tray, through the bus, as a panel would use it.

use crate::stage::Stage;
use crate::watcher::Panel;

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_starts_and_stops_a_recording() {
    let stage = Stage::set().await;
    let panel = Panel::open(stage.desktop.bus_address()).await;
    let mut program = stage.open().await;

    panel.click("Start recording").await;
    program.lines.recording().await;
    panel.click("Pause").await;
    program.lines.paused().await;
    panel.click("Go on").await;
    program.lines.recording().await;
    panel.click("Stop recording").await;
    program.lines.finished().await;
    let labels: Vec<String> = panel.entries().await.into_iter().map(|entry| entry.label).collect();
    let menu = [
        "Start recording",
        "Pause",
        "Captions",
        "Microphone",
        "Recogniser",
        "Copy the last transcript",
        "Open Sotto",
        "Settings",
        "Quit",
    ];
    assert_eq!(labels, menu);
}
