//! Plays a script against the service and judges what came of it.

use std::io;
use std::pin::pin;
use std::time::Duration;

use sotto_protocol::Begin;
use tokio::time::{Instant, sleep, timeout};

use crate::expected::Expected;
use crate::heard::Heard;
use crate::socket::{self, Speaker};
use crate::{Script, Service, Step};

const TERMINATE: Step<'_> = Step::Text(br#"{"type":"Terminate"}"#);
/// More than the service's own limits of 2 and 10 s: whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often to ask without letting time pass.
const SPINS: u32 = 64;

/// Plays a script; then the next client has to be served as if nothing had been.
///
/// # Panics
/// When the service did what it should not.
pub async fn run(service: &Service, script: &Script<'_>) {
    service.take_heard();
    if let Some(heard) = play(service, script).await {
        check(service, script, &heard);
    }
    until("the recogniser's session is over", async || service.open() == 0).await;
    until("the next client is served", async || is_next_served(service).await).await;
}

/// Opens a session and ends it at once; gives its `Begin`.
///
/// # Panics
/// When it is not opened.
pub async fn begin(service: &Service, query: &str) -> Begin {
    let script = Script { query: query.to_owned(), steps: Vec::new() };
    let mut begin = None;
    until("the session is opened", async || {
        let heard = play(service, &script).await.expect("it stays");
        heard.check_order();
        heard.check_close();
        begin = heard.begin().cloned();
        begin.is_some() || !heard.is_without_place()
    })
    .await;
    begin.expect("the session begins")
}

/// What was heard; `None` if the client did not stay to hear it.
async fn play(service: &Service, script: &Script<'_>) -> Option<Heard> {
    let played = timeout(PATIENCE, play_to_the_end(service, script)).await;
    played.expect("the session ends").expect("the service is there")
}

async fn play_to_the_end(service: &Service, script: &Script<'_>) -> io::Result<Option<Heard>> {
    let (mut speaker, listener) = socket::open(service, &script.query).await?;
    let mut listening = pin!(listener.listen());
    let heard = tokio::select! {
        // The same input always does the same.
        biased;
        has_left = speak(&mut speaker, script) => {
            if has_left {
                return Ok(None);
            }
            listening.await
        }
        heard = &mut listening => heard,
    };
    if heard.close.is_some() {
        // The service may not wait for the answer.
        drop(speaker.perform(&Step::Close(Some(1000), b"")).await);
    }
    Ok(Some(heard))
}

/// Says what is in the script, and that this was all. True if it ends in leaving.
async fn speak(speaker: &mut Speaker, script: &Script<'_>) -> bool {
    let mut is_raw = false;
    for step in &script.steps {
        is_raw |= matches!(step, Step::Raw(_));
        match step {
            Step::Leave => return true,
            // It would wait for ever: raw bytes may be the beginning of a frame, which takes in what follows.
            Step::Wait if is_raw => {}
            step => {
                if speaker.perform(step).await.is_err() {
                    return false;
                }
            }
        }
    }
    // If the service does not listen any more, it has said why.
    drop(speaker.perform(&TERMINATE).await);
    if is_raw {
        drop(speaker.fall_silent().await);
    }
    false
}

fn check(service: &Service, script: &Script<'_>, heard: &Heard) {
    heard.check_order();
    if !script.steps.iter().any(|step| matches!(step, Step::Raw(_))) {
        assert!(heard.close.is_some(), "the session ends with a close");
    }
    if !script.steps.iter().all(Step::is_plain) {
        return;
    }
    heard.check_close();
    let (expected, samples) = (Expected::of(script), service.take_heard());
    match heard.termination() {
        Some(termination) => {
            let expected = expected.expect("a client that sends what is no message is told so");
            expected.check(&termination, samples, &heard.words());
        }
        None => assert!(
            !expected.is_some_and(|expected| expected.is_faultless),
            "an honest client is served to the end: {heard:?}"
        ),
    }
}

async fn is_next_served(service: &Service) -> bool {
    service.take_heard();
    let script = Script::parse(b"\naudio 3200\nwait");
    let heard = play(service, &script).await.expect("it stays");
    if heard.is_without_place() {
        return false;
    }
    check(service, &script, &heard);
    true
}

/// Asks until it is so: the service learns of the end of a connection a moment later.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    let mut spins = 0;
    while !is_so().await {
        assert!(Instant::now() < deadline, "{what}, but only after more than {PATIENCE:?}");
        if spins < SPINS {
            spins += 1;
            tokio::task::yield_now().await;
        } else {
            sleep(Duration::from_millis(1)).await;
        }
    }
}
