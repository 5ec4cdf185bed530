//! The window's modules and its bundle, made anew only when what they are made of has changed.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Done;
use crate::shell::{npm, root, run_quietly};

/// `npm ci`, unless the lock file is the one that was installed.
pub(super) fn modules() -> anyhow::Result<Done> {
    let ui = root().join("ui");
    let stamp = ui.join("node_modules/.sotto-lock");
    let lock = digest(&[ui.join("package-lock.json")])?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(Done::Already);
    }
    run_quietly(npm().args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(stamp, lock)?;
    Ok(Done::Did("installed".to_owned()))
}

/// Vite's bundle, unless it was made of the same files.
pub(super) fn build() -> anyhow::Result<Done> {
    let ui = root().join("ui");
    let mut sources = Vec::new();
    collect(&ui.join("src"), &mut sources)?;
    for name in [
        "captions.html",
        "index.html",
        "package-lock.json",
        "svelte.config.js",
        "tsconfig.json",
        "vite.config.ts",
    ] {
        sources.push(ui.join(name));
    }
    sources.sort();
    let stamp = ui.join("dist/.sotto-sources");
    let made_of = digest(&sources)?;
    if fs::read_to_string(&stamp).is_ok_and(|built| built == made_of) {
        return Ok(Done::Already);
    }
    run_quietly(npm().args(["run", "build"]))?;
    fs::write(stamp, made_of)?;
    Ok(Done::Did("built".to_owned()))
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else {
            into.push(path);
        }
    }
    Ok(())
}

/// Over names and contents; a file that is not there counts as empty.
fn digest(files: &[PathBuf]) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.to_string_lossy().as_bytes());
        match fs::read(file) {
            Ok(bytes) => hash.update(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(super::pack::hex(&hash.finalize()))
}
