//! How late a device's samples come when none is dropped. Pure: the time is passed in, in milliseconds.

/// What came in the last one to two of these tells what is usual.
const USUAL_MS: u64 = 1_000;

/// And in the last one to two of these, what is least. A device's own clock moves it by a millisecond in ten seconds.
const LEAST_MS: u64 = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Lateness {
    usual: Window,
    least: Window,
}

impl Lateness {
    /// Samples came, and the axis is `lag` samples behind the clock with them.
    pub(crate) fn note(&mut self, now: u64, lag: u64) {
        self.usual.note(now, lag, USUAL_MS, u64::max);
        self.least.note(now, lag, LEAST_MS, u64::min);
    }

    /// The longest of late, in samples; `None` while too little is known.
    pub(crate) fn usual(&self) -> Option<u64> {
        self.usual.before.map(|before| self.usual.now.map_or(before, |now| before.max(now)))
    }

    /// The shortest of late, in samples; 0 while nothing is known.
    pub(crate) fn least(&self) -> u64 {
        let Window { now, before, .. } = self.least;
        now.into_iter().chain(before).min().unwrap_or(0)
    }
}

/// The greatest, or the least, of some time, and of the same time before that.
#[derive(Debug, Default)]
struct Window {
    since: Option<u64>,
    now: Option<u64>,
    before: Option<u64>,
}

impl Window {
    fn note(&mut self, now: u64, lag: u64, length: u64, pick: fn(u64, u64) -> u64) {
        let since = *self.since.get_or_insert(now);
        if now >= since + length {
            (self.before, self.now, self.since) = (self.now, None, Some(now));
        }
        self.now = Some(self.now.map_or(lag, |so_far| pick(so_far, lag)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_is_known_after_a_second_and_follows_the_device() {
        let mut lateness = Lateness::default();
        for (now, lag) in [(0, 300), (500, 900), (990, 100)] {
            lateness.note(now, lag);
            assert_eq!(lateness.usual(), None);
        }
        lateness.note(1_000, 200);
        assert_eq!(lateness.usual(), Some(900));
        lateness.note(1_999, 1_000);
        assert_eq!(lateness.usual(), Some(1_000));
        lateness.note(2_100, 50);
        lateness.note(3_200, 50);
        assert_eq!(lateness.usual(), Some(50), "what was usual is forgotten");
    }

    #[test]
    fn the_least_follows_a_clock_that_is_slow() {
        let mut lateness = Lateness::default();
        assert_eq!(lateness.least(), 0);
        for now in (0..60_000).step_by(100) {
            lateness.note(now, 160 + now / 10 + now % 300);
            let then = now.saturating_sub(20_000);
            assert!((160 + then / 10..=160 + now / 10).contains(&lateness.least()), "at {now} ms");
        }
    }
}
