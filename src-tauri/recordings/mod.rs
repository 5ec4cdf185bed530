//! The owner of recordings: the microphone, the spools, and which recordings are not finished yet.
//!
//! One task owns the state; everyone else sends it an ask and reads the [`RecordingState`] it publishes. Button, tray,
//! shortcut and command line all end here, so none of them can disagree about what is being recorded. Knows nothing of
//! the window, the network or recognisers.

pub(crate) mod encryption;
mod import;
mod kept;
#[cfg(test)]
mod kill;
mod left_over;
mod owner;
mod state;

use std::path::PathBuf;
use std::sync::Arc;

use sotto_audio::{CaptureNotice, DeviceId};
use sotto_encryption::DataKey;
use sotto_feed::FeedSource;
use sotto_history::{Gap, History, Pause};
use tokio::sync::{OwnedRwLockReadGuard, RwLock, broadcast, mpsc, oneshot, watch};
use uuid::Uuid;

use crate::timing::TimingBoard;

pub use encryption::Share;
pub use import::Imported;
use import::Spooled;
pub(crate) use kept::remove_sound;
#[cfg(test)]
pub(crate) use owner::spool_path;
use owner::{Owner, Tape};
pub use state::{Keeping, Live, RecordingError, RecordingState};

/// Shared, because the one who asked and everyone who watches are told of the same failure.
pub type SharedError = Arc<RecordingError>;

type Answer<T> = oneshot::Sender<Result<T, SharedError>>;

enum Ask {
    Start { device: Option<DeviceId>, keeping: Keeping, answer: Answer<Uuid> },
    Stop { answer: Answer<()> },
    Pause { answer: Answer<()> },
    Continue { device: Option<DeviceId>, answer: Answer<()> },
    Finish { recording: Uuid, keeps_audio: bool, answer: Answer<()> },
    Source { recording: Uuid, answer: Answer<FeedSource> },
    Adopt { spooled: Box<Spooled>, answer: Answer<()> },
    Convert { to: Option<DataKey>, report: Box<dyn FnMut(Share) + Send>, answer: Answer<()> },
    TakeUp { answer: Answer<()> },
    Notice { recording: Uuid, notice: CaptureNotice },
}

/// A handle to the owner; cheap to clone.
#[derive(Clone)]
pub struct Recordings {
    asks: mpsc::UnboundedSender<Ask>,
    folder: PathBuf,
    history: History,
    /// Held by whoever makes or removes files beside the owner.
    files: Arc<RwLock<()>>,
    state: watch::Receiver<RecordingState>,
    declared: broadcast::Sender<Declared>,
    timing: Arc<TimingBoard>,
}

/// Something besides words that has its place in a transcript.
#[derive(Debug, Clone)]
pub enum Declared {
    /// The device delivered nothing for a while.
    Gap(Gap),
    /// The user paused the recording, or it goes on.
    Pause(Pause),
}

impl Recordings {
    /// Starts the owner. Spools that an earlier run left behind become recordings to finish.
    ///
    /// # Errors
    /// When the folder or the history cannot be used.
    pub async fn open(folder: PathBuf, history: History) -> Result<Self, RecordingError> {
        let left_over::LeftOver { sources, failure } = {
            let (folder, history) = (folder.clone(), history.clone());
            blocking(move || left_over::unfinished(&folder, &history)).await?
        };
        let (asks, inbox) = mpsc::unbounded_channel();
        let finishing = sources.keys().copied().collect();
        let failure = failure.map(Arc::new);
        let (publish, state) = watch::channel(RecordingState {
            live: Live::Idle,
            is_private: false,
            finishing,
            failure,
        });
        let (declared, _) = broadcast::channel(64);
        let files = Arc::default();
        let timing = Arc::default();
        let owner = Owner {
            declared: declared.clone(),
            folder: folder.clone(),
            history: history.clone(),
            files: Arc::clone(&files),
            timing: Arc::clone(&timing),
            publish,
            notices: asks.downgrade(),
            tape: Tape::None,
            sources,
            undeclared: Vec::new(),
        };
        tokio::spawn(owner.run(inbox));
        Ok(Self { asks, folder, history, files, state, declared, timing })
    }

