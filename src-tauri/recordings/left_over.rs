//! What an earlier run of the program left behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sotto_audio::{FRAME_SAMPLES, SpoolProgress};
use sotto_feed::FeedSource;
use sotto_history::{Gap, GapCause, History};
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
                    declare_gaps(&path, recording, history)?;
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

/// What the device did not deliver and nobody had the time to declare: the frames tell. They are cut at whole frames, so a
/// range that touches a declared one is that one.
fn declare_gaps(path: &Path, recording: Uuid, history: &History) -> Result<(), RecordingError> {
    let declared = history.open_recording(recording)?.gaps;
    for range in sotto_audio::gaps(path)? {
        if declared.iter().any(|gap| gap.from < range.end && gap.to > range.start) {
            continue;
        }
        let cause = GapCause::MicLost;
        history.gap_declare(&Gap { recording, from: range.start, to: range.end, cause })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sotto_audio::{SpoolHeader, SpoolWriter};

    use super::*;
    use crate::recordings::Recordings;

    #[test]
    fn gaps_that_nobody_declared_are_told_by_the_frames_once() {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(&folder.path().join("history.db")).unwrap();
        let recording = Uuid::now_v7();
        let header = SpoolHeader { recording, started_at_unix_ms: 5 };
        let path = folder.path().join("spool/a.spool");
        let mut spool = SpoolWriter::create(&path, header).unwrap();
        for number in 0..10 {
            let mut frame = sotto_audio::Frame::missing(number);
            frame.flags.is_gap = [2, 3, 7].contains(&number);
            spool.append(&frame).unwrap();
        }
        drop(spool);
        history.recording_create(recording, 5).unwrap();
        // The first one was declared, to the sample, before the crash.
        let cause = GapCause::MicLost;
        history.gap_declare(&Gap { recording, from: 1_700, to: 3_000, cause }).unwrap();
        for _ in 0..2 {
            unfinished(&folder.path().join("spool"), &history).unwrap();
            let gaps = history.open_recording(recording).unwrap().gaps;
            let ranges: Vec<_> = gaps.iter().map(|gap| gap.from..gap.to).collect();
            assert_eq!(ranges, [1_700..3_000, 5_600..6_400]);
        }
    }

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
