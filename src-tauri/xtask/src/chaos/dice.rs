//! Chance that a seed repeats: SplitMix64, so that a seed of today means the same with any later version of a crate.

use std::ops::Range;

/// A stream of numbers that follows from its seed.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// One stream for each round of a seed.
    pub(crate) fn new(seed: u64, round: u32) -> Self {
        let mut dice = Self(seed ^ u64::from(round).wrapping_mul(0xA24B_AED4_963E_E407));
        dice.next();
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of the range, which is not empty.
    pub(crate) fn between(&mut self, range: Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start).max(1)
    }

    /// One of these, which are not none.
    pub(crate) fn of<T: Copy>(&mut self, things: &[T]) -> T {
        let at = self.next() % things.len().max(1) as u64;
        things[usize::try_from(at).unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_rounds_differ() {
        let drawn = |seed, round| {
            let mut dice = Dice::new(seed, round);
            (0..4).map(|_| dice.between(0..1000)).collect::<Vec<_>>()
        };
        assert_eq!(drawn(7, 1), drawn(7, 1));
        assert_ne!(drawn(7, 1), drawn(7, 2));
        assert_ne!(drawn(7, 1), drawn(8, 1));
    }
}
