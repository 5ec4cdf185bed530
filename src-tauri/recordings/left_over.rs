//! What an earlier run of the program left behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sotto_audio::{FRAME_SAMPLES, SpoolProgress};
use sotto_feed::FeedSource;
use sotto_history::History;
use tokio::sync::watch;
use uuid::Uuid;

use super::RecordingError;

/// What an earlier run left: spools without an end, with or without a row in the history, and rows without a spool.
pub(super) fn unfinished(
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

#[cfg(test)]
mod tests {
    use sotto_audio::{SpoolHeader, SpoolWriter};

    use super::*;
    use crate::recordings::Recordings;

    #[tokio::test]
    async fn what_a_crash_left_is_finished_and_rows_without_audio_are_closed() {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(&folder.path().join("history.db")).unwrap();
        let (with_spool, without) = (Uuid::now_v7(), Uuid::now_v7());
        let header = SpoolHeader { recording: with_spool, started_at_unix_ms: 5 };
        // Only a spool: the program died before the row was written.
        drop(SpoolWriter::create(&folder.path().join("spool/a.spool"), header).unwrap());
        // Only a row: its audio was lost with its disk.
        history.recording_create(without, 6).unwrap();

        let recordings =
            Recordings::open(folder.path().join("spool"), history.clone()).await.unwrap();
        assert_eq!(recordings.state().borrow().finishing, [with_spool]);
        assert!(history.is_finished(without).unwrap());
        recordings.source(with_spool).await.unwrap();
        recordings.finish(with_spool, false).await.unwrap();
        assert!(history.is_finished(with_spool).unwrap());
        assert!(!folder.path().join("spool/a.spool").exists(), "its audio is not needed any more");
        assert!(recordings.finish(with_spool, false).await.is_err(), "and it is known no more");
    }
}
