//! How each thing goes wrong.

use std::time::Duration;

use anyhow::Context as _;
use sotto_standin::{Fault, Standing};

use super::plan::{Act, Plan, Trouble};
use super::process::{signal, web_process};
use super::scene::{Destroyed, KEY, Scene};
use crate::stage::unix_ms;

/// What has to be arranged before the recording starts: faults that the service meets by itself, at a moment of its audio.
pub(crate) async fn arrange(plan: &Plan, scene: &Scene) -> anyhow::Result<()> {
    let mut service = scene.service.lock().await;
    for Trouble { at_ms, act } in &plan.troubles {
        let ms = *at_ms;
        match *act {
            Act::CloseSession { code, text } => {
                service.plan(Fault::CloseAfterMs { ms, code, text: text.to_owned() }).await?;
            }
            Act::DropSession => service.plan(Fault::DropConnection { after_ms: ms }).await?,
            Act::ResetSession => service.plan(Fault::ResetAfterMs { ms }).await?,
            Act::StallSession => service.plan(Fault::StallAfterMs { ms }).await?,
            Act::SlowBegin { ms } => service.plan(Fault::SlowBegin { ms }).await?,
            Act::NeverBegin => service.plan(Fault::NeverBegin).await?,
            Act::MostSessions { count } => {
                service.set(Standing::MostSessions { count: Some(count) }).await?;
            }
            Act::ExpiryCloses => service.set(Standing::ClosesAtTokenExpiry { on: true }).await?,
            _ => {}
        }
    }
    Ok(())
}

/// What is done while it is spoken; returns when it is over again.
pub(crate) async fn perform(trouble: &Trouble, scene: &Scene) -> anyhow::Result<()> {
    tokio::time::sleep(Duration::from_millis(trouble.at_ms)).await;
    perform_now(trouble, scene).await
}

/// The same at once.
pub(crate) async fn perform_now(trouble: &Trouble, scene: &Scene) -> anyhow::Result<()> {
    scene.note(format!("{:?}", trouble.act));
    let outcome = match trouble.act {
        Act::CloseSession { .. }
        | Act::DropSession
        | Act::ResetSession
        | Act::StallSession
        | Act::SlowBegin { .. }
        | Act::NeverBegin
        | Act::MostSessions { .. }
        | Act::ExpiryCloses => return Ok(()),
        Act::Silence { for_ms } => standing(scene, for_ms, |on| Standing::Stall { on }).await,
        Act::Dark { for_ms } => {
            scene.darken();
            standing(scene, for_ms, |on| Standing::Dark { on }).await
        }
        Act::NoTokens { status, for_ms } => {
            let refused = |on: bool| Standing::RefuseTokens { status: on.then_some(status) };
            standing(scene, for_ms, refused).await
        }
        Act::KeyRefused { for_ms } => {
            standing(scene, for_ms, |on| Standing::RejectKey { on }).await?;
            person_sets_key(scene).await
        }
        Act::Kill { again_after_ms } => kill(scene, again_after_ms).await,
        Act::KillPage => web_process(scene.pid().await?).and_then(|pid| signal("KILL", pid)),
        Act::Unplug { for_ms } => unplug(scene, for_ms).await,
        Act::StopService { for_ms } => stop_service(scene, for_ms).await,
        Act::FillDisk { for_ms } => fill_disk(scene, for_ms).await,
    };
    scene.note(format!("over: {:?}", trouble.act));
    outcome.with_context(|| format!("{:?} could not be done", trouble.act))
}

async fn wait(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

async fn standing(
    scene: &Scene,
    for_ms: u64,
    make: impl Fn(bool) -> Standing,
) -> anyhow::Result<()> {
    scene.service.lock().await.set(make(true)).await?;
    wait(for_ms).await;
    scene.service.lock().await.set(make(false)).await?;
    Ok(())
}

/// The person sees that the key is refused, and enters it once more.
async fn person_sets_key(scene: &Scene) -> anyhow::Result<()> {
    scene.stage.told(&["key", "set"], KEY).await?;
    scene.note("the person entered the key");
    Ok(())
}

/// The sound of the last second before may not be on disk yet; what is said after it, nobody hears.
async fn kill(scene: &Scene, again_after_ms: u64) -> anyhow::Result<()> {
    let now = unix_ms();
    scene.kill().await?;
    scene.destroy(Destroyed::All { since_ms: now.saturating_sub(1_000) });
    wait(again_after_ms).await;
    scene.open().await
}

async fn unplug(scene: &Scene, for_ms: u64) -> anyhow::Result<()> {
    let from = unix_ms();
    scene.desktop().unplug().await?;
    wait(for_ms).await;
    scene.desktop().replug().await?;
    scene.destroy(Destroyed::Stretch { from_ms: from, until_ms: unix_ms() });
    Ok(())
}

/// Nobody may ask the service anything meanwhile: it could not answer.
async fn stop_service(scene: &Scene, for_ms: u64) -> anyhow::Result<()> {
    let _quiet = scene.service.lock().await;
    signal("STOP", scene.service_pid)?;
    wait(for_ms).await;
    signal("CONT", scene.service_pid)
}

async fn fill_disk(scene: &Scene, for_ms: u64) -> anyhow::Result<()> {
    let disk = scene.disk().context("the round has no small disk")?;
    disk.fill()?;
    wait(for_ms).await;
    disk.relieve()
}
