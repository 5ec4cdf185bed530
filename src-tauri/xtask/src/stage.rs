//! The real program on a virtual desktop.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use serde_json::Value;
use sotto_desktop::{Desktop, DesktopOptions};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::shell::program;

/// Opening, arming, finishing: each is done within seconds, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// A desktop, and a folder for the program's data.
pub(crate) struct Stage {
    pub(crate) desktop: Desktop,
    data: PathBuf,
    complaints: Option<PathBuf>,
    variables: Vec<(String, String)>,
}

impl Stage {
    /// A desktop of its own. The folder is the caller's, and outlives this.
    pub(crate) async fn set(options: DesktopOptions, data: &Path) -> anyhow::Result<Self> {
        let desktop = Desktop::start(options).await?;
        Ok(Self { desktop, data: data.to_owned(), complaints: None, variables: Vec::new() })
    }

    /// A variable more in the program's environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What the program says on its standard error goes to the end of this file.
    pub(crate) fn complaining_to(mut self, file: &Path) -> Self {
        self.complaints = Some(file.to_owned());
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program());
        command
            .envs(self.desktop.env())
            .env("SOTTO_DATA_DIR", &self.data)
            // Neither a graphics card nor a compositor is here.
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.data)
            .kill_on_drop(true);
        command
    }

    /// Opens the program and follows what happens in it, once it answers.
    pub(crate) async fn open(&self) -> anyhow::Result<Program> {
        let mut command = self.command();
        if let Some(complaints) = &self.complaints {
            command.stderr(File::options().create(true).append(true).open(complaints)?);
        }
        let window = command.spawn().context("the program could not be started")?;
        let answers = async {
            while self.sotto(&["status"]).await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, answers).await.context("the program does not answer")?;
        let mut follow =
            self.command().args(["status", "--follow", "--json"]).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(follow.stdout.take().context("no output")?).lines();
        Ok(Program { window, follow: Follow { _child: follow, lines } })
    }

    /// Runs the command line to its end; its last line as JSON.
    pub(crate) async fn sotto(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        self.told(arguments, "").await
    }

    /// The same with something on its standard input.
    pub(crate) async fn told(&self, arguments: &[&str], input: &str) -> anyhow::Result<Value> {
        let mut command = self.command();
        command.args(arguments).arg("--json").stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let mut typed = child.stdin.take().context("no input")?;
        typed.write_all(input.as_bytes()).await?;
        drop(typed);
        let output = child.wait_with_output().await?;
        let text = String::from_utf8(output.stdout)?;
        if !output.status.success() {
            bail!("sotto {arguments:?} failed: {text} {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(serde_json::from_str(text.lines().last().unwrap_or_default())?)
    }
}

/// The open program, and what it says happens.
pub(crate) struct Program {
    pub(crate) window: Child,
    pub(crate) follow: Follow,
}

/// What the program says happens, line by line.
pub(crate) struct Follow {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Follow {
    /// The next line, for as long as it takes.
    pub(crate) async fn line(&mut self) -> anyhow::Result<Value> {
        let line = self.lines.next_line().await?;
        Ok(serde_json::from_str(&line.context("the program ended")?)?)
    }

    /// The next line, which has to come soon.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Value> {
        tokio::time::timeout(PATIENCE, self.line()).await.context("nothing happens")?
    }

    /// The next line for which `is` holds; lines before it are passed over.
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
