//! `sotto serve` in a process of its own.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::shell::{program, run_quietly, target};

/// What the suites are given.
pub(super) struct Services {
    pub(super) service: Service,
    /// Takes a token once, and one session at a time.
    pub(super) strict: Service,
    /// The recording that is spoken.
    pub(super) speech: PathBuf,
}

impl Services {
    /// For the scripts, in one line.
    pub(super) fn line(&self) -> String {
        let at = |service: &Service| json!({ "base": service.base(), "key": service.key });
        let (service, strict) = (at(&self.service), at(&self.strict));
        json!({ "service": service, "strict": strict, "speech": self.speech }).to_string()
    }
}

/// A running service; ends when dropped.
pub(crate) struct Service {
    process: Child,
    pub(crate) port: u16,
    pub(crate) key: String,
    _data: tempfile::TempDir,
}

impl Service {
    /// Starts one with these arguments more, and waits until it is ready.
    pub(super) fn start(arguments: &[&str]) -> anyhow::Result<Self> {
        Self::of(&program(), "conformance", arguments)
    }

    /// The same of a program that was built otherwise; what it complains of goes to a folder of this name beside the builds.
    pub(crate) fn of(program: &Path, folder: &str, arguments: &[&str]) -> anyhow::Result<Self> {
        let folder = target().join(folder);
        fs::create_dir_all(&folder)?;
        let complaints =
            File::options().create(true).append(true).open(folder.join("service.log"))?;
        let data = tempfile::tempdir()?;
        let mut process = Command::new(program)
            .args(["serve", "--json", "--port", "0"])
            .args(arguments)
            .env("SOTTO_DATA_DIR", data.path())
            // One of the user's would not be printed.
            .env_remove("SOTTO_SERVE_KEY")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .context("the program could not be started")?;
        let output = process.stdout.take().context("no output")?;
        // From here on dropping it ends the process.
        let mut service = Self { process, port: 0, key: String::new(), _data: data };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line).context("the service did not get ready")?;
        ensure!(ready["kind"] == "ready", "{ready}");
        let base = ready["baseUrl"].as_str().context("no address")?;
        let (_, port) = base.rsplit_once(':').context("no port")?;
        service.port = port.parse()?;
        service.key = ready["apiKey"].as_str().context("no key")?.to_owned();
        Ok(service)
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// As clients are given it.
    pub(super) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What Ctrl+C does in a terminal.
    pub(super) fn interrupt(&self) -> anyhow::Result<()> {
        run_quietly(Command::new("kill").args(["-INT", &self.process.id().to_string()]))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Either fails only where it is over already.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
