//! `shots`: the real program on a virtual desktop visits its views, in light and in dark, with recordings that were really
//! made; a picture of each lies in `target/shots`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use sotto_desktop::DesktopOptions;

use crate::setup::{self, For};
use crate::shell::{cargo, root, run as run_command, target};
use crate::stage::{Driven, Stage};

/// After a click: until what it opened has come to rest.
const RESTING: Duration = Duration::from_millis(700);
/// How much is said before the live view is looked at.
const TURNS: usize = 5;

/// Sets up, builds, and visits.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    ensure!(cfg!(target_os = "linux"), "the virtual desktop is made for Linux");
    setup::prepare(For::Tests)?;
    run_command(cargo().args(["build", "--package", "sotto"]))?;
    let folder = target().join("shots");
    std::fs::create_dir_all(&folder)?;
    let runtime = tokio::runtime::Runtime::new()?;
    for theme in ["light", "dark"] {
        runtime.block_on(visit(theme, &folder))?;
    }
    println!("{}", folder.display());
    Ok(ExitCode::SUCCESS)
}

async fn visit(theme: &str, folder: &Path) -> anyhow::Result<()> {
    let first = Visit::begin(theme, folder, json!({ "theme": theme })).await?;
    first.shot("welcome").await?;
    first.click("trial-begin").await?;
    let mut speaking = first.stage.desktop.microphone().speak(&speech("beckett.wav"))?;
    speaking.started().await;
    first.shot("welcome-microphone").await?;
    first.click("trial-end").await?;
    first.click("choose-assemblyai").await?;
    first.shot("welcome-key").await?;
    drop(first);

    // The cloud is chosen, so that all that belongs to it is there to be seen; who writes here is the offline engine.
    let settings = json!({
        "theme": theme, "isWelcomed": true, "isAudioKept": true,
        "recogniser": "assemblyai", "cost": { "budgetCents": 500 },
    });
    let mut visit = Visit::begin(theme, folder, settings).await?;
    visit.shot("empty").await?;
    for name in ["beckett.wav", "two_cities.wav"] {
        let file = speech(name);
        visit.stage.sotto(&["import", &file.to_string_lossy()]).await?;
        let is_over = |line: &Value| line["kind"] == "recordingFinished";
        visit.window.follow.until("the end of a file", is_over).await?;
    }
    visit.live().await?;
    visit.private().await?;
    visit.past().await?;
    visit.settings().await
}

struct Visit {
    name: String,
    folder: PathBuf,
    stage: Stage,
    window: Driven,
    /// Outlives the program.
    _data: tempfile::TempDir,
}

impl Visit {
    async fn begin(theme: &str, folder: &Path, settings: Value) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        std::fs::write(data.path().join("settings.json"), serde_json::to_vec(&settings)?)?;
        let stage = Stage::set(DesktopOptions::default(), data.path()).await?;
        let stage = stage.with("SOTTO_RECOGNISER", "offline");
        let window = stage.open_driven().await?;
        let (name, folder) = (theme.to_owned(), folder.to_owned());
        Ok(Self { name, folder, stage, window, _data: data })
    }

    /// The whole screen, as a user sees it.
    async fn shot(&self, view: &str) -> anyhow::Result<()> {
        tokio::time::sleep(RESTING).await;
        let file = self.folder.join(format!("{view}-{}.png", self.name));
        self.stage.desktop.screenshot(&file).await?;
        println!("{}", file.display());
        Ok(())
    }

    async fn click(&self, id: &str) -> anyhow::Result<()> {
        let css = format!("[data-testid='{id}']");
        let found = self.window.client.wait().for_element(Locator::Css(&css)).await;
        found.with_context(|| format!("there is no {id}"))?.click().await?;
        Ok(())
    }

    async fn run(&self, script: &str) -> anyhow::Result<()> {
        self.window.client.execute(script, Vec::new()).await?;
        Ok(())
    }

    /// A recording while it is made, with its captions.
    async fn live(&mut self) -> anyhow::Result<()> {
        self.stage.sotto(&["start"]).await?;
        let mut speaking = self.stage.desktop.microphone().speak(&speech("two_cities.wav"))?;
        let is_turn = |line: &Value| line["kind"] == "turnCommitted";
        for _ in 0..TURNS {
            self.window.follow.until("a turn", is_turn).await?;
        }
        self.shot("live").await?;
        self.stage.desktop.press("ctrl+alt+c").await?;
        // By then they have something to show.
        self.window.follow.until("a turn", is_turn).await?;
        self.shot("captions").await?;
        self.stage.desktop.press("ctrl+alt+c").await?;
        speaking.finished().await;
        self.stage.sotto(&["stop"]).await?;
        let is_over = |line: &Value| line["kind"] == "recordingFinished";
        self.window.follow.until("the end of the recording", is_over).await?;
        self.shot("finished").await
    }

    /// One that is in memory alone.
    async fn private(&mut self) -> anyhow::Result<()> {
        self.stage.sotto(&["start", "--private"]).await?;
        let mut speaking = self.stage.desktop.microphone().speak(&speech("beckett.wav"))?;
        let is_turn = |line: &Value| line["kind"] == "turnCommitted";
        self.window.follow.until("a turn", is_turn).await?;
        self.shot("private").await?;
        speaking.finished().await;
        self.stage.sotto(&["stop"]).await?;
        let is_over = |line: &Value| line["kind"] == "recordingFinished";
        self.window.follow.until("the end of the private recording", is_over).await?;
        Ok(())
    }

    /// What was recorded.
    async fn past(&self) -> anyhow::Result<()> {
        // The newest but one: the newest is in memory alone, and short.
        let second = "document.querySelectorAll(`[data-testid='library-item']`)[1].click()";
        self.run(second).await?;
        self.shot("reading").await?;
        self.click("export").await?;
        self.shot("export").await?;
        self.click("export").await?;
        let css = Locator::Css("[data-testid='search']");
        let search = self.window.client.find(css).await?;
        search.send_keys("best of times").await?;
        self.shot("search").await?;
        search.send_keys(&char::from(Key::Escape).to_string()).await?;
        Ok(())
    }

    async fn settings(&self) -> anyhow::Result<()> {
        self.click("settings-open").await?;
        self.shot("settings").await?;
        self.click("tokens-show").await?;
        self.to("tokens").await?;
        self.shot("tokens").await?;
        self.to("cost").await?;
        self.shot("cost").await?;
        self.to("captions").await?;
        self.shot("settings-captions").await?;
        let down = "document.querySelector('.settings .scroll').scrollTop = 1e6";
        self.run(down).await?;
        self.shot("settings-end").await?;
        self.click("diagnosis-show").await?;
        self.to("diagnosis").await?;
        self.shot("diagnosis").await
    }

    /// Scrolls the settings to a part.
    async fn to(&self, part: &str) -> anyhow::Result<()> {
        let scroll = format!("document.querySelector('[data-part={part}]').scrollIntoView()");
        self.run(&scroll).await
    }
}

fn speech(name: &str) -> PathBuf {
    root().join("src-tauri/engine-pack/speech").join(name)
}
