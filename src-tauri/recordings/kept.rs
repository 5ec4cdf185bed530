//! The sound of a recording that is still there, be it because the recording is not finished, or because the user keeps it.

use std::path::PathBuf;

use sotto_audio::{SpoolPlace, SpoolProgress};
use sotto_encryption::DataKey;
use sotto_feed::FeedSource;
use tokio::sync::watch;
use uuid::Uuid;

use super::owner::spool_path;
use super::{RecordingError, Recordings, SharedError};

impl Recordings {
    /// The audio of a recording.
    ///
    /// # Errors
    /// When there is none any more.
    pub async fn sound(&self, recording: Uuid) -> Result<FeedSource, SharedError> {
        match self.source(recording).await {
            Err(error) if matches!(*error, RecordingError::Unknown(_)) => {}
            found => return found,
        }
        let path = spool_path(&self.folder, recording);
        let history = self.history.clone();
        Ok(super::blocking(move || kept(path, recording, history.key())).await?)
    }

    /// Whether there is any.
    #[must_use]
    pub fn has_sound(&self, recording: Uuid) -> bool {
        self.state.borrow().is_open(recording) || spool_path(&self.folder, recording).exists()
    }
}

fn kept(
    path: PathBuf,
    recording: Uuid,
    key: Option<DataKey>,
) -> Result<FeedSource, RecordingError> {
    if !path.exists() {
        return Err(RecordingError::Unknown(recording));
    }
    let frames = sotto_audio::recover(&path, key.as_ref())?.frames;
    // The sender may go: a spool of a finished recording does not change any more.
    let (_, progress) = watch::channel(SpoolProgress { frames, is_complete: true });
    Ok(FeedSource { spool: SpoolPlace::File(path, key), progress })
}
