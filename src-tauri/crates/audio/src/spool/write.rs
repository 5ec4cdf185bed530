//! The end at which frames are put in.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sotto_encryption::DataKey;
use sotto_timing::{Measure, Micros, PathTimes};
use tokio::sync::watch;

use super::disk::Disk;
use super::format::{Records, SpoolHeader};
use super::memory::SpoolMemory;
use crate::{FRAME_SAMPLES, Frame, SpoolError};

/// Power loss may cost a second of audio; a frame and the sync itself need some of it. A crash of the program costs none.
const SYNC_EVERY: Duration = Duration::from_millis(800);

/// How far a spool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolProgress {
    /// Frames that can be read.
    pub frames: u64,
    /// No more will come.
    pub is_complete: bool,
}

/// The end at which frames are put in.
pub struct SpoolWriter {
    disk: Box<dyn Disk>,
    records: Records,
    progress: watch::Sender<SpoolProgress>,
    times: Arc<PathTimes>,
    /// Dropped to end the thread that syncs.
    sync: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

impl SpoolWriter {
    /// Makes a spool, and its folder if need be; both can be read by the user alone. With a key, it is encrypted.
    ///
    /// # Errors
    /// When the file exists or cannot be made.
    pub fn create(
        path: &Path,
        header: SpoolHeader,
        key: Option<&DataKey>,
    ) -> Result<Self, SpoolError> {
        Self::create_on(path, header, key, |file| Box::new(file))
    }

    /// Makes a spool that is in memory alone.
    ///
    /// # Errors
    /// None that are known: memory takes what it is given.
    pub fn in_memory(header: SpoolHeader) -> Result<(Self, SpoolMemory), SpoolError> {
        let memory = SpoolMemory::default();
        let mut disk: Box<dyn Disk> = Box::new(memory.clone());
        let (header, records) = header.begin(None)?;
        disk.write_at(0, &header)?;
        let (progress, _) = watch::channel(SpoolProgress { frames: 0, is_complete: false });
        Ok((Self { disk, records, progress, times: Arc::default(), sync: None }, memory))
    }

    /// `disk`: what the file is written through.
    pub(crate) fn create_on(
        path: &Path,
        header: SpoolHeader,
        key: Option<&DataKey>,
        disk: impl FnOnce(File) -> Box<dyn Disk>,
    ) -> Result<Self, SpoolError> {
        let (header, records) = header.begin(key)?;
        if let Some(folder) = path.parent() {
            make_private_folder(folder)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let begun = file.try_clone().map_err(SpoolError::from).and_then(|beside| {
            let mut disk = disk(file);
            disk.write_at(0, &header)?;
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            Ok((disk, keep_in_sync(beside, folder.map(Path::to_owned))?))
        });
        match begun {
            Ok((disk, sync)) => {
                let (progress, _) = watch::channel(SpoolProgress { frames: 0, is_complete: false });
                Ok(Self { disk, records, progress, times: Arc::default(), sync: Some(sync) })
            }
            Err(error) => {
                // A file without a header is no spool: nothing could be recovered from it.
                if let Err(error) = fs::remove_file(path) {
                    tracing::warn!(%error, "a spool that could not be begun is left behind");
                }
                Err(error)
            }
        }
    }

    /// How far it is, now and as it grows.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<SpoolProgress> {
        self.progress.subscribe()
    }

    /// How long its frames take, from here on.
    #[must_use]
    pub fn times(&self) -> Arc<PathTimes> {
        Arc::clone(&self.times)
    }

    /// As [`Self::append`], for a frame whose last sample a device delivered then.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub fn append_captured(&mut self, frame: &Frame, at: Micros) -> Result<(), SpoolError> {
        // Readers see it when it is in: its time has to be there before.
        self.times.captured(frame.first_sample / FRAME_SAMPLES as u64, at);
        self.append(frame)?;
        self.times.add(Measure::Spool, sotto_timing::now().saturating_sub(at));
        Ok(())
    }

    /// Puts a frame in; readers see it when this has returned. A frame that could only be written in part is taken
    /// back, so that the file stays readable when the disk is full, and the same frame may be put in again.
    ///
    /// # Errors
    /// When it is not the next frame, or cannot be written.
    pub fn append(&mut self, frame: &Frame) -> Result<(), SpoolError> {
        let frames = self.progress.borrow().frames;
        let expected = frames * FRAME_SAMPLES as u64;
        if frame.first_sample != expected {
            return Err(SpoolError::OutOfOrder { expected, got: frame.first_sample });
        }
        let record = self.records.record(frame)?;
        if let Err(error) = self.disk.write_at(self.records.offset(frames), &record) {
            self.take_back(frames);
            return Err(error.into());
        }
        self.progress.send_replace(SpoolProgress { frames: frames + 1, is_complete: false });
        Ok(())
    }

    /// Where this fails too, the torn frame stays until the next write to its place, or until [`super::recover()`] cuts it
    /// off: what the caller must hear of is the disk.
    fn take_back(&mut self, frames: u64) {
        if let Err(error) = self.disk.cut(self.records.offset(frames)) {
            tracing::warn!(%error, "a torn frame stays at the end of a spool");
        }
    }

    /// Syncs what is there and says that no more will come; gives the number of frames.
    ///
    /// # Errors
    /// When it cannot be synced; readers are told of the end all the same.
    pub fn finish(&mut self) -> Result<u64, SpoolError> {
        self.end_sync();
        let frames = self.progress.borrow().frames;
        let synced = self.disk.sync();
        self.progress.send_replace(SpoolProgress { frames, is_complete: true });
        synced?;
        Ok(frames)
    }

    fn end_sync(&mut self) {
        if let Some((end, thread)) = self.sync.take() {
            drop(end);
            if thread.join().is_err() {
                tracing::error!("the thread that syncs a spool died");
            }
        }
    }
}

impl Drop for SpoolWriter {
    /// A capture that failed must not leave its readers waiting.
    fn drop(&mut self) {
        self.end_sync();
        self.progress.send_modify(|progress| progress.is_complete = true);
    }
}

/// Syncs beside the capture thread, which must never wait for a disk; the first time at once, with the entry in the
/// folder.
fn keep_in_sync(
    file: File,
    folder: Option<PathBuf>,
) -> Result<(mpsc::Sender<()>, JoinHandle<()>), SpoolError> {
    let (end, ended) = mpsc::channel::<()>();
    let thread = thread::Builder::new().name("spool-sync".to_owned()).spawn(move || {
        let made = file.sync_all().and_then(|()| folder.as_deref().map_or(Ok(()), sync_folder));
        if let Err(error) = made {
            tracing::warn!(%error, "a new spool could not be synced");
        }
        while ended.recv_timeout(SYNC_EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
            if let Err(error) = file.sync_data() {
                tracing::warn!(%error, "a spool could not be synced");
            }
        }
    })?;
    Ok((end, thread))
}

/// A file is only there after a power loss if its folder was synced; Windows does that by itself and opens no folders.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn make_private_folder(folder: &Path) -> Result<(), SpoolError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    Ok(())
}

#[cfg(test)]
mod tests;
