//! Notifications, as a desktop's own daemon is told them: this test owns its name on the bus.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, connection, interface};

use crate::stage::{Stage, eventually};

/// What was shown.
#[derive(Debug)]
struct Shown {
    id: u32,
    replaces: u32,
    line: String,
    urgency: u8,
}

struct Daemon {
    shown: mpsc::UnboundedSender<Shown>,
    last: Mutex<u32>,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    #[allow(clippy::too_many_arguments, reason = "the protocol's")]
    fn notify(
        &self,
        app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        assert_eq!(
            (app_name.as_str(), actions.first().map(String::as_str)),
            ("Sotto", Some("default"))
        );
        assert!(!summary.is_empty() && !body.is_empty());
        let mut last = self.last.lock().unwrap();
        let id = if replaces_id == 0 { *last + 1 } else { replaces_id };
        *last = id.max(*last);
        let urgency = hints["urgency"].downcast_ref::<u8>().unwrap();
        self.shown.send(Shown { id, replaces: replaces_id, line: summary, urgency }).unwrap();
        id
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let about = ["test", "sotto", "1", "1.2"].map(str::to_owned);
        about.into()
    }

    #[zbus(signal)]
    async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        id: u32,
        action_key: &str,
    ) -> zbus::Result<()>;
}

/// The desktop's side.
struct Desk {
    connection: Connection,
    shown: mpsc::UnboundedReceiver<Shown>,
}

impl Desk {
    async fn open(address: &str) -> Self {
        let (sender, shown) = mpsc::unbounded_channel();
        let daemon = Daemon { shown: sender, last: Mutex::new(0) };
        let connection = connection::Builder::address(address)
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .serve_at("/org/freedesktop/Notifications", daemon)
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { connection, shown }
    }

    async fn next(&mut self) -> Shown {
        tokio::time::timeout(Duration::from_secs(60), self.shown.recv())
            .await
            .expect("nothing was shown")
            .unwrap()
    }

    async fn click(&self, id: u32) {
        let path = "/org/freedesktop/Notifications";
        let daemon = self.connection.object_server().interface::<_, Daemon>(path).await.unwrap();
        Daemon::action_invoked(daemon.signal_emitter(), id, "default").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desktop_is_told_while_nobody_looks_at_the_window_and_a_click_brings_it() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true, "notifications": "all" }));
    let mut desk = Desk::open(stage.desktop.bus_address()).await;
    let mut program = stage.open().await;
    stage.in_front("Sotto").await;
    // Whoever looks at the window needs no telling, however long the keys are pressed, which take the focus from it; what
    // follows would come behind this.
    stage.desktop.hold("ctrl+alt+r").await.unwrap();
    program.lines.recording().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    stage.desktop.release("ctrl+alt+r").await.unwrap();
    stage.desktop.press("ctrl+alt+r").await.unwrap();
    program.lines.finished().await;

    stage.desktop.hide_window("Sotto").await.unwrap();
    let hidden = eventually(Duration::from_secs(30), async || {
        (!stage.desktop.shows_window("Sotto").await.unwrap()).then_some(())
    });
    hidden.await.expect("the window does not go");
    stage.desktop.press("ctrl+alt+r").await.unwrap();
    let started = desk.next().await;
    assert_eq!((started.line.as_str(), started.replaces, started.urgency), ("Recording", 0, 1));
    program.lines.recording().await;

    stage.desktop.unplug().await.unwrap();
    let lost = desk.next().await;
    assert!(lost.line.starts_with("The microphone went away"), "{lost:?}");
    assert_eq!((lost.replaces, lost.urgency), (0, 2));
    stage.desktop.replug().await.unwrap();
    let back = desk.next().await;
    assert!(back.line.starts_with("The microphone is back"), "{back:?}");
    assert_eq!((back.replaces, back.urgency), (lost.id, 1), "one takes the place of the other");

    stage.desktop.press("ctrl+alt+r").await.unwrap();
    let stopped = desk.next().await;
    assert_eq!((stopped.line.as_str(), stopped.replaces), ("Recording stopped", started.id));
    program.lines.finished().await;

    desk.click(stopped.id).await;
    let shows = eventually(Duration::from_secs(30), async || {
        stage.desktop.shows_window("Sotto").await.unwrap().then_some(())
    });
    shows.await.expect("a click does not bring the window");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_behind_is_told_when_it_is_written_down_and_the_rest_only_if_it_is_wanted()
 {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true }));
    let mut desk = Desk::open(stage.desktop.bus_address()).await;
    let mut program = stage.open().await;
    stage.sotto(&["toggle"]).await;
    program.lines.recording().await;
    stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap().finished().await;
    program.kill().await;
    let mut again = stage.open_hidden().await;
    again.lines.finished().await;
    let first = desk.next().await;
    assert_eq!(first.line, "The recording from last time is complete");
}
