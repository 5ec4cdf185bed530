//! The engine's side of a session: one blocking thread, fed through a bounded queue. A full queue makes the session stop
//! reading its socket, which is how a client that is faster than the engine learns to wait.

use std::sync::Arc;

use sotto_engine::{EngineError, Recogniser, RecognitionSession, SessionOptions, TurnUpdate};
use tokio::sync::mpsc;

/// At 50 ms a message 12.8 s, at most 8 MiB.
const QUEUE: usize = 256;
/// Updates not yet sent; a client that reads slowly holds the engine back.
const UPDATES: usize = 64;

/// What the engine is asked to do, in order.
#[derive(Debug)]
pub(crate) enum Work {
    Audio(Vec<i16>),
    ForceEndpoint,
    Reconfigure(SessionOptions),
    Finish,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Outcome {
    Opened,
    Update(TurnUpdate),
    Finished,
    Failed(EngineError),
}

/// The two ends of the thread. Dropping them ends it.
pub(crate) struct Recognition {
    pub(crate) work: mpsc::Sender<Work>,
    pub(crate) outcomes: mpsc::Receiver<Outcome>,
}

impl Recognition {
    pub(crate) fn start(recogniser: Arc<dyn Recogniser>, options: SessionOptions) -> Self {
        let (work, queue) = mpsc::channel(QUEUE);
        let (report, outcomes) = mpsc::channel(UPDATES);
        // Not joined: it ends when either channel does.
        drop(tokio::task::spawn_blocking(move || {
            if let Err(error) = run(&*recogniser, options, queue, &report)
                && report.blocking_send(Outcome::Failed(error)).is_err()
            {
                tracing::debug!("the engine failed after its session had ended");
            }
        }));
        Self { work, outcomes }
    }
}

fn run(
    recogniser: &dyn Recogniser,
    options: SessionOptions,
    mut queue: mpsc::Receiver<Work>,
    report: &mpsc::Sender<Outcome>,
) -> Result<(), EngineError> {
    let mut session = recogniser.open(options)?;
    if report.blocking_send(Outcome::Opened).is_err() {
        return Ok(());
    }
    while let Some(work) = queue.blocking_recv() {
        // Nobody listens any more: what is still queued need not be heard.
        if report.is_closed() {
            return Ok(());
        }
        let is_last = matches!(work, Work::Finish);
        let outcomes = perform(&mut *session, work)?.into_iter().map(Outcome::Update);
        for outcome in outcomes.chain(is_last.then_some(Outcome::Finished)) {
            if report.blocking_send(outcome).is_err() {
                return Ok(());
            }
        }
        if is_last {
            return Ok(());
        }
    }
    Ok(())
}

fn perform(
    session: &mut dyn RecognitionSession,
    work: Work,
) -> Result<Vec<TurnUpdate>, EngineError> {
    match work {
        Work::Audio(samples) => session.push(&samples),
        Work::ForceEndpoint => session.force_endpoint(),
        Work::Finish => session.finish(),
        Work::Reconfigure(options) => {
            session.reconfigure(options);
            Ok(Vec::new())
        }
    }
}
