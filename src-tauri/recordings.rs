//! The owner of recordings: the microphone, the spools, and which recordings are not finished yet.
//!
//! One task owns the state; everyone else sends it an [`Ask`] and reads the [`RecordingState`] it publishes. Button, tray,
//! shortcut and command line all end here, so none of them can disagree about what is being recorded. Knows nothing of
//! the window, the network or recognisers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sotto_audio::{
    AudioError, Capture, CaptureNotice, DeviceId, FRAME_SAMPLES, SpoolError, SpoolHeader,
    SpoolProgress, SpoolWriter,
};
use sotto_feed::FeedSource;
use sotto_history::{History, HistoryError};
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

/// What the microphone is doing.
#[derive(Debug, Clone)]
pub enum Live {
    /// Nothing is recorded.
    Idle,
    /// The device was asked; no sample has been kept yet.
    Arming {
        /// Which recording.
        recording: Uuid,
        /// When it was started, Unix milliseconds.
        started_at: u64,
    },
    /// Samples are being kept.
    Recording {
        /// Which recording.
        recording: Uuid,
        /// When it was started, Unix milliseconds.
        started_at: u64,
        /// The device that delivers.
        device_name: String,
    },
    /// The device went away; silence marked as a gap is written until it is back.
    MicLost {
        /// Which recording.
        recording: Uuid,
        /// When it was started, Unix milliseconds.
        started_at: u64,
        /// The device that delivered last.
        device_name: String,
        /// What happened to it.
        error: Arc<AudioError>,
    },
}

impl Live {
    /// The recording that is live, if any.
    #[must_use]
    pub fn recording(&self) -> Option<Uuid> {
        match self {
            Self::Idle => None,
            Self::Arming { recording, .. }
            | Self::Recording { recording, .. }
            | Self::MicLost { recording, .. } => Some(*recording),
        }
    }
}

/// What is being recorded, and what is still being finished.
#[derive(Debug, Clone)]
pub struct RecordingState {
    /// The microphone.
    pub live: Live,
    /// Stopped recordings whose transcript is not complete.
    pub finishing: Vec<Uuid>,
    /// Why the last attempt to start did not work.
    pub failure: Option<SharedError>,
}

impl RecordingState {
    /// Whether anything is being recorded or finished, so that a recogniser is needed.
    #[must_use]
    pub fn needs_recogniser(&self) -> bool {
        self.live.recording().is_some() || !self.finishing.is_empty()
    }

    /// Whether this recording is live or not finished.
    #[must_use]
    pub fn is_open(&self, recording: Uuid) -> bool {
        self.live.recording() == Some(recording) || self.finishing.contains(&recording)
    }
}

/// What can go wrong with a recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The microphone.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The audio's file.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The database.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The folder of the spools.
    #[error("the folder for audio cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// No recording of this id is open.
    #[error("no recording {0} is open")]
    Unknown(Uuid),
    /// The owner is gone: the program is ending.
    #[error("the program is ending")]
    Ending,
}

/// Shared, because the one who asked and everyone who watches are told of the same failure.
pub type SharedError = Arc<RecordingError>;

type Answer<T> = oneshot::Sender<Result<T, SharedError>>;

enum Ask {
    Start { device: Option<DeviceId>, answer: Answer<Uuid> },
    Stop { answer: Answer<()> },
    Finish { recording: Uuid, keeps_audio: bool, answer: Answer<()> },
    Source { recording: Uuid, answer: Answer<FeedSource> },
    Notice { recording: Uuid, notice: CaptureNotice },
}

/// A handle to the owner; cheap to clone.
#[derive(Clone)]
pub struct Recordings {
    asks: mpsc::UnboundedSender<Ask>,
    state: watch::Receiver<RecordingState>,
}

impl Recordings {
    /// Starts the owner. Spools that an earlier run left behind become recordings to finish.
    ///
    /// # Errors
    /// When the folder or the history cannot be used.
    pub async fn open(folder: PathBuf, history: History) -> Result<Self, RecordingError> {
        let found = {
            let (folder, history) = (folder.clone(), history.clone());
            blocking(move || unfinished(&folder, &history)).await?
        };
        let (asks, inbox) = mpsc::unbounded_channel();
        let finishing = found.keys().copied().collect();
        let (publish, state) =
            watch::channel(RecordingState { live: Live::Idle, finishing, failure: None });
        let owner = Owner {
            folder,
            history,
            publish,
            notices: asks.downgrade(),
            capture: None,
            sources: found,
        };
        tokio::spawn(owner.run(inbox));
        Ok(Self { asks, state })
    }

