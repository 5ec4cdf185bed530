//! The engine's side of a session: one blocking thread, fed through a bounded queue. A session that has given it enough
//! stops reading its socket, which is how a client that is faster than the engine learns to wait.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
};

use bytes::Bytes;
use sotto_engine::{EngineError, Recogniser, RecognitionSession, SessionOptions, TurnUpdate};
use sotto_protocol::Encoding;
use sotto_resampling::UnsupportedRate;
use tokio::sync::{Notify, mpsc};

use crate::intake::Intake;

/// At 50 ms a message 12.8 s.
const QUEUE: usize = 256;
/// More audio waiting, beside the message in hand, than a decode takes: it comes faster than it is spoken, or the engine is
/// too slow.
const BEHIND_MS: u64 = 300;
/// Updates not yet sent; a client that reads slowly holds the engine back.
const UPDATES: usize = 64;

/// What the engine is asked to do, in order.
#[derive(Debug)]
pub(crate) enum Work {
    Audio(Bytes),
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
    Failed(RecognitionError),
}

/// Why recognition stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecognitionError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Rate(#[from] UnsupportedRate),
}

/// How far the engine is: read by the session while the thread works.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Samples of the client's that were received, and that the engine has heard.
    received: AtomicU64,
    heard: AtomicU64,
    /// Probabilities of speech, as the bits of an `f32`: those of positive numbers are in the numbers' order.
    loudest: AtomicU32,
    latest: AtomicU32,
    moved: Notify,
}

impl Progress {
    /// Samples of the client's that the engine has heard.
    pub(crate) fn heard(&self) -> u64 {
        self.heard.load(Relaxed)
    }

    /// So many samples were received in all.
    pub(crate) fn received_to(&self, samples: u64) {
        self.received.store(samples, Relaxed);
    }

    /// Samples that were received and wait for the engine.
    fn waiting(&self) -> u64 {
        self.received.load(Relaxed).saturating_sub(self.heard.load(Relaxed))
    }

    /// The highest probability of speech since this was asked last.
    pub(crate) fn take_loudest(&self) -> f32 {
        f32::from_bits(self.loudest.swap(0, Relaxed))
    }

    /// The highest probability of speech in the message heard last.
    pub(crate) fn latest(&self) -> f32 {
        f32::from_bits(self.latest.load(Relaxed))
    }

    /// Waits until a piece of work is done, or was since this was awaited last.
    pub(crate) async fn moved(&self) {
        self.moved.notified().await;
    }

    fn tell(&self, samples: u64, probability: f32) {
        let bits = probability.clamp(0.0, 1.0).to_bits();
        self.heard.fetch_add(samples, Relaxed);
        self.loudest.fetch_max(bits, Relaxed);
        self.latest.store(bits, Relaxed);
    }
}

/// The ends of the thread. Dropping them ends it.
pub(crate) struct Recognition {
    pub(crate) work: mpsc::Sender<Work>,
    pub(crate) outcomes: mpsc::Receiver<Outcome>,
    pub(crate) progress: Arc<Progress>,
}

/// What is said of the audio at the start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    pub(crate) encoding: Encoding,
    pub(crate) sample_rate: u32,
}

impl Recognition {
    pub(crate) fn start(
        recogniser: Arc<dyn Recogniser>,
        options: SessionOptions,
        format: Format,
    ) -> Self {
        let (work, queue) = mpsc::channel(QUEUE);
        let (report, outcomes) = mpsc::channel(UPDATES);
        let progress = Arc::new(Progress::default());
        let shared = Arc::clone(&progress);
        // Not joined: it ends when either channel does.
        drop(tokio::task::spawn_blocking(move || {
            if let Err(error) = run(&*recogniser, options, format, queue, &report, &shared)
                && report.blocking_send(Outcome::Failed(error)).is_err()
            {
                tracing::debug!("the engine failed after its session had ended");
            }
        }));
        Self { work, outcomes, progress }
    }
}

fn run(
    recogniser: &dyn Recogniser,
    options: SessionOptions,
    format: Format,
    mut queue: mpsc::Receiver<Work>,
    report: &mpsc::Sender<Outcome>,
    progress: &Progress,
) -> Result<(), RecognitionError> {
    let mut hearing = Hearing {
        session: recogniser.open(options)?,
        intake: Intake::new(format.encoding, format.sample_rate)?,
        width: format.encoding.bytes_per_sample().unwrap_or(1) as u64,
        behind: u64::from(format.sample_rate) * BEHIND_MS / 1_000,
        progress,
    };
    if report.blocking_send(Outcome::Opened).is_err() {
        return Ok(());
    }
    while let Some(work) = queue.blocking_recv() {
        // Nobody listens any more: what is still queued need not be heard.
        if report.is_closed() {
            return Ok(());
        }
        let is_last = matches!(work, Work::Finish);
        let outcomes = hearing.perform(work)?.into_iter().map(Outcome::Update);
        progress.moved.notify_one();
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

struct Hearing<'a> {
    session: Box<dyn RecognitionSession>,
    intake: Intake,
    width: u64,
    /// With more samples than this waiting, the engine is behind.
    behind: u64,
    progress: &'a Progress,
}

impl Hearing<'_> {
    fn perform(&mut self, work: Work) -> Result<Vec<TurnUpdate>, EngineError> {
        match work {
            Work::Audio(bytes) => {
                let samples = bytes.len() as u64 / self.width;
                self.session.set_behind(self.progress.waiting() > self.behind + samples);
                let updates = self.session.push(&self.intake.take(&bytes))?;
                let probability = self.session.take_speech_probability();
                self.progress.tell(samples, probability);
                Ok(updates)
            }
            Work::ForceEndpoint => {
                let mut updates = self.session.push(&self.intake.flush())?;
                updates.extend(self.session.force_endpoint()?);
                Ok(updates)
            }
            Work::Finish => {
                let mut updates = self.session.push(&self.intake.flush())?;
                updates.extend(self.session.finish()?);
                Ok(updates)
            }
            Work::Reconfigure(options) => {
                self.session.reconfigure(options);
                Ok(Vec::new())
            }
        }
    }
}
