//! Which TCP ports a process listens on, and which it has connections at, by way of `/proc`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// Local ports of a process.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ports {
    /// Anybody may connect to these.
    pub(crate) listening: BTreeSet<u16>,
    /// Of connections that stand.
    pub(crate) connected: BTreeSet<u16>,
}

/// The ports of a process, of both versions of IP.
pub(crate) fn of(pid: u32) -> anyhow::Result<Ports> {
    let sockets = sockets_of(pid).context("the sockets of the program cannot be looked at")?;
    let mut ports = Ports::default();
    for table in ["tcp", "tcp6"] {
        let text = fs::read_to_string(format!("/proc/{pid}/net/{table}"))?;
        for line in text.lines().skip(1).filter_map(Line::read) {
            if !sockets.contains(line.socket) {
                continue;
            }
            // That it was there already is no news.
            let _is_new = match line.state {
                "0A" => ports.listening.insert(line.port),
                "01" => ports.connected.insert(line.port),
                _ => continue,
            };
        }
    }
    Ok(ports)
}

/// How many files, sockets included, a process has open.
pub(crate) fn descriptors(pid: u32) -> anyhow::Result<usize> {
    Ok(fs::read_dir(format!("/proc/{pid}/fd"))?.count())
}

fn sockets_of(pid: u32) -> std::io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
        // Closed meanwhile: not there any more.
        let Ok(target) = fs::read_link(entry?.path()) else { continue };
        found.extend(inode(&target));
    }
    Ok(found)
}

/// `socket:[12345]`
fn inode(target: &Path) -> Option<String> {
    Some(target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
}

/// A line of `/proc/net/tcp`.
struct Line<'a> {
    port: u16,
    state: &'a str,
    socket: &'a str,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let port = fields.get(1)?.rsplit_once(':')?.1;
        Some(Self {
            port: u16::from_str_radix(port, 16).ok()?,
            state: fields.get(3)?,
            socket: fields.get(9)?,
        })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn what_this_process_listens_on_is_found() {
        let me = std::process::id();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(of(me).unwrap().listening.contains(&port));
        let client = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let served = listener.accept().unwrap();
        drop(listener);
        let ports = of(me).unwrap();
        assert!(!ports.listening.contains(&port) && ports.connected.contains(&port));
        drop((client, served));
    }
}
