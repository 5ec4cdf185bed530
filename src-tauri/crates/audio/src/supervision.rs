//! When a device counts as lost, when to try again, and how much silence keeps the axis true to the clock. Pure: the
//! time is passed in, as milliseconds of any monotonic clock.

use crate::lateness::Lateness;

/// A running device that delivers nothing for this long is lost.
const QUIET_LIMIT_MS: u64 = 500;

/// A look counts for no more time than this: a program that was held up for longer cannot say that nothing came.
const LOOK_LIMIT_MS: u64 = 50;

/// A device may take this long from being asked for to its first sample: PulseAudio's monitors take up to 2 s.
const BEGIN_LIMIT_MS: u64 = 4_000;

/// Between two attempts to open a lost device.
const RETRY_MS: u64 = 500;

/// The axis may lag this much further behind the clock than at its best before silence is put in: more than a sound
/// system's buffering, less than anyone would notice in a transcript.
const LAG_LIMIT_MS: u64 = 400;

/// And for so long: what a busy machine holds back comes later, what was dropped never does.
const LAG_FOR_MS: u64 = 3_000;

/// Where the sound system itself said that it dropped something, so much more than usual is enough.
const SAID_LAG_MS: u64 = 20;

/// So long after it said so is that looked for: what it had buffered comes first.
const SAID_FOR_MS: u64 = 1_000;

/// Silence in place of a device that is about to begin stays this far behind the clock, so that it never takes the place
/// of samples that are on their way.
const ON_THEIR_WAY_MS: u64 = 250;

const SAMPLES_PER_MS: u64 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Asked for; nothing has come yet.
    Beginning { since: u64 },
    /// Delivering.
    Flowing { quiet: u64, looked: u64 },
    /// Gone; asked for again from `retry_at` on.
    Lost { retry_at: u64 },
}

/// What the capture thread must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Nothing.
    Rest,
    /// Close the device and say that it is lost.
    GiveUp,
    /// Ask for a device.
    Reopen,
}

pub(crate) struct Supervision {
    phase: Phase,
    /// The clock at sample 0; negative where a device hands over what it had collected before it was asked.
    zero: Option<i64>,
    lateness: Lateness,
    /// Since when the axis lags too far behind.
    lags_since: Option<u64>,
    /// Until when a drop that the sound system told of is looked for.
    told_until: u64,
}

impl Supervision {
    pub(crate) fn opened_first(now: u64) -> Self {
        Self {
            phase: Phase::Beginning { since: now },
            zero: None,
            lateness: Lateness::default(),
            lags_since: None,
            told_until: 0,
        }
    }

    /// Samples came, `length` milliseconds of them; tells whether the device has just begun to deliver.
    pub(crate) fn delivered(&mut self, now: u64, length: u64) -> bool {
        let has_begun = !matches!(self.phase, Phase::Flowing { .. });
        if has_begun {
            (self.lateness, self.lags_since) = (Lateness::default(), None);
        }
        self.phase = Phase::Flowing { quiet: 0, looked: now };
        self.zero.get_or_insert_with(|| signed(now).saturating_sub_unsigned(length));
        has_begun
    }

    /// The axis has `position` samples. If that is more than the clock allows, the first of them were older than they
    /// seemed; without this, a device that began with a backlog could drop as much later without being noticed.
    pub(crate) fn reached(&mut self, now: u64, position: u64) {
        let earliest = signed(now).saturating_sub_unsigned(position / SAMPLES_PER_MS);
        self.zero = self.zero.map(|zero| zero.min(earliest));
    }

    /// To be asked at every look.
    pub(crate) fn duty(&mut self, now: u64) -> Duty {
        if let Phase::Flowing { quiet, looked } = &mut self.phase {
            *quiet += (now - *looked).min(LOOK_LIMIT_MS);
            *looked = now;
        }
        match self.phase {
            Phase::Beginning { since } if now >= since + BEGIN_LIMIT_MS => Duty::GiveUp,
            Phase::Flowing { quiet, .. } if quiet >= QUIET_LIMIT_MS => Duty::GiveUp,
            Phase::Lost { retry_at } if now >= retry_at => Duty::Reopen,
            _ => Duty::Rest,
        }
    }

    pub(crate) fn lost(&mut self, now: u64) {
        self.phase = Phase::Lost { retry_at: now };
    }

    pub(crate) fn reopening(&mut self, now: u64) {
        self.phase = Phase::Beginning { since: now };
    }

    pub(crate) fn reopen_failed(&mut self, now: u64) {
        self.phase = Phase::Lost { retry_at: now + RETRY_MS };
    }

