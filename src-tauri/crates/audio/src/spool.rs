//! The file that holds a recording's frames: appended before anyone sees them, and readable up to its last whole frame
//! after a crash at any byte.
//!
//! A header of 64 bytes, then records of [`RECORD_BYTES`]: an encoded frame and its CRC-32. Records have one size, so
//! frame n lies at `64 + n · 1620`; a torn or half-written tail is told by its length, its checksum or its number.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::watch;
use uuid::Uuid;

use crate::{FRAME_BYTES, FRAME_SAMPLES, Frame, SAMPLE_RATE, SpoolError};

const MAGIC: [u8; 8] = *b"SOTTOSP1";
const HEADER_BYTES: usize = 64;
const RECORD_BYTES: usize = FRAME_BYTES + 4;

/// Power loss may cost this much audio; a crash of the program costs none of it.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// What a spool says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolHeader {
    /// Which recording.
    pub recording: Uuid,
    /// Wall time of sample 0, Unix milliseconds.
    pub started_at_unix_ms: u64,
}

impl SpoolHeader {
    fn encode(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&SAMPLE_RATE.to_le_bytes());
        #[allow(clippy::cast_possible_truncation, reason = "800")]
        bytes[12..16].copy_from_slice(&(FRAME_SAMPLES as u32).to_le_bytes());
        bytes[16..32].copy_from_slice(self.recording.as_bytes());
        bytes[32..40].copy_from_slice(&self.started_at_unix_ms.to_le_bytes());
        let crc = crc32fast::hash(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Self, SpoolError> {
        let (said, crc) = bytes.split_at(60);
        let fits = said[..8] == MAGIC
            && said[8..12] == SAMPLE_RATE.to_le_bytes()
            && said[12..16] == 800u32.to_le_bytes()
            && crc == crc32fast::hash(said).to_le_bytes();
        match (fits, said[16..32].try_into(), said[32..40].try_into()) {
            (true, Ok(recording), Ok(started_at)) => Ok(Self {
                recording: Uuid::from_bytes(recording),
                started_at_unix_ms: u64::from_le_bytes(started_at),
            }),
            _ => Err(SpoolError::NotASpool),
        }
    }
}

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
    file: File,
    progress: watch::Sender<SpoolProgress>,
    /// Dropped to end the thread that syncs.
    sync: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
    /// A disk that a test fills and empties.
    #[cfg(test)]
    pub(crate) is_full: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl SpoolWriter {
    /// Makes a spool, and its folder if need be; both can be read by the user alone.
    ///
    /// # Errors
    /// When the file exists or cannot be made.
    pub fn create(path: &Path, header: SpoolHeader) -> Result<Self, SpoolError> {
        if let Some(folder) = path.parent() {
            make_private_folder(folder)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        Self::begin(file, path, header).inspect_err(|_| {
            // A file without a header is no spool: nothing could be recovered from it.
            if let Err(error) = fs::remove_file(path) {
                tracing::warn!(%error, "a spool that could not be begun is left behind");
            }
        })
    }

    fn begin(mut file: File, path: &Path, header: SpoolHeader) -> Result<Self, SpoolError> {
        file.write_all(&header.encode())?;
        let folder =
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned);
        let sync = keep_in_sync(file.try_clone()?, folder)?;
        let (progress, _) = watch::channel(SpoolProgress { frames: 0, is_complete: false });
        Ok(Self {
            file,
            progress,
            sync: Some(sync),
            #[cfg(test)]
            is_full: std::sync::Arc::default(),
        })
    }

    /// How far it is, now and as it grows.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<SpoolProgress> {
        self.progress.subscribe()
    }

    /// Puts a frame in; readers see it when this has returned. A frame that could only be written in part is taken
    /// back, so that the file stays readable when the disk is full.
    ///
    /// # Errors
    /// When it is not the next frame, or cannot be written.
    pub fn append(&mut self, frame: &Frame) -> Result<(), SpoolError> {
        let frames = self.progress.borrow().frames;
        let expected = frames * FRAME_SAMPLES as u64;
        if frame.first_sample != expected {
            return Err(SpoolError::OutOfOrder { expected, got: frame.first_sample });
        }
        let mut record = [0; RECORD_BYTES];
        record[..FRAME_BYTES].copy_from_slice(&frame.encode());
        let crc = crc32fast::hash(&record[..FRAME_BYTES]);
        record[FRAME_BYTES..].copy_from_slice(&crc.to_le_bytes());
        if let Err(error) = self.write(frames, &record) {
            self.take_back(frames);
            return Err(error.into());
        }
        self.progress.send_replace(SpoolProgress { frames: frames + 1, is_complete: false });
        Ok(())
    }

