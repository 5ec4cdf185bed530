//! Signals to processes that are not this one's children, and how to find them.

use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::shell::run_quietly;

/// Sends a signal, for example `KILL`.
pub(crate) fn signal(name: &str, pid: u32) -> anyhow::Result<()> {
    // 0 and 1 mean others: one's own group, and the first process.
    ensure!(pid > 1, "{pid} is no process to be sent {name}");
    run_quietly(Command::new("kill").arg(format!("-{name}")).arg(pid.to_string()))
}

/// The web process of a program: the one that runs the window's page.
pub(crate) fn web_process(program: u32) -> anyhow::Result<u32> {
    let family = family(program)?;
    let page = family.iter().find(|one| one.name.starts_with("WebKitWebProc"));
    page.map(|one| one.pid).context("the program has no web process")
}

/// A process and all that it started, itself first.
pub(crate) fn family(pid: u32) -> anyhow::Result<Vec<Process>> {
    let mut left = processes()?;
    let at = left.iter().position(|one| one.pid == pid).context("the process is gone")?;
    let mut family = vec![left.swap_remove(at)];
    let mut next = 0;
    // A child has a number of its own, so this ends.
    while let Some(parent) = family.get(next).map(|one| one.pid) {
        let (children, others) = left.into_iter().partition(|one| one.parent == parent);
        left = others;
        family.extend::<Vec<Process>>(children);
        next += 1;
    }
    Ok(family)
}

/// Whether a process is there and has not ended; one that nobody has waited for yet has.
pub(crate) fn is_running(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').map(|(_, after)| after.trim_start().starts_with('Z'));
    state == Some(false)
}

pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    pub(crate) name: String,
}

/// From `/proc`: `pid (name) state parent …`, where the name may hold anything.
pub(crate) fn processes() -> anyhow::Result<Vec<Process>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Ok(text) = std::fs::read_to_string(entry?.path().join("stat")) else { continue };
        let Some((before, after)) = text.rsplit_once(')') else { continue };
        let Some((pid, name)) = before.split_once(" (") else { continue };
        let parent = after.split_whitespace().nth(1).and_then(|parent| parent.parse().ok());
        if let (Ok(pid), Some(parent)) = (pid.parse(), parent) {
            found.push(Process { pid, parent, name: name.to_owned() });
        }
    }
    ensure!(!found.is_empty(), "/proc shows no process");
    Ok(found)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_found() {
        let me = std::process::id();
        assert!(processes().unwrap().iter().any(|one| one.pid == me && one.parent > 0));
        assert!(web_process(me).is_err());
        assert!(is_running(me));
    }

    #[test]
    fn one_that_nobody_waits_for_has_ended_all_the_same() {
        let mut child = Command::new("true").stdout(std::process::Stdio::piped()).spawn().unwrap();
        // Its output ends when it does.
        std::io::copy(&mut child.stdout.take().unwrap(), &mut std::io::sink()).unwrap();
        while is_running(child.id()) {
            std::thread::yield_now();
        }
        assert!(processes().unwrap().iter().any(|one| one.pid == child.id()));
        child.wait().unwrap();
        assert!(!is_running(child.id()));
    }

    #[test]
    fn a_family_begins_with_its_first() {
        assert_eq!(family(std::process::id()).unwrap()[0].pid, std::process::id());
    }
}
