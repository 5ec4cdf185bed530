//! `bench`: goals, figures, peers and ratios, measured in one run.

mod engine;
mod table;

use std::process::ExitCode;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    #[command(subcommand)]
    area: Option<Area>,
    /// Close with one JSON object.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What can be measured; all of it by default.
#[derive(Debug, Subcommand)]
enum Area {
    /// The offline engine, behind `sotto serve`, beside the live transcriber of moonshine-voice.
    Engine(engine::EngineArguments),
}

/// Measures and prints the table; success when every goal is met.
pub(crate) fn run(arguments: &BenchArguments) -> anyhow::Result<ExitCode> {
    let table = match &arguments.area {
        Some(Area::Engine(chosen)) => engine::run(chosen)?,
        None => engine::run(&engine::EngineArguments::default())?,
    };
    table.print();
    if arguments.json {
        println!("{}", table.line());
    }
    Ok(if table.is_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
