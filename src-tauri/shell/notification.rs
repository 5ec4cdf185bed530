//! Notifications of the desktop, by its own protocol (org.freedesktop.Notifications). Only while no window of ours is in
//! front: whoever looks at it sees the same there. Elsewhere than on Linux there are none yet.

use std::sync::Arc;

use tauri::AppHandle;
use tokio::sync::broadcast::error::RecvError;

use super::window;
use crate::news::{News, Watch};
use crate::wiring::{App, Happening};

/// Whether this system is told anything.
pub(crate) const IS_THERE: bool = cfg!(target_os = "linux");

/// Tells the desktop what happens, as far as the user wants to hear it.
pub(crate) async fn follow(app: Arc<App>, handle: AppHandle) {
    let mut happenings = app.happenings();
    let mut watch = Watch::new(&app.recordings.state().borrow(), app.cost().budget);
    let mut desktop = Desktop::default();
    loop {
        let found = match happenings.recv().await {
            Ok(happening) => news(&mut watch, &app, &happening),
            Err(RecvError::Lagged(_)) => news(&mut watch, &app, &Happening::RecordingChanged),
            Err(RecvError::Closed) => return,
        };
        let Some(found) = found else { continue };
        let settings = app.settings();
        if !found.is_wanted(settings.notifications) || window::is_in_front(&handle).await {
            continue;
        }
        let (line, more) = found.says(settings.language.spoken().words());
        desktop.tell(&handle, &found, &line, more).await;
    }
}

fn news(watch: &mut Watch, app: &App, happening: &Happening) -> Option<News> {
    match happening {
        Happening::RecordingChanged => watch.recording(&app.recordings.state().borrow()),
        Happening::Toggled { is_started } => watch.toggled(*is_started),
        Happening::Imported(recording) => {
            watch.imported(*recording);
            None
        }
        Happening::RecordingFinished(recording) => watch.finished(*recording),
        Happening::CostChanged => {
            watch.budget(app.cost().budget, app.settings().cost.is_offline_at_budget)
        }
        _ => None,
    }
}

#[cfg(target_os = "linux")]
use linux::Desktop;

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex, PoisonError};

    use futures_util::StreamExt as _;
    use tauri::AppHandle;
    use zbus::zvariant::Value;

    use crate::news::News;
    use crate::shell::window;

    #[zbus::proxy(
        interface = "org.freedesktop.Notifications",
        default_service = "org.freedesktop.Notifications",
        default_path = "/org/freedesktop/Notifications"
    )]
    trait Notifications {
        #[allow(clippy::too_many_arguments, reason = "the protocol's")]
        fn notify(
            &self,
            app_name: &str,
            replaces_id: u32,
            app_icon: &str,
            summary: &str,
            body: &str,
            actions: &[&str],
            hints: HashMap<&str, Value<'_>>,
            expire_timeout: i32,
        ) -> zbus::Result<u32>;

        #[zbus(signal)]
        fn action_invoked(&self, id: u32, action_key: &str) -> zbus::Result<()>;
    }

    /// What was told, by what it is about. Shared with who listens for clicks.
    type Told = Arc<Mutex<BTreeMap<&'static str, u32>>>;

    /// The desktop's notifications; asked for when there is something to say.
    #[derive(Default)]
    pub(super) struct Desktop {
        proxy: Option<NotificationsProxy<'static>>,
        told: Told,
    }

    impl Desktop {
        pub(super) async fn tell(
            &mut self,
            handle: &AppHandle,
            news: &News,
            line: &str,
            more: &str,
        ) {
            if let Err(error) = self.try_tell(handle, news, line, more).await {
                // A desktop without notifications is told so once in a while, and loses nothing.
                tracing::info!(%error, "the desktop takes no notifications");
                self.proxy = None;
            }
        }

        async fn try_tell(
            &mut self,
            handle: &AppHandle,
            news: &News,
            line: &str,
            more: &str,
        ) -> zbus::Result<()> {
            let proxy = match &self.proxy {
                Some(proxy) => proxy.clone(),
                None => self.connect(handle).await?,
            };
            let matter = news.matter();
            let before = *self.told().get(matter).unwrap_or(&0);
            let hints = HashMap::from([
                ("urgency", Value::U8(if news.is_urgent() { 2 } else { 1 })),
                ("transient", Value::Bool(news.is_passing())),
                ("desktop-entry", Value::from("sotto")),
            ]);
            let open = ["default", ""];
            let id = proxy.notify("Sotto", before, "sotto", line, more, &open, hints, -1).await?;
            self.told().insert(matter, id);
            Ok(())
        }

        async fn connect(
            &mut self,
            handle: &AppHandle,
        ) -> zbus::Result<NotificationsProxy<'static>> {
            let bus = zbus::Connection::session().await?;
            let proxy = NotificationsProxy::new(&bus).await?;
            let mut clicks = proxy.receive_action_invoked().await?;
            let (handle, told) = (handle.clone(), Arc::clone(&self.told));
            tauri::async_runtime::spawn(async move {
                while let Some(click) = clicks.next().await {
                    let Ok(click) = click.args() else { continue };
                    let is_ours = lock(&told).values().any(|id| *id == click.id);
                    if is_ours {
                        window::show(&handle);
                    }
                }
            });
            self.proxy = Some(proxy.clone());
            Ok(proxy)
        }

        fn told(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, u32>> {
            lock(&self.told)
        }
    }

    fn lock(told: &Told) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, u32>> {
        told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(not(target_os = "linux"))]
#[derive(Default)]
struct Desktop;

#[cfg(not(target_os = "linux"))]
impl Desktop {
    async fn tell(&mut self, _: &AppHandle, _: &News, line: &str, _: &str) {
        tracing::debug!(line, "this system is told nothing yet");
    }
}
