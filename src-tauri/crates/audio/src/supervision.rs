//! When a device counts as lost, when to try again, and how much silence keeps the axis true to the clock. Pure: the
//! time is passed in, as milliseconds of any monotonic clock.

/// A running device that delivers nothing for this long is lost.
const QUIET_LIMIT_MS: u64 = 500;

/// A device that was just opened may take this long to begin: PulseAudio's monitors take up to 2 s.
const BEGIN_LIMIT_MS: u64 = 4_000;

/// Between two attempts to open a lost device.
const RETRY_MS: u64 = 500;

/// The axis may lag this far behind the clock before silence is put in: more than a sound system's buffering, less than
/// anyone would notice in a transcript.
const LAG_LIMIT_MS: u64 = 400;

const SAMPLES_PER_MS: u64 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Opened; nothing has come yet.
    Beginning { since: u64 },
    /// Delivering.
    Flowing { last: u64 },
    /// Gone; opened again from `retry_at` on.
    Lost { retry_at: u64 },
}

/// What the capture thread must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Nothing.
    Rest,
    /// Close the device and say that it is lost.
    GiveUp,
    /// Try to open a device.
    Reopen,
}

pub(crate) struct Supervision {
    phase: Phase,
    /// The clock at sample 0.
    zero: Option<u64>,
}

impl Supervision {
    pub(crate) fn opened_first(now: u64) -> Self {
        Self { phase: Phase::Beginning { since: now }, zero: None }
    }

    /// Samples came, `behind` milliseconds of audio among them; tells whether the device has just begun to deliver.
    pub(crate) fn delivered(&mut self, now: u64, behind: u64) -> bool {
        let has_begun = !matches!(self.phase, Phase::Flowing { .. });
        self.phase = Phase::Flowing { last: now };
        self.zero.get_or_insert_with(|| now.saturating_sub(behind));
        has_begun
    }

    pub(crate) fn duty(&self, now: u64) -> Duty {
        match self.phase {
            Phase::Beginning { since } if now >= since + BEGIN_LIMIT_MS => Duty::GiveUp,
            Phase::Flowing { last } if now >= last + QUIET_LIMIT_MS => Duty::GiveUp,
            Phase::Lost { retry_at } if now >= retry_at => Duty::Reopen,
            _ => Duty::Rest,
        }
    }

    pub(crate) fn lost(&mut self, now: u64) {
        self.phase = Phase::Lost { retry_at: now };
    }

    pub(crate) fn reopen_failed(&mut self, now: u64) {
        self.phase = Phase::Lost { retry_at: now + RETRY_MS };
    }

    pub(crate) fn reopened(&mut self, now: u64) {
        self.phase = Phase::Beginning { since: now };
    }

    /// How many samples of silence bring an axis of `position` samples up to the clock. While a device delivers, only a
    /// lag beyond its buffering counts; when it begins anew, all of it does.
    pub(crate) fn missing(&self, now: u64, position: u64, has_just_begun: bool) -> u64 {
        let Some(zero) = self.zero else { return 0 };
        let due = (now - zero) * SAMPLES_PER_MS;
        let lag = due.saturating_sub(position);
        let tolerated = match self.phase {
            Phase::Flowing { .. } if !has_just_begun => LAG_LIMIT_MS * SAMPLES_PER_MS,
            _ => 0,
        };
        if lag > tolerated { lag } else { 0 }
    }

    /// Whether no sample was ever delivered.
    pub(crate) fn is_before_zero(&self) -> bool {
        self.zero.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_device_is_lost_after_half_a_second_and_tried_at_once() {
        let mut watch = Supervision::opened_first(0);
        assert!(watch.delivered(100, 10));
        assert_eq!(watch.duty(599), Duty::Rest);
        assert_eq!(watch.duty(600), Duty::GiveUp);
        watch.lost(600);
        assert_eq!(watch.duty(600), Duty::Reopen);
        watch.reopen_failed(650);
        assert_eq!(watch.duty(1_100), Duty::Rest);
        assert_eq!(watch.duty(1_150), Duty::Reopen);
    }

    #[test]
    fn a_device_that_begins_late_is_given_time() {
        let watch = Supervision::opened_first(1_000);
        assert_eq!(watch.duty(4_999), Duty::Rest);
        assert_eq!(watch.duty(5_000), Duty::GiveUp);
    }

    #[test]
    fn waiting_for_the_first_sample_is_no_gap() {
        let mut watch = Supervision::opened_first(0);
        assert_eq!(watch.missing(2_000, 0, false), 0);
        watch.delivered(2_000, 10);
        assert_eq!(watch.missing(2_000, 160, true), 0, "sample 0 is the first that was delivered");
    }

    #[test]
    fn a_gap_has_the_length_of_the_clock() {
        let mut watch = Supervision::opened_first(0);
        watch.delivered(10, 10);
        watch.lost(1_000);
        watch.reopened(3_000);
        assert_eq!(watch.missing(3_000, 16_000, false), 2 * 16_000, "while it is away, the axis runs on");
        assert!(watch.delivered(3_010, 10));
        assert_eq!(watch.missing(3_010, 16_000 + 160, true), 2_000 * 16);
    }

    #[test]
    fn buffering_is_no_gap_but_a_dropped_second_is() {
        let mut watch = Supervision::opened_first(0);
        watch.delivered(10, 10);
        watch.delivered(1_000, 10);
        assert_eq!(watch.missing(1_000, 16_000 - 400 * 16, false), 0);
        assert_eq!(watch.missing(1_000, 16_000 - 401 * 16, false), 401 * 16);
    }
}
