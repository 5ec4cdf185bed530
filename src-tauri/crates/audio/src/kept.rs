//! Audio that the user keeps once its recording is whole: FLAC, half the size of a spool, and any player opens it.
//!
//! A spool is made into one beside it, read back and compared sample by sample, and only then put in its place; whatever
//! stops this in between, the spool is there. How such a file lies on the disk, encrypted or as it is, is known to [`Output`] and
//! [`source`] alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr as _, Stream, StreamInfo};
use flacenc::error::Verify as _;
use flacenc::source::{Context, Fill as _, FrameBuf};
use symphonia::core::audio::SampleBuffer;
use symphonia::core::codecs::{Decoder, DecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

use sotto_encryption::{DataKey, whole};

use crate::framer::level_dbfs;
use crate::spool::sync_folder;
use crate::{FRAME_BYTES, FRAME_SAMPLES, Frame, FrameFlags, SAMPLE_RATE, SpoolError, SpoolReader};

/// The ending of such a file's name.
pub const KEPT_EXTENSION: &str = "flac";

/// The ending while it is being made.
const PART: &str = "flac.part";
/// Frames in a block: a quarter of a second, so that a place is found without decoding much.
const BLOCK_FRAMES: u64 = 5;
const BLOCK: usize = 5 * FRAME_SAMPLES;
const BITS: usize = 16;

/// Makes a file of a spool that is whole, and both are encrypted with this key; gives its place. The spool stays where it is.
///
/// # Errors
/// When there is nothing in the spool, when the disk refuses, or when what was written does not read back as it was.
pub fn keep(spool: &Path, key: Option<&DataKey>) -> Result<PathBuf, SpoolError> {
    let kept = beside(spool);
    keep_as(spool, &kept, key, key)?;
    Ok(kept)
}

/// What a spool is made into.
pub(crate) fn beside(spool: &Path) -> PathBuf {
    spool.with_extension(KEPT_EXTENSION)
}

/// The same, under a name of its own, and encrypted with another key than the spool, or not at all.
///
/// # Errors
/// As [`keep`].
pub fn keep_as(
    spool: &Path,
    kept: &Path,
    from: Option<&DataKey>,
    to: Option<&DataKey>,
) -> Result<(), SpoolError> {
    let part = kept.with_extension(PART);
    let open = || SpoolReader::open(spool, from);
    let made = open().and_then(|spool| encode(spool, &part, to));
    let made = made.and_then(|()| compare(open()?, KeptReader::open(&part, to)?));
    if let Err(error) = made {
        if let Err(error) = fs::remove_file(&part) {
            tracing::debug!(%error, "there is no half of a file to be removed");
        }
        return Err(error);
    }
    fs::rename(&part, kept)?;
    match kept.parent() {
        Some(folder) => Ok(sync_folder(folder)?),
        None => Ok(()),
    }
}

/// What an earlier run did not finish.
#[must_use]
pub fn is_half_kept(path: &Path) -> bool {
    path.to_string_lossy().ends_with(PART)
}

/// Where such a file is written.
enum Output {
    Plain(File),
    Sealed(Box<whole::Writer<File>>),
}

impl Output {
    fn create(path: &Path, key: Option<&DataKey>) -> Result<Self, SpoolError> {
        let file = create(path)?;
        Ok(match key {
            Some(key) => Self::Sealed(Box::new(whole::Writer::new(key, file)?)),
            None => Self::Plain(file),
        })
    }

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        match self {
            Self::Plain(file) => file.write_all(bytes)?,
            Self::Sealed(writer) => writer.write_all(bytes)?,
        }
        Ok(())
    }

    /// With what is known only now in the place of the first bytes.
    fn finish(self, head: &[u8]) -> Result<(), SpoolError> {
        let file = match self {
            Self::Plain(mut file) => {
                file.seek(SeekFrom::Start(0))?;
                file.write_all(head)?;
                file
            }
            Self::Sealed(writer) => writer.finish(head)?,
        };
        Ok(file.sync_all()?)
    }
}