    /// How many samples of silence an axis of `position` samples needs while no device delivers.
    pub(crate) fn absent(&self, now: u64, position: u64) -> u64 {
        match self.phase {
            Phase::Flowing { .. } => 0,
            Phase::Lost { .. } => self.behind(now, position),
            Phase::Beginning { .. } => self.behind(now.saturating_sub(ON_THEIR_WAY_MS), position),
        }
    }

    /// The sound system said that it dropped samples, but not how many.
    pub(crate) fn told_of_drop(&mut self, now: u64) {
        self.told_until = now + SAID_FOR_MS;
    }

    /// How many samples were dropped on the way by a device that delivers: only a lag counts that is beyond all buffering
    /// and stays, or one beyond what is usual where the sound system told of a drop.
    pub(crate) fn dropped(&mut self, now: u64, position: u64) -> u64 {
        let lag = self.behind(now, position);
        let more = lag.saturating_sub(self.lateness.least());
        if more > LAG_LIMIT_MS * SAMPLES_PER_MS {
            if now - *self.lags_since.get_or_insert(now) < LAG_FOR_MS {
                return 0;
            }
            self.lags_since = None;
            return more;
        }
        self.lags_since = None;
        if let Some(usual) = self.lateness.usual().filter(|_| now < self.told_until)
            && lag > usual + SAID_LAG_MS * SAMPLES_PER_MS
        {
            self.told_until = now;
            return lag - usual;
        }
        self.lateness.note(now, lag);
        0
    }

    /// How many samples an axis of `position` samples is behind the clock.
    pub(crate) fn behind(&self, now: u64, position: u64) -> u64 {
        let Some(zero) = self.zero else { return 0 };
        let due = u64::try_from(signed(now).saturating_sub(zero)).unwrap_or(0) * SAMPLES_PER_MS;
        due.saturating_sub(position)
    }

    /// Whether samples from before `at` are still on their way to an axis of `position` samples.
    pub(crate) fn is_owed(&self, at: u64, position: u64) -> bool {
        !self.is_away() && self.behind(at, position) > self.lateness.least()
    }

    /// Whether no device delivers.
    pub(crate) fn is_away(&self) -> bool {
        !matches!(self.phase, Phase::Flowing { .. })
    }