    /// Starts a recording; one that is live already is left alone.
    ///
    /// # Errors
    /// When the microphone, the disk or the history refuse.
    pub async fn start(&self, device: Option<DeviceId>) -> Result<Uuid, SharedError> {
        self.ask(|answer| Ask::Start { device, answer }).await
    }

    /// Stops the live recording, if there is one; its last samples are on disk when this returns.
    ///
    /// # Errors
    /// When the disk or the history refuse; what was captured stays on disk.
    pub async fn stop(&self) -> Result<(), SharedError> {
        self.ask(|answer| Ask::Stop { answer }).await
    }

    /// The transcript of `recording` is complete: its audio goes, unless the user keeps audio.
    ///
    /// # Errors
    /// When the recording is unknown or still live, or the history refuses.
    pub async fn finish(&self, recording: Uuid, keeps_audio: bool) -> Result<(), SharedError> {
        self.ask(|answer| Ask::Finish { recording, keeps_audio, answer }).await
    }

    /// The audio of a recording that is live or not finished.
    ///
    /// # Errors
    /// When there is no such recording.
    pub async fn source(&self, recording: Uuid) -> Result<FeedSource, SharedError> {
        self.ask(|answer| Ask::Source { recording, answer }).await
    }

    /// The state, now and as it changes.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<RecordingState> {
        self.state.clone()
    }

    async fn ask<T>(&self, make: impl FnOnce(Answer<T>) -> Ask) -> Result<T, SharedError> {
        let (answer, answered) = oneshot::channel();
        self.asks.send(make(answer)).map_err(|_| Arc::new(RecordingError::Ending))?;
        answered.await.map_err(|_| Arc::new(RecordingError::Ending))?
    }
}

struct Owner {
    folder: PathBuf,
    history: History,
    publish: watch::Sender<RecordingState>,
    /// Weak, so that the owner ends with its last handle.
    notices: mpsc::WeakUnboundedSender<Ask>,
    capture: Option<Capture>,
    sources: BTreeMap<Uuid, FeedSource>,
}

