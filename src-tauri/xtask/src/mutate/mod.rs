//! `mutate`: are the tests of the session machine worth anything? Each mutant is a small mistake that a test has to notice.
//!
//! Twice, because it is many times faster: the mutants of a file first meet the test that bears its name, which is read in
//! milliseconds; only those that it does not notice meet all the others, which take seconds. The outcome is that of all tests.

mod outcome;
mod stryker;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::json;

use self::outcome::{Mutant, Outcomes};
use self::stryker::{Tests, mutate};
use crate::setup::{self, For};
use crate::shell::root;

/// The least share of mutants that must be noticed.
const LEAST: f64 = 0.90;
/// The folders that no test but a small one should be needed for.
const FOLDERS: [&str; 2] = ["src/session", "src/transcript"];

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

/// Runs Stryker and lists the survivors.
pub(crate) fn run(arguments: &MutateArguments) -> anyhow::Result<ExitCode> {
    setup::prepare(For::Program)?;
    let ui = root().join("ui");
    let files = match &arguments.file {
        Some(file) => vec![file.clone()],
        None => sources(&ui)?,
    };
    let mut outcomes = Outcomes::default();
    let mut unnamed = Vec::new();
    for file in files {
        match test_of(&ui, &file) {
            Some(test) => outcomes.add(mutate(&[file], &Tests::These(vec![test]))?),
            None => unnamed.push(file),
        }
    }
    let left = outcomes.left().map(Mutant::range).chain(unnamed).collect::<Vec<_>>();
    if !left.is_empty() {
        eprintln!("mutate: {} are left for all the tests", left.len());
        outcomes.add(mutate(&left, &Tests::All { worlds: arguments.worlds })?);
    }
    tell(&outcomes)
}

/// Says who survived and what it comes to; succeeds when enough was noticed.
fn tell(outcomes: &Outcomes) -> anyhow::Result<ExitCode> {
    let (mut noticed, mut survived, mut by_file) = (0_u32, 0_u32, BTreeMap::new());
    for (mutant, status) in outcomes.all() {
        let (good, bad) = by_file.entry(&mutant.file).or_insert((0_u32, 0_u32));
        if status.is_noticed() {
            noticed += 1;
            *good += 1;
        } else if status.is_missed() {
            survived += 1;
            *bad += 1;
            eprintln!("{status:?} {mutant}");
        }
    }
    ensure!(noticed + survived > 0, "there is nothing to be mutated");
    let by_file: BTreeMap<_, _> = by_file
        .into_iter()
        .map(|(file, (noticed, survived))| {
            (file, json!({ "noticed": noticed, "survived": survived }))
        })
        .collect();
    let score = f64::from(noticed) / f64::from(noticed + survived);
    let pass = score >= LEAST;
    println!(
        "{}",
        json!({ "score": score, "noticed": noticed, "survived": survived, "by_file": by_file, "pass": pass })
    );
    Ok(if pass { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is mutated, from the window's folder, in order.
fn sources(ui: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(ui.join(folder)).with_context(|| folder.to_owned())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".ts") && !name.ends_with(".test.ts") {
                found.push(format!("{folder}/{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The test that bears the name of a file.
fn test_of(ui: &Path, file: &str) -> Option<String> {
    let test = format!("{}.test.ts", file.strip_suffix(".ts")?);
    ui.join(&test).is_file().then_some(test)
}
