//! A desktop with the program on it, and the two ways to speak to it: its command line, and its window.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use sotto_desktop::{Desktop, DesktopOptions};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// The program under test, built by cargo for this test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_sotto");

/// A desktop, and a folder for the program's data.
pub(crate) struct Stage {
    pub(crate) desktop: Desktop,
    data: tempfile::TempDir,
    extra: Vec<(String, String)>,
}

impl Stage {
    /// A desktop of its own, with a keyring and a microphone that delivers silence.
    pub(crate) async fn set() -> Self {
        let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
        Self { desktop, data: tempfile::tempdir().unwrap(), extra: Vec::new() }
    }

    /// A variable more in the program's environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Settings that the user made before.
    pub(crate) fn settings(self, settings: &Value) -> Self {
        let file = self.data.path().join("settings.json");
        std::fs::write(file, serde_json::to_vec(settings).unwrap()).unwrap();
        self
    }

    /// The folder of the program's data.
    pub(crate) fn folder(&self) -> &Path {
        self.data.path()
    }

    /// Every process of this desktop, as the kernel lists it: each has the folder of the data in its environment.
    pub(crate) fn processes(&self) -> Vec<PathBuf> {
        let folder = self.folder().to_string_lossy().into_owned();
        let all = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        let is_ours = |process: &PathBuf| {
            let environment = std::fs::read(process.join("environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&folder)
        };
        all.filter(is_ours).collect()
    }

    /// Runs the command line to its end and gives the last line as JSON.
    pub(crate) async fn sotto(&self, arguments: &[&str]) -> Value {
        let output = self.command(PROGRAM).args(arguments).arg("--json").output().await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let last = text.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|_| {
            panic!(
                "sotto {arguments:?} said {text:?} and {}",
                String::from_utf8_lossy(&output.stderr)
            )
        })
    }

    /// The last transcript, as the command line prints it in this format.
    pub(crate) async fn exported(&self, format: &str) -> String {
        let arguments = ["history", "export", "last", "--format", format];
        let output = self.command(PROGRAM).args(arguments).output().await.unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the command line to its end and gives every line that is JSON.
    pub(crate) async fn command_output(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.command(PROGRAM).args(arguments).arg("--json").output().await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Runs the command line, and types what `answer` makes of its first line; one that only waits says none. Gives whether it
    /// went well, and the first line.
    pub(crate) async fn typed(
        &self,
        arguments: &[&str],
        answer: impl FnOnce(&str) -> String,
    ) -> (bool, String) {
        let mut child = self
            .command(PROGRAM)
            .args(arguments)
            .arg("--json")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let says_first = arguments.contains(&"encrypt");
        let first = if says_first { lines.next_line().await.unwrap() } else { None };
        let first = first.unwrap_or_default();
        let mut input = child.stdin.take().unwrap();
        // One that ended already reads nothing.
        input.write_all(format!("{}\n", answer(&first)).as_bytes()).await.ok();
        drop(input);
        (child.wait().await.unwrap().success(), first)
    }

    /// Records a recording of the engine pack from its first word to the end of its transcript.
    pub(crate) async fn record(&self, lines: &mut Follow, name: &str) {
        self.sotto(&["start"]).await;
        lines.recording().await;
        self.desktop.microphone().speak(&Self::speech(name)).unwrap().finished().await;
        self.sotto(&["stop"]).await;
        lines.finished().await;
    }

    /// Waits until the window of this title is the one that keys go to.
    pub(crate) async fn in_front(&self, title: &str) {
        let is_there = eventually(Duration::from_secs(30), async || {
            (self.desktop.window_in_front().await.unwrap() == title).then_some(())
        });
        is_there.await.unwrap_or_else(|| panic!("{title:?} is not in front"));
    }

    /// Opens the window as a user would, without a driver.
    pub(crate) async fn open(&self) -> Program {
        let child = self.command(PROGRAM).kill_on_drop(true).spawn().unwrap();
        let lines = self.follow().await;
        Program { child, lines }
    }

    /// Opens the program in the tray alone.
    pub(crate) async fn open_hidden(&self) -> Program {
        let child = self.command(PROGRAM).arg("--hidden").kill_on_drop(true).spawn().unwrap();
        let lines = self.follow().await;
        Program { child, lines }
    }

    /// Starts the program once more, to its end.
    pub(crate) async fn start_again(&self) -> std::process::ExitStatus {
        self.command(PROGRAM).status().await.unwrap()
    }

    /// Opens the window under a WebDriver.
    pub(crate) async fn open_driven(&self) -> Driven {
        let (port, native) = (free_port(), free_port());
        let driver = self
            .command(&tauri_driver())
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .args(["--native-driver", "/usr/bin/WebKitWebDriver"])
            .kill_on_drop(true)
            .spawn()
            .expect("tauri-driver is missing; `cargo xtask setup` brings it");
        let capabilities =
            json!({ "browserName": "wry", "tauri:options": { "application": PROGRAM } });
        let capabilities = capabilities.as_object().unwrap().clone();
        let address = format!("http://127.0.0.1:{port}");
        let window = eventually(Duration::from_secs(60), async || {
            ClientBuilder::new(connector())
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
                .ok()
        });
        let window = window.await.expect("the window did not open");
        let lines = self.follow().await;
        Driven { _driver: driver, window, lines }
    }

    /// A recording from the engine pack.
    pub(crate) fn speech(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/engine-pack/speech").join(name)
    }

    async fn follow(&self) -> Follow {
        let found = eventually(Duration::from_secs(60), async || {
            let status = self.sotto(&["status"]).await;
            (status["kind"] == "state").then_some(())
        });
        found.await.expect("the program does not answer on its control socket");
        let mut child = self
            .command(PROGRAM)
            .args(["status", "--follow", "--json"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Follow { _child: child, lines }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(
                std::env::vars()
                    .filter(|(name, _)| !name.starts_with("SOTTO_") || name == "SOTTO_ENGINE_DIR"),
            )
            .env_remove("ASSEMBLYAI_API_KEY")
            .envs(self.desktop.env())
            .env("SOTTO_DATA_DIR", self.data.path())
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .envs(self.extra.iter().map(|(name, value)| (name, value)))
            .current_dir(self.data.path());
        command
    }
}

/// What the program says happens, line by line.
pub(crate) struct Follow {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Follow {
    /// The next line for which `is` holds; lines before it are passed over.
    pub(crate) async fn until(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                let line: Value = serde_json::from_str(&line).unwrap();
                if is(&line) {
                    return line;
                }
            }
            panic!("the program ended while {what} was waited for");
        };
        tokio::time::timeout(Duration::from_secs(90), wait)
            .await
            .unwrap_or_else(|_| panic!("{what} did not happen"))
    }

    pub(crate) async fn recording(&mut self) -> String {
        let line =
            self.until("recording", |line| line["state"]["live"]["kind"] == "recording").await;
        line["state"]["live"]["recordingId"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn paused(&mut self) {
        self.until("a pause", |line| line["state"]["live"]["kind"] == "paused").await;
    }

    pub(crate) async fn finished(&mut self) {
        self.until("the end of the transcript", |line| line["kind"] == "recordingFinished").await;
    }
}

/// The program, opened as a user would.
pub(crate) struct Program {
    child: Child,
    pub(crate) lines: Follow,
}

impl Program {
    /// Kills it, at whatever instruction it is.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to end by a signal, as the system does at the end of a session and a terminal by Ctrl+C, and waits until it has.
    pub(crate) async fn end(&mut self, by: &str) -> std::process::ExitStatus {
        signal(by, self.child.id().unwrap()).await;
        let ended = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await;
        ended.expect("the program did not end").unwrap()
    }

    /// Kills the process in which the page runs.
    pub(crate) async fn kill_page(&self) {
        signal("-KILL", page_process(self.child.id().unwrap()).expect("the page has no process"))
            .await;
    }
}

async fn signal(name: &str, process: u32) {
    let status = Command::new("kill").args([name, &process.to_string()]).status().await;
    assert!(status.unwrap().success());
}

/// The program under a WebDriver.
pub(crate) struct Driven {
    _driver: Child,
    pub(crate) window: Client,
    pub(crate) lines: Follow,
}

impl Driven {
    /// Clicks what has this test id, once it is there.
    pub(crate) async fn click(&self, id: &str) {
        self.window
            .wait()
            .for_element(locator(id).as_locator())
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
    }

    /// The text of what has this test id; empty when it is not there.
    pub(crate) async fn text(&self, id: &str) -> String {
        match self.window.find(locator(id).as_locator()).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// The second window of the program, once the driver sees it.
    pub(crate) async fn second_window(&self) -> WindowHandle {
        let first = self.window.window().await.unwrap();
        let second = eventually(Duration::from_secs(20), async || {
            let windows = self.window.windows().await.unwrap();
            windows.into_iter().find(|one| *one != first)
        });
        second.await.expect("the driver sees one window only")
    }

    /// Waits until the text of `id` satisfies `is`.
    pub(crate) async fn wait_for(&self, id: &str, is: impl Fn(&str) -> bool) -> String {
        let found = eventually(Duration::from_secs(60), async || {
            let text = self.text(id).await;
            is(&text).then_some(text)
        });
        match found.await {
            Some(text) => text,
            None => {
                panic!("{id} never showed what was waited for; it shows {:?}", self.text(id).await)
            }
        }
    }
}

/// The child of the program in which WebKit runs the page, from the kernel's table of processes.
fn page_process(program: u32) -> Option<u32> {
    std::fs::read_dir("/proc").unwrap().flatten().find_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        // A process may end between being listed and being read.
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let parent: u32 = rest.split_whitespace().nth(1)?.parse().ok()?;
        (parent == program && name.starts_with("WebKitWeb")).then_some(pid)
    })
}

struct Css(String);

impl Css {
    fn as_locator(&self) -> Locator<'_> {
        Locator::Css(&self.0)
    }
}

fn locator(id: &str) -> Css {
    Css(format!("[data-testid='{id}']"))
}

/// Asks again, ten times a second, until there is an answer or the time is up. For the states of another process, which
/// sends no signal when it gets there.
pub(crate) async fn eventually<T>(
    limit: Duration,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> Option<T> {
    let asked = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(limit, asked).await.ok()
}

/// Lower case, no punctuation.
pub(crate) fn plain(text: &str) -> String {
    let letters = text
        .chars()
        .map(|letter| if letter.is_alphanumeric() || letter == '\'' { letter } else { ' ' });
    letters.collect::<String>().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn tauri_driver() -> String {
    let brought = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/tauri-driver");
    if brought.exists() {
        brought.to_string_lossy().into_owned()
    } else {
        "tauri-driver".to_owned()
    }
}

fn connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}
