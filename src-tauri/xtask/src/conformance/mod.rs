//! `conformance`: the SDKs of AssemblyAI, as they are published, and raw sockets against `sotto serve`.
//!
//! Every check is about one item of the notes in `sotto-protocol`, and says which. The SDKs are installed into the target
//! folder; all that is put in from outside is the address, and the scheme where an SDK insists on TLS.

pub(crate) mod raw;
mod report;
mod sdks;
pub(crate) mod service;

use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;

use crate::setup::{self, For};
use crate::shell::{cargo, root, run as run_command};
use report::Report;
use service::{Service, Services};

/// Fewer checks than this mean that some did not run.
const CHECKS_MIN: usize = 80;

#[derive(Debug, Args)]
pub(crate) struct ConformanceArguments {
    /// Take the program as it is built.
    #[arg(long)]
    no_build: bool,
    /// Close with one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Sets up, builds, runs the three suites; success only when every check holds, and none is missing.
pub(crate) fn run(arguments: &ConformanceArguments) -> anyhow::Result<ExitCode> {
    if !arguments.no_build {
        setup::prepare(For::Program)?;
        run_command(cargo().args(["build", "--package", "sotto"]))?;
    }
    setup::step("SDK for Python", sdks::python)?;
    setup::step("SDK for JavaScript", sdks::node)?;

    let speech = root().join("src-tauri/engine-pack/speech/two_cities.wav");
    ensure!(speech.exists(), "{} is not there: cargo xtask setup brings it", speech.display());
    let services = Services {
        service: Service::start(&[])?,
        strict: Service::start(&["--strict-tokens", "--max-sessions", "1"])?,
        speech,
    };
    let mut report = Report::new()?;
    sdks::run_python(&services, &mut report)?;
    sdks::run_node(&services, &mut report)?;
    raw::run(&services, &mut report)?;

    report.print();
    let pass = report.failed().is_empty() && report.len() >= CHECKS_MIN;
    if arguments.json {
        println!("{}", report.line(pass));
    }
    Ok(if pass { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
