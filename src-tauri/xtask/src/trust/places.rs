//! Where a key could lie outside of memory: files, and what every process can read of every other.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::needle::Needle;
use crate::chaos::process::{family, processes};

/// Where the key was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Memory {
        pid: u32,
        mapping: String,
    },
    File(PathBuf),
    CommandLine {
        pid: u32,
    },
    Environment {
        pid: u32,
    },
    /// Something that is read as one text.
    Told(&'static str),
    Dump(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory { pid, mapping } => write!(out, "the memory of process {pid}: {mapping}"),
            Self::File(path) => write!(out, "{}", path.display()),
            Self::CommandLine { pid } => write!(out, "the command line of process {pid}"),
            Self::Environment { pid } => write!(out, "the environment of process {pid}"),
            Self::Told(what) => out.write_str(what),
            Self::Dump(path) => write!(out, "a dump of the program: {}", path.display()),
        }
    }
}

/// Every file below `folder` whose content or name holds the key.
pub(crate) fn hits_in_files(folder: &Path, needle: &Needle) -> anyhow::Result<Vec<Place>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if needle.is_in(path.as_os_str().as_encoded_bytes()) {
                found.push(Place::File(path.clone()));
            }
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && needle.is_in(&fs::read(&path)?) {
                found.push(Place::File(path));
            }
        }
    }
    Ok(found)
}

/// The command lines of all processes, and the environments of those that the program started, its own too.
pub(crate) fn hits_in_process_tables(window: u32, needle: &Needle) -> anyhow::Result<Vec<Place>> {
    // Processes come and go while one looks: who is gone has no table.
    let holds = |pid: u32, table: &str| {
        fs::read(format!("/proc/{pid}/{table}")).is_ok_and(|bytes| needle.is_in(&bytes))
    };
    let lines = processes()?.into_iter().filter(|one| holds(one.pid, "cmdline"));
    let mut found: Vec<Place> = lines.map(|one| Place::CommandLine { pid: one.pid }).collect();
    let environments = family(window)?.into_iter().filter(|one| holds(one.pid, "environ"));
    found.extend(environments.map(|one| Place::Environment { pid: one.pid }));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_a_file_or_in_its_name_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let needle = Needle::random();
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("deep/innocent"), "nothing").unwrap();
        assert_eq!(hits_in_files(folder.path(), &needle).unwrap(), []);
        let guilty = folder.path().join("deep/guilty");
        fs::write(&guilty, format!("…{}…", needle.text())).unwrap();
        assert_eq!(hits_in_files(folder.path(), &needle).unwrap(), [Place::File(guilty)]);
    }
}
