//! The program on a desktop of its own, recording what is spoken into the microphone.

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use sotto_desktop::DesktopOptions;
use sotto_standin::{StandIn, StandInConfig, coded};
use tempfile::TempDir;
use tokio::process::Child;

use super::super::build::Build;
use crate::chaos::process::{family, is_running};
use crate::shell::target;
use crate::stage::{Program, Stage};

/// The title of the program's window.
pub(super) const TITLE: &str = "Sotto";
/// The title of the empty window.
pub(super) const EMPTY_TITLE: &str = "Empty window";
/// The one key that the stand-in takes.
const KEY: &str = "0123456789abcdef0123456789abcdef";
const MICROPHONE_HZ: u32 = 48_000;
/// Spoken again and again; as much as fits into memory without being felt.
const SPEECH_SECONDS: u32 = 60;
/// What a killed program's processes take to end at most.
const ENDING: Duration = Duration::from_secs(20);

/// Who recognises, and with what beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recogniser {
    /// The stand-in cloud, and nothing takes over.
    Cloud,
    /// The same where there is no engine pack that could be read.
    CloudWithoutPack,
    /// The offline engine.
    Offline,
}

/// A desktop, a cloud, and the settings of the program that will be opened.
pub(super) struct Scene {
    pub(super) stage: Stage,
    pub(super) cloud: StandIn,
    speech: Vec<i16>,
    /// Dropped last.
    _folder: TempDir,
}

impl Scene {
    /// Sets it up; nothing is open yet.
    pub(super) async fn set(build: &Build, recogniser: Recogniser) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir_in(target())?;
        let (data, no_pack) = (folder.path().join("data"), folder.path().join("no-pack"));
        for one in [&data, &no_pack] {
            std::fs::create_dir(one)?;
        }
        let choice = if recogniser == Recogniser::Offline { "offline" } else { "assemblyai" };
        let settings = json!({
            "isWelcomed": true,
            "recogniser": choice,
            "isOfflineTakeover": false,
            "theme": "light",
        });
        std::fs::write(data.join("settings.json"), serde_json::to_vec(&settings)?)?;
        let cloud = StandIn::start(StandInConfig::new(KEY).coded()).await?;
        let desktop = DesktopOptions { microphone_hz: MICROPHONE_HZ, ..DesktopOptions::default() };
        let mut stage = Stage::set(desktop, &data)
            .await?
            .running(build.program.clone())
            .with("ASSEMBLYAI_API_KEY", KEY)
            .complaining_to(&folder.path().join("program.log"));
        if recogniser != Recogniser::Offline {
            stage = stage.with("SOTTO_RECOGNISER", &cloud.base_url());
        }
        if recogniser == Recogniser::CloudWithoutPack {
            stage = stage.with("SOTTO_ENGINE_DIR", &no_pack.to_string_lossy());
        }
        let speech = speech(recogniser)?;
        Ok(Self { stage, cloud, speech, _folder: folder })
    }

    /// Opens the program and starts a recording; it has kept its first sample.
    pub(super) async fn record(&self) -> anyhow::Result<Running> {
        // Nobody follows for longer: who does not read holds up what tells.
        let Program { window, mut follow } = self.stage.open().await?;
        self.stage.sotto(&["start"]).await?;
        let is_recording = |line: &Value| line["state"]["live"]["kind"] == "recording";
        follow.until("the recording", is_recording).await?;
        Ok(Running::opened(window))
    }

    /// Does `work` while somebody speaks without end.
    pub(super) async fn while_speaking<T>(
        &self,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        tokio::select! {
            done = work => done,
            spoken = self.speak() => match spoken? {},
        }
    }

    /// One speech after the other, the next one waiting before the one before is over.
    async fn speak(&self) -> anyhow::Result<Infallible> {
        let microphone = self.stage.desktop.microphone();
        let mut now = microphone.speak_samples(self.speech.clone())?;
        loop {
            let next = microphone.speak_samples(self.speech.clone())?;
            now.finished().await;
            now = next;
        }
    }

    /// Milliseconds of audio that the cloud has received, in all sessions.
    pub(super) fn received_ms(&self) -> u64 {
        self.cloud.log().heard.iter().map(|heard| heard.audio_ms).sum()
    }
}

/// Coded words, which the stand-in recognises; for the engine, the voice of a person.
fn speech(recogniser: Recogniser) -> anyhow::Result<Vec<i16>> {
    if recogniser != Recogniser::Offline {
        return Ok(coded::speech(1, 1, SPEECH_SECONDS, MICROPHONE_HZ).samples);
    }
    let voice = crate::shell::root().join("src-tauri/engine-pack/speech/two_cities.wav");
    sotto_desktop::samples_of(&voice, MICROPHONE_HZ).context("the engine pack has no voice")
}

/// A window that is open, with everything that it started; killed when this is dropped.
pub(super) struct Running(Child);

impl Running {
    /// Opens `program` on the stage, not waiting for anything.
    pub(super) fn start(stage: &Stage, program: &Path) -> anyhow::Result<Self> {
        let mut command = stage.command_of(program);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let name = program.display();
        Ok(Self(command.spawn().with_context(|| format!("{name} could not be started"))?))
    }

    /// What was opened otherwise.
    pub(super) fn opened(window: Child) -> Self {
        Self(window)
    }

    /// The process that was started.
    pub(super) fn pid(&self) -> anyhow::Result<u32> {
        self.0.id().context("the program has ended")
    }

    /// Kills it, and waits until none of its processes is left.
    pub(super) async fn end(mut self) -> anyhow::Result<()> {
        let members: Vec<u32> = family(self.pid()?)?.iter().map(|one| one.pid).collect();
        self.0.kill().await?;
        let gone = async {
            while members.iter().any(|member| is_running(*member)) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(ENDING, gone).await.context("a process of the window's does not end")
    }
}