/// The owner alone may read it.
fn create(path: &Path) -> Result<File, SpoolError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

/// Where it is read.
fn source(path: &Path, key: Option<&DataKey>) -> Result<Box<dyn MediaSource>, SpoolError> {
    if !whole::is_sealed(path)? {
        return Ok(Box::new(File::open(path)?));
    }
    let reader = whole::Reader::new(key.ok_or(SpoolError::WrongKey)?, File::open(path)?);
    let reader = reader.map_err(|error| match error.kind() {
        ErrorKind::InvalidData => SpoolError::WrongKey,
        _ => error.into(),
    })?;
    Ok(Box::new(Sealed(reader)))
}

struct Sealed(whole::Reader<File>);

impl Read for Sealed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Seek for Sealed {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl MediaSource for Sealed {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.0.length())
    }
}

fn encode(mut spool: SpoolReader, to: &Path, key: Option<&DataKey>) -> Result<(), SpoolError> {
    let mut file = Output::create(to, key)?;
    let config = flacenc::config::Encoder::default()
        .into_verified()
        .map_err(|(_, error)| SpoolError::File(error.to_string()))?;
    let mut info = StreamInfo::new(SAMPLE_RATE as usize, 1, BITS).map_err(failed)?;
    let mut sum = Context::new(BITS, 1);
    // Its place is taken by what is known at the end.
    file.write_all(&head(&info)?)?;
    let mut block = 0;
    loop {
        let samples = next_block(&mut spool, block)?;
        if samples.is_empty() {
            break;
        }
        let mut buffer = FrameBuf::with_size(1, samples.len()).map_err(failed)?;
        buffer.fill_interleaved(&samples).map_err(failed)?;
        sum.fill_interleaved(&samples).map_err(failed)?;
        let number = usize::try_from(block).unwrap_or(usize::MAX);
        let frame =
            flacenc::encode_fixed_size_frame(&config, &buffer, number, &info).map_err(failed)?;
        let mut bytes = ByteSink::new();
        frame.write(&mut bytes).map_err(failed)?;
        file.write_all(bytes.as_slice())?;
        info.update_frame_info(&frame);
        block += 1;
    }
    if block == 0 {
        return Err(SpoolError::NotASpool);
    }
    // The last block, which may be shorter, does not count.
    info.set_block_sizes(BLOCK, BLOCK).map_err(failed)?;
    info.set_md5_digest(&sum.md5_digest());
    file.finish(&head(&info)?)
}

/// The marker and the facts about the whole.
fn head(info: &StreamInfo) -> Result<Vec<u8>, SpoolError> {
    let mut bytes = ByteSink::new();
    Stream::with_stream_info(info.clone()).write(&mut bytes).map_err(failed)?;
    Ok(bytes.into_inner())
}

/// What is damaged in a spool is silence: the axis stays true.
fn next_block(spool: &mut SpoolReader, block: u64) -> Result<Vec<i32>, SpoolError> {
    let mut samples = Vec::with_capacity(BLOCK);
    for number in block * BLOCK_FRAMES..(block + 1) * BLOCK_FRAMES {
        let Some(frame) = spool.read(number)? else { break };
        samples.extend(frame.pcm.iter().map(|sample| i32::from(*sample)));
    }
    Ok(samples)
}

/// Reads both, from the beginning to the end.
fn compare(mut spool: SpoolReader, mut kept: KeptReader) -> Result<(), SpoolError> {
    let mut number = 0;
    loop {
        let (was, is) = (spool.read(number)?, kept.read(number)?);
        match (was, is) {
            (None, None) => return Ok(()),
            (Some(was), Some(is)) if was.pcm == is.pcm => number += 1,
            _ => return Err(SpoolError::File(format!("frame {number} was not kept as it was"))),
        }
    }
}

fn failed(error: impl std::fmt::Display) -> SpoolError {
    SpoolError::File(error.to_string())
}

