//! The sound of a word.

use std::f64::consts::{PI, TAU};

use super::code::{BANDS, CHOICES, Pace, SYMBOLS, encode};

/// A voice between a man's and a woman's. Its harmonics fit whole periods into the 20 ms that are listened to at once.
pub(super) const FUNDAMENTAL_HZ: f64 = 150.0;
/// The harmonic at the bottom of the lowest band.
pub(super) const LOWEST: usize = 2;
/// Harmonics in all.
pub(super) const HARMONICS: usize = LOWEST + BANDS * CHOICES;
/// The choices in each band that are loud at once in the symbol that announces a word; nothing else has two.
pub(super) const HERALD: [usize; 2] = [1, 6];

/// Against the loud harmonics of its band.
const QUIET: f64 = 0.13;
/// Each band against the lowest: high formants are weaker.
const TILT: [f64; BANDS] = [1.0, 0.7, 0.5];
const RMS: f64 = 0.125 * 32_768.0;
const EDGE_MS: f64 = 5.0;

/// Loudness of each harmonic.
type Vowel = [f64; HARMONICS];

/// The samples of a word.
pub(super) fn word(number: u16, pace: Pace, rate_hz: u32) -> Vec<i16> {
    let vowels = vowels(number, pace);
    let rate = f64::from(rate_hz);
    let symbol = pace.symbol_ms() as f64 / 1000.0;
    let length = pace.word_ms() as f64 / 1000.0;
    let edge = EDGE_MS / 1000.0;
    (0..(length * rate) as usize)
        .map(|n| {
            let now = n as f64 / rate;
            let at = ((now / symbol) as usize).min(SYMBOLS);
            // A vowel glides into the next around their border.
            let since = now - at as f64 * symbol;
            let (other, share) = match (at, since) {
                (1.., since) if since < edge / 2.0 => (at - 1, 0.5 - since / edge),
                (..SYMBOLS, since) if symbol - since < edge / 2.0 => {
                    (at + 1, 0.5 - (symbol - since) / edge)
                }
                _ => (at, 0.0),
            };
            let sample: f64 = (1..HARMONICS)
                .map(|harmonic| {
                    let loud =
                        vowels[at][harmonic] * (1.0 - share) + vowels[other][harmonic] * share;
                    loud * sine(harmonic, now)
                })
                .sum();
            (sample * swell(now, length, edge)).round() as i16
        })
        .collect()
}

/// With phases that keep the peaks low.
fn sine(harmonic: usize, now: f64) -> f64 {
    let harmonic = harmonic as f64;
    let phase = -PI * harmonic * (harmonic - 1.0) / HARMONICS as f64;
    (TAU * FUNDAMENTAL_HZ * harmonic * now + phase).sin()
}

/// In and out without a click.
fn swell(now: f64, length: f64, edge: f64) -> f64 {
    (now.min(length - now) / edge).clamp(0.0, 1.0)
}

fn vowels(number: u16, pace: Pace) -> [Vowel; SYMBOLS + 1] {
    let mut vowels = [[0.0; HARMONICS]; SYMBOLS + 1];
    let loud = encode(number, pace).map(|symbol| symbol.map(|choice| [choice, choice]));
    let all = std::iter::once([HERALD; BANDS]).chain(loud);
    for (vowel, loud) in vowels.iter_mut().zip(all) {
        *vowel = self::vowel(&loud);
    }
    vowels
}

fn vowel(loud: &[[usize; 2]; BANDS]) -> Vowel {
    let mut vowel = [0.0; HARMONICS];
    // The voice itself, under the bands.
    vowel[1] = 0.5;
    for (band, (loud, tilt)) in loud.iter().zip(TILT).enumerate() {
        for choice in 0..CHOICES {
            let volume = if loud.contains(&choice) { 1.0 } else { QUIET };
            vowel[LOWEST + band * CHOICES + choice] = volume * tilt;
        }
    }
    let power: f64 = vowel.iter().map(|volume| volume * volume / 2.0).sum();
    vowel.map(|volume| volume * RMS / power.sqrt())
}
