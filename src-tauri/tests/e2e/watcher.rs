//! A `StatusNotifierWatcher` of the test's own: what a desktop's panel is to a tray icon.
//!
//! It must own its name before the program starts; libayatana registers its item then, by object path, and the caller's
//! unique bus name is the destination.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use zbus::message::Header;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, connection, interface, proxy};

#[derive(Default)]
struct Registered {
    item: Mutex<Option<(String, String)>>,
    came: Notify,
}

struct Watcher {
    registered: Arc<Registered>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        *self.registered.item.lock().unwrap() = Some((sender, service));
        self.registered.came.notify_waiters();
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

#[proxy(interface = "org.kde.StatusNotifierItem")]
trait Item {
    #[zbus(property)]
    fn menu(&self) -> zbus::Result<zbus::zvariant::OwnedObjectPath>;
}

type Node = (i32, std::collections::HashMap<String, OwnedValue>, Vec<OwnedValue>);

#[proxy(interface = "com.canonical.dbusmenu")]
trait Menu {
    fn get_layout(&self, parent: i32, depth: i32, names: Vec<String>) -> zbus::Result<(u32, Node)>;
    fn event(&self, id: i32, event: &str, data: &Value<'_>, timestamp: u32) -> zbus::Result<()>;
}

/// An entry of the menu.
#[derive(Debug, PartialEq)]
pub(crate) struct Entry {
    id: i32,
    pub(crate) label: String,
    pub(crate) is_enabled: bool,
}

/// The panel: waits for the program's icon, reads its menu, clicks.
pub(crate) struct Panel {
    connection: Connection,
    registered: Arc<Registered>,
}

impl Panel {
    /// Owns the watcher's name on the bus at `address`.
    pub(crate) async fn open(address: &str) -> Self {
        let registered = Arc::new(Registered::default());
        let watcher = Watcher { registered: Arc::clone(&registered) };
        let connection = connection::Builder::address(address)
            .unwrap()
            .name("org.kde.StatusNotifierWatcher")
            .unwrap()
            .serve_at("/StatusNotifierWatcher", watcher)
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { connection, registered }
    }

    /// What is in the menu.
    pub(crate) async fn entries(&self) -> Vec<Entry> {
        let (_, (_, _, children)) = self.menu().await.get_layout(0, -1, Vec::new()).await.unwrap();
        children
            .into_iter()
            .filter_map(|child| {
                let (id, properties, _): Node = child.try_into().ok()?;
                let label: String = properties.get("label")?.try_clone().ok()?.try_into().ok()?;
                // Told only of those that cannot be clicked.
                let is_enabled = !properties.contains_key("enabled");
                Some(Entry { id, label: label.replace('_', ""), is_enabled })
            })
            .collect()
    }

    /// Clicks the entry with this label, once the menu has it and lets it be clicked.
    pub(crate) async fn click(&self, label: &str) {
        let found = crate::stage::eventually(Duration::from_secs(20), async || {
            self.entries().await.into_iter().find(|entry| entry.label == label && entry.is_enabled)
        });
        let Entry { id, .. } =
            found.await.unwrap_or_else(|| panic!("the tray's menu has no \"{label}\""));
        self.menu().await.event(id, "clicked", &Value::I32(0), 0).await.unwrap();
    }

    async fn menu(&self) -> MenuProxy<'static> {
        let (destination, path) = self.item().await;
        let item = ItemProxy::builder(&self.connection)
            .destination(destination.clone())
            .unwrap()
            .path(path)
            .unwrap()
            .build()
            .await
            .unwrap();
        let menu = item.menu().await.unwrap();
        MenuProxy::builder(&self.connection)
            .destination(destination)
            .unwrap()
            .path(menu)
            .unwrap()
            .build()
            .await
            .unwrap()
    }

    async fn item(&self) -> (String, String) {
        let wait = async {
            loop {
                let came = self.registered.came.notified();
                if let Some(item) = self.registered.item.lock().unwrap().clone() {
                    return item;
                }
                came.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait)
            .await
            .expect("the program registered no tray icon")
    }
}
