//! `mutate`: are the tests of the session machine worth anything? Each mutant is a small mistake that a test has to notice.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::json;

use crate::setup::{self, For};
use crate::shell::{npm, run as run_command, target};

/// The least share of mutants that must be noticed.
const LEAST: f64 = 0.90;

#[derive(Debug, Args)]
pub(crate) struct MutateArguments {
    /// Only this file, such as `src/session/axis.ts`.
    #[arg(long)]
    file: Option<String>,
    /// How many simulated worlds may notice as well, in seconds a mutant. Without, the small tests alone are counted, and the
    /// score is the least that all of them together have.
    #[arg(long, default_value_t = 0)]
    worlds: u32,
    /// Only the last line, which is JSON in any case, is meant for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The schema of mutation testing elements, as far as it is needed.
#[derive(Deserialize)]
struct Report {
    files: BTreeMap<String, File>,
}

#[derive(Deserialize)]
struct File {
    mutants: Vec<Mutant>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mutant {
    mutator_name: String,
    status: String,
    location: Location,
}

#[derive(Deserialize)]
struct Location {
    start: Place,
}

#[derive(Deserialize)]
struct Place {
    line: u32,
}

/// Runs Stryker and lists the survivors.
pub(crate) fn run(arguments: &MutateArguments) -> anyhow::Result<ExitCode> {
    setup::prepare(For::Program)?;
    let mut stryker = npm();
    stryker.args(["run", "mutate"]).env("SOTTO_WORLDS", arguments.worlds.to_string());
    if let Some(file) = &arguments.file {
        stryker.args(["--", "--mutate", file]);
    }
    // It fails below its own threshold; the report says by how much.
    let ran = run_command(&mut stryker);
    let text =
        std::fs::read(target().join("mutation/report.json")).context("Stryker left no report")?;
    if let Err(error) = ran {
        eprintln!("{error:#}");
    }
    let Report { files } = serde_json::from_slice(&text)?;
    let (mut noticed, mut survived, mut by_file) = (0, 0, serde_json::Map::new());
    for (name, File { mutants }) in &files {
        let count = |wanted: &[&str]| {
            mutants.iter().filter(|mutant| wanted.contains(&mutant.status.as_str())).count()
        };
        let (good, bad) = (count(&["Killed", "Timeout"]), count(&["Survived", "NoCoverage"]));
        for Mutant { mutator_name, status, location } in mutants {
            if status == "Survived" || status == "NoCoverage" {
                eprintln!("{status:10} {name}:{} {mutator_name}", location.start.line);
            }
        }
        noticed += good;
        survived += bad;
        by_file.insert(name.clone(), json!({ "noticed": good, "survived": bad }));
    }
    let score =
        f64::from(u32::try_from(noticed)?) / f64::from(u32::try_from(noticed + survived)?.max(1));
    let pass = score >= LEAST;
    println!(
        "{}",
        json!({ "score": score, "noticed": noticed, "survived": survived, "by_file": by_file, "pass": pass })
    );
    Ok(if pass { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
