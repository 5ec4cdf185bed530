//! Scripts of Python that answer requests: one line of JSON for each.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::python::{environment, interpreter};
use crate::setup::Done;
use crate::shell::{command, root, target};

/// A running script; ends when dropped.
pub(super) struct Script {
    name: &'static str,
    process: Child,
    input: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Script {
    /// Starts one of `src-tauri/bench/python`.
    pub(super) fn start(name: &'static str) -> anyhow::Result<Self> {
        let mut process = command(interpreter(&installed()))
            .arg(scripts().join(name))
            // The scripts stay where they are, and nothing is to be left beside them.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        let input = process.stdin.take().context("no input")?;
        let answers = BufReader::new(process.stdout.take().context("no output")?).lines();
        Ok(Self { name, process, input, answers })
    }

    /// The number of its process.
    pub(super) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Asks, and waits for the answer.
    pub(super) fn ask(&mut self, request: &Value) -> anyhow::Result<Value> {
        writeln!(self.input, "{request}")?;
        self.answer()
    }

    /// The next answer, which has to be one.
    pub(super) fn answer(&mut self) -> anyhow::Result<Value> {
        let line = self.answers.next().with_context(|| format!("{} broke off", self.name))??;
        let answer: Value =
            serde_json::from_str(&line).with_context(|| format!("{} said {line}", self.name))?;
        ensure!(answer["error"].is_null(), "{}: {}", self.name, answer["error"]);
        Ok(answer)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // Either fails only where it is over already.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The environment that they run in.
pub(super) fn install() -> anyhow::Result<Done> {
    environment(&scripts().join("requirements.txt"), &installed())
}

fn scripts() -> PathBuf {
    root().join("src-tauri/bench/python")
}

fn installed() -> PathBuf {
    target().join("bench/python")
}
