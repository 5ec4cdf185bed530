//! `bench`: goals, figures, peers and ratios, measured in one run.

mod audio;
mod build;
mod engine;
mod example;
mod figures;
mod history;
mod latency;
pub(crate) mod process;
mod storage;
mod table;
mod ui;
mod weight;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use table::Table;
use weight::{cpu, idle, memory, start};

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
    /// The resampler, beside sox's, and the body of the sound system's callback.
    Audio(audio::AudioArguments),
    /// The offline engine, behind `sotto serve`, beside the live transcriber of moonshine-voice.
    Engine(engine::EngineArguments),
    /// Search over a million turns.
    History(history::HistoryArguments),
    /// How long sound and text take through the program, its window seen and hidden.
    Latency(latency::LatencyArguments),
    /// What it takes until a turn is on the disk, beside plain SQLite, and what a day of audio writes.
    Storage(storage::StorageArguments),
    /// A transcript of a hundred thousand turns in the window.
    Ui(ui::UiArguments),
    /// From a new process to a window that can be used, beside an empty one; from the shortcut to the first sample.
    Start(start::StartArguments),
    /// The memory of all processes while recording, beside an empty window.
    Memory(memory::MemoryArguments),
    /// Processor time while recording, beside a web page that does the same.
    Cpu(cpu::CpuArguments),
    /// What is done while nothing is to be done, beside an empty window.
    Idle(idle::IdleArguments),
}

/// Measures and prints the table; success when every goal is met.
pub(crate) fn run(arguments: &BenchArguments) -> anyhow::Result<ExitCode> {
    let tables = match &arguments.area {
        Some(Area::Audio(chosen)) => vec![audio::run(chosen)?],
        Some(Area::Engine(chosen)) => vec![engine::run(chosen)?],
        Some(Area::History(chosen)) => vec![history::run(chosen)?],
        Some(Area::Latency(chosen)) => vec![latency::run(chosen)?],
        Some(Area::Storage(chosen)) => vec![storage::run(chosen)?],
        Some(Area::Ui(chosen)) => vec![ui::run(chosen)?],
        Some(Area::Start(chosen)) => vec![start::run(chosen)?],
        Some(Area::Memory(chosen)) => vec![memory::run(chosen)?],
        Some(Area::Cpu(chosen)) => vec![cpu::run(chosen)?],
        Some(Area::Idle(chosen)) => vec![idle::run(chosen)?],
        None => vec![
            audio::run(&audio::AudioArguments::default())?,
            engine::run(&engine::EngineArguments::default())?,
            history::run(&history::HistoryArguments::default())?,
            latency::run(&latency::LatencyArguments::default())?,
            storage::run(&storage::StorageArguments::default())?,
            ui::run(&ui::UiArguments::default())?,
            start::run(&start::StartArguments::default())?,
            memory::run(&memory::MemoryArguments::default())?,
            cpu::run(&cpu::CpuArguments::default())?,
            idle::run(&idle::IdleArguments::default())?,
        ],
    };
    tables.iter().for_each(Table::print);
    if arguments.json {
        println!("{}", line(&tables));
    }
    let is_met = tables.iter().all(Table::is_met);
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One table as it is; several under one verdict.
fn line(tables: &[Table]) -> Value {
    match tables {
        [one] => one.line(),
        all => json!({
            "areas": all.iter().map(Table::line).collect::<Vec<_>>(),
            "pass": all.iter().all(Table::is_met),
        }),
    }
}
