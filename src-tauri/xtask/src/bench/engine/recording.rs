//! Recordings: their audio at 16 kHz, their text, and the room that they were made in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::shell::root;
use crate::words;

/// Samples a second of everything that is measured.
pub(super) const RATE: usize = 16_000;

/// Speech and what is said in it.
#[derive(Debug, Clone)]
pub(super) struct Recording {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) pcm: Vec<i16>,
}

impl Recording {
    /// Those of the engine pack.
    pub(super) fn of_pack() -> anyhow::Result<Vec<Self>> {
        let of = |name: &str| {
            Self::load(
                &root().join(format!("src-tauri/engine-pack/speech/{name}.wav")),
                &root().join(format!("src-tauri/bench/texts/{name}.txt")),
            )
        };
        Ok(vec![of("two_cities")?, of("beckett")?])
    }

    /// A file of audio and one of text.
    pub(super) fn load(audio: &Path, text: &Path) -> anyhow::Result<Self> {
        let bytes =
            fs::read(audio).with_context(|| format!("{} cannot be read", audio.display()))?;
        let pcm = samples(&bytes).with_context(|| audio.display().to_string())?;
        let text = fs::read_to_string(text)
            .with_context(|| format!("{} cannot be read", text.display()))?;
        ensure!(!words::plain(&text).is_empty(), "no word was said in {}", audio.display());
        let name = audio.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, text, pcm })
    }

    /// How long it is.
    pub(super) fn seconds(&self) -> f64 {
        self.pcm.len() as f64 / RATE as f64
    }

    /// Its words, as they are compared.
    pub(super) fn words(&self) -> Vec<String> {
        words::plain(&self.text)
    }

    /// It, and so many seconds of its room after it, so that what was said last is followed by a silence like any other.
    pub(super) fn with_room(&self, seconds: f64) -> Vec<i16> {
        let mut pcm = self.pcm.clone();
        pcm.extend(self.room(seconds));
        pcm
    }

    /// Noise as loud as its quietest tenth of a second: digital silence beside real audio is something no microphone hears.
    pub(super) fn room(&self, seconds: f64) -> Vec<i16> {
        let power =
            |tenth: &[i16]| tenth.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
        let quietest = self.pcm.chunks_exact(RATE / 10).map(power).min_by(f64::total_cmp);
        // Evenly spread between -peak and peak it has this power.
        let peak = (3.0 * quietest.unwrap_or(0.0) / (RATE / 10) as f64).sqrt();
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let length = (seconds * RATE as f64) as usize;
        (0..length).map(|_| ((2.0 * next() - 1.0) * peak).round() as i16).collect()
    }
}

/// The samples of a WAV file of 16 bits and one channel, at 16 kHz.
fn samples(file: &[u8]) -> anyhow::Result<Vec<i16>> {
    ensure!(file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WAVE"), "no WAV file");
    let form = chunk(file, b"fmt ").context("no form")?;
    let number = |at: usize| form.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    ensure!(
        (number(0), number(2), number(14)) == (Some(1), Some(1), Some(16)),
        "only PCM of 16 bits with one channel can be measured"
    );
    let rate = form.get(4..8).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    let rate = rate.context("no rate")? as usize;
    ensure!(rate > 0 && rate.is_multiple_of(RATE), "{rate} Hz is no multiple of 16,000");
    let data = chunk(file, b"data").context("no data")?;
    let pcm: Vec<i16> =
        data.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
    Ok(decimated(&pcm, rate / RATE))
}

fn chunk<'a>(file: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut at = 12;
    loop {
        let length = u32::from_le_bytes(file.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        let body = file.get(at + 8..)?;
        if file.get(at..at + 4)? == name {
            // The length of a file that was never closed is larger than the file.
            return Some(&body[..length.min(body.len())]);
        }
        at += 8 + length + length % 2;
    }
}

/// One sample of `step`, after a Hann-windowed sinc has taken out what the lower rate cannot hold.
fn decimated(pcm: &[i16], step: usize) -> Vec<i16> {
    if step == 1 {
        return pcm.to_vec();
    }
    let reach = 16 * step;
    let taps: Vec<f64> = (0..=2 * reach)
        .map(|tap| {
            let from_middle = tap as f64 - reach as f64;
            let at = from_middle / step as f64 * 0.95 * std::f64::consts::PI;
            let sinc = if tap == reach { 1.0 } else { at.sin() / at };
            let window = (std::f64::consts::PI * from_middle / (reach + 1) as f64).cos();
            sinc * (0.5 + 0.5 * window)
        })
        .collect();
    let gain: f64 = taps.iter().sum();
    let sample = |at: usize| at.checked_sub(reach).and_then(|at| pcm.get(at)).copied().unwrap_or(0);
    (0..pcm.len() / step)
        .map(|out| {
            let sum: f64 = taps
                .iter()
                .enumerate()
                .map(|(tap, weight)| weight * f64::from(sample(out * step + tap)))
                .sum();
            (sum / gain).round() as i16
        })
        .collect()
}

/// Writes a WAV file at 16 kHz into a folder.
pub(super) fn write_wav(folder: &Path, name: &str, pcm: &[i16]) -> anyhow::Result<PathBuf> {
    let length = u32::try_from(pcm.len() * 2)?;
    let rate = RATE as u32;
    let mut file = Vec::with_capacity(44 + pcm.len() * 2);
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(rate.to_le_bytes());
    file.extend((2 * rate).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(length.to_le_bytes());
    file.extend(pcm.iter().flat_map(|sample| sample.to_le_bytes()));
    let path = folder.join(format!("{name}.wav"));
    fs::write(&path, file)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f64, rate: usize) -> Vec<i16> {
        let sample = |at| (at as f64 * hertz / rate as f64 * std::f64::consts::TAU).sin() * 1e4;
        (0..rate).map(|at| sample(at).round() as i16).collect()
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let pcm = tone(440.0, RATE);
        let path = write_wav(folder.path(), "tone", &pcm).unwrap();
        assert_eq!(samples(&fs::read(path).unwrap()).unwrap(), pcm);
        assert!(samples(b"RIFF\0\0\0\0WAVEdata").is_err());
    }

    #[test]
    fn a_third_of_the_samples_is_the_same_tone_and_nothing_folds_back() {
        let (low, expected) = (decimated(&tone(440.0, 48_000), 3), tone(440.0, RATE));
        let off = |at: usize| (i32::from(low[at]) - i32::from(expected[at])).abs();
        assert!((100..RATE - 100).all(|at| off(at) < 30));
        let high = decimated(&tone(11_000.0, 48_000), 3);
        assert!(high[100..RATE - 100].iter().all(|sample| sample.abs() < 30));
    }

    #[test]
    fn the_room_is_as_loud_as_the_quietest_tenth() {
        let mut pcm = tone(440.0, RATE);
        pcm[1600..3200].iter_mut().for_each(|sample| *sample /= 100);
        let recording = Recording { name: String::new(), text: String::new(), pcm };
        let room = recording.room(2.0);
        assert_eq!(room.len(), 2 * RATE);
        let power = room.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
        let rms = (power / room.len() as f64).sqrt();
        assert!((60.0..80.0).contains(&rms), "{rms}");
    }
}
