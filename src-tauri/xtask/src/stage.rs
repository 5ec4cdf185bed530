//! The real program on a virtual desktop.

use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use serde_json::Value;
use sotto_desktop::{Desktop, DesktopOptions};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::shell::program;

/// Opening, arming, finishing: each is done within seconds, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// A desktop, and a folder for the program's data.
pub(crate) struct Stage {
    pub(crate) desktop: Desktop,
    data: TempDir,
    recogniser: Option<String>,
}

impl Stage {
    pub(crate) async fn set(recogniser: Option<String>) -> anyhow::Result<Self> {
        let desktop = Desktop::start(DesktopOptions::default()).await?;
        Ok(Self { desktop, data: tempfile::tempdir()?, recogniser })
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(program());
        command
            .envs(self.desktop.env())
            .env("SOTTO_DATA_DIR", self.data.path())
            // Neither a graphics card nor a compositor is here.
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .current_dir(self.data.path())
            .kill_on_drop(true);
        if let Some(recogniser) = &self.recogniser {
            command.env("SOTTO_RECOGNISER", recogniser);
        }
        command
    }

    /// Opens the program and follows what happens in it, once it answers.
    pub(crate) async fn open(&self) -> anyhow::Result<Program> {
        let window = self.command().spawn().context("the program could not be started")?;
        let answers = async {
            while self.sotto(&["status"]).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, answers).await.context("the program does not answer")?;
        let mut follow =
            self.command().args(["status", "--follow", "--json"]).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(follow.stdout.take().context("no output")?).lines();
        Ok(Program { _window: window, _follow: follow, lines })
    }

    /// Runs the command line to its end; its last line as JSON.
    pub(crate) async fn sotto(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let output =
            self.command().args(arguments).arg("--json").stderr(Stdio::piped()).output().await?;
        let text = String::from_utf8(output.stdout)?;
        if !output.status.success() {
            bail!("sotto {arguments:?} failed: {text} {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(serde_json::from_str(text.lines().last().unwrap_or_default())?)
    }
}

/// The open program, and what it says happens.
pub(crate) struct Program {
    _window: Child,
    _follow: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(crate) async fn line(&mut self) -> anyhow::Result<Value> {
        let line = self.lines.next_line().await?;
        Ok(serde_json::from_str(&line.context("the program ended")?)?)
    }

    pub(crate) async fn next(&mut self) -> anyhow::Result<Value> {
        tokio::time::timeout(PATIENCE, self.line()).await.context("nothing happens")?
    }

    pub(crate) async fn until(
        &mut self,
        what: &str,
        is: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        loop {
            let line = self.next().await.with_context(|| format!("{what} did not happen"))?;
            if is(&line) {
                return Ok(line);
            }
        }
    }
}

/// Wall time.
pub(crate) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