/// Frames out of a kept file, in any order.
pub struct KeptReader {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn Decoder>,
    track: u32,
    frames: u64,
    /// Decoded samples, of which the first is this one.
    from: u64,
    held: Vec<i16>,
}

impl KeptReader {
    /// Reads the beginning. A file that is not encrypted needs no key.
    ///
    /// # Errors
    /// When it is not there, or is no such file, or one of another key.
    pub fn open(path: &Path, key: Option<&DataKey>) -> Result<Self, SpoolError> {
        let stream =
            MediaSourceStream::new(source(path, key)?, MediaSourceStreamOptions::default());
        let mut hint = Hint::new();
        hint.with_extension(KEPT_EXTENSION);
        let format = symphonia::default::get_probe()
            .format(&hint, stream, &FormatOptions::default(), &MetadataOptions::default())
            .map_err(|_| SpoolError::NotASpool)?
            .format;
        let track = format.default_track().ok_or(SpoolError::NotASpool)?;
        let samples = track.codec_params.n_frames.ok_or(SpoolError::NotASpool)?;
        let decoder = symphonia::default::get_codecs()
            .make(&track.codec_params, &DecoderOptions::default())
            .map_err(|_| SpoolError::NotASpool)?;
        let (track, frames) = (track.id, samples / FRAME_SAMPLES as u64);
        Ok(Self { format, decoder, track, frames, from: 0, held: Vec::new() })
    }

    /// How many there are.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// The frame at this place; `None` behind the end. What the speech detector had said of it is not kept.
    ///
    /// # Errors
    /// When the file cannot be read, or is damaged here.
    pub fn read(&mut self, number: u64) -> Result<Option<Frame>, SpoolError> {
        if number >= self.frames {
            return Ok(None);
        }
        let first_sample = number * FRAME_SAMPLES as u64;
        self.hold(first_sample)?;
        let at = usize::try_from(first_sample - self.from).unwrap_or(usize::MAX);
        let samples = self.held.get(at..at.saturating_add(FRAME_SAMPLES));
        let pcm: [i16; FRAME_SAMPLES] = samples
            .and_then(|samples| samples.try_into().ok())
            .ok_or_else(|| SpoolError::File("kept audio is damaged".to_owned()))?;
        let level_dbfs = level_dbfs(&pcm);
        let flags = FrameFlags::default();
        Ok(Some(Frame { first_sample, level_dbfs, flags, pcm: Box::new(pcm) }))
    }

    /// The same as it goes to the window.
    ///
    /// # Errors
    /// As [`KeptReader::read`].
    pub fn read_bytes(&mut self, number: u64) -> Result<Option<[u8; FRAME_BYTES]>, SpoolError> {
        Ok(self.read(number)?.map(|frame| frame.encode()))
    }

    /// Decodes until the frame that begins with `first` is held.
    fn hold(&mut self, first: u64) -> Result<(), SpoolError> {
        let end = first + FRAME_SAMPLES as u64;
        let is_next = (self.from..=self.end() + BLOCK as u64).contains(&first);
        if !is_next {
            let to = SeekTo::TimeStamp { ts: first, track_id: self.track };
            let found = self.format.seek(SeekMode::Accurate, to).map_err(failed)?;
            self.decoder.reset();
            self.held.clear();
            self.from = found.actual_ts;
        }
        while self.end() < end {
            let packet = match self.format.next_packet() {
                Ok(packet) if packet.track_id() == self.track => packet,
                Ok(_) => continue,
                Err(Error::IoError(_)) => break,
                Err(error) => return Err(failed(error)),
            };
            let decoded = self.decoder.decode(&packet).map_err(failed)?;
            let mut samples = SampleBuffer::<i16>::new(decoded.capacity() as u64, *decoded.spec());
            samples.copy_interleaved_ref(decoded);
            if self.end() <= first {
                self.held.clear();
                self.from = packet.ts();
            }
            self.held.extend_from_slice(samples.samples());
        }
        Ok(())
    }

    fn end(&self) -> u64 {
        self.from + self.held.len() as u64
    }
}
