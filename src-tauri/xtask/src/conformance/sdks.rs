//! The SDKs, of exactly the versions that are written down, and the scripts that run them.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};

use super::report::{Check, Report};
use super::service::Services;
use crate::python::{environment, interpreter};
use crate::setup::Done;
use crate::shell::{command, npm, root, run_quietly, target};

/// An environment with the Python SDK.
pub(super) fn python() -> anyhow::Result<Done> {
    environment(&scripts("python").join("requirements.txt"), &installed("python"))
}

/// A folder with the JavaScript SDK, and the scripts: a module finds its packages only in folders above it.
pub(super) fn node() -> anyhow::Result<Done> {
    let (from, folder) = (scripts("node"), installed("node"));
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&from)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            fs::copy(&path, folder.join(name))?;
        }
    }
    let stamp = folder.join("node_modules/.sotto-lock");
    let lock = fs::read_to_string(folder.join("package-lock.json"))?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == lock) {
        return Ok(Done::Already);
    }
    run_quietly(npm().args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    fs::write(stamp, lock)?;
    Ok(Done::Did("installed".to_owned()))
}

/// Runs the Python suite.
pub(super) fn run_python(services: &Services, report: &mut Report) -> anyhow::Result<()> {
    let mut script = command(interpreter(&installed("python")));
    // The scripts stay where they are, and nothing is to be left beside them.
    script.arg(scripts("python").join("checks.py")).env("PYTHONDONTWRITEBYTECODE", "1");
    run("python", &mut script, services, report)
}

/// Runs the JavaScript suite.
pub(super) fn run_node(services: &Services, report: &mut Report) -> anyhow::Result<()> {
    let mut script = command("node");
    script.arg("checks.mjs").current_dir(installed("node"));
    run("node", &mut script, services, report)
}

/// Enters each line that a script prints.
fn run(
    client: &'static str,
    script: &mut Command,
    services: &Services,
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut child = script
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("the {client} suite could not be started"))?;
    let mut input = child.stdin.take().context("no input")?;
    writeln!(input, "{}", services.line())?;
    drop(input);
    for line in BufReader::new(child.stdout.take().context("no output")?).lines() {
        let line = line?;
        let Ok(check) = serde_json::from_str::<Check>(&line) else {
            bail!("the {client} suite said what is no check: {line}")
        };
        report.add(client, check);
    }
    let status = child.wait()?;
    ensure!(status.success(), "the {client} suite broke off ({status})");
    Ok(())
}

fn scripts(name: &str) -> PathBuf {
    root().join("src-tauri/conformance").join(name)
}

fn installed(name: &str) -> PathBuf {
    target().join("conformance").join(name)
}
