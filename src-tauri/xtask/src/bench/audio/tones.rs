//! Tones whose every sample is known, and how far what a resampler made of them is from what they are.

use std::f64::consts::TAU;

/// What is turned into 16 kHz.
pub(super) const RATE: u32 = 16_000;

/// Beyond this a resampler's delay is not looked for, in seconds.
const LONGEST_DELAY: f64 = 2e-3;
const DELAY_STEP: f64 = 1e-6;
const REFINEMENTS: usize = 30;

/// A sine of a whole number of Hertz, or any of them in a sum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tone {
    pub(super) hz: u32,
    pub(super) height: f64,
    /// In turns.
    pub(super) phase: f64,
}

impl Tone {
    /// At a moment, in seconds.
    fn at(&self, seconds: f64) -> f64 {
        self.height * (TAU * (f64::from(self.hz) * seconds + self.phase)).sin()
    }

    fn speed(&self) -> f64 {
        TAU * f64::from(self.hz)
    }
}

/// Samples `from` to `to` of a sum of tones.
pub(super) fn sampled(tones: &[Tone], rate: u32, from: usize, to: usize) -> Vec<f32> {
    (from..to)
        .map(|n| {
            let seconds = n as f64 / f64::from(rate);
            tones.iter().map(|tone| tone.at(seconds)).sum::<f64>() as f32
        })
        .collect()
}

/// What the samples are, as one gain and one delay of the ideal, and what is left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub(super) gain: f64,
    /// Seconds.
    pub(super) delay: f64,
    /// What is left, against the ideal, in dB.
    pub(super) error_db: f64,
}

/// The gain and the delay that leave the least of `samples`, the first of which lies at sample `from` of 16 kHz, when the
/// ideal is taken from them. All tones need to go a whole number of times into the samples.
pub(super) fn fit(samples: &[f32], from: usize, tones: &[Tone]) -> Fit {
    let found: Vec<Found> = tones.iter().map(|tone| Found::of(samples, from, tone)).collect();
    let delay = delay(&found);
    let likeness: f64 = found.iter().map(|one| one.likeness(delay)).sum();
    let gain = likeness / tones.iter().map(|tone| tone.height * tone.height).sum::<f64>();
    let (mut left, mut whole) = (0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        let seconds = (from + n) as f64 / f64::from(RATE) - delay;
        let ideal = gain * tones.iter().map(|tone| tone.at(seconds)).sum::<f64>();
        left += (f64::from(*sample) - ideal).powi(2);
        whole += ideal * ideal;
    }
    Fit { gain, delay, error_db: 10.0 * (left / whole).log10() }
}

/// How loud samples are against a tone of this height, in dB.
pub(super) fn loudness_db(samples: &[f32], height: f64) -> f64 {
    let power = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
    10.0 * (power / samples.len() as f64 / (height * height / 2.0)).log10()
}

/// How much of a tone is in samples, in phase with the ideal and a quarter of a turn behind.
struct Found {
    speed: f64,
    with: f64,
    behind: f64,
}

impl Found {
    fn of(samples: &[f32], from: usize, tone: &Tone) -> Self {
        let (mut with, mut behind) = (0.0, 0.0);
        for (n, sample) in samples.iter().enumerate() {
            let seconds = (from + n) as f64 / f64::from(RATE);
            let angle = TAU * (f64::from(tone.hz) * seconds + tone.phase);
            with += f64::from(*sample) * angle.sin();
            behind -= f64::from(*sample) * angle.cos();
        }
        let scale = 2.0 * tone.height / samples.len() as f64;
        Self { speed: tone.speed(), with: with * scale, behind: behind * scale }
    }

    /// What the ideal, so much later, has in common with it.
    fn likeness(&self, delay: f64) -> f64 {
        let (sin, cos) = (self.speed * delay).sin_cos();
        self.with * cos + self.behind * sin
    }

    /// How fast that changes with the delay, and how fast this does.
    fn changes(&self, delay: f64) -> (f64, f64) {
        let (sin, cos) = (self.speed * delay).sin_cos();
        let first = self.speed * (self.behind * cos - self.with * sin);
        (first, -self.speed * self.speed * self.likeness(delay))
    }
}

/// Where the likeness is greatest: looked for in steps, then by Newton's method.
fn delay(found: &[Found]) -> f64 {
    let all = |delay: f64| found.iter().map(|one| one.likeness(delay)).sum::<f64>();
    let steps = (LONGEST_DELAY / DELAY_STEP) as i32;
    let best = (-steps..=steps)
        .map(|step| f64::from(step) * DELAY_STEP)
        .max_by(|one, other| all(*one).total_cmp(&all(*other)))
        .unwrap_or(0.0);
    (0..REFINEMENTS).fold(best, |delay, _| {
        let (first, second) = found
            .iter()
            .map(|one| one.changes(delay))
            .fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        if second < 0.0 { delay - first / second } else { delay }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not all multiples of one of them: their sum would come back within a delay that is looked for.
    fn chord() -> Vec<Tone> {
        (1..=7)
            .map(|n| Tone { hz: 900 * n + 100, height: 0.1, phase: f64::from(n * n) * 0.13 })
            .collect()
    }

    /// The ideal, `delay` seconds late and `gain` times as high, with an error of this height.
    fn made(tones: &[Tone], gain: f64, delay: f64, error: f64) -> Vec<f32> {
        let wrong = Tone { hz: 1_250, height: error, phase: 0.0 };
        (4_000..20_000)
            .map(|n| {
                let seconds = f64::from(n) / f64::from(RATE);
                let right = tones.iter().map(|tone| tone.at(seconds - delay)).sum::<f64>();
                (gain * right + wrong.at(seconds)) as f32
            })
            .collect()
    }

    #[test]
    fn a_known_gain_delay_and_error_are_found() {
        let tones = chord();
        for (gain, delay) in [(1.0, 0.0), (0.97, 31.25e-6), (1.02, -1.23e-3)] {
            let fit = fit(&made(&tones, gain, delay, 1e-4), 4_000, &tones);
            assert!((fit.gain - gain).abs() < 1e-6, "{fit:?}");
            assert!((fit.delay - delay).abs() < 1e-9, "{fit:?}");
            // Seven tones of 0.1 beside one of 0.0001.
            let expected = 20.0 * (1e-4 / (gain * 0.1 * 7f64.sqrt())).log10();
            assert!((fit.error_db - expected).abs() < 0.01, "{fit:?}, {expected} expected");
        }
    }

    #[test]
    fn without_an_error_only_f32_is_left() {
        let tones = chord();
        let fit = fit(&made(&tones, 1.0, 10e-6, 0.0), 4_000, &tones);
        assert!(fit.error_db < -140.0, "{fit:?}");
    }

    /// One gain for all tones: a filter that takes from one of them is an error.
    #[test]
    fn a_tone_that_is_lower_than_the_others_is_an_error() {
        let tones = chord();
        let mut lower = tones.clone();
        lower[6].height *= 0.99;
        let fit = fit(&sampled(&lower, RATE, 4_000, 20_000), 4_000, &tones);
        // A hundredth of one of seven; what the common gain gives back is little.
        assert!((fit.error_db + 20.0 * (100.0 * 7f64.sqrt()).log10()).abs() < 1.0, "{fit:?}");
    }

    #[test]
    fn loudness_is_against_the_tone() {
        let tone = Tone { hz: 1_000, height: 0.7, phase: 0.0 };
        let samples = sampled(&[Tone { height: 0.07, ..tone }], RATE, 0, 1_600);
        assert!((loudness_db(&samples, 0.7) + 20.0).abs() < 1e-3);
    }
}
