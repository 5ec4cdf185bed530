//! What became of every sample: the sums, and the ranges behind them.

use serde::Serialize;

use crate::{GapCause, Transcript};

/// How much of the axis is accounted for. Every sample counts once: a gap before text, for a recogniser that was sent the
/// silence in a gap has not heard what was said there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// Samples that were recorded.
    pub captured: u64,
    /// Samples that a turn answers for.
    pub transcribed: u64,
    /// Samples in a gap.
    pub missing: u64,
    /// Samples that nothing answers for: what is still being transcribed.
    pub open: u64,
    /// How many gaps.
    pub gaps: usize,
    /// They tile the recording.
    pub ranges: Vec<LedgerRange>,
}

/// What became of some samples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerRange {
    /// First sample.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// What became of them.
    #[serde(flatten)]
    pub fate: Fate,
}

/// What became of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fate {
    /// Sent over this leg, and answered for by this turn of it.
    Turn {
        /// See [`crate::Turn::leg`].
        leg: u32,
        /// See [`crate::Turn::turn_order`].
        turn_order: u32,
    },
    /// Never captured, or given up.
    Gap {
        /// Why.
        cause: GapCause,
    },
    /// Captured and kept; no turn answers for it yet.
    Open,
}

impl Transcript {
    /// Adds it up.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        let ranges = self.ranges();
        let sum = |is: fn(&Fate) -> bool| {
            ranges.iter().filter(|range| is(&range.fate)).map(|range| range.to - range.from).sum()
        };
        Ledger {
            captured: self.samples,
            transcribed: sum(|fate| matches!(fate, Fate::Turn { .. })),
            missing: sum(|fate| matches!(fate, Fate::Gap { .. })),
            open: sum(|fate| matches!(fate, Fate::Open)),
            gaps: self.gaps.len(),
            ranges,
        }
    }

    fn ranges(&self) -> Vec<LedgerRange> {
        let gaps = self.gaps.iter().map(|gap| LedgerRange {
            from: gap.from,
            to: gap.to,
            fate: Fate::Gap { cause: gap.cause },
        });
        let turns = self.turns.iter().map(|turn| {
            let fate = Fate::Turn { leg: turn.leg, turn_order: turn.turn_order };
            LedgerRange { from: turn.from, to: turn.to, fate }
        });
        let all = LedgerRange { from: 0, to: self.samples, fate: Fate::Open };
        let after_gaps = filled(vec![all], gaps.collect());
        filled(after_gaps, turns.collect())
    }
}

/// `ranges` with what is open in them filled by `by`, as far as it reaches.
fn filled(ranges: Vec<LedgerRange>, mut by: Vec<LedgerRange>) -> Vec<LedgerRange> {
    by.sort_by_key(|range| range.from);
    let mut out = Vec::with_capacity(ranges.len() + by.len());
    for range in ranges {
        if range.fate != Fate::Open {
            out.push(range);
            continue;
        }
        let mut at = range.from;
        // Those that begin before the range may still reach into it.
        for one in by.iter().filter(|one| one.from < range.to && one.to > range.from) {
            let (from, to) = (one.from.max(at), one.to.min(range.to));
            if from >= to {
                continue;
            }
            if at < from {
                out.push(LedgerRange { from: at, to: from, fate: Fate::Open });
            }
            out.push(LedgerRange { from, to, fate: one.fate });
            at = to;
        }
        if at < range.to {
            out.push(LedgerRange { from: at, to: range.to, fate: Fate::Open });
        }
    }
    out
}
