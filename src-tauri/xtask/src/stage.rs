//! The real program on a virtual desktop.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use sotto_desktop::{Desktop, DesktopOptions};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::setup::tools;
use crate::shell::program;

/// Opening, arming, finishing: each is done within seconds, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// A desktop, and a folder for the program's data.
pub(crate) struct Stage {
    pub(crate) desktop: Desktop,
    program: PathBuf,
    data: PathBuf,
    complaints: Option<PathBuf>,
    variables: Vec<(String, String)>,
}

impl Stage {
    /// A desktop of its own. The folder is the caller's, and outlives this.
    pub(crate) async fn set(options: DesktopOptions, data: &Path) -> anyhow::Result<Self> {
        let desktop = Desktop::start(options).await?;
        let (data, program) = (data.to_owned(), program());
        Ok(Self { desktop, data, program, complaints: None, variables: Vec::new() })
    }

    /// Another build of the program than the one for development.
    pub(crate) fn running(mut self, program: PathBuf) -> Self {
        self.program = program;
        self
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

    /// The folder of the program's data, in which it runs.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// The program, or its command line.
    pub(crate) fn command(&self) -> Command {
        self.command_of(&self.program)
    }

    /// Any program, in the program's environment.
    pub(crate) fn command_of(&self, what: &Path) -> Command {
        let mut command = Command::new(what);
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
        self.takes_complaints(&mut command)?;
        let window = command.spawn().context("the program could not be started")?;
        Ok(Program { window, follow: self.follow().await? })
    }

    fn takes_complaints(&self, command: &mut Command) -> std::io::Result<()> {
        if let Some(complaints) = &self.complaints {
            command.stderr(File::options().create(true).append(true).open(complaints)?);
        }
        Ok(())
    }

    /// Opens the program under a WebDriver.
    pub(crate) async fn open_driven(&self) -> anyhow::Result<Driven> {
        let (port, native) = (free_port()?, free_port()?);
        let mut driver = self.command_of(&tools::path("tauri-driver"));
        driver
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .args(["--native-driver", "/usr/bin/WebKitWebDriver"])
            .stdout(Stdio::null());
        self.takes_complaints(&mut driver)?;
        let driver = driver.spawn().context("tauri-driver could not be started")?;
        let wanted =
            json!({ "browserName": "wry", "tauri:options": { "application": self.program } });
        let wanted = wanted.as_object().cloned().unwrap_or_default();
        let address = format!("http://127.0.0.1:{port}");
        let connecting = async {
            loop {
                let mut builder = ClientBuilder::new(HttpConnector::new());
                let client = builder.capabilities(wanted.clone()).connect(&address).await;
                // The driver says nothing when it is ready.
                match client {
                    Ok(client) => return client,
                    Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        };
        let client =
            tokio::time::timeout(PATIENCE, connecting).await.context("the window does not open")?;
        Ok(Driven { driver, client, follow: self.follow().await? })
    }

    /// What happens in the program, once it answers.
    async fn follow(&self) -> anyhow::Result<Follow> {
        let answers = async {
            while self.sotto(&["status"]).await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, answers).await.context("the program does not answer")?;
        let mut follow =
            self.command().args(["status", "--follow", "--json"]).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(follow.stdout.take().context("no output")?).lines();
        Ok(Follow { _child: follow, lines })
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

/// The program under a WebDriver, which ends it when this is dropped.
pub(crate) struct Driven {
    driver: Child,
    pub(crate) client: Client,
    pub(crate) follow: Follow,
}

impl Driven {
    /// The driver's process, which started the program's.
    pub(crate) fn process(&self) -> Option<u32> {
        self.driver.id()
    }
}

fn free_port() -> std::io::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
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
