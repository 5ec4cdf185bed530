//! One round, from an empty folder to a verdict.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use futures_util::future::join_all;
use serde_json::Value;
use sotto_standin::Log;
use tokio::sync::{Barrier, Mutex};

use super::act;
use super::judge::{Evidence, Transcript, Verdict};
use super::kind::Kind;
use super::plan::Plan;
use super::scene::Scene;
use super::speech::Speech;
use super::trace;
use crate::stage::unix_ms;

/// Until the microphone delivers.
const ARMING_LIMIT: Duration = Duration::from_secs(30);
/// How long the person who entered the key again waits before they start the program again.
const PERSON_WAITS: Duration = Duration::from_secs(20);
/// A speaker waits for the microphone's buffers, not for long.
const SPEAKER_WAITS: Duration = Duration::from_secs(15);
/// What the service notes of a client that ends a connection without `Terminate`.
const LEFT_SILENTLY: &str = "left without Terminate";
/// After the last word.
const SILENCE: Duration = Duration::from_secs(1);

/// How rounds that are played at once begin. One program starts at a time: that is most of a round's work, and a busy machine
/// drops what another one records.
#[derive(Default)]
pub(crate) struct Door {
    starting: Mutex<()>,
    together: Option<Barrier>,
}

impl Door {
    /// Nobody speaks before so many programs have started: their starts must not be measured.
    pub(crate) fn for_all_at_once(count: usize) -> Self {
        Self { together: Some(Barrier::new(count)), ..Self::default() }
    }

    /// Waits for the others, where they are to begin together.
    async fn passed(&self) {
        if let Some(together) = &self.together {
            together.wait().await;
        }
    }
}

/// What came of a round.
pub(crate) struct Outcome {
    pub(crate) kind: Kind,
    pub(crate) verdict: Verdict,
    /// For a person who looks for the cause.
    pub(crate) trace: String,
}

impl Outcome {
    pub(crate) fn is_good(&self) -> bool {
        self.verdict.failures.is_empty()
    }
}

/// All that is known of a recording.
pub(crate) struct Watched {
    pub(crate) evidence: Evidence,
    pub(crate) verdict: Verdict,
    pub(crate) log: Log,
    pub(crate) trace: String,
    /// Since when nobody listened, if that was among the faults.
    pub(crate) dark_since_ms: Option<u64>,
}

/// Plays a round. Its folder is left behind.
pub(crate) async fn play(plan: &Plan, folder: &Path, door: &Door) -> Outcome {
    let speech = Speech::coded(plan.seed_of_speech(), plan.speech_seconds, plan.microphone_hz);
    let (verdict, trace) = match watch(plan, speech, folder, door).await {
        Ok(watched) => (watched.verdict, watched.trace),
        // Not even a desktop, or nothing that could be read.
        Err(error) => {
            let verdict = Verdict { failures: vec![format!("{error:#}")], ..Verdict::default() };
            let head = trace::head(plan, folder, &verdict);
            (verdict, head)
        }
    };
    Outcome { kind: plan.kind, verdict, trace }
}

/// Records a speech and judges the transcript.
pub(crate) async fn watch(
    plan: &Plan,
    speech: Speech,
    folder: &Path,
    door: &Door,
) -> anyhow::Result<Watched> {
    let mut evidence = Evidence { spoken: speech.words.clone(), ..Evidence::default() };
    let opened = open(plan, folder, door, &mut evidence).await;
    door.passed().await;
    let (scene, started) = opened?;
    let played = match started {
        Ok(()) => act_out(plan, &scene, speech, &mut evidence).await,
        Err(error) => Err(error),
    };
    let read = read(&scene, &mut evidence).await;
    let log = scene.service.lock().await.log().await?;
    let mut verdict = judged(plan, &scene, &log, &mut evidence);
    let broken = [played, read].into_iter().filter_map(Result::err);
    verdict.failures.extend(broken.map(|error| format!("{error:#}")));
    if let Some(disk) = scene.disk().filter(|_| !verdict.failures.is_empty()) {
        disk.keep(&folder.join("kept"))?;
    }
    let trace =
        trace::head(plan, folder, &verdict) + &trace::body(&evidence, &scene.notes(), &log, folder);
    Ok(Watched { evidence, verdict, log, trace, dark_since_ms: scene.dark_since_ms() })
}

