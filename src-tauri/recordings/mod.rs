//! The owner of recordings: the microphone, the spools, and which recordings are not finished yet.
//!
//! One task owns the state; everyone else sends it an ask and reads the [`RecordingState`] it publishes. Button, tray,
//! shortcut and command line all end here, so none of them can disagree about what is being recorded. Knows nothing of
//! the window, the network or recognisers.

#[cfg(test)]
mod kill;
mod left_over;
mod owner;
mod state;

use std::path::PathBuf;
use std::sync::Arc;

use sotto_audio::{CaptureNotice, DeviceId};
use sotto_feed::FeedSource;
use sotto_history::{Gap, History};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use uuid::Uuid;

use owner::Owner;
pub use state::{Live, RecordingError, RecordingState};

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
    gaps: broadcast::Sender<Gap>,
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
        let (publish, state) =
            watch::channel(RecordingState { live: Live::Idle, finishing, failure });
        let (gaps, _) = broadcast::channel(64);
        let owner = Owner {
            gaps: gaps.clone(),
            folder,
            history,
            publish,
            notices: asks.downgrade(),
            capture: None,
            sources,
            undeclared: Vec::new(),
        };
        tokio::spawn(owner.run(inbox));
        Ok(Self { asks, state, gaps })
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

    /// Where the device delivered nothing, as it is found.
    #[must_use]
    pub fn gaps(&self) -> broadcast::Receiver<Gap> {
        self.gaps.subscribe()
    }

    async fn ask<T>(&self, make: impl FnOnce(Answer<T>) -> Ask) -> Result<T, SharedError> {
        let (answer, answered) = oneshot::channel();
        self.asks.send(make(answer)).map_err(|_| Arc::new(RecordingError::Ending))?;
        answered.await.map_err(|_| Arc::new(RecordingError::Ending))?
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RecordingError> + Send + 'static,
) -> Result<T, RecordingError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| RecordingError::Folder(std::io::Error::other(error)))?
}
