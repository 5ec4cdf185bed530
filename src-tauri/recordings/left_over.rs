//! What an earlier run of the program left behind.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use sotto_audio::{FRAME_SAMPLES, Recovered, SpoolError, SpoolPlace, SpoolProgress, SpoolReader};
use sotto_feed::FeedSource;
use sotto_history::{Gap, GapCause, History};
use tokio::sync::watch;
use uuid::Uuid;

use super::RecordingError;
use super::encryption;
use super::owner::{remove_spool, spool_path};

/// What an earlier run left: spools without an end, with or without a row in the history, and rows without a spool.
#[derive(Default)]
pub(super) struct LeftOver {
    /// Recordings to finish.
    pub(super) sources: BTreeMap<Uuid, FeedSource>,
    /// What the user must know of it; all of it is in the log.
    pub(super) failure: Option<RecordingError>,
}

/// A spool that was recovered.
struct Found {
    path: PathBuf,
    recovered: Recovered,
}

/// Looks through the folder of the spools. What cannot be used today is left for the next start, for no trouble with one
/// recording may keep the program from making the next.
///
/// Nothing is found while the history waits for its key: without it nobody knows what is finished.
pub(super) fn unfinished(folder: &Path, history: &History) -> Result<LeftOver, RecordingError> {
    let mut left = LeftOver::default();
    if history.needs_key() {
        return Ok(left);
    }
    if let Err(error) = encryption::in_step(folder, history) {
        left.tell(error);
    }
    for (recording, found) in left.found(folder, history)? {
        match adopt(&found, history) {
            Ok(source) => {
                left.sources.insert(recording, source);
            }
            Err(error) => left.tell(error),
        }
    }
    for recording in history.unfinished()? {
        // One whose audio is there but cannot be read today is no less unfinished.
        if left.sources.contains_key(&recording) || spool_path(folder, recording).exists() {
            continue;
        }
        tracing::warn!(%recording, "the audio of an unfinished recording is gone; its stored text is kept");
        if let Err(error) = history.recording_finished(recording) {
            left.tell(error.into());
        }
    }
    Ok(left)
}

impl LeftOver {
    fn tell(&mut self, error: RecordingError) {
        tracing::warn!(%error, "something that an earlier run left cannot be used");
        self.failure = Some(error);
    }

    /// The spool of each unfinished recording.
    fn found(
        &mut self,
        folder: &Path,
        history: &History,
    ) -> Result<BTreeMap<Uuid, Found>, RecordingError> {
        let mut found: BTreeMap<Uuid, Found> = BTreeMap::new();
        for path in spools(folder)? {
            let next = match read(path, history) {
                Ok(Some(next)) => next,
                Ok(None) => continue,
                Err(error) => {
                    self.tell(error);
                    continue;
                }
            };
            let recording = next.recovered.header.recording;
            let spare = match found.remove(&recording) {
                // The program makes one; a second one is a copy that somebody made.
                Some(other) if other.recovered.frames >= next.recovered.frames => {
                    found.insert(recording, other);
                    Some(next)
                }
                other => {
                    found.insert(recording, next);
                    other
                }
            };
            if let Some(spare) = spare {
                self.tell(set_aside(&spare.path));
            }
        }
        Ok(found)
    }
}

/// In an order that does not depend on the file system.
pub(super) fn spools(folder: &Path) -> Result<Vec<PathBuf>, RecordingError> {
    let mut paths = Vec::new();
    if folder.exists() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "spool") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// `None` where nothing is to be done: audio that is kept of a finished recording, or a file with nothing in it.
fn read(path: PathBuf, history: &History) -> Result<Option<Found>, RecordingError> {
    let key = history.key();
    let header = match SpoolReader::open(&path, key.as_ref()) {
        Ok(reader) => reader.header(),
        Err(SpoolError::NotASpool) if sotto_audio::is_blank(&path)? => {
            tracing::info!("a spool in which nothing was written is removed");
            remove_spool(&path);
            return Ok(None);
        }
        Err(SpoolError::NotASpool) => return Err(set_aside(&path)),
        Err(error) => return Err(error.into()),
    };
    if history.is_finished(header.recording)? {
        return Ok(None);
    }
    let recovered = sotto_audio::recover(&path, key.as_ref())?;
    Ok(Some(Found { path, recovered }))
}

/// Moves a spool out of the way; gives what must be told of that.
fn set_aside(path: &Path) -> RecordingError {
    match sotto_audio::set_aside(path) {
        Ok(moved_to) => SpoolError::SetAside { moved_to }.into(),
        Err(error) => error.into(),
    }
}

/// Makes a recording that can be finished of what was found.
fn adopt(found: &Found, history: &History) -> Result<FeedSource, RecordingError> {
    let Recovered { header, frames, .. } = found.recovered;
    history.recording_create(header.recording, header.started_at_unix_ms)?;
    history.recording_stopped(header.recording, frames * FRAME_SAMPLES as u64)?;
    declare_gaps(&found.path, header.recording, history)?;
    // The sender may go: a complete spool does not change any more.
    let (_, progress) = watch::channel(SpoolProgress { frames, is_complete: true });
    let spool = SpoolPlace::File(found.path.clone(), history.key());
    Ok(FeedSource { spool, progress, times: None })
}

/// What the device did not deliver and nobody had the time to declare: the frames tell.
fn declare_gaps(path: &Path, recording: Uuid, history: &History) -> Result<(), RecordingError> {
    let mut declared = history.open_recording(recording)?.gaps;
    declared.retain(|gap| matches!(gap.cause, GapCause::MicLost | GapCause::Xrun));
    for marked in sotto_audio::gaps(path, history.key().as_ref())? {
        for range in undeclared(marked, &declared) {
            let cause = GapCause::MicLost;
            history.gap_declare(&Gap { recording, from: range.start, to: range.end, cause })?;
        }
    }
    Ok(())
}

/// What of a range, in whole frames, no frame of a declared gap lies in. A gap is declared to the sample, and marks every
/// frame that it touches.
fn undeclared(marked: Range<u64>, declared: &[Gap]) -> Vec<Range<u64>> {
    const FRAME: u64 = FRAME_SAMPLES as u64;
    let mut open = Vec::new();
    let mut from = marked.start;
    // In the order of the axis, as the history gives them.
    for gap in declared {
        let frames = gap.from / FRAME * FRAME..gap.to.next_multiple_of(FRAME);
        if frames.start >= marked.end {
            break;
        }
        if frames.start > from {
            open.push(from..frames.start);
        }
        from = from.max(frames.end);
    }
    if from < marked.end {
        open.push(from..marked.end);
    }
    open
}

#[cfg(test)]
mod tests;
