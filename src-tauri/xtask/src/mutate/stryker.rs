//! One run of Stryker.

use std::fs;
use std::io::ErrorKind;

use anyhow::Context as _;
use serde_json::json;

use super::outcome::Report;
use crate::shell::{npm, root, run as run_command};

/// Which tests may notice.
pub(super) enum Tests {
    /// These files.
    These(Vec<String>),
    /// All that are small, and so many simulated worlds.
    All {
        /// None: no world is made.
        worlds: u32,
    },
}

/// Mutates files, or ranges of them, and gives what became of it.
///
/// # Errors
///
/// When Stryker gave up before it had tried all: a test fails without any mutant, for one.
pub(super) fn mutate(what: &[String], tests: &Tests) -> anyhow::Result<Report> {
    // Where the configuration of Stryker writes.
    let folder = root().join("target/mutation");
    fs::create_dir_all(&folder)?;
    let (plan, report) = (folder.join("plan.json"), folder.join("report.json"));
    // A report of an earlier run must not be taken for this one's.
    match fs::remove_file(&report) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let (files, worlds) = match tests {
        Tests::These(files) => (Some(files), 0),
        Tests::All { worlds } => (None, *worlds),
    };
    fs::write(&plan, serde_json::to_vec(&json!({ "mutate": what, "tests": files }))?)?;
    let mut stryker = npm();
    stryker
        .args(["run", "mutate"])
        .env("SOTTO_MUTATION_PLAN", &plan)
        .env("SOTTO_WORLDS", worlds.to_string());
    run_command(&mut stryker).with_context(|| what.join(", "))?;
    let text = fs::read(&report).context("Stryker left no report")?;
    Ok(serde_json::from_slice(&text)?)
}
