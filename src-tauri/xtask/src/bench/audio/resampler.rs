//! The resampler beside sox's, on the same samples: how exact, how clean, how fast.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, ensure};

use super::super::process::children_seconds;
use super::super::table::{Row, Table};
use super::tones::{Fit, RATE, Tone, fit, loudness_db, sampled};
use crate::shell::{command, run};

/// What the filter is made for: from here on it falls, so that little comes back from above half the rate.
const PASS: std::ops::RangeInclusive<u32> = 100..=7_000;
const ERROR_DB: f64 = -90.0;
/// Where the band that folds back is silenced: what lies closer to half the rate comes back between 7,500 and 8,000 Hz.
const STOPPED_FROM: u32 = 8_500;
const HEIGHT: f64 = 0.7;
/// The tones of the sum, in Hz apart.
const SUM_STEP: u32 = 250;
/// Between two single tones.
const SWEEP_STEP: u32 = 50;
/// Seconds of the sum, and of each single tone; what is looked at lies in the middle, far from where a tone begins or ends.
const SUM_SECONDS: usize = 2;
const SWEEP_TENTHS: usize = 3;
/// How much is turned to see how fast it goes.
const SPEED_SECONDS: usize = 600;

/// What turns one file into another.
#[derive(Clone, Copy)]
enum By<'a> {
    Ours(&'a Path),
    /// With what is behind it: the 16 bits that are kept.
    Kept(&'a Path),
    Sox,
}

impl By<'_> {
    fn turn(self, rate: u32, from: &Path, to: &Path) -> anyhow::Result<()> {
        let mut command = match self {
            Self::Ours(measure) | Self::Kept(measure) => {
                let mut ours = command(measure);
                let way = if matches!(self, Self::Kept(_)) { "keep" } else { "resample" };
                ours.arg(way).arg(rate.to_string()).arg(from).arg(to);
                ours
            }
            Self::Sox => {
                let form = ["-t", "raw", "-e", "float", "-b", "32", "-L", "-c", "1"];
                let mut sox = command("sox");
                sox.args(["-D", "--single-threaded", "-r", &rate.to_string()]).args(form).arg(from);
                sox.args(form).args(["-r", &RATE.to_string()]).arg(to);
                sox.args(["rate", "-v"]);
                sox
            }
        };
        run(&mut command)
    }
}

/// Whether sox is there.
pub(super) fn has_sox() -> bool {
    let asked =
        command("sox").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Measures from this rate.
pub(super) fn measure(
    rate: u32,
    measure: &Path,
    has_sox: bool,
    folder: &Path,
    table: &mut Table,
) -> anyhow::Result<()> {
    let signal = Signal::new(rate);
    let from = folder.join("tones.f32");
    write(&from, &signal.samples)?;
    let heard = |by: By<'_>| -> anyhow::Result<Heard> {
        let to = folder.join("turned.f32");
        by.turn(rate, &from, &to)?;
        signal.heard(&read(&to)?)
    };
    let ours = heard(By::Ours(measure))?;
    let kept = heard(By::Kept(measure))?;
    let sox = if has_sox { Some(heard(By::Sox)?) } else { None };
    add(rate, &ours, &kept, sox.as_ref(), table);

    let ours = speed(By::Ours(measure), rate, folder)?;
    let sox = if has_sox { Some(speed(By::Sox, rate, folder)?) } else { None };
    table.add(Row::new(&format!("{rate} Hz: speed"), "x real time", Some(ours)).beside(sox));
    Ok(())
}

