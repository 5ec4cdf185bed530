//! The sums of all rounds, and the line that says them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::judge::Verdict;
use super::kind::Kind;

/// Sums over rounds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Sums {
    rounds: u32,
    words_spoken: usize,
    lost: usize,
    doubled: usize,
    out_of_order: usize,
    gaps_declared: usize,
    pub(crate) longest_stall_ms: Option<u64>,
}

/// The result of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    all: Sums,
    by_fault: BTreeMap<String, Sums>,
    /// Rounds that did not go well.
    pub(crate) failed: u32,
}

/// The line that says it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    all: &'a Sums,
    by_fault: &'a BTreeMap<String, Sums>,
    pass: bool,
}

impl Tally {
    pub(crate) fn add(&mut self, kind: Kind, verdict: &Verdict) {
        self.all.add(verdict);
        self.by_fault.entry(kind.name()).or_default().add(verdict);
        self.failed += u32::from(!verdict.failures.is_empty());
    }

    pub(crate) fn pass(&self) -> bool {
        self.failed == 0 && self.all.rounds > 0
    }

    /// For programs.
    pub(crate) fn line(&self) -> serde_json::Result<String> {
        let Self { all, by_fault, .. } = self;
        serde_json::to_string(&Line { all, by_fault, pass: self.pass() })
    }
}

impl Sums {
    /// Of one.
    pub(crate) fn of(verdict: &Verdict) -> Self {
        let mut sums = Self::default();
        sums.add(verdict);
        sums
    }

    fn add(&mut self, verdict: &Verdict) {
        self.rounds += 1;
        self.words_spoken += verdict.words_spoken;
        self.lost += verdict.comparison.lost.len();
        self.doubled += verdict.comparison.doubled.len();
        self.out_of_order += verdict.comparison.out_of_order.len();
        self.gaps_declared += verdict.gaps_declared;
        self.longest_stall_ms = self.longest_stall_ms.max(verdict.longest_stall_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_sums_and_sums_by_fault() {
        let mut tally = Tally::default();
        let verdict = Verdict {
            words_spoken: 40,
            longest_stall_ms: Some(900),
            gaps_declared: 1,
            ..Verdict::default()
        };
        tally.add(Kind::Unplug, &verdict);
        tally.add(Kind::None, &Verdict { longest_stall_ms: None, ..verdict.clone() });
        let line: serde_json::Value = serde_json::from_str(&tally.line().unwrap()).unwrap();
        assert_eq!((line["rounds"].as_u64(), line["words_spoken"].as_u64()), (Some(2), Some(80)));
        assert_eq!(line["longest_stall_ms"], 900);
        assert_eq!(line["by_fault"]["unplug"]["gaps_declared"], 1);
        assert_eq!(line["pass"], true);
        tally.add(Kind::Kill, &Verdict { failures: vec!["1 words lost".to_owned()], ..verdict });
        assert!(!tally.pass());
        assert_eq!(tally.failed, 1);
    }
}
