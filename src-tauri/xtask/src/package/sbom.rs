//! Lists of what the program is made of, for programs to read (CycloneDX). The same names are inside the program: `cargo audit
//! bin` reads them there.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use super::VERSION;
use crate::setup;
use crate::shell::{cargo, command, npm, root};

/// Writes them.
pub(super) fn write(folder: &Path, features: Option<&str>) -> anyhow::Result<()> {
    of_crates(folder, features)?;
    of_window(folder)
}

/// The tool writes beside every `Cargo.toml` of the workspace; what is meant is the program's.
fn of_crates(folder: &Path, features: Option<&str>) -> anyhow::Result<()> {
    let mut tool = command(setup::tool("cargo-cyclonedx"));
    tool.env("CARGO", cargo().get_program());
    tool.args([
        "cyclonedx",
        "--format",
        "json",
        "--spec-version",
        "1.5",
        "--override-filename",
        "sotto-sbom",
    ]);
    if let Some(features) = features {
        tool.args(["--features", features]);
    }
    let written = crate::shell::run_quietly(&mut tool);
    let program = root().join("sotto-sbom.json");
    let text = fs::read(&program);
    let crates = fs::read_dir(root().join("src-tauri/crates"))?;
    let members = crates.filter_map(Result::ok).map(|entry| entry.path());
    let others =
        [".", "src-tauri/xtask", "src-tauri/xtask/empty-window"].map(|one| root().join(one));
    for member in members.chain(others) {
        let file = member.join("sotto-sbom.json");
        if file.exists() {
            fs::remove_file(file)?;
        }
    }
    written?;
    let text = text.context("cargo-cyclonedx wrote no list of the program")?;
    let list: serde_json::Value = serde_json::from_slice(&text)?;
    let count = list["components"].as_array().map_or(0, Vec::len);
    ensure!(count > 100, "the list of crates names only {count}");
    // The tool names folders of this machine.
    let text = String::from_utf8(text)?.replace(&root().display().to_string(), "");
    Ok(fs::write(folder.join(format!("sotto-{VERSION}-crates.cdx.json")), text)?)
}

fn of_window(folder: &Path) -> anyhow::Result<()> {
    let told = npm()
        .args(["sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only"])
        .output()
        .context("npm could not be started")?;
    ensure!(told.status.success(), "npm failed: {}", String::from_utf8_lossy(&told.stderr));
    let list: serde_json::Value = serde_json::from_slice(&told.stdout)?;
    ensure!(
        list["components"].as_array().is_some_and(|all| !all.is_empty()),
        "npm's list is empty"
    );
    Ok(fs::write(folder.join(format!("sotto-{VERSION}-window.cdx.json")), told.stdout)?)
}
