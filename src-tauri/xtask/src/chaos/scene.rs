//! What a round has: the service in its process, the desktop, the open program, and a record of what it said.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;
use sotto_desktop::{Desktop, DesktopOptions};
use sotto_standin::StandInProcess;
use tokio::process::Child;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::disk::SmallDisk;
use super::plan::Plan;
use crate::shell::target;
use crate::stage::{Program, Stage, unix_ms};

/// The one key that the service takes.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Sound that a fault destroyed; Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destroyed {
    /// The microphone was gone.
    Stretch { from_ms: u64, until_ms: u64 },
    /// The recording ended.
    All { since_ms: u64 },
}

/// Everything of a round that is alive.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) service: tokio::sync::Mutex<StandInProcess>,
    pub(crate) service_pid: u32,
    window: tokio::sync::Mutex<Option<Open>>,
    said: Said,
    destroyed: Mutex<Vec<Destroyed>>,
    ended: Notify,
    notes: Mutex<Vec<String>>,
    dark_since_ms: Mutex<Option<u64>>,
    disk: Option<SmallDisk>,
}

/// The program, and who writes down what it says.
struct Open {
    child: Child,
    listening: JoinHandle<()>,
}

/// The lines that the program said, with the time at which they came.
type Said = Arc<Mutex<Vec<(u64, Value)>>>;

impl Scene {
    /// Sets it up in `folder`; the program is not open yet.
    pub(crate) async fn set(plan: &Plan, folder: &Path) -> anyhow::Result<Self> {
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        let disk = if plan.needs_small_disk() { Some(SmallDisk::mount(&data)?) } else { None };
        std::fs::write(data.join("settings.json"), serde_json::to_vec_pretty(&plan.settings)?)?;
        let service = StandInProcess::start(&service_program(), KEY, 0, true).await?;
        let desktop =
            DesktopOptions { microphone_hz: plan.microphone_hz, ..DesktopOptions::default() };
        let stage = Stage::set(desktop, &data)
            .await?
            .with("SOTTO_RECOGNISER", &service.base_url())
            .with("ASSEMBLYAI_API_KEY", KEY)
            .with("SOTTO_TELL_PAINTS", "1")
            .complaining_to(&folder.join("program.log"));
        Ok(Self {
            stage,
            service_pid: service.pid(),
            service: tokio::sync::Mutex::new(service),
            window: tokio::sync::Mutex::new(None),
            said: Said::default(),
            destroyed: Mutex::default(),
            ended: Notify::new(),
            notes: Mutex::default(),
            dark_since_ms: Mutex::default(),
            disk,
        })
    }

    pub(crate) fn desktop(&self) -> &Desktop {
        &self.stage.desktop
    }

    pub(crate) fn disk(&self) -> Option<&SmallDisk> {
        self.disk.as_ref()
    }

    /// Opens the program.
    pub(crate) async fn open(&self) -> anyhow::Result<()> {
        let Program { window, mut follow } = self.stage.open().await?;
        let said = Arc::clone(&self.said);
        let listening = tokio::spawn(async move {
            while let Ok(line) = follow.line().await {
                locked(&said).push((unix_ms(), line));
            }
        });
        *self.window.lock().await = Some(Open { child: window, listening });
        Ok(())
    }

    /// Kills the program, at whatever instruction it is.
    pub(crate) async fn kill(&self) -> anyhow::Result<()> {
        let Some(mut open) = self.window.lock().await.take() else { return Ok(()) };
        open.child.kill().await?;
        // What it had said is in the pipe.
        tokio::time::timeout(Duration::from_secs(2), open.listening).await.ok();
        Ok(())
    }

    /// The program's process.
    pub(crate) async fn pid(&self) -> anyhow::Result<u32> {
        let open = self.window.lock().await;
        open.as_ref().and_then(|open| open.child.id()).context("the program is not open")
    }

    /// Waits until the program has said a line for which `is` holds.
    pub(crate) async fn until(
        &self,
        what: &str,
        limit: Duration,
        is: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        let wait = async {
            loop {
                if let Some((_, line)) = locked(&self.said).iter().find(|(_, line)| is(line)) {
                    return line.clone();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(limit, wait).await.with_context(|| format!("{what} did not happen"))
    }

    /// All that the program said.
    pub(crate) fn said(&self) -> Vec<(u64, Value)> {
        locked(&self.said).clone()
    }

    /// Writes something down for the trace.
    pub(crate) fn note(&self, text: impl Into<String>) {
        locked(&self.notes).push(format!("{} {}", unix_ms(), text.into()));
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        locked(&self.notes).clone()
    }

    /// Writes down that nobody listens from now on.
    pub(crate) fn darken(&self) {
        locked(&self.dark_since_ms).get_or_insert_with(unix_ms);
    }

    pub(crate) fn dark_since_ms(&self) -> Option<u64> {
        *locked(&self.dark_since_ms)
    }

    /// Writes down that sound was destroyed.
    pub(crate) fn destroy(&self, destroyed: Destroyed) {
        locked(&self.destroyed).push(destroyed);
        if matches!(destroyed, Destroyed::All { .. }) {
            self.ended.notify_one();
        }
    }

    /// Waits until a fault has ended the recording.
    pub(crate) async fn recording_ended(&self) {
        self.ended.notified().await;
    }

    pub(crate) fn destroyed(&self) -> Vec<Destroyed> {
        locked(&self.destroyed).clone()
    }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

fn service_program() -> PathBuf {
    target().join("debug").join(format!("sotto-standin{}", std::env::consts::EXE_SUFFIX))
}
