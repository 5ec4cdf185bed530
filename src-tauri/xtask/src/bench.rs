//! `bench`: goals, figures, peers and ratios, measured in one run. Nothing is measured yet.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    /// Which area; all by default.
    area: Option<String>,
    /// Close with one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A line of the table.
#[derive(Debug, Serialize)]
struct Row {
    area: &'static str,
    what: &'static str,
    goal: &'static str,
    figure: f64,
    peer: Option<f64>,
    ratio: Option<f64>,
    pass: bool,
}

/// Measures and prints the table.
pub(crate) fn run(arguments: &BenchArguments) -> anyhow::Result<ExitCode> {
    let rows: Vec<Row> = Vec::new();
    let shown: Vec<&Row> = rows
        .iter()
        .filter(|row| arguments.area.as_deref().is_none_or(|area| area == row.area))
        .collect();
    println!(
        "{:<10} {:<40} {:>12} {:>12} {:>12} {:>8}",
        "area", "what", "goal", "figure", "peer", "ratio"
    );
    for row in &shown {
        let number = |value: Option<f64>| {
            value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
        };
        let (peer, ratio) = (number(row.peer), number(row.ratio));
        println!(
            "{:<10} {:<40} {:>12} {:>12.3} {peer:>12} {ratio:>8}",
            row.area, row.what, row.goal, row.figure
        );
    }
    let pass = shown.iter().all(|row| row.pass);
    if arguments.json {
        println!("{}", serde_json::json!({ "rows": shown, "pass": pass }));
    }
    Ok(if pass { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
