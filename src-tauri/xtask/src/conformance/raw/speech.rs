//! The recording that is spoken, and its words.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

/// Said in its first seconds, and recognised by the smallest model.
const WORDS: [&str; 5] = ["best", "times", "worst", "age", "wisdom"];

/// The first `seconds` of the recording at 16 kHz, as `pcm_s16le`: each sample the mean of those that it stands for.
pub(super) fn pcm(recording: &Path, seconds: usize) -> anyhow::Result<Vec<u8>> {
    let file = fs::read(recording)?;
    let rate = file.get(24..28).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    let step = rate.context("no recording")? as usize / 16_000;
    ensure!(step > 0 && file.get(22..24) == Some(&[1, 0]), "the recording is not as expected");
    let data = file.windows(4).position(|four| four == b"data").context("no data")? + 8;
    let samples: Vec<i32> = file[data..]
        .chunks_exact(2)
        .map(|two| i16::from_le_bytes([two[0], two[1]]).into())
        .collect();
    let means = samples.chunks_exact(step).map(|some| some.iter().sum::<i32>() / step as i32);
    Ok(means.take(seconds * 16_000).flat_map(|mean| (mean as i16).to_le_bytes()).collect())
}

/// The same in G.711 mu-law, at the same rate.
pub(super) fn mulaw(pcm: &[u8]) -> Vec<u8> {
    pcm.chunks_exact(2).map(|two| mulaw_of(i16::from_le_bytes([two[0], two[1]]))).collect()
}

fn mulaw_of(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(32_635) + 0x84;
    let exponent = 24 - magnitude.leading_zeros() as i32;
    !(sign | (exponent << 4) as u8 | ((magnitude >> (exponent + 3)) & 0x0F) as u8)
}

/// Whether enough of the recording's telling words are in a text.
pub(super) fn is_understood(text: &str) -> bool {
    let text = text.to_lowercase();
    WORDS.iter().filter(|word| text.contains(**word)).count() >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ends of the scale and its middle, as G.711 has them.
    #[test]
    fn mulaw_is_that_of_the_standard() {
        assert_eq!([0, 32_635, -32_635].map(mulaw_of), [0xFF, 0x80, 0x00]);
    }
}