impl Owner {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Ask>) {
        while let Some(ask) = inbox.recv().await {
            match ask {
                Ask::Start { device, answer } => reply(answer, self.start(device).await),
                Ask::Stop { answer } => reply(answer, self.stop().await.map_err(Arc::new)),
                Ask::Finish { recording, keeps_audio, answer } => {
                    reply(answer, self.finish(recording, keeps_audio).await.map_err(Arc::new));
                }
                Ask::Source { recording, answer } => {
                    let source = self.sources.get(&recording).cloned();
                    reply(
                        answer,
                        source.ok_or_else(|| Arc::new(RecordingError::Unknown(recording))),
                    );
                }
                Ask::Notice { recording, notice } => self.notice(recording, notice),
            }
        }
        // The last handle is gone: the program ends. What was captured is on disk and is finished at the next start.
        if let Err(error) = self.stop().await {
            tracing::error!(%error, "the recording could not be stopped at the end");
        }
    }

    async fn start(&mut self, device: Option<DeviceId>) -> Result<Uuid, SharedError> {
        if let Some(recording) = self.publish.borrow().live.recording() {
            return Ok(recording);
        }
        let recording = Uuid::now_v7();
        let started_at = unix_ms();
        self.set_live(Live::Arming { recording, started_at });
        match self.begin(recording, started_at, device).await {
            Ok(()) => Ok(recording),
            Err(error) => {
                self.sources.remove(&recording);
                let error = Arc::new(error);
                self.publish.send_modify(|state| {
                    state.live = Live::Idle;
                    state.failure = Some(Arc::clone(&error));
                });
                Err(error)
            }
        }
    }

    /// The microphone first, the database second: the first word must not wait for either the network or a disk.
    async fn begin(
        &mut self,
        recording: Uuid,
        started_at: u64,
        device: Option<DeviceId>,
    ) -> Result<(), RecordingError> {
        let path = spool_path(&self.folder, recording);
        let header = SpoolHeader { recording, started_at_unix_ms: started_at };
        let notices = self.notices.clone();
        let notify = move |notice: CaptureNotice| {
            if let Some(asks) = notices.upgrade() {
                // A closed inbox means that the program is ending; nobody is left to be told.
                asks.send(Ask::Notice { recording, notice }).ok();
            }
        };
        let spool_file = path.clone();
        let (capture, progress) = blocking(move || {
            let spool = SpoolWriter::create(&spool_file, header)?;
            let progress = spool.progress();
            match Capture::start(device, spool, notify) {
                Ok(capture) => Ok((capture, progress)),
                Err(error) => {
                    remove_spool(&spool_file);
                    Err(RecordingError::from(error))
                }
            }
        })
        .await?;
        self.capture = Some(capture);
        self.sources.insert(recording, FeedSource { spool: path, progress });
        let history = self.history.clone();
        let kept = blocking(move || Ok(history.recording_create(recording, started_at)?)).await;
        if kept.is_err() {
            // The audio is safe in the spool; without a row the next start makes one from the spool's header.
            self.stop_capture().await?;
        }
        kept
    }

    async fn stop(&mut self) -> Result<(), RecordingError> {
        let Some(recording) = self.publish.borrow().live.recording() else { return Ok(()) };
        let captured = self.stop_capture().await;
        self.publish.send_modify(|state| {
            state.live = Live::Idle;
            state.finishing.push(recording);
        });
        let samples = captured?;
        let history = self.history.clone();
        blocking(move || Ok(history.recording_stopped(recording, samples)?)).await
    }

    async fn stop_capture(&mut self) -> Result<u64, RecordingError> {
        let Some(capture) = self.capture.take() else { return Ok(0) };
        blocking(move || Ok(capture.stop()?)).await
    }

    async fn finish(&mut self, recording: Uuid, keeps_audio: bool) -> Result<(), RecordingError> {
        if !self.publish.borrow().finishing.contains(&recording) {
            return Err(RecordingError::Unknown(recording));
        }
        let history = self.history.clone();
        blocking(move || Ok(history.recording_finished(recording)?)).await?;
        if let Some(source) = self.sources.remove(&recording)
            && !keeps_audio
        {
            remove_spool(&source.spool);
        }
        self.publish.send_modify(|state| state.finishing.retain(|id| *id != recording));
        Ok(())
    }

    fn notice(&mut self, recording: Uuid, notice: CaptureNotice) {
        let live = self.publish.borrow().live.clone();
        if live.recording() != Some(recording) {
            return;
        }
        let next = match (notice, live) {
            (
                CaptureNotice::FirstSampleKept { device_name }
                | CaptureNotice::Resumed { device_name, .. },
                Live::Arming { started_at, .. }
                | Live::Recording { started_at, .. }
                | Live::MicLost { started_at, .. },
            ) => Live::Recording { recording, started_at, device_name },
            (CaptureNotice::Lost { error }, Live::Recording { started_at, device_name, .. }) => {
                Live::MicLost { recording, started_at, device_name, error: Arc::new(error) }
            }
            (CaptureNotice::Lost { error }, Live::Arming { started_at, .. }) => Live::MicLost {
                recording,
                started_at,
                device_name: String::new(),
                error: Arc::new(error),
            },
            (CaptureNotice::SpoolFailed { error }, live) => {
                tracing::error!(%error, "audio can no longer be kept");
                self.publish.send_modify(|state| {
                    state.failure = Some(Arc::new(RecordingError::Spool(error)))
                });
                live
            }
            (_, live) => live,
        };
        self.set_live(next);
    }

    fn set_live(&self, live: Live) {
        self.publish.send_modify(|state| {
            if matches!(live, Live::Arming { .. }) {
                state.failure = None;
            }
            state.live = live;
        });
    }
}

/// What an earlier run left: spools without an end, with or without a row in the history, and rows without a spool.
fn unfinished(
    folder: &Path,
    history: &History,
) -> Result<BTreeMap<Uuid, FeedSource>, RecordingError> {
    let mut found = BTreeMap::new();
    if folder.exists() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "spool") {
                continue;
            }
            match sotto_audio::recover(&path) {
                Ok(recovered) => {
                    let recording = recovered.header.recording;
                    if history.is_finished(recording)? {
                        continue;
                    }
                    history.recording_create(recording, recovered.header.started_at_unix_ms)?;
                    history
                        .recording_stopped(recording, recovered.frames * FRAME_SAMPLES as u64)?;
                    let complete = SpoolProgress { frames: recovered.frames, is_complete: true };
                    // The sender may go: a complete spool does not change any more.
                    let (_, progress) = watch::channel(complete);
                    found.insert(recording, FeedSource { spool: path, progress });
                }
                Err(error) => {
                    tracing::warn!(%error, "a spool cannot be read; it is left where it is")
                }
            }
        }
    }
    for recording in history.unfinished()? {
        if !found.contains_key(&recording) {
            tracing::warn!(%recording, "the audio of an unfinished recording is gone; its stored text is kept");
            history.recording_finished(recording)?;
        }
    }
    Ok(found)
}

fn spool_path(folder: &Path, recording: Uuid) -> PathBuf {
    folder.join(format!("{recording}.spool"))
}

fn remove_spool(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(%error, "a spool could not be removed");
    }
}

fn reply<T>(answer: Answer<T>, result: Result<T, SharedError>) {
    // Whoever asked may have gone; the state was published all the same.
    answer.send(result).ok();
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RecordingError> + Send + 'static,
) -> Result<T, RecordingError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| RecordingError::Folder(std::io::Error::other(error)))?
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
