//! `fuzz`: arbitrary bytes for whatever reads what others wrote. The targets, and what each checks, are in
//! `src-tauri/fuzz`.

use std::collections::VecDeque;
use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::setup::{self, Done, For};
use crate::shell::{command, root, run as run_command, run_quietly};

const FOLDER: &str = "src-tauri/fuzz";
/// Coverage is counted by a compiler that is not stable yet.
const TOOLCHAIN: &str = "nightly";
/// What is shown of a target that failed.
const LAST_LINES: usize = 60;

#[derive(Debug, Args)]
pub(crate) struct FuzzArguments {
    /// Only this target, such as `session`.
    target: Option<String>,
    /// How long each target runs. With 0 it reads what is known already, and ends.
    #[arg(long, default_value_t = 5)]
    minutes: u32,
    /// Close with one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How a target went.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Verdict {
    target: String,
    pass: bool,
    /// Inputs that were tried.
    runs: u64,
    /// Branches that they went into.
    coverage: u64,
    seconds: f64,
    /// The file with the input that failed.
    failed_input: Option<String>,
}

/// Runs the targets, one after the other.
pub(crate) fn run(arguments: &FuzzArguments) -> anyhow::Result<ExitCode> {
    setup::prepare(For::Program)?;
    setup::step("nightly toolchain", toolchain)?;
    setup::step("cargo-fuzz", setup::fuzz)?;
    let mut verdicts = Vec::new();
    for target in chosen(arguments.target.as_deref())? {
        run_command(cargo_fuzz("build").arg(&target))?;
        let verdict = fuzz(target, arguments.minutes)?;
        println!("{verdict}");
        verdicts.push(verdict);
    }
    let pass = verdicts.iter().all(|verdict| verdict.pass);
    if arguments.json {
        println!("{}", json!({ "targets": verdicts, "pass": pass }));
    }
    Ok(if pass { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn toolchain() -> anyhow::Result<Done> {
    let is_there = command("rustup").args(["run", TOOLCHAIN, "rustc", "--version"]).output();
    if is_there.is_ok_and(|output| output.status.success()) {
        return Ok(Done::Already);
    }
    let mut rustup = command("rustup");
    run_quietly(rustup.args(["toolchain", "install", TOOLCHAIN, "--profile", "minimal"]))?;
    Ok(Done::Did("installed".to_owned()))
}

fn cargo_fuzz(verb: &str) -> Command {
    let mut fuzz = command(setup::tool("cargo-fuzz"));
    fuzz.args([verb, "--fuzz-dir", FOLDER]).env("RUSTUP_TOOLCHAIN", TOOLCHAIN);
    // The one that runs this is of another toolchain.
    fuzz.env_remove("CARGO");
    fuzz
}

/// All targets, or the one that was named.
fn chosen(name: Option<&str>) -> anyhow::Result<Vec<String>> {
    let listed = cargo_fuzz("list").output().context("cargo-fuzz could not be started")?;
    let listed = String::from_utf8_lossy(&listed.stdout);
    let fits = |target: &&str| name.is_none_or(|name| name == *target);
    let chosen: Vec<String> = listed.lines().filter(fits).map(str::to_owned).collect();
    ensure!(
        !chosen.is_empty(),
        "there is no such target; there are: {}",
        listed.replace('\n', " ")
    );
    Ok(chosen)
}

fn fuzz(target: String, minutes: u32) -> anyhow::Result<Verdict> {
    let known = [format!("{FOLDER}/corpus/{target}"), format!("{FOLDER}/seeds/{target}")];
    // What is found goes into the first, which is not kept.
    std::fs::create_dir_all(root().join(&known[0]))?;
    let limit = match minutes {
        0 => "-runs=0".to_owned(),
        minutes => format!("-max_total_time={}", u64::from(minutes) * 60),
    };
    eprintln!("fuzz   {target}");
    let began = Instant::now();
    let mut fuzzer = cargo_fuzz("run");
    fuzzer.arg(&target).args(known).args(["--", &limit, "-print_final_stats=1"]);
    let mut child =
        fuzzer.stderr(Stdio::piped()).spawn().context("cargo-fuzz could not be started")?;
    let mut verdict = Verdict { target, ..Verdict::default() };
    let mut last = VecDeque::new();
    let mut lines = BufReader::new(child.stderr.take().context("no output")?);
    let mut line = Vec::new();
    // Lines of bytes: what libFuzzer shows of an input need not be text.
    while lines.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        verdict.read(&text);
        last.push_back(text);
        if last.len() > LAST_LINES {
            last.pop_front();
        }
        line.clear();
    }
    verdict.pass = child.wait()?.success() && verdict.runs > 0;
    verdict.seconds = began.elapsed().as_secs_f64();
    if !verdict.pass {
        last.iter().for_each(|line| eprintln!("{line}"));
    }
    Ok(verdict)
}

impl Verdict {
    /// Takes what a line of libFuzzer's says.
    fn read(&mut self, line: &str) {
        let number_after = |words: &str| {
            let rest = line.split_once(words)?.1.trim_start();
            let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
            rest[..end].parse::<u64>().ok()
        };
        if line.starts_with('#')
            && let Some(coverage) = number_after(" cov:")
        {
            self.coverage = coverage;
        }
        if let Some(runs) = number_after("stat::number_of_executed_units:") {
            self.runs = runs;
        }
        if let Some((_, path)) = line.split_once("Test unit written to ") {
            self.failed_input = Some(path.to_owned());
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, pass, runs, coverage, seconds, failed_input } = self;
        let word = if *pass { "good" } else { "FAILED" };
        write!(
            f,
            "{target:<16} {word:<6} {runs:>10} runs {coverage:>6} branches {seconds:>6.1} s"
        )?;
        failed_input.as_ref().map_or(Ok(()), |path| write!(f, "  {path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_libfuzzer_are_read() {
        let mut verdict = Verdict::default();
        for line in [
            "INFO: seed corpus: files: 12 min: 1b max: 633b total: 2417b rss: 41Mb",
            "#13\tINITED cov: 512 ft: 1288 corp: 12/2417b exec/s: 0 rss: 44Mb",
            "#2048\tNEW    cov: 515 ft: 1301 corp: 14/2421b lim: 633 exec/s: 1024 rss: 45Mb L: 2/633 MS: 1 InsertByte-",
            "stat::number_of_executed_units: 4096",
            "artifact_prefix='/a/'; Test unit written to /a/crash-da39",
        ] {
            verdict.read(line);
        }
        assert_eq!((verdict.runs, verdict.coverage), (4096, 515));
        assert_eq!(verdict.failed_input.as_deref(), Some("/a/crash-da39"));
        assert!(verdict.to_string().contains("FAILED"));
    }
}
