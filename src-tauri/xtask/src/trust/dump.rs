//! What a crash leaves: the program is made to crash, and so is a process beside it that may leave a dump.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tokio::process::Command;
use tokio::time::timeout;

use super::places::{Place, hits_in_files};
use super::surface::{Bait, Findings, Surface};
use crate::chaos::process::signal;
use crate::shell::run_quietly;

/// For a process to end, and for its dump to be written.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the system makes of a crash.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Dumps {
    /// Files in this folder; relative to where the process was.
    Files(PathBuf),
    /// They are handed to a program, which heeds a limit of one byte and no other.
    Collected,
}

/// From `/proc/sys/kernel/core_pattern`, see core(5).
fn dumps(pattern: &str) -> Dumps {
    match pattern.trim() {
        collected if collected.starts_with('|') => Dumps::Collected,
        file => Dumps::Files(Path::new(file).parent().unwrap_or_else(|| Path::new("")).to_owned()),
    }
}

/// Crashes the program, whose files lie in `data`, and looks for what is left of it there.
pub(crate) async fn crash_the_program(
    program: u32,
    data: &Path,
    bait: &Bait,
    findings: &mut Findings,
) -> anyhow::Result<Dumps> {
    let dumps = dumps(&fs::read_to_string("/proc/sys/kernel/core_pattern")?);
    if bait.leak == Some(Surface::Dump) {
        // What the program forbade is allowed again, from outside; only root may.
        let allow = ["--core=unlimited:unlimited", "--pid"];
        run_quietly(std::process::Command::new("prlimit").args(allow).arg(program.to_string()))?;
    }
    let Dumps::Files(folder) = &dumps else {
        let limits = fs::read_to_string(format!("/proc/{program}/limits"))?;
        findings.prove(Surface::Dump, has_the_limit(&limits));
        return Ok(dumps);
    };
    let folder = data.join(folder);
    let before = files(&folder)?;
    signal("ABRT", program)?;
    let gone = async {
        while Path::new(&format!("/proc/{program}/exe")).exists() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, gone).await.context("the program survives its crash")?;
    for file in files(&folder)?.into_iter().filter(|file| !before.contains(file)) {
        // Any dump of the program is one too many, wherever the key was at that moment.
        findings.key.push(Place::Dump(file));
    }
    let mine = tempfile::tempdir_in(data)?;
    crash_with(bait.decoy.text(), mine.path()).await?;
    let place = if folder == data { mine.path() } else { folder.as_path() };
    findings.prove(Surface::Dump, !hits_in_files(place, &bait.decoy)?.is_empty());
    Ok(dumps)
}

/// A process that has this text in its memory, and may leave a dump.
async fn crash_with(text: &str, folder: &Path) -> anyhow::Result<()> {
    let mut child = Command::new("prlimit")
        .args(["--core=unlimited", "sleep", "60"])
        .env("BAIT", text)
        .current_dir(folder)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("prlimit could not be started")?;
    let pid = child.id().context("it has ended")?;
    let started = async {
        // It is `prlimit` until it becomes `sleep`.
        while fs::read_to_string(format!("/proc/{pid}/comm"))? != "sleep\n" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::Ok(())
    };
    timeout(PATIENCE, started).await.context("it did not start")??;
    signal("ABRT", pid)?;
    let status = timeout(PATIENCE, child.wait()).await.context("it survived")??;
    ensure!(!status.success(), "it did not crash");
    Ok(())
}

fn has_the_limit(limits: &str) -> bool {
    let line = limits.lines().find(|line| line.starts_with("Max core file size"));
    line.is_some_and(|line| line.split_whitespace().nth(4) == Some("1"))
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries
        .into_iter()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("core"))
        .map(|entry| entry.path())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_dumps_go_is_what_the_kernel_says() {
        assert_eq!(dumps("core\n"), Dumps::Files(PathBuf::new()));
        assert_eq!(dumps("/var/crash/core.%p"), Dumps::Files(PathBuf::from("/var/crash")));
        assert_eq!(dumps("|/usr/lib/systemd/systemd-coredump %P"), Dumps::Collected);
    }

    #[test]
    fn the_limit_that_collectors_heed_is_told_from_others() {
        let limits = |soft| format!("Limit\nMax core file size        {soft}   1   bytes\n");
        assert!(has_the_limit(&limits("1")));
        assert!(!has_the_limit(&limits("0")) && !has_the_limit(&limits("unlimited")));
    }
}
