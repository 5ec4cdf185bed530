//! `check`: everything that can be told without running the program.

use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::setup::{self, For};
use crate::shell::{cargo, command, npm};

/// Runs all checks, also after one has failed, and prints how each went.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    setup::prepare(For::Tests)?;
    setup::step("cargo-deny", setup::deny)?;
    let mut rows = Vec::new();
    for (name, mut check) in checks() {
        let began = Instant::now();
        eprintln!("check  {name}");
        let is_good = check.status().is_ok_and(|status| status.success());
        rows.push((name, is_good, began.elapsed().as_secs_f64()));
    }
    println!();
    for (name, is_good, seconds) in &rows {
        println!("{:<22} {:<6} {seconds:>6.1} s", name, if *is_good { "good" } else { "FAILED" });
    }
    Ok(if rows.iter().all(|(_, is_good, _)| *is_good) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn checks() -> Vec<(&'static str, Command)> {
    let mut format = cargo();
    format.args(["fmt", "--all", "--check"]);
    // No package's: `build.rs` compiles it.
    let mut format_of_page_process = command("rustfmt");
    format_of_page_process.args(["--check", "--edition", "2024", "src-tauri/page-process/lib.rs"]);
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]);
    let mut types = npm();
    types.args(["run", "--silent", "check"]);
    let mut lint = npm();
    lint.args(["run", "--silent", "lint"]);
    let mut deny = command(setup::tool("cargo-deny"));
    deny.args([
        "--all-features",
        "check",
        "--config",
        "src-tauri/deny.toml",
        "bans",
        "licenses",
        "sources",
    ]);
    let mut documents = cargo();
    documents.args(["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"]);
    documents.env("RUSTDOCFLAGS", "-D warnings");
    let mut bindings = cargo();
    bindings.args(["test", "--workspace", "--lib", "--quiet", "bindings"]).env("CI", "true");
    vec![
        ("format", format),
        ("format of page-process", format_of_page_process),
        ("clippy", clippy),
        ("types", types),
        ("lint", lint),
        ("deny", deny),
        ("documents", documents),
        ("bindings", bindings),
    ]
}
