//! What may grow, and by how much.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::sample::{Gauge, Samples};
use crate::chaos::compare::{SAMPLES_A_MS, Stored};
use crate::chaos::judge::Evidence;

/// Of the axis against the clock of the microphone, from the least to the most: a twentieth of a second, and what the place of
/// a word is uncertain by.
const DRIFT_MS: f64 = 100.0;
/// Words whose place is averaged.
const TOGETHER: usize = 25;

/// Growth that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Bound {
    /// By a share of what it was, by what a user's words need each hour, and by what comes and goes.
    Growth { share: f64, each_hour: f64, spare: f64 },
    /// Never more.
    Most { value: f64 },
}

fn bound(gauge: Gauge) -> Bound {
    match gauge {
        Gauge::ProgramMemory => Bound::Growth { share: 0.05, each_hour: 1.0, spare: 6.0 },
        // All that was said can be scrolled to: some five thousand words an hour, each with its times.
        Gauge::WebMemory => Bound::Growth { share: 0.05, each_hour: 6.0, spare: 12.0 },
        Gauge::ProgramThreads | Gauge::WebThreads => {
            Bound::Growth { share: 0.0, each_hour: 0.0, spare: 4.0 }
        }
        Gauge::ProgramHandles | Gauge::WebHandles => {
            Bound::Growth { share: 0.0, each_hour: 0.0, spare: 8.0 }
        }
        // The words once more for the search, and a log of writes that is written over.
        Gauge::History => Bound::Growth { share: 0.0, each_hour: 3.0, spare: 4.0 },
        // 16,000 samples of two bytes a second are 109.9 MiB an hour; with head and check, a frame has 20 bytes more.
        Gauge::Spool => Bound::Growth { share: 0.0, each_hour: 111.3, spare: 1.0 },
        // Three files of a MiB.
        Gauge::Logs => Bound::Most { value: 3.1 },
    }
}

/// What a gauge came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Read {
    gauge: Gauge,
    bound: Bound,
    /// In the middle of the second tenth: what is needed once is there by then.
    early: f64,
    /// In the middle of the last tenth.
    late: f64,
    most: f64,
    /// Between those two.
    hours: f64,
}

impl Read {
    /// Whether it kept to its bound.
    pub(super) fn is_bounded(&self) -> bool {
        match self.bound {
            Bound::Growth { share, each_hour, spare } => {
                self.late <= self.early * (1.0 + share) + each_hour * self.hours + spare
            }
            Bound::Most { value } => self.most <= value,
        }
    }
}

impl fmt::Display for Read {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { gauge, early, late, most, hours, .. } = self;
        write!(
            out,
            "{}: {early:.1}, {late:.1} after {hours:.1} h (at most {most:.1})",
            gauge.title()
        )
    }
}

/// All gauges, early and late.
pub(super) fn gauges(samples: &Samples) -> Vec<Read> {
    let read = |gauge| {
        let seen = samples.of(gauge);
        let (early_at, early) = middle(&seen[seen.len() / 10..seen.len() / 5]);
        let (late_at, late) = middle(&seen[seen.len() - seen.len() / 10..]);
        let most = seen.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        Read { gauge, bound: bound(gauge), early, late, most, hours: late_at - early_at }
    };
    Gauge::ALL.map(read).into()
}

/// When, and the median of what was seen; nothing of nothing.
fn middle(seen: &[(f64, f64)]) -> (f64, f64) {
    let mut values: Vec<f64> = seen.iter().map(|(_, value)| *value).collect();
    values.sort_by(f64::total_cmp);
    let at = |all: usize| all / 2;
    let hours = seen.get(at(seen.len())).map_or(0.0, |(hours, _)| *hours);
    (hours, values.get(at(values.len())).copied().unwrap_or_default())
}

/// How far words are from where the microphone's clock has them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Drift {
    /// Hours since the speech began, and milliseconds that words lie later on the axis than they were spoken.
    #[serde(skip)]
    pub(super) points: Vec<(f64, f64)>,
    pub(super) least_ms: f64,
    pub(super) most_ms: f64,
}

