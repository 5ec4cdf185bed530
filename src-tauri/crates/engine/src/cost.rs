//! How long a model's decodes take, and how often it can therefore be asked.

use std::time::Duration;

use crate::axis::ms;

/// How long a decode takes, as audio could be heard in that time: in samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Of any decode.
    fixed: u64,
    /// Of a thousand samples.
    per_mille: u64,
}

impl Cost {
    /// Measured at 20 ms and 27 ms a second of audio on one slow core.
    pub(crate) const MOONSHINE_TINY: Self = Self { fixed: ms(20), per_mille: 27 };
    /// A measurement is not believed beyond this: the machine was busy with something else.
    const HIGHEST: u64 = ms(5_000);

    /// From what a short and a long decode took, each with the length of its audio in seconds.
    pub(crate) fn measured(short: (u32, Duration), long: (u32, Duration)) -> Self {
        let seconds = u128::from(long.0.saturating_sub(short.0).max(1));
        let slope = long.1.saturating_sub(short.1).as_micros() / seconds;
        let fixed = short.1.as_micros().saturating_sub(slope * u128::from(short.0));
        let clipped = |value: u128| u64::try_from(value).unwrap_or(u64::MAX);
        Self {
            fixed: ms(clipped(fixed / 1000)).min(Self::HIGHEST),
            per_mille: clipped(slope / 1000).min(1000),
        }
    }

    /// Half as much again.
    pub(crate) fn raised(self) -> Self {
        Self { fixed: self.fixed * 3 / 2, per_mille: self.per_mille * 3 / 2 }
    }

    /// After so much new audio a passage of this many samples is decoded again, for decodes to take this share of a core.
    ///
    /// Less than 200 ms of new audio seldom holds a new word.
    pub(crate) fn interval(self, length: u64, percent_of_core: u64) -> u64 {
        let cost = self.fixed + length * self.per_mille / 1000;
        (cost * 100 / percent_of_core.max(1)).max(ms(200))
    }

    /// Whether a decode in every short pause would be too much.
    pub(crate) fn is_high(self) -> bool {
        self.fixed > ms(100) || self.per_mille > 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_split_into_what_every_decode_and_what_every_second_takes() {
        let millis = Duration::from_millis;
        let cost = Cost::measured((1, millis(47)), (8, millis(236)));
        assert_eq!(cost, Cost::MOONSHINE_TINY);
        assert!(!cost.is_high());
        let slow = Cost::measured((1, millis(900)), (8, millis(2_300)));
        assert_eq!(slow, Cost { fixed: ms(700), per_mille: 200 });
        assert!(slow.is_high() && slow.interval(ms(5_000), 22) > ms(5_000));
        let odd = Cost::measured((1, millis(90_000)), (8, millis(1)));
        assert_eq!(odd, Cost { fixed: ms(5_000), per_mille: 0 });
    }

    #[test]
    fn a_decode_of_moonshine_waits_as_it_was_tuned() {
        assert_eq!(Cost::MOONSHINE_TINY.interval(0, 22), ms(200));
        assert_eq!(Cost::MOONSHINE_TINY.interval(ms(10_000), 22), (ms(20) + ms(270)) * 100 / 22);
    }
}