fn add(rate: u32, ours: &Heard, kept: &Heard, sox: Option<&Heard>, table: &mut Table) {
    let row = |what: &str, unit, figure: fn(&Heard) -> f64| {
        Row::new(&format!("{rate} Hz: {what}"), unit, Some(figure(ours)))
            .beside_level(sox.map(figure))
    };
    let below = |db: f64| db < ERROR_DB;
    let (low, high) = (PASS.start(), PASS.end());
    table.add(
        row(&format!("error, tones from {low} to {high} Hz at once"), "dB", |heard| {
            heard.sum.error_db
        })
        .goal("< -90", below),
    );
    table.add(
        row(&format!("error, the worst tone from {low} to {high} Hz"), "dB", |heard| {
            heard.worst_error_db()
        })
        .goal("< -90", below),
    );
    table.add(
        Row::new(
            &format!("{rate} Hz: the same as it is kept, in 16 bits"),
            "dB",
            Some(kept.worst_error_db()),
        )
        .goal("< -90", below),
    );
    table.add(row("ripple in this band, from the middle", "dB", Heard::ripple_db));
    table.add(row("passed up to (-0.1 dB)", "Hz", |heard| heard.passed_to(-0.1)));
    table.add(row("halved at (-6 dB)", "Hz", |heard| heard.passed_to(-6.0)));
    table.add(row("delay that is left", "µs", |heard| heard.sum.delay * 1e6));
    table.add(
        row(&format!("alias, the loudest tone from {STOPPED_FROM} Hz on"), "dB", |heard| {
            heard.loudest_alias_db(STOPPED_FROM)
        })
        .goal("< -90", below),
    );
    table.add(row("alias, the loudest tone above 8,000 Hz", "dB", |heard| {
        heard.loudest_alias_db(RATE / 2 + 1)
    }));
}

/// Processor-seconds of whole processes, each of which reads the file and writes another one.
fn speed(by: By<'_>, rate: u32, folder: &Path) -> anyhow::Result<f64> {
    let from = folder.join("long.f32");
    let second = sampled(&sum(), rate, 0, rate as usize);
    // The tones go into a second a whole number of times.
    write(&from, &second.repeat(SPEED_SECONDS))?;
    let before = children_seconds()?;
    by.turn(rate, &from, &folder.join("long-turned.f32"))?;
    Ok(SPEED_SECONDS as f64 / (children_seconds()? - before))
}

/// Many tones at once, their heights so that no sum is too loud, their phases so that few are.
fn sum() -> Vec<Tone> {
    let all: Vec<u32> = std::iter::once(*PASS.start())
        .chain((SUM_STEP..=*PASS.end()).step_by(SUM_STEP as usize))
        .collect();
    let height = HEIGHT / all.len() as f64;
    all.iter()
        .enumerate()
        .map(|(n, hz)| Tone { hz: *hz, height, phase: 0.5 * (n * n) as f64 / all.len() as f64 })
        .collect()
}

/// The sum, then single tones one after the other, up to half the device's rate.
struct Signal {
    sum: Vec<Tone>,
    sweep: Vec<Tone>,
    samples: Vec<f32>,
}

impl Signal {
    fn new(rate: u32) -> Self {
        let sum = sum();
        let top = rate / 2 - SWEEP_STEP;
        let sweep: Vec<Tone> = (SWEEP_STEP..=top)
            .step_by(SWEEP_STEP as usize)
            .map(|hz| Tone { hz, height: HEIGHT, phase: 0.0 })
            .collect();
        let mut samples = sampled(&sum, rate, 0, SUM_SECONDS * rate as usize);
        for tone in &sweep {
            let from = samples.len();
            let to = from + rate as usize * SWEEP_TENTHS / 10;
            samples.extend(sampled(std::slice::from_ref(tone), rate, from, to));
        }
        Self { sum, sweep, samples }
    }

    /// What a resampler made of it.
    fn heard(&self, turned: &[f32]) -> anyhow::Result<Heard> {
        let second = RATE as usize;
        let tenth = second / 10;
        let need = SUM_SECONDS * second + self.sweep.len() * SWEEP_TENTHS * tenth;
        ensure!(turned.len() >= need, "{} samples came out, not {need}", turned.len());
        let sum = fit(&turned[second / 2..second * 3 / 2], second / 2, &self.sum);
        let sweep = self.sweep.iter().enumerate().map(|(n, tone)| {
            let from = SUM_SECONDS * second + n * SWEEP_TENTHS * tenth + tenth;
            let middle = &turned[from..from + tenth];
            let is_held = tone.hz < RATE / 2;
            let fit = is_held.then(|| fit(middle, from, std::slice::from_ref(tone)));
            Single { hz: tone.hz, fit, loudness_db: loudness_db(middle, tone.height) }
        });
        Ok(Heard { sum, sweep: sweep.collect() })
    }
}

