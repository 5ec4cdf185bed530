//! `test`: sets up and runs everything, and closes with one line that sums it up.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context as _;

use crate::failures::Failures;
use crate::setup::{self, For};
use crate::shell::{cargo, command, npm};

#[derive(Debug, Default)]
struct Tally {
    passed: u32,
    failed: u32,
    failures: Failures,
}

/// Runs all tests; `fast` leaves out those that open the real window, and a round of each fault of `chaos`.
pub(crate) fn run(fast: bool) -> anyhow::Result<ExitCode> {
    setup::prepare(For::Tests)?;
    let mut tally = Tally::default();
    let mut is_good = true;
    is_good &=
        counted(npm().args(["run", "--silent", "test", "--", "--reporter=default"]), &mut tally)?;
    if cfg!(target_os = "linux") {
        is_good &= counted(npm().args(["run", "--silent", "browser"]), &mut tally)?;
    }
    for arguments in rust_tests(fast) {
        is_good &= counted(cargo().args(["test", "--no-fail-fast"]).args(*arguments), &mut tally)?;
    }
    if !fast && cfg!(target_os = "linux") {
        is_good &= a_round_of_each_fault(&mut tally)?;
    }
    tally.failures.lines().for_each(|line| println!("{line}"));
    println!("{} passed, {} failed", tally.passed, tally.failed);
    let is_good = is_good && tally.failed == 0 && tally.passed > 0;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What cargo is told to test. Fast, that is all but what opens a virtual desktop: the root package's integration tests,
/// and the desktop's own.
fn rust_tests(fast: bool) -> &'static [&'static [&'static str]] {
    if fast {
        &[
            &["--workspace", "--exclude", "sotto", "--exclude", "sotto-desktop"],
            &["--package", "sotto", "--package", "sotto-desktop", "--lib", "--bins"],
        ]
    } else {
        &[&["--workspace"]]
    }
}

/// `chaos` with its defaults, as one test among the others, on the programs that the tests have built: to build them alone
/// would compile half of the tree once more, for other features of the same crates.
fn a_round_of_each_fault(tally: &mut Tally) -> anyhow::Result<bool> {
    let is_good = command(std::env::current_exe()?)
        .args(["chaos", "--jobs", "4", "--no-build"])
        .status()?
        .success();
    if is_good {
        tally.passed += 1
    } else {
        tally.failed += 1
    }
    Ok(is_good)
}

/// Runs a test program, shows what it says, and adds its closing lines up.
fn counted(command: &mut Command, tally: &mut Tally) -> anyhow::Result<bool> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .env("NO_COLOR", "1")
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{name} could not be started"))?;
    for line in BufReader::new(child.stdout.take().context("no output")?).lines() {
        let line = line?;
        println!("{line}");
        tally.add(&line);
    }
    Ok(child.wait()?.success())
}

impl Tally {
    /// Reads the closing lines of cargo's test programs and of vitest.
    fn add(&mut self, line: &str) {
        self.failures.read(line);
        let line = line.trim();
        let counts = if let Some(counts) = line.strip_prefix("test result: ") {
            counts
        } else if let Some(counts) = line.strip_prefix("Tests ") {
            counts
        } else if is_closing_of_playwright(line) {
            line
        } else {
            return;
        };
        let words: Vec<&str> = counts
            .split(|letter: char| letter.is_whitespace() || ";,.|".contains(letter))
            .collect();
        let before = |name| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at.checked_sub(1)?)?.parse().ok()
        };
        self.passed += before("passed").unwrap_or(0);
        self.failed += before("failed").unwrap_or(0);
    }
}

/// "33 passed (20.1s)", and above it "2 failed".
fn is_closing_of_playwright(line: &str) -> bool {
    match line.split_whitespace().collect::<Vec<_>>()[..] {
        [count, "passed", time] => count.parse::<u32>().is_ok() && time.starts_with('('),
        [count, "failed"] => count.parse::<u32>().is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_read() {
        let mut tally = Tally::default();
        tally.add("test result: ok. 18 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 4.76s");
        tally.add("      Tests  2 failed | 40 passed (42)");
        tally.add("test something_passed ... ok");
        tally.add("  1 failed");
        tally.add("  33 passed (20.1s)");
        tally.add("what passed (all of it)");
        assert_eq!((tally.passed, tally.failed), (91, 3));
    }
}
