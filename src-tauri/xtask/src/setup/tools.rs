//! Tools that are built from crates, into the target folder.

use std::path::PathBuf;

use super::Done;
use crate::shell::{cargo, run_quietly, target};

/// Where a tool is, once it is installed.
pub(crate) fn path(name: &str) -> PathBuf {
    target().join("tools/bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Installs a tool of exactly this version.
pub(crate) fn install(name: &str, version: &str) -> anyhow::Result<Done> {
    let stamp = target().join("tools").join(format!("{name}-{version}"));
    if path(name).exists() && stamp.exists() {
        return Ok(Done::Already);
    }
    let tools = target().join("tools");
    run_quietly(
        cargo()
            .args(["install", name, "--version", version, "--locked", "--root"])
            .arg(&tools)
            .args(["--target-dir".as_ref(), tools.join("build").as_os_str()]),
    )?;
    std::fs::write(stamp, "")?;
    Ok(Done::Did("built".to_owned()))
}
