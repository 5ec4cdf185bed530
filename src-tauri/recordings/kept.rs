//! The sound of a recording that is still there, be it because the recording is not finished, or because the user keeps it.
//!
//! While it is needed it is a spool. Once the recording is whole, what the user keeps is made into FLAC: at once, and at the
//! start for what an earlier run left or an earlier version kept.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sotto_audio::{
    KEPT_EXTENSION, KeptReader, SpoolPlace, SpoolProgress, is_half_kept, keep, keep_as,
};
use sotto_encryption::{DataKey, whole};
use sotto_feed::FeedSource;
use sotto_history::History;
use tokio::sync::watch;
use uuid::Uuid;

use super::owner::{remove_spool, spool_path};
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
        let (folder, history) = (self.folder.clone(), self.history.clone());
        Ok(super::blocking(move || kept(&folder, recording, history.key())).await?)
    }

    /// Whether there is any.
    #[must_use]
    pub fn has_sound(&self, recording: Uuid) -> bool {
        self.state.borrow().is_open(recording) || place(&self.folder, recording, None).is_some()
    }

    /// Writes the kept audio of a finished recording to a file of the user's, as FLAC that anybody can play.
    ///
    /// # Errors
    /// When there is none, or it cannot be written.
    pub async fn save_sound(&self, recording: Uuid, to: PathBuf) -> Result<(), SharedError> {
        let (folder, key) = (self.folder.clone(), self.history.key());
        let save = move || match place(&folder, recording, key) {
            Some(SpoolPlace::Kept(path, Some(key))) if whole::is_sealed(&path)? => {
                Ok(whole::unseal(&key, File::open(path)?, BufWriter::new(File::create(&to)?))?)
            }
            Some(SpoolPlace::Kept(path, _)) => Ok(fs::copy(path, &to).map(drop)?),
            Some(SpoolPlace::File(path, key)) => Ok(keep_as(&path, &to, key.as_ref(), None)?),
            Some(SpoolPlace::Memory(_)) | None => Err(RecordingError::Unknown(recording)),
        };
        Ok(super::blocking(save).await?)
    }

    /// Makes FLAC of what is kept as spools, and tells the history what is there; in its own time.
    pub fn tidy(&self, history: History) {
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = tidy(&folder, &history) {
                tracing::warn!(%error, "kept audio could not be looked through");
            }
        });
    }
}

/// Where the sound of a finished recording is, and what opens it if it is encrypted.
fn place(folder: &Path, recording: Uuid, key: Option<DataKey>) -> Option<SpoolPlace> {
    let (kept, spool) = (kept_path(folder, recording), spool_path(folder, recording));
    if kept.exists() {
        return Some(SpoolPlace::Kept(kept, key));
    }
    spool.exists().then_some(SpoolPlace::File(spool, key))
}

fn kept_path(folder: &Path, recording: Uuid) -> PathBuf {
    folder.join(format!("{recording}.{KEPT_EXTENSION}"))
}

fn kept(
    folder: &Path,
    recording: Uuid,
    key: Option<DataKey>,
) -> Result<FeedSource, RecordingError> {
    let spool = place(folder, recording, key).ok_or(RecordingError::Unknown(recording))?;
    let frames = match &spool {
        SpoolPlace::Kept(path, key) => KeptReader::open(path, key.as_ref())?.frames(),
        SpoolPlace::File(path, key) => sotto_audio::recover(path, key.as_ref())?.frames,
        SpoolPlace::Memory(_) => 0,
    };
    // The sender may go: the sound of a finished recording does not change any more.
    let (_, progress) = watch::channel(SpoolProgress { frames, is_complete: true });
    Ok(FeedSource { spool, progress, times: None })
}