    /// Whether no sample was ever delivered.
    pub(crate) fn is_before_zero(&self) -> bool {
        self.zero.is_none()
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_device_is_lost_after_half_a_second_and_tried_at_once() {
        let mut watch = Supervision::opened_first(0);
        assert!(watch.delivered(100, 10));
        for now in (110..600).step_by(10) {
            assert_eq!(watch.duty(now), Duty::Rest);
        }
        assert_eq!(watch.duty(600), Duty::GiveUp);
        watch.lost(600);
        assert_eq!(watch.duty(600), Duty::Reopen);
        watch.reopen_failed(650);
        assert_eq!(watch.duty(1_149), Duty::Rest);
        assert_eq!(watch.duty(1_150), Duty::Reopen);
    }

    #[test]
    fn a_program_that_was_held_up_blames_no_device() {
        let mut watch = Supervision::opened_first(0);
        watch.delivered(100, 10);
        assert_eq!(watch.duty(2_100), Duty::Rest, "the samples of two seconds may lie there");
        assert_eq!(watch.duty(4_100), Duty::Rest);
        for now in (4_110..4_500).step_by(10) {
            assert_eq!(watch.duty(now), Duty::Rest);
        }
        assert_eq!(watch.duty(4_500), Duty::GiveUp);
    }

    #[test]
    fn a_device_that_begins_late_is_given_time() {
        let mut watch = Supervision::opened_first(1_000);
        assert_eq!(watch.duty(4_999), Duty::Rest);
        assert_eq!(watch.duty(5_000), Duty::GiveUp);
        watch.lost(5_000);
        watch.reopening(5_000);
        assert_eq!(watch.duty(8_999), Duty::Rest);
        assert_eq!(watch.duty(9_000), Duty::GiveUp);
    }

    #[test]
    fn waiting_for_the_first_sample_is_no_gap() {
        let mut watch = Supervision::opened_first(0);
        assert_eq!(watch.absent(2_000, 0), 0);
        watch.delivered(2_000, 10);
        assert_eq!(watch.behind(2_000, 160), 0, "sample 0 is the first that was delivered");
    }

    #[test]
    fn a_gap_has_the_length_of_the_clock() {
        let mut watch = Supervision::opened_first(0);
        watch.delivered(10, 10);
        watch.lost(1_000);
        assert_eq!(watch.absent(2_000, 16_000), 16_000, "while it is away, the axis runs on");
        watch.reopening(3_000);
        assert_eq!(
            watch.absent(3_500, 2_000 * 16),
            1_250 * 16,
            "but leaves room for what is on its way"
        );
        assert!(watch.delivered(3_510, 10));
        assert_eq!(watch.behind(3_510, 3_260 * 16), 250 * 16);
        assert_eq!(
            watch.absent(4_000, 3_260 * 16),
            0,
            "a device that delivers fills the axis by itself"
        );
    }

    #[test]
    fn buffering_is_no_gap_but_a_dropped_half_second_is() {
        let late = |lag: u64, until: u64| {
            let mut watch = Supervision::opened_first(0);
            watch.delivered(10, 10);
            watch.dropped(1_000, 16_000);
            (1_010..=until)
                .step_by(10)
                .map(|now| watch.dropped(now, (now - lag) * 16) / 16)
                .collect::<Vec<_>>()
        };
        assert!(late(400, 60_000).iter().all(|dropped| *dropped == 0));
        assert!(late(401, 4_000).iter().all(|dropped| *dropped == 0), "a busy machine is late");
        let (last, others) = late(401, 4_010).split_last().map(|(l, o)| (*l, o.to_vec())).unwrap();
        assert!(others.iter().all(|dropped| *dropped == 0));
        assert_eq!(last, 401);
    }

    #[test]
    fn what_comes_late_after_all_was_not_dropped() {
        let mut watch = Supervision::opened_first(0);
        watch.delivered(10, 10);
        watch.dropped(1_000, 16_000);
        for now in (1_010..60_000).step_by(10) {
            let lag = if now % 2_000 < 1_900 { 1_500 } else { 50 };
            assert_eq!(watch.dropped(now, (now - lag.min(now)) * 16), 0);
        }
    }

    #[test]
    fn a_device_whose_clock_is_slow_drops_nothing() {
        let mut watch = Supervision::opened_first(0);
        watch.delivered(10, 10);
        for now in (1_000..7_200_000).step_by(100) {
            assert_eq!(watch.dropped(now, now * 16 - now * 16 / 1_000), 0, "after {now} ms");
        }
    }

    #[test]
    fn at_the_end_samples_are_owed_until_the_axis_is_as_late_as_at_its_best() {
        let mut watch = Supervision::opened_first(0);
        assert!(!watch.is_owed(100, 0), "by a device that never began nothing is");
        for now in (10..=2_000).step_by(10) {
            watch.delivered(now, 10);
            watch.dropped(now, (now - 10) * 16);
        }
        assert!(watch.is_owed(2_500, 2_400 * 16));
        assert!(!watch.is_owed(2_500, 2_490 * 16));
        watch.lost(2_500);
        assert!(!watch.is_owed(2_500, 2_000 * 16));
    }

    #[test]
    fn a_short_drop_counts_where_the_sound_system_told_of_it() {
        let late = |told: bool, lag: u64| {
            let mut watch = Supervision::opened_first(0);
            for now in (10..=2_500).step_by(10) {
                watch.delivered(now, 10);
                let usual = if now % 100 == 0 { 60 } else { 10 };
                assert_eq!(watch.dropped(now, (now - usual.min(now)) * 16), 0);
            }
            if told {
                watch.told_of_drop(2_500);
            }
            watch.delivered(2_510, 10);
            watch.dropped(2_510, (2_510 - lag) * 16) / 16
        };
        assert_eq!(late(false, 200), 0, "it may still come");
        assert_eq!(late(true, 80), 0, "no later than usual");
        assert_eq!(late(true, 200), 140);
    }

    #[test]
    fn a_drop_that_was_told_of_is_looked_for_a_second_and_once() {
        let mut watch = Supervision::opened_first(0);
        for now in (10..=2_000).step_by(10) {
            watch.delivered(now, 10);
            assert_eq!(watch.dropped(now, now * 16), 0);
        }
        watch.told_of_drop(2_000);
        assert_eq!(watch.dropped(3_000, 2_900 * 16), 0, "too late to be that drop");
        watch.told_of_drop(3_000);
        assert_eq!(watch.dropped(3_100, 2_900 * 16), 100 * 16);
        assert_eq!(watch.dropped(3_110, 2_910 * 16), 0);
    }

    #[test]
    fn a_backlog_at_the_beginning_hides_no_later_drop() {
        let mut watch = Supervision::opened_first(0);
        watch.delivered(10, 10);
        watch.reached(10, 160);
        watch.delivered(20, 900);
        watch.reached(20, 910 * 16);
        assert_eq!(watch.behind(20, 910 * 16), 0);
        assert_eq!(watch.dropped(1_020, 1_910 * 16), 0);
        assert_eq!(watch.dropped(1_020, 1_500 * 16), 0);
        assert_eq!(watch.dropped(4_020, 4_500 * 16), 410 * 16);
    }
}