impl Drift {
    /// What is wrong with it.
    pub(super) fn failure(&self) -> Option<String> {
        let span = self.most_ms - self.least_ms;
        (self.points.is_empty() || span > DRIFT_MS)
            .then(|| format!("the axis drifts from the clock by {span:.0} ms"))
    }
}

/// From the place of each word on the axis.
pub(super) fn drift(evidence: &Evidence) -> Drift {
    let stored: BTreeMap<u32, Stored> =
        evidence.stored().into_iter().filter_map(|word| Some((word.number()?, word))).collect();
    let begun = evidence.speech_at as f64 - evidence.started_at as f64;
    let each: Vec<(f64, f64)> = evidence
        .spoken
        .iter()
        .filter_map(|word| {
            let at = stored.get(&word.number)?.from as f64 / SAMPLES_A_MS as f64;
            Some((word.start_ms as f64 / 3_600_000.0, at - begun - word.start_ms as f64))
        })
        .collect();
    let points: Vec<(f64, f64)> = each.chunks(TOGETHER).map(middle).collect();
    let offsets = || points.iter().map(|(_, ms)| *ms);
    let (least_ms, most_ms) =
        (offsets().fold(f64::MAX, f64::min), offsets().fold(f64::MIN, f64::max));
    if points.is_empty() {
        return Drift::default();
    }
    Drift { points, least_ms, most_ms }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chaos::compare::Spoken;
    use crate::chaos::judge::{Transcript, Turn, Word};

    fn read(gauge: Gauge, value: impl Fn(f64) -> f64) -> Read {
        let samples = Samples::made(300, |_, hours| value(hours));
        gauges(&samples).into_iter().find(|read| read.gauge == gauge).unwrap()
    }

    #[test]
    fn what_stays_is_bounded_and_what_grows_is_not() {
        assert!(read(Gauge::ProgramMemory, |_| 120.0).is_bounded());
        assert!(!read(Gauge::ProgramMemory, |hours| 120.0 + 4.0 * hours).is_bounded());
        assert!(
            read(Gauge::ProgramHandles, |hours| 60.0 + (hours * 40.0).sin() * 3.0).is_bounded()
        );
        assert!(!read(Gauge::ProgramHandles, |hours| 60.0 + 2.0 * hours).is_bounded());
        assert!(read(Gauge::Spool, |hours| 111.24 * hours).is_bounded());
        assert!(!read(Gauge::Spool, |hours| 112.0 * hours).is_bounded());
        assert!(!read(Gauge::Logs, |hours| if hours > 5.0 { 3.5 } else { 1.0 }).is_bounded());
    }

    #[test]
    fn what_is_needed_once_is_no_growth() {
        assert!(
            read(Gauge::ProgramMemory, |hours| if hours < 0.5 { 60.0 } else { 120.0 }).is_bounded()
        );
    }

    /// A word each second, the axis faster than the clock by so much.
    fn evidence(ppm: f64) -> Evidence {
        let spoken: Vec<Spoken> = (0..7_200_u32)
            .map(|n| Spoken {
                number: n + 1,
                start_ms: u64::from(n) * 1000,
                end_ms: u64::from(n) * 1000 + 300,
            })
            .collect();
        let words = spoken.iter().map(|word| {
            let from = ((word.start_ms as f64 * (1.0 + ppm / 1e6) + 500.0) * 16.0) as u64;
            Word { text: format!("w{}", word.number), from, to: from + 4800 }
        });
        let turn = Turn { from: 0, to: 1, source: "cloud".to_owned(), words: words.collect() };
        Evidence {
            started_at: 1_000,
            speech_at: 1_500,
            transcript: Transcript { turns: vec![turn], ..Transcript::default() },
            spoken,
            ..Evidence::default()
        }
    }

    #[test]
    fn a_drift_is_seen() {
        assert_eq!(drift(&evidence(0.0)).failure(), None);
        // 50 ppm are 360 ms in two hours.
        let drifting = drift(&evidence(50.0));
        assert!((drifting.most_ms - drifting.least_ms - 359.0).abs() < 5.0, "{drifting:?}");
        assert!(drifting.failure().is_some());
        assert!(drift(&Evidence::default()).failure().is_some(), "nothing is no proof");
    }
}
