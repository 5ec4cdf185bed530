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
    let mut family = vec![program];
    let all = processes()?;
    // A child has a number of its own, so this ends.
    let mut at = 0;
    while let Some(parent) = family.get(at).copied() {
        family.extend(all.iter().filter(|one| one.parent == parent).map(|one| one.pid));
        at += 1;
    }
    let is_page =
        |one: &&Process| family.contains(&one.pid) && one.name.starts_with("WebKitWebProc");
    let page = all.iter().find(is_page);
    page.map(|one| one.pid).context("the program has no web process")
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
    }
}
