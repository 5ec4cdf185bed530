//! Sotto's own tool: everything that a fresh machine needs, and everything that is run on it.
//!
//! Builds with nothing but Rust, because it is what brings the rest.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line says what it does")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod bench;
mod chaos;
mod check;
mod conformance;
mod demo;
mod failures;
mod fuzz;
mod mutate;
mod package;
mod python;
mod run;
mod setup;
mod shell;
mod shots;
mod stage;
mod test;
mod trust;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Sotto's own tool.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Bring what this machine lacks: packages, the window's modules, the engine pack, icons.
    Setup,
    /// Set up, build, and open the program; without a display, run the demo.
    Run,
    /// Run the program on a virtual desktop, speak a recording into its microphone, print the transcript.
    Demo(demo::DemoArguments),
    /// Break everything around the program, and compare its transcripts with what was spoken.
    Chaos(chaos::ChaosArguments),
    /// A recording of half an hour, with rotation or with a cut in the middle.
    Endure(chaos::endure::EndureArguments),
    /// A recording of a whole day, with rotations and faults: nothing may grow or drift.
    Soak(chaos::soak::SoakArguments),
    /// Set up and run all tests.
    Test {
        /// Leave out the tests that open the real window, and the rounds of `chaos`.
        #[arg(long)]
        fast: bool,
    },
    /// Format, lints, types, licences, documents, generated files.
    Check,
    /// Break the session machine in small ways, and see whether its tests notice.
    Mutate(mutate::MutateArguments),
    /// Arbitrary bytes for whatever reads what others wrote.
    Fuzz(fuzz::FuzzArguments),
    /// The SDKs of AssemblyAI, as they are published, against the service.
    Conformance(conformance::ConformanceArguments),
    /// Look for the key everywhere that it must not be.
    Trust(trust::TrustArguments),
    /// Pictures of every view of the real program, in light and in dark.
    Shots,
    /// What people install, and its proof.
    Package(package::PackageArguments),
    /// The list in which installed programs look for newer ones.
    Versions(package::VersionsArguments),
    /// Measure.
    Bench(bench::BenchArguments),
}

impl Task {
    /// Whether the last line is JSON.
    fn is_json(&self) -> bool {
        match self {
            Self::Demo(arguments) => arguments.json,
            Self::Bench(arguments) => arguments.json,
            Self::Conformance(arguments) => arguments.json,
            Self::Mutate(arguments) => arguments.json,
            Self::Fuzz(arguments) => arguments.json,
            Self::Chaos(arguments) => arguments.json,
            Self::Endure(arguments) => arguments.json,
            Self::Soak(arguments) => arguments.json,
            Self::Trust(arguments) => arguments.json,
            Self::Setup
            | Self::Run
            | Self::Test { .. }
            | Self::Check
            | Self::Shots
            | Self::Package(_)
            | Self::Versions(_) => false,
        }
    }
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    let is_json = task.is_json();
    let outcome = match task {
        Task::Setup => setup::run(setup::For::Tests),
        Task::Run => run::run(),
        Task::Demo(arguments) => demo::run(&arguments),
        Task::Chaos(arguments) => chaos::run(&arguments),
        Task::Endure(arguments) => chaos::endure::run(&arguments),
        Task::Soak(arguments) => chaos::soak::run(&arguments),
        Task::Trust(arguments) => trust::run(&arguments),
        Task::Test { fast } => test::run(fast),
        Task::Check => check::run(),
        Task::Mutate(arguments) => mutate::run(&arguments),
        Task::Fuzz(arguments) => fuzz::run(&arguments),
        Task::Conformance(arguments) => conformance::run(&arguments),
        Task::Shots => shots::run(),
        Task::Package(arguments) => package::run(&arguments),
        Task::Versions(arguments) => package::versions(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            if is_json {
                println!("{}", serde_json::json!({ "error": format!("{error:#}"), "pass": false }));
            }
            ExitCode::FAILURE
        }
    }
}
