//! How late a device's samples come when none is dropped. Pure: the time is passed in, in milliseconds.

/// What came in the last one to two of these tells what is usual.
const WINDOW_MS: u64 = 1_000;

#[derive(Debug, Default)]
pub(crate) struct Lateness {
    since: Option<u64>,
    longest: u64,
    /// In the window before; `None` until one is over.
    before: Option<u64>,
}

impl Lateness {
    /// Samples came, and the axis is `lag` samples behind the clock with them.
    pub(crate) fn note(&mut self, now: u64, lag: u64) {
        let since = *self.since.get_or_insert(now);
        if now >= since + WINDOW_MS {
            (self.before, self.longest, self.since) = (Some(self.longest), 0, Some(now));
        }
        self.longest = self.longest.max(lag);
    }

    /// The longest of late, in samples; `None` while too little is known.
    pub(crate) fn usual(&self) -> Option<u64> {
        self.before.map(|before| before.max(self.longest))
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
}
