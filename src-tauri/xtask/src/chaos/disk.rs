//! A disk so small that it can be filled, and the ways to other processes that only the system's tools have.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Context as _;

use crate::shell::{run_quietly, target};

/// Enough for the program's data, for a moment's audio, and to be filled at once.
const SIZE: &str = "size=48m";
const BALLAST: &str = "ballast";

/// A file system in memory, mounted until this is dropped.
pub(crate) struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// Mounts one over a folder. Only root may, or who is root of a name space; see [`as_root`].
    pub(crate) fn mount(at: &Path) -> anyhow::Result<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "sotto-chaos"]).arg(at);
        run_quietly(&mut mount).context("a small disk could not be mounted")?;
        Ok(Self { at: at.to_owned() })
    }

    /// Whether one can be mounted: some containers allow it not even to root.
    pub(crate) fn is_possible() -> bool {
        // The folder outlives the disk over it.
        tempfile::tempdir().is_ok_and(|folder| Self::mount(folder.path()).is_ok())
    }

    /// Takes all the space that is left.
    pub(crate) fn fill(&self) -> anyhow::Result<()> {
        use std::io::Write as _;
        let mut ballast =
            std::fs::File::options().create(true).append(true).open(self.at.join(BALLAST))?;
        for size in [1 << 20, 4096, 1] {
            let block = vec![0u8; size];
            while ballast.write(&block).is_ok_and(|written| written > 0) {}
        }
        Ok(())
    }

    /// Gives it back.
    pub(crate) fn relieve(&self) -> anyhow::Result<()> {
        Ok(std::fs::remove_file(self.at.join(BALLAST))?)
    }

    /// What lies on it, beside it: the disk goes with the round.
    pub(crate) fn keep(&self, to: &Path) -> anyhow::Result<()> {
        run_quietly(Command::new("cp").arg("-a").arg(&self.at).arg(to))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if let Err(error) = unmount(&self.at) {
            eprintln!("chaos: {error:#}");
        }
    }
}

/// Lazily: a process of the desktop may still be ending in there.
fn unmount(at: &Path) -> anyhow::Result<()> {
    run_quietly(Command::new("umount").arg("-l").arg(at))
}

/// Where only root may mount, this program once more, as root of a name space of its own; `None` where it may.
pub(crate) fn as_root() -> anyhow::Result<Option<ExitCode>> {
    if is_root()? {
        return Ok(None);
    }
    let mut again = Command::new("unshare");
    again.args(["--map-root-user", "--mount", "--"]).arg(std::env::current_exe()?);
    let status = again.args(std::env::args_os().skip(1)).status();
    let status = status.context("unshare could not be started")?;
    Ok(Some(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }))
}

#[cfg(unix)]
fn is_root() -> anyhow::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(std::fs::metadata("/proc/self")?.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> anyhow::Result<bool> {
    anyhow::bail!("disks are mounted on Linux only")
}

/// A folder for the rounds of this run, which no other run shares; what runs that were killed left mounted is unmounted.
pub(crate) fn folder_of_run() -> anyhow::Result<PathBuf> {
    let runs = target().join("chaos");
    for mounted in std::fs::read_to_string("/proc/self/mounts")?.lines() {
        let at = Path::new(mounted.split(' ').nth(1).unwrap_or_default());
        let run = at.strip_prefix(&runs).ok().and_then(|within| within.iter().next());
        if run.is_some_and(|run| !Path::new("/proc").join(run).exists()) {
            unmount(at)?;
        }
    }
    let mine = runs.join(std::process::id().to_string());
    if mine.exists() {
        std::fs::remove_dir_all(&mine)?;
    }
    std::fs::create_dir_all(&mine)?;
    Ok(mine)
}
