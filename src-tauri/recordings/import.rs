//! An audio file as a recording: it becomes a spool, as if a microphone had delivered it, and from there on both go the same
//! way. So a file is written down by the chosen recogniser with all that goes for recordings: pace, outages, crashes.

use std::fs::File;
use std::path::Path;

use sotto_audio::{
    AudioFile, FRAME_SAMPLES, FileError, Pipeline, SpoolError, SpoolHeader, SpoolPlace,
    SpoolWriter, each_frame,
};
use sotto_encryption::DataKey;
use sotto_feed::FeedSource;
use sotto_history::HistoryError;
use uuid::Uuid;

use super::owner::{remove_spool, spool_path};
use super::{RecordingError, SharedError};

/// What came of a file.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The recording that it is now.
    pub recording: Uuid,
    /// Only what comes before this could be read.
    pub damage: Option<FileError>,
}

/// A spool that is whole, and what the history is to know of it.
#[derive(Debug)]
pub(super) struct Spooled {
    pub(super) recording: Uuid,
    pub(super) started_at: u64,
    pub(super) title: String,
    pub(super) samples: u64,
    pub(super) source: FeedSource,
    pub(super) damage: Option<FileError>,
}

/// Reads all of a file into a spool in `folder`. Takes about a minute for an hour.
pub(super) fn spool(
    folder: &Path,
    file: &Path,
    recording: Uuid,
    started_at: u64,
    key: Option<DataKey>,
) -> Result<Spooled, RecordingError> {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let title = file.file_stem().map_or_else(|| name.clone(), |stem| stem.to_string_lossy());
    let opened = File::open(file).map_err(|error| FileError::Unreadable(error.to_string()))?;
    let audio = AudioFile::open(opened, &name)?;
    let pipeline = Pipeline::new(audio.rate_hz())?;
    let path = spool_path(folder, recording);
    let header = SpoolHeader { recording, started_at_unix_ms: started_at };
    let mut spool = SpoolWriter::create(&path, header, key.as_ref())?;
    match pour(audio, pipeline, &mut spool) {
        Ok((frames, damage)) => Ok(Spooled {
            recording,
            started_at,
            title: title.into_owned(),
            samples: frames * FRAME_SAMPLES as u64,
            source: FeedSource {
                spool: SpoolPlace::File(path, key),
                progress: spool.progress(),
                times: None,
            },
            damage,
        }),
        Err(error) => {
            drop(spool);
            remove_spool(&path);
            Err(error)
        }
    }
}

/// The number of frames, and what kept the rest from being read.
fn pour(
    audio: AudioFile,
    pipeline: Pipeline,
    spool: &mut SpoolWriter,
) -> Result<(u64, Option<FileError>), RecordingError> {
    let mut refused: Option<SpoolError> = None;
    let read = each_frame(audio, pipeline, |frame| {
        refused = spool.append(&frame).err();
        refused.is_none()
    });
    if let Some(error) = refused {
        return Err(error.into());
    }
    let frames = spool.finish()?;
    match read {
        // Nothing good came before the damage: then it is no audio.
        Err(error) if frames == 0 => Err(error.into()),
        Ok(()) if frames == 0 => Err(FileError::Unknown.into()),
        read => Ok((frames, read.err())),
    }
}

impl super::Recordings {
    /// Makes a recording of an audio file, to be finished like any other.
    ///
    /// # Errors
    /// When the file is no audio, or the disk or the history refuse; nothing is left behind then.
    pub async fn import(&self, file: &Path) -> Result<Imported, SharedError> {
        let held = self.hold_files().await;
        let (folder, history, file) = (self.folder.clone(), self.history.clone(), file.to_owned());
        let spooled = super::blocking(move || {
            if history.needs_key() {
                return Err(HistoryError::NeedsKey.into());
            }
            spool(&folder, &file, Uuid::now_v7(), super::owner::unix_ms(), history.key())
        })
        .await?;
        // From here on the owner sees to it that it is encrypted if the history is.
        drop(held);
        let imported = Imported { recording: spooled.recording, damage: spooled.damage.clone() };
        self.ask(|answer| super::Ask::Adopt { spooled: Box::new(spooled), answer }).await?;
        Ok(imported)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recordings::Recordings;
    use sotto_history::History;

    fn wav(path: &Path, seconds: u32) {
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 44_100,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(path, spec).unwrap();
        (0..seconds * 44_100 * 2).for_each(|at| writer.write_sample((at % 200) as i16).unwrap());
        writer.finalize().unwrap();
    }

    async fn library(folder: &Path) -> (Recordings, History) {
        let history = History::open(&folder.join("history.db")).unwrap();
        (Recordings::open(folder.join("spool"), history.clone()).await.unwrap(), history)
    }

    #[tokio::test]
    async fn a_file_is_a_stopped_recording_under_its_own_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Interview 3.wav");
        wav(&file, 3);
        let (recordings, history) = library(folder.path()).await;
        let imported = recordings.import(&file).await.unwrap();
        assert!(imported.damage.is_none());
        assert_eq!(recordings.state().borrow().finishing, [imported.recording]);
        let source = recordings.source(imported.recording).await.unwrap();
        let progress = *source.progress.borrow();
        assert!(progress.is_complete && progress.frames == 60, "{progress:?}");
        let opened = history.open_recording(imported.recording).unwrap();
        assert_eq!(
            (opened.summary.title.as_str(), opened.summary.samples),
            ("Interview 3", 48_000)
        );
        // A crash changes nothing: it is unfinished, and its spool is there.
        drop(recordings);
        let (again, _) = library(folder.path()).await;
        assert_eq!(again.state().borrow().finishing, [imported.recording]);
    }

    #[tokio::test]
    async fn what_is_no_audio_is_refused_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("letter.wav");
        std::fs::write(&file, "Dear Sir").unwrap();
        let (recordings, history) = library(folder.path()).await;
        for file in [&file, &folder.path().join("nowhere.wav")] {
            let refused = recordings.import(file).await.unwrap_err();
            assert!(matches!(*refused, RecordingError::File(_)), "{refused}");
        }
        assert!(history.page("", None, 9).unwrap().is_empty());
        let left = std::fs::read_dir(folder.path().join("spool")).map_or(0, Iterator::count);
        assert_eq!(left, 0);
    }
}