    /// At its place, whatever a write before it left behind.
    fn write(&mut self, frames: u64, record: &[u8; RECORD_BYTES]) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(offset(frames)))?;
        #[cfg(test)]
        if self.is_full.load(std::sync::atomic::Ordering::Relaxed) {
            self.file.write_all(&record[..700])?;
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.file.write_all(record)
    }

    /// Where this fails too, the torn frame stays and [`recover`] cuts it off: what the caller must hear of is the disk.
    fn take_back(&mut self, frames: u64) {
        if let Err(error) = self.file.set_len(offset(frames)) {
            tracing::warn!(%error, "a torn frame stays at the end of a spool until the next one takes its place");
        }
    }

    /// Syncs what is there and says that no more will come; gives the number of frames.
    ///
    /// # Errors
    /// When it cannot be synced; readers are told of the end all the same.
    pub fn finish(&mut self) -> Result<u64, SpoolError> {
        self.end_sync();
        let frames = self.progress.borrow().frames;
        let synced = self.file.sync_all();
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

/// The end at which frames are taken out, any number of them at once.
pub struct SpoolReader {
    file: File,
    header: SpoolHeader,
}

impl SpoolReader {
    /// Opens a spool, also while it is being written.
    ///
    /// # Errors
    /// When it is not there or is no spool.
    pub fn open(path: &Path) -> Result<Self, SpoolError> {
        let mut file = File::open(path)?;
        let header = read_header(&mut file)?;
        Ok(Self { file, header })
    }

    /// What the spool says about itself.
    #[must_use]
    pub fn header(&self) -> SpoolHeader {
        self.header
    }

    /// The encoded frame at this place, as it goes to the window; `None` where there is no whole frame.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read_bytes(&mut self, frame: u64) -> Result<Option<[u8; FRAME_BYTES]>, SpoolError> {
        self.file.seek(SeekFrom::Start(offset(frame)))?;
        let mut record = [0; RECORD_BYTES];
        match self.file.read_exact(&mut record) {
            Ok(()) => Ok(sound(&record, frame)),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The frame at this place; `None` where there is no whole frame.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&mut self, frame: u64) -> Result<Option<Frame>, SpoolError> {
        Ok(self.read_bytes(frame)?.map(|bytes| Frame::decode(&bytes)))
    }
}

/// What a crash left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovered {
    /// Whose audio it is.
    pub header: SpoolHeader,
    /// Whole frames.
    pub frames: u64,
    /// Bytes of a torn tail that were cut off.
    pub bytes_dropped: u64,
}

/// Reads a spool from the front and cuts off what does not belong to a whole frame.
///
/// # Errors
/// When it is no spool or cannot be read or cut.
pub fn recover(path: &Path) -> Result<Recovered, SpoolError> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let header = read_header(&mut file)?;
    let mut reader = SpoolReader { file, header };
    let mut frames = 0;
    while reader.read_bytes(frames)?.is_some() {
        frames += 1;
    }
    let length = reader.file.metadata()?.len();
    let bytes_dropped = length.saturating_sub(offset(frames));
    if bytes_dropped > 0 {
        reader.file.set_len(offset(frames))?;
        reader.file.sync_all()?;
    }
    Ok(Recovered { header, frames, bytes_dropped })
}

/// The ranges of samples that a spool marks as gaps, in order and as long as they can be. For a recording whose end nobody
/// wrote down: what the device did not deliver is told by the frames themselves.
///
/// # Errors
/// When it is no spool or cannot be read.
pub fn gaps(path: &Path) -> Result<Vec<std::ops::Range<u64>>, SpoolError> {
    let mut reader = SpoolReader::open(path)?;
    let mut gaps: Vec<std::ops::Range<u64>> = Vec::new();
    let mut number = 0;
    while let Some(frame) = reader.read(number)? {
        let range = frame.first_sample..frame.first_sample + FRAME_SAMPLES as u64;
        number += 1;
        match gaps.last_mut() {
            _ if !frame.flags.is_gap => {}
            Some(last) if last.end == range.start => last.end = range.end,
            _ => gaps.push(range),
        }
    }
    Ok(gaps)
}

fn read_header(file: &mut File) -> Result<SpoolHeader, SpoolError> {
    let mut header = [0; HEADER_BYTES];
    match file.read_exact(&mut header) {
        Ok(()) => SpoolHeader::decode(&header),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(SpoolError::NotASpool)
        }
        Err(error) => Err(error.into()),
    }
}

fn sound(record: &[u8; RECORD_BYTES], frame: u64) -> Option<[u8; FRAME_BYTES]> {
    let (bytes, crc) = record.split_at(FRAME_BYTES);
    let is_next = bytes[..8] == (frame * FRAME_SAMPLES as u64).to_le_bytes();
    let is_whole = crc == crc32fast::hash(bytes).to_le_bytes();
    if is_next && is_whole { bytes.try_into().ok() } else { None }
}

fn offset(frame: u64) -> u64 {
    HEADER_BYTES as u64 + frame * RECORD_BYTES as u64
}

/// A file is only there after a power loss if its folder was synced; Windows does that by itself and opens no folders.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// `/dev/full` refuses every write as a full disk does, and refuses to be cut too.
    #[test]
    fn a_full_disk_is_told_apart_even_if_nothing_can_be_taken_back() {
        let file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let (progress, seen) = watch::channel(SpoolProgress { frames: 0, is_complete: false });
        let mut spool =
            SpoolWriter { file, progress, sync: None, is_full: std::sync::Arc::default() };
        assert!(matches!(spool.append(&Frame::missing(0)), Err(SpoolError::DiskFull)));
        assert_eq!(seen.borrow().frames, 0, "nobody was shown what is not there");
    }
}
