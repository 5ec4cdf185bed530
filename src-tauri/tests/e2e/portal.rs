//! A desktop that hands keys to no program, but gives shortcuts by its portal: as Wayland's desktops do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::json;
use zbus::message::Header;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, connection, interface};

use crate::stage::Stage;

const PATH: &str = "/org/freedesktop/portal/desktop";
const SESSION: &str = "/org/freedesktop/portal/desktop/session/of_the_test";

type Asked = Vec<(String, HashMap<String, OwnedValue>)>;

/// The portal's part of the conversation: each answer is a signal on an object that is named after who asked.
struct GlobalShortcuts {
    asked: Arc<Mutex<Asked>>,
}

#[interface(name = "org.freedesktop.portal.GlobalShortcuts")]
impl GlobalShortcuts {
    async fn create_session(
        &self,
        options: HashMap<String, OwnedValue>,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> OwnedObjectPath {
        let results = HashMap::from([("session_handle", Value::from(SESSION))]);
        respond(bus, &header, &options, results).await
    }

    async fn bind_shortcuts(
        &self,
        session: ObjectPath<'_>,
        shortcuts: Asked,
        _parent_window: String,
        options: HashMap<String, OwnedValue>,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> OwnedObjectPath {
        assert_eq!(session.as_str(), SESSION);
        let given: Vec<(&str, HashMap<&str, Value<'_>>)> = shortcuts
            .iter()
            .map(|(id, properties)| {
                let trigger = Value::from(properties["preferred_trigger"].try_clone().unwrap());
                (&**id, HashMap::from([("trigger_description", trigger)]))
            })
            .collect();
        let results = HashMap::from([("shortcuts", Value::from(given))]);
        let request = respond(bus, &header, &options, results).await;
        *self.asked.lock().unwrap() = shortcuts;
        request
    }

    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        1
    }
}

async fn respond(
    bus: &Connection,
    header: &Header<'_>,
    options: &HashMap<String, OwnedValue>,
    results: HashMap<&str, Value<'_>>,
) -> OwnedObjectPath {
    let sender = header.sender().unwrap();
    let token: String = options["handle_token"].try_clone().unwrap().try_into().unwrap();
    let name = sender.trim_start_matches(':').replace('.', "_");
    let request: OwnedObjectPath =
        ObjectPath::try_from(format!("{PATH}/request/{name}/{token}")).unwrap().into();
    let interface = "org.freedesktop.portal.Request";
    bus.emit_signal(Some(sender.clone()), &request, interface, "Response", &(0_u32, results))
        .await
        .unwrap();
    request
}

struct Portal {
    bus: Connection,
    asked: Arc<Mutex<Asked>>,
}

impl Portal {
    async fn open(stage: &Stage) -> Self {
        let asked = Arc::default();
        let env = stage.desktop.env();
        let (_, address) = env.iter().find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS").unwrap();
        let bus = connection::Builder::address(address.as_str())
            .unwrap()
            .name("org.freedesktop.portal.Desktop")
            .unwrap()
            .serve_at(PATH, GlobalShortcuts { asked: Arc::clone(&asked) })
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { bus, asked }
    }

    async fn tell(&self, member: &str, id: &str) {
        let session = ObjectPath::try_from(SESSION).unwrap();
        let body = (session, id, 0_u64, HashMap::<&str, Value<'_>>::new());
        let interface = "org.freedesktop.portal.GlobalShortcuts";
        self.bus.emit_signal(None::<&str>, PATH, interface, member, &body).await.unwrap();
    }

    async fn press(&self, id: &str) {
        self.tell("Activated", id).await;
        self.tell("Deactivated", id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desktop_gives_the_shortcuts_where_a_program_may_not_listen() {
    let stage = Stage::set()
        .await
        .settings(&json!({ "isWelcomed": true }))
        .with("XDG_SESSION_TYPE", "wayland");
    let portal = Portal::open(&stage).await;
    let mut program = stage.open_driven().await;
    program.click("settings-open").await;
    program.wait_for("shortcut-toggle-given", |text| text == "CTRL+ALT+r").await;
    let asked: Vec<String> =
        portal.asked.lock().unwrap().iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(asked, ["toggle", "talk", "captions"]);

    portal.press("toggle").await;
    program.lines.recording().await;
    portal.press("toggle").await;
    program.lines.finished().await;

    portal.tell("Activated", "talk").await;
    program.lines.recording().await;
    portal.tell("Deactivated", "talk").await;
    program.lines.finished().await;

    // The desktop's portal ends: what to bind instead is told.
    portal.bus.close().await.unwrap();
    program.wait_for("shortcut-bind", |text| text.contains("toggle")).await;
}