    /// Starts a recording; one that is live already is left alone.
    ///
    /// # Errors
    /// When the microphone, the disk or the history refuse; when a private one is asked for and what is live is none.
    pub async fn start(
        &self,
        device: Option<DeviceId>,
        keeping: Keeping,
    ) -> Result<Uuid, SharedError> {
        self.ask(|answer| Ask::Start { device, keeping, answer }).await
    }

    /// Stops the live recording, if there is one; its last samples are on disk when this returns.
    ///
    /// # Errors
    /// When the disk or the history refuse; what was captured stays on disk.
    pub async fn stop(&self) -> Result<(), SharedError> {
        self.ask(|answer| Ask::Stop { answer }).await
    }

    /// Turns the microphone off for a while; the recording stays open, and its axis stands. One that is paused already is
    /// left alone.
    ///
    /// # Errors
    /// When nothing is recorded, or the disk or the history refuse.
    pub async fn pause(&self) -> Result<(), SharedError> {
        self.ask(|answer| Ask::Pause { answer }).await
    }

    /// Goes on with what was paused; one that is not paused is left alone.
    ///
    /// # Errors
    /// When nothing is recorded, or the microphone refuses; it stays paused then.
    pub async fn go_on(&self, device: Option<DeviceId>) -> Result<(), SharedError> {
        self.ask(|answer| Ask::Continue { device, answer }).await
    }

    /// The transcript of `recording` is complete: its audio goes, unless the user keeps audio.
    ///
    /// # Errors
    /// When the recording is unknown or still live, or the history refuses.
    pub async fn finish(&self, recording: Uuid, keeps_audio: bool) -> Result<(), SharedError> {
        self.ask(|answer| Ask::Finish { recording, keeps_audio, answer }).await
    }

    /// Encrypts the history with this key, and all audio that is kept, or decrypts them.
    ///
    /// # Errors
    /// When something is being recorded or finished, or the disk refuses; what is not through yet is as it was.
    pub async fn convert(
        &self,
        to: Option<DataKey>,
        report: impl FnMut(Share) + Send + 'static,
    ) -> Result<(), SharedError> {
        self.ask(|answer| Ask::Convert { to, report: Box::new(report), answer }).await
    }

    /// The history has its key now: what an earlier run left behind becomes recordings to finish.
    ///
    /// # Errors
    /// When the folder or the history cannot be used.
    pub async fn take_up(&self) -> Result<(), SharedError> {
        self.ask(|answer| Ask::TakeUp { answer }).await
    }

    /// For whoever makes or removes files of recordings: they are not encrypted or decrypted meanwhile.
    pub async fn hold_files(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.files).read_owned().await
    }

    /// The audio of a recording that is live or not finished.
    ///
    /// # Errors
    /// When there is no such recording.
    pub async fn source(&self, recording: Uuid) -> Result<FeedSource, SharedError> {
        self.ask(|answer| Ask::Source { recording, answer }).await
    }

    /// How far the capture of a recording is: its last sample so far.
    ///
    /// # Errors
    /// When it is neither live nor unfinished.
    pub async fn moment(&self, recording: Uuid) -> Result<u64, SharedError> {
        let source = self.source(recording).await?;
        let frames = source.progress.borrow().frames;
        Ok(frames * sotto_audio::FRAME_SAMPLES as u64)
    }

    /// The state, now and as it changes.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<RecordingState> {
        self.state.clone()
    }

    /// How long sound and text take.
    #[must_use]
    pub fn timing(&self) -> &TimingBoard {
        &self.timing
    }

    /// Gaps and pauses, as they are found.
    #[must_use]
    pub fn declared(&self) -> broadcast::Receiver<Declared> {
        self.declared.subscribe()
    }

    async fn ask<T>(&self, make: impl FnOnce(Answer<T>) -> Ask) -> Result<T, SharedError> {
        let (answer, answered) = oneshot::channel();
        self.asks.send(make(answer)).map_err(|_| Arc::new(RecordingError::Ending))?;
        answered.await.map_err(|_| Arc::new(RecordingError::Ending))?
    }
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RecordingError> + Send + 'static,
) -> Result<T, RecordingError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| RecordingError::Folder(std::io::Error::other(error)))?
}