/// All of it that lies here, half of a file included.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.try_exists()? {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == KEPT_EXTENSION)
                || is_half_kept(&path)
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Removes all sound of a recording; none is as well.
///
/// # Errors
/// When a file cannot be removed.
pub(crate) fn remove_sound(folder: &Path, recording: Uuid) -> io::Result<()> {
    for path in [spool_path(folder, recording), kept_path(folder, recording)] {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// So no two make the same file, and a spool that is gone afterwards was deleted by the user.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Until this is dropped, nothing is made of spools: whoever encrypts or decrypts them is at it.
pub(super) fn hold() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts FLAC in the place of the spool of a finished recording, encrypted if the history is.
pub(super) fn compact(folder: &Path, history: &History, recording: Uuid) {
    let _alone = hold();
    if history.needs_key() {
        return;
    }
    let key = history.key();
    let spool = spool_path(folder, recording);
    if !spool.exists() {
        return;
    }
    // What has its name was compared with the spool before it was given it.
    let made = if kept_path(folder, recording).exists() {
        Ok(())
    } else {
        keep(&spool, key.as_ref()).map(drop)
    };
    match made {
        Err(error) => tracing::warn!(%error, %recording, "audio stays as it was captured"),
        // Somebody deleted the recording meanwhile.
        Ok(()) if !spool.exists() => {
            if let Err(error) = remove_sound(folder, recording) {
                tracing::warn!(%error, %recording, "deleted audio could not be removed");
            }
        }
        Ok(()) => remove_spool(&spool),
    }
}

fn tidy(folder: &Path, history: &History) -> Result<(), RecordingError> {
    if history.needs_key() {
        return Ok(());
    }
    let mut there = Vec::new();
    for entry in folder.exists().then(|| fs::read_dir(folder)).transpose()?.into_iter().flatten() {
        let path = entry?.path();
        if is_half_kept(&path) {
            let _alone = hold();
            if path.exists() {
                fs::remove_file(&path)?;
            }
        }
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let Some(recording) = name.and_then(|name| name.parse::<Uuid>().ok()) else { continue };
        if place(folder, recording, None).is_some() && history.is_finished(recording)? {
            there.push(recording);
        }
    }
    for recording in &there {
        history.audio_kept(*recording, true)?;
        compact(folder, history, *recording);
    }
    for recording in history.with_audio()? {
        if place(folder, recording, None).is_none() {
            history.audio_kept(recording, false)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sotto_audio::{FRAME_SAMPLES, Frame, FrameFlags, SpoolHeader, SpoolReader, SpoolWriter};

    struct Library {
        folder: tempfile::TempDir,
        history: History,
    }

    impl Library {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let history = History::open(&folder.path().join("history.db")).unwrap();
            Self { folder, history }
        }

        fn folder(&self) -> PathBuf {
            self.folder.path().join("spool")
        }

        /// A finished recording, or one that is not, with this many frames.
        fn recorded(&self, frames: u64, is_finished: bool) -> Uuid {
            let recording = Uuid::now_v7();
            let header = SpoolHeader { recording, started_at_unix_ms: 1 };
            let path = spool_path(&self.folder(), recording);
            let mut spool =
                SpoolWriter::create(&path, header, self.history.key().as_ref()).unwrap();
            for number in 0..frames {
                spool.append(&frame(number)).unwrap();
            }
            spool.finish().unwrap();
            self.history.recording_create(recording, 1).unwrap();
            self.history.recording_stopped(recording, frames * FRAME_SAMPLES as u64).unwrap();
            if is_finished {
                self.history.recording_finished(recording).unwrap();
            }
            recording
        }
    }

    fn frame(number: u64) -> Frame {
        let sample = |at: u64| ((number * 800 + at) as f64 / 40.0).sin() * 9_000.0;
        let pcm: Vec<i16> = (0..800).map(|at| sample(at) as i16 + (at % 7) as i16).collect();
        Frame {
            first_sample: number * FRAME_SAMPLES as u64,
            level_dbfs: -20.0,
            flags: FrameFlags { is_speech: true, is_gap: false },
            pcm: Box::new(pcm.try_into().unwrap()),
        }
    }

    #[test]
    fn what_is_kept_becomes_smaller_and_sounds_the_same() {
        let library = Library::new();
        let recording = library.recorded(203, true);
        let spool = spool_path(&library.folder(), recording);
        let size = fs::metadata(&spool).unwrap().len();
        tidy(&library.folder(), &library.history).unwrap();
        assert!(!spool.exists());
        let file = kept_path(&library.folder(), recording);
        assert!(fs::metadata(&file).unwrap().len() < size * 3 / 4);
        let source = kept(&library.folder(), recording, library.history.key()).unwrap();
        assert_eq!(source.progress.borrow().frames, 203);
        let mut reader = source.spool.open().unwrap();
        for number in [0, 1, 202, 100, 101, 7, 106, 3] {
            assert_eq!(reader.read(number).unwrap().unwrap().pcm, frame(number).pcm, "{number}");
        }
        assert!(reader.read(203).unwrap().is_none());
        assert_eq!(library.history.with_audio().unwrap(), [recording]);
        remove_sound(&library.folder(), recording).unwrap();
        tidy(&library.folder(), &library.history).unwrap();
        assert!(library.history.with_audio().unwrap().is_empty());
    }

    #[test]
    fn what_is_kept_is_encrypted_with_the_history_and_decrypted_with_it() {
        let library = Library::new();
        let before = library.recorded(33, true);
        tidy(&library.folder(), &library.history).unwrap();
        let key = DataKey::new(zeroize::Zeroizing::new([7; 32]));
        let (folder, history) = (library.folder(), &library.history);
        super::super::encryption::encrypt(&folder, history, &key, |_| {}).unwrap();
        let after = library.recorded(40, true);
        tidy(&folder, history).unwrap();
        assert!(!spool_path(&folder, after).exists());
        for recording in [before, after] {
            let path = kept_path(&folder, recording);
            assert!(whole::is_sealed(&path).unwrap(), "{recording}");
            assert!(KeptReader::open(&path, None).is_err());
            let source = kept(&folder, recording, history.key()).unwrap();
            let mut reader = source.spool.open().unwrap();
            for number in [32, 0, 17] {
                assert_eq!(reader.read(number).unwrap().unwrap().pcm, frame(number).pcm);
            }
        }
        super::super::encryption::decrypt(&folder, history, |_| {}).unwrap();
        for recording in [before, after] {
            assert!(!whole::is_sealed(&kept_path(&folder, recording)).unwrap());
            let mut reader = KeptReader::open(&kept_path(&folder, recording), None).unwrap();
            assert_eq!(reader.read(3).unwrap().unwrap().pcm, frame(3).pcm);
        }
    }

    #[test]
    fn what_is_not_finished_stays_a_spool() {
        let library = Library::new();
        let recording = library.recorded(3, false);
        tidy(&library.folder(), &library.history).unwrap();
        let spool = spool_path(&library.folder(), recording);
        assert_eq!(SpoolReader::open(&spool, None).unwrap().read(2).unwrap(), Some(frame(2)));
        assert!(!kept_path(&library.folder(), recording).exists());
    }

    /// A crash leaves one of these: half a file, a whole one beside its spool, or a spool alone.
    #[test]
    fn a_crash_at_any_moment_costs_nothing() {
        let library = Library::new();
        let (half, beside) = (library.recorded(12, true), library.recorded(12, true));
        let part = kept_path(&library.folder(), half).with_extension("flac.part");
        fs::write(&part, "fLaC and no more").unwrap();
        keep(&spool_path(&library.folder(), beside), None).unwrap();
        tidy(&library.folder(), &library.history).unwrap();
        assert!(!part.exists());
        for recording in [half, beside] {
            assert!(!spool_path(&library.folder(), recording).exists());
            let source = kept(&library.folder(), recording, library.history.key()).unwrap();
            assert_eq!(source.spool.open().unwrap().read(11).unwrap().unwrap().pcm, frame(11).pcm);
        }
    }

    #[test]
    fn what_cannot_be_made_into_flac_is_left_as_it_is() {
        let library = Library::new();
        let recording = library.recorded(0, true);
        compact(&library.folder(), &library.history, recording);
        assert!(spool_path(&library.folder(), recording).exists());
        assert!(!kept_path(&library.folder(), recording).exists());
    }
}