/// What became of a single tone.
struct Single {
    hz: u32,
    /// `None` from half the rate on, where nothing should be left.
    fit: Option<Fit>,
    loudness_db: f64,
}

struct Heard {
    sum: Fit,
    sweep: Vec<Single>,
}

impl Heard {
    fn passed(&self) -> impl Iterator<Item = Fit> + '_ {
        self.sweep.iter().filter(|one| PASS.contains(&one.hz)).filter_map(|one| one.fit)
    }

    fn worst_error_db(&self) -> f64 {
        self.passed().map(|fit| fit.error_db).fold(f64::NEG_INFINITY, f64::max)
    }

    /// Half of what lies between the highest and the lowest gain.
    fn ripple_db(&self) -> f64 {
        let gains = || self.passed().map(|fit| 20.0 * fit.gain.log10());
        (gains().fold(f64::MIN, f64::max) - gains().fold(f64::MAX, f64::min)) / 2.0
    }

    /// The last tone before the first one that is lower than this.
    fn passed_to(&self, db: f64) -> f64 {
        let held = self.sweep.iter().take_while(|one| one.fit.is_some() && one.loudness_db >= db);
        held.last().map_or(0.0, |one| f64::from(one.hz))
    }

    fn loudest_alias_db(&self, from: u32) -> f64 {
        let aliases = self.sweep.iter().filter(|one| one.hz >= from);
        aliases.map(|one| one.loudness_db).fold(f64::NEG_INFINITY, f64::max)
    }
}

fn write(to: &PathBuf, samples: &[f32]) -> anyhow::Result<()> {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    fs::write(to, bytes).with_context(|| to.display().to_string())
}

fn read(from: &Path) -> anyhow::Result<Vec<f32>> {
    let bytes = fs::read(from).with_context(|| from.display().to_string())?;
    Ok(bytes.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is ideal from the start passes; what is not is seen, in its place.
    #[test]
    fn an_ideal_is_found_ideal_and_a_flaw_is_seen() {
        let signal = Signal::new(48_000);
        let mut ideal = sampled(&signal.sum, RATE, 0, SUM_SECONDS * RATE as usize);
        for tone in &signal.sweep {
            let (from, tenths) = (ideal.len(), RATE as usize * SWEEP_TENTHS / 10);
            let left = if tone.hz < RATE / 2 { 1.0 } else { 1e-6 };
            let tone = Tone { height: tone.height * left, ..*tone };
            ideal.extend(sampled(&[tone], RATE, from, from + tenths));
        }
        let heard = signal.heard(&ideal).unwrap();
        assert!(heard.sum.error_db < -130.0 && heard.worst_error_db() < -130.0);
        assert!(heard.ripple_db() < 1e-5);
        assert!((heard.passed_to(-0.1) - 7_950.0).abs() < 1.0);
        assert!(heard.loudest_alias_db(8_001) < -110.0);

        // The tone of 9,000 Hz, a hundredth as loud as it was.
        let at = SUM_SECONDS * RATE as usize + (9_000 / 50 - 1) * RATE as usize * 3 / 10;
        for (n, sample) in ideal[at..at + 4_800].iter_mut().enumerate() {
            *sample = Tone { hz: 7_000, height: 0.007, phase: 0.0 }.samples_at(n);
        }
        let heard = signal.heard(&ideal).unwrap();
        assert!((heard.loudest_alias_db(8_500) + 40.0).abs() < 0.1);
        assert!(signal.heard(&ideal[..100_000]).is_err());
    }

    impl Tone {
        fn samples_at(self, n: usize) -> f32 {
            sampled(&[self], RATE, n, n + 1)[0]
        }
    }
}