/// Sets the scene and starts to record; what comes of the latter is for the trace.
async fn open(
    plan: &Plan,
    folder: &Path,
    door: &Door,
    evidence: &mut Evidence,
) -> anyhow::Result<(Scene, anyhow::Result<()>)> {
    let _starting = door.starting.lock().await;
    let scene = Scene::set(plan, folder).await?;
    let started = start(plan, &scene, evidence).await;
    Ok((scene, started))
}

/// What the transcript is worth, once it was read.
pub(crate) fn judged(plan: &Plan, scene: &Scene, log: &Log, evidence: &mut Evidence) -> Verdict {
    evidence.destroyed = scene.destroyed();
    evidence.said = scene.said();
    let is_held = |what: &&str| !(plan.may_leave_silently() && what.contains(LEFT_SILENTLY));
    evidence.violations = log.violations().into_iter().filter(is_held).map(str::to_owned).collect();
    evidence.judge()
}

/// Opens the program and records.
pub(crate) async fn start(
    plan: &Plan,
    scene: &Scene,
    evidence: &mut Evidence,
) -> anyhow::Result<()> {
    act::arrange(plan, scene).await?;
    scene.open().await?;
    scene.stage.sotto(&["start"]).await?;
    let is_recording = |line: &Value| line["state"]["live"]["kind"] == "recording";
    let line = scene.until("the recording", ARMING_LIMIT, is_recording).await?;
    evidence.started_at = line["state"]["live"]["startedAt"].as_u64().context("no start")?;
    Ok(())
}

/// Speaks, lets go wrong what has to, stops, and waits until the transcript is complete.
async fn act_out(
    plan: &Plan,
    scene: &Scene,
    speech: Speech,
    evidence: &mut Evidence,
) -> anyhow::Result<()> {
    let limit = Duration::from_millis(speech.ms()) + SPEAKER_WAITS;
    let mut speaking = scene.desktop().microphone().speak_samples(speech.samples)?;
    speaking.started().await;
    evidence.speech_at = unix_ms();
    scene.note("the speech begins");
    let said = async {
        tokio::select! {
            heard = tokio::time::timeout(limit, speaking.finished()) => {
                heard.context("nobody records any more, and the speaker waits")?;
            }
            // Nothing is recorded any more, and nobody would listen to the rest.
            () = scene.recording_ended() => return Ok(()),
        }
        tokio::time::sleep(SILENCE).await;
        scene.note("stop");
        scene.stage.sotto(&["stop"]).await.map(drop)
    };
    let troubles = plan.troubles.iter().map(|trouble| act::perform(trouble, scene));
    let (stopped, troubled) = tokio::join!(said, join_all(troubles));
    stopped?;
    troubled.into_iter().collect::<anyhow::Result<()>>()?;
    finished(plan, scene).await
}

/// Waits until the history says that the transcript is complete; helps as a person would where one is needed.
pub(crate) async fn finished(plan: &Plan, scene: &Scene) -> anyhow::Result<()> {
    if plan.kind == Kind::BadKey && !is_finished_within(PERSON_WAITS, scene).await {
        scene.note("the person starts the program again");
        scene.kill().await?;
        scene.open().await?;
    }
    let limit = Duration::from_secs(plan.finishing_seconds);
    let is_finished = is_finished_within(limit, scene).await;
    ensure!(is_finished, "the transcript was not complete after {} s", plan.finishing_seconds);
    Ok(())
}

async fn is_finished_within(limit: Duration, scene: &Scene) -> bool {
    let wait = async {
        loop {
            let newest = scene.stage.sotto(&["history", "list", "--limit", "1"]).await;
            if newest.is_ok_and(|newest| newest["state"] == "finished") {
                scene.note("finished");
                return;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(limit, wait).await.is_ok()
}

/// What the program has of it, finished or not.
pub(crate) async fn read(scene: &Scene, evidence: &mut Evidence) -> anyhow::Result<()> {
    let exported = scene.stage.sotto(&["history", "export", "last", "--format", "json"]).await?;
    evidence.transcript = Transcript::read(exported)?;
    Ok(())
}
