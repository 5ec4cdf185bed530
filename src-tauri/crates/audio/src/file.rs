//! Audio out of files: WAV, FLAC, Ogg Vorbis, MP3 and M4A, read piece by piece, so that a file of hours needs no memory.

use std::io;
use std::time::Duration;

use symphonia::core::audio::SampleBuffer;
use symphonia::core::codecs::{CODEC_TYPE_NULL, Decoder, DecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::{MediaSource, MediaSourceStream, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

/// What can go wrong with a file.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// It is none of the kinds that Sotto knows, or no audio at all.
    #[error("this is no audio that Sotto can read (WAV, FLAC, Ogg Vorbis, MP3 and M4A are)")]
    Unknown,
    /// Its beginning was good, and then it was not.
    #[error("the audio is damaged after {} s", after.as_secs())]
    Damaged {
        /// How much was read.
        after: Duration,
    },
}

/// A file that is being read.
pub struct AudioFile {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn Decoder>,
    track: u32,
    rate_hz: u32,
    length: Option<Duration>,
    buffer: Option<SampleBuffer<f32>>,
    /// Per channel.
    samples_read: u64,
}

impl AudioFile {
    /// Reads the beginning. `name` helps to tell the kind by its ending.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn open(file: std::fs::File, name: &str) -> Result<Self, FileError> {
        Self::of(Box::new(file), name)
    }

    /// The same of a pipe.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn stream(input: impl io::Read + Send + Sync + 'static) -> Result<Self, FileError> {
        Self::of(Box::new(ReadOnlySource::new(input)), "")
    }

    fn of(source: Box<dyn MediaSource>, name: &str) -> Result<Self, FileError> {
        let stream = MediaSourceStream::new(
            source,
            symphonia::core::io::MediaSourceStreamOptions::default(),
        );
        let mut hint = Hint::new();
        if let Some((_, ending)) = name.rsplit_once('.') {
            hint.with_extension(ending);
        }
        let options = FormatOptions { enable_gapless: true, ..FormatOptions::default() };
        let format = symphonia::default::get_probe()
            .format(&hint, stream, &options, &MetadataOptions::default())
            .map_err(|error| beginning(&error))?
            .format;
        let track = format
            .tracks()
            .iter()
            .find(|track| {
                track.codec_params.codec != CODEC_TYPE_NULL
                    && track.codec_params.sample_rate.is_some()
            })
            .ok_or(FileError::Unknown)?;
        let parameters = &track.codec_params;
        let rate_hz = parameters.sample_rate.ok_or(FileError::Unknown)?;
        let length = parameters
            .n_frames
            .map(|frames| Duration::from_secs_f64(frames as f64 / f64::from(rate_hz)));
        let decoder = symphonia::default::get_codecs()
            .make(parameters, &DecoderOptions::default())
            .map_err(|error| beginning(&error))?;
        let track = track.id;
        Ok(Self { format, decoder, track, rate_hz, length, buffer: None, samples_read: 0 })
    }

    /// Of the samples that [`Self::read`] gives.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Where the file tells.
    #[must_use]
    pub fn length(&self) -> Option<Duration> {
        self.length
    }

    /// Puts the next piece into `samples`, mixed down to one channel; false at the end.
    ///
    /// # Errors
    /// Where the file is damaged; what came before was good.
    pub fn read(&mut self, samples: &mut Vec<f32>) -> Result<bool, FileError> {
        samples.clear();
        while samples.is_empty() {
            let packet = match self.format.next_packet() {
                Ok(packet) if packet.track_id() == self.track => packet,
                Ok(_) => continue,
                Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(false);
                }
                Err(Error::ResetRequired) => return Ok(false),
                Err(error) => return Err(self.broken(&error)),
            };
            match self.decoder.decode(&packet) {
                Ok(decoded) => {
                    let spec = *decoded.spec();
                    let buffer = match &mut self.buffer {
                        Some(buffer)
                            if buffer.capacity() >= decoded.capacity() * spec.channels.count() =>
                        {
                            buffer
                        }
                        other => other.insert(SampleBuffer::new(decoded.capacity() as u64, spec)),
                    };
                    buffer.copy_interleaved_ref(decoded);
                    mix_down(buffer.samples(), spec.channels.count(), samples);
                    self.samples_read += samples.len() as u64;
                }
                // A packet that is damaged is passed over, as every player does.
                Err(Error::DecodeError(error)) => tracing::debug!(error, "a packet was damaged"),
                Err(error) => return Err(self.broken(&error)),
            }
        }
        Ok(true)
    }

    fn broken(&self, error: &Error) -> FileError {
        tracing::debug!(%error, "an audio file is damaged");
        FileError::Damaged {
            after: Duration::from_secs_f64(self.samples_read as f64 / f64::from(self.rate_hz)),
        }
    }
}

fn beginning(error: &Error) -> FileError {
    match error {
        Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            FileError::Unreadable(error.to_string())
        }
        _ => FileError::Unknown,
    }
}

fn mix_down(interleaved: &[f32], channels: usize, mono: &mut Vec<f32>) {
    let channels = channels.max(1);
    #[allow(clippy::cast_precision_loss, reason = "a handful of channels")]
    let share = 1.0 / channels as f32;
    mono.extend(interleaved.chunks_exact(channels).map(|one| one.iter().sum::<f32>() * share));
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn wav(channels: u16, rate: u32, samples: &[i16]) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        samples.iter().for_each(|sample| writer.write_sample(*sample).unwrap());
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    fn all(mut file: AudioFile) -> (Vec<f32>, Option<FileError>) {
        let (mut out, mut piece) = (Vec::new(), Vec::new());
        loop {
            match file.read(&mut piece) {
                Ok(true) => out.extend_from_slice(&piece),
                Ok(false) => return (out, None),
                Err(error) => return (out, Some(error)),
            }
        }
    }

    #[test]
    fn a_file_gives_its_samples_mixed_down_and_its_length() {
        let stereo: Vec<i16> = (0..44_100).flat_map(|n| [(n % 100) as i16 * 100, 0]).collect();
        let file = AudioFile::stream(Cursor::new(wav(2, 44_100, &stereo))).unwrap();
        assert_eq!((file.rate_hz(), file.length()), (44_100, Some(Duration::from_secs(1))));
        let (samples, error) = all(file);
        assert!(error.is_none());
        assert_eq!(samples.len(), 44_100);
        assert!((samples[99] - 9_900.0 / 65_536.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_no_audio_is_told_at_once() {
        for bytes in [Vec::new(), b"not audio at all, though long enough for a header".repeat(9)] {
            assert!(matches!(AudioFile::stream(Cursor::new(bytes)), Err(FileError::Unknown)));
        }
    }

    #[test]
    fn a_file_that_was_cut_off_gives_what_it_has() {
        let whole = wav(1, 16_000, &[1_000; 16_000]);
        let (samples, _) = all(AudioFile::stream(Cursor::new(whole[..20_000].to_vec())).unwrap());
        assert!((9_000..=9_978).contains(&samples.len()), "{}", samples.len());
    }
}
