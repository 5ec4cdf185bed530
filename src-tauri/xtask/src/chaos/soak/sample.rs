//! What is looked at, and how.

use std::fs;
use std::time::Duration;

use serde::Serialize;

use super::size_of;
use crate::bench::process::share_mib;
use crate::chaos::process::web_process;
use crate::chaos::scene::Scene;
use crate::stage::unix_ms;

const MIB: f64 = 1_048_576.0;

/// Something that may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Gauge {
    /// MiB that the program has for itself, and its share of what it has with others.
    ProgramMemory,
    ProgramThreads,
    /// Open files, sockets and the like.
    ProgramHandles,
    /// The same of the process that runs the page.
    WebMemory,
    WebThreads,
    WebHandles,
    /// MiB of the database and of what belongs to it.
    History,
    /// MiB of sound on the disk.
    Spool,
    /// MiB.
    Logs,
}

impl Gauge {
    pub(super) const ALL: [Self; 9] = [
        Self::ProgramMemory,
        Self::ProgramThreads,
        Self::ProgramHandles,
        Self::WebMemory,
        Self::WebThreads,
        Self::WebHandles,
        Self::History,
        Self::Spool,
        Self::Logs,
    ];

    /// For people.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::ProgramMemory => "Program: memory, MiB",
            Self::ProgramThreads => "Program: threads",
            Self::ProgramHandles => "Program: handles",
            Self::WebMemory => "Web process: memory, MiB",
            Self::WebThreads => "Web process: threads",
            Self::WebHandles => "Web process: handles",
            Self::History => "History on the disk, MiB",
            Self::Spool => "Sound on the disk, MiB",
            Self::Logs => "Logs, MiB",
        }
    }
}

/// One look.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// Hours since the recording began.
    pub(super) hours: f64,
    values: [f64; Gauge::ALL.len()],
}

/// All looks, the first one first.
#[derive(Debug, Clone, Default)]
pub(super) struct Samples(Vec<Sample>);

impl Samples {
    /// What one gauge showed: hours, and its value.
    pub(super) fn of(&self, gauge: Gauge) -> Vec<(f64, f64)> {
        self.0.iter().map(|sample| (sample.hours, sample.values[gauge as usize])).collect()
    }

    #[cfg(test)]
    pub(super) fn made(count: u32, value: impl Fn(Gauge, f64) -> f64) -> Self {
        let looks = (0..count).map(|n| {
            let hours = f64::from(n) / 30.0;
            Sample { hours, values: Gauge::ALL.map(|gauge| value(gauge, hours)) }
        });
        Self(looks.collect())
    }
}

/// Looks again and again; ends only with an error.
pub(super) async fn watch(
    scene: &Scene,
    begun_at: u64,
    every: Duration,
    samples: &mut Samples,
) -> anyhow::Error {
    loop {
        tokio::time::sleep(every).await;
        match look(scene, begun_at).await {
            Ok(sample) => samples.0.push(sample),
            Err(error) => return error.context("the program cannot be looked at"),
        }
    }
}

async fn look(scene: &Scene, begun_at: u64) -> anyhow::Result<Sample> {
    let program = scene.pid().await?;
    let web = web_process(program)?;
    let data = scene.stage.data();
    let history = ["history.db", "history.db-wal", "history.db-shm"];
    let history: u64 = history.iter().map(|name| size_of(&data.join(name))).sum();
    let values = Gauge::ALL.map(|gauge| {
        Ok(match gauge {
            Gauge::ProgramMemory => share_mib(program)?,
            Gauge::ProgramThreads => entries(program, "task")?,
            Gauge::ProgramHandles => entries(program, "fd")?,
            Gauge::WebMemory => share_mib(web)?,
            Gauge::WebThreads => entries(web, "task")?,
            Gauge::WebHandles => entries(web, "fd")?,
            Gauge::History => history as f64 / MIB,
            Gauge::Spool => size_of(&data.join("spool")) as f64 / MIB,
            Gauge::Logs => size_of(&data.join("logs")) as f64 / MIB,
        })
    });
    let mut sample = Sample {
        hours: unix_ms().saturating_sub(begun_at) as f64 / 3_600_000.0,
        values: [0.0; Gauge::ALL.len()],
    };
    for (to, value) in sample.values.iter_mut().zip(values) {
        *to = value.map_err(|error: anyhow::Error| error)?;
    }
    Ok(sample)
}

/// How many entries a folder of a process in `/proc` has.
fn entries(pid: u32, folder: &str) -> anyhow::Result<f64> {
    Ok(fs::read_dir(format!("/proc/{pid}/{folder}"))?.count() as f64)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_can_be_looked_at() {
        let me = std::process::id();
        let before = entries(me, "fd").unwrap();
        let _open = fs::File::open("/proc/self/stat").unwrap();
        assert!(entries(me, "fd").unwrap() > before, "an open file is a handle");
        assert!(entries(me, "task").unwrap() >= 1.0);
    }
}
