//! When a device counts as lost, when to try again, and how much silence keeps the axis true to the clock. Pure: the
//! time is passed in, as milliseconds of any monotonic clock.

use crate::lateness::Lateness;

/// A running device that delivers nothing for this long is doubted: another is asked for beside it.
const QUIET_LIMIT_MS: u64 = 500;

/// A doubted device is kept for this long: what a busy machine holds back comes yet. That another one delivers meanwhile proves
/// only that the sound system has time again, not that the thread has which listens to this one; what the other one delivers
/// waits in its ring.
const DOUBT_LIMIT_MS: u64 = 2_000;

/// A doubted device that delivers again hands over within this what it had held back.
const RETURN_MS: u64 = 300;

/// What is missing after that, beyond the device's usual lag, never comes.
const RETURN_LAG_MS: u64 = 100;

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
    /// Fell silent. It is kept until then, while another is asked for from `retry_at` on, or is being opened.
    Doubted { until: u64, retry_at: Option<u64> },
    /// Was doubted and delivers again; until then nothing is taken from it.
    Returning { until: u64 },
    /// Gone; asked for again from `retry_at` on.
    Lost { retry_at: u64 },
}

/// What the capture thread must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Nothing.
    Rest,
    /// Say that the device is silent.
    Doubt,
    /// Close the device and say that it is lost.
    GiveUp,
    /// Ask for a device.
    Reopen,
}

/// What samples that came mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The device has just begun.
    Begins,
    /// It was doubted, and this is all that it had held back.
    Returns,
    /// It delivers as before.
    GoesOn,
}

pub(crate) struct Supervision {
    phase: Phase,
    /// Where the axis was when this began: a recording that was paused goes on there.
    origin: u64,
    /// The clock at `origin`; negative where a device hands over what it had collected before it was asked. The first device tells.
    zero: Option<i64>,
    /// Milliseconds that the axis is ahead of that clock with the device of now, for its first samples were older than they seemed;
    /// `None` with the first device. The next one begins where the clock says, so that this does not add up.
    ahead: Option<u64>,
    lateness: Lateness,
    /// Since when the axis lags too far behind.
    lags_since: Option<u64>,
    /// Until when a drop that the sound system told of is looked for.
    told_until: u64,
}

impl Supervision {
    pub(crate) fn opened_first(now: u64, origin: u64) -> Self {
        Self {
            phase: Phase::Beginning { since: now },
            origin,
            zero: None,
            ahead: None,
            lateness: Lateness::default(),
            lags_since: None,
            told_until: 0,
        }
    }

    /// The first sample of the first device lies there.
    pub(crate) fn begins_at(&mut self, origin: u64) {
        self.origin = origin;
    }

    /// Samples came, `length` milliseconds of them.
    pub(crate) fn delivered(&mut self, now: u64, length: u64) -> Delivery {
        let delivery = match self.phase {
            Phase::Flowing { .. } => Delivery::GoesOn,
            Phase::Doubted { .. } | Phase::Returning { .. } => Delivery::Returns,
            Phase::Beginning { .. } | Phase::Lost { .. } => Delivery::Begins,
        };
        if delivery == Delivery::Begins {
            (self.lateness, self.lags_since) = (Lateness::default(), None);
            self.ahead = self.zero.map(|_| 0);
        }
        self.phase = Phase::Flowing { quiet: 0, looked: now };
        self.zero.get_or_insert_with(|| signed(now).saturating_sub_unsigned(length));
        delivery
    }

    /// To be asked before samples are taken, with whether any have come: what a doubted device held back is taken as a
    /// whole, so that what is missing of it can be told from what is late.
    pub(crate) fn is_collecting(&mut self, now: u64, has_come: bool) -> bool {
        if has_come && let Phase::Doubted { .. } = self.phase {
            self.phase = Phase::Returning { until: now + RETURN_MS };
        }
        match self.phase {
            // Some may come between this answer and the taking: they would be a part only.
            Phase::Doubted { .. } => true,
            Phase::Returning { until } => now < until,
            _ => false,
        }
    }

    /// A device that returns is given no more time: what has come is all that will be taken.
    pub(crate) fn ends(&mut self) {
        if let Phase::Returning { until } = &mut self.phase {
            *until = 0;
        }
    }

    /// How many samples a device that returns has dropped, where all that it held back would end the axis at `position`.
    pub(crate) fn dropped_in_doubt(&self, now: u64, position: u64) -> u64 {
        let more = self.lag(now, position).saturating_sub(self.lateness.least());
        if more > RETURN_LAG_MS * SAMPLES_PER_MS { more } else { 0 }
    }

    /// The axis has `position` samples. If that is more than the clock allows, the first of them were older than they
    /// seemed; without this, a device that began with a backlog could drop as much later without being noticed.
    pub(crate) fn reached(&mut self, now: u64, position: u64) {
        let length = position.saturating_sub(self.origin) / SAMPLES_PER_MS;
        let earliest = signed(now).saturating_sub_unsigned(length);
        let Some(zero) = &mut self.zero else { return };
        match &mut self.ahead {
            None => *zero = earliest.min(*zero),
            Some(ahead) => *ahead = (*ahead).max(u64::try_from(*zero - earliest).unwrap_or(0)),
        }
    }

    /// To be asked at every look.
    pub(crate) fn duty(&mut self, now: u64) -> Duty {
        if let Phase::Flowing { quiet, looked } = &mut self.phase {
            *quiet += (now - *looked).min(LOOK_LIMIT_MS);
            *looked = now;
        }
        match self.phase {
            Phase::Beginning { since } if now >= since + BEGIN_LIMIT_MS => Duty::GiveUp,
            Phase::Flowing { quiet, .. } if quiet >= QUIET_LIMIT_MS => Duty::Doubt,
            Phase::Doubted { until, .. } if now >= until => Duty::GiveUp,
            Phase::Doubted { retry_at: Some(retry_at), .. } | Phase::Lost { retry_at }
                if now >= retry_at =>
            {
                Duty::Reopen
            }
            _ => Duty::Rest,
        }
    }

    pub(crate) fn doubted(&mut self, now: u64) {
        self.phase = Phase::Doubted { until: now + DOUBT_LIMIT_MS, retry_at: Some(now) };
    }

    pub(crate) fn lost(&mut self, now: u64) {
        self.phase = Phase::Lost { retry_at: now };
    }

    pub(crate) fn reopening(&mut self, now: u64) {
        match &mut self.phase {
            Phase::Doubted { retry_at, .. } => *retry_at = None,
            phase => *phase = Phase::Beginning { since: now },
        }
    }

    /// The doubted device is given up, and its successor is there or on its way.
    pub(crate) fn succeeded(&mut self, now: u64) {
        self.phase = Phase::Beginning { since: now };
    }

    pub(crate) fn reopen_failed(&mut self, now: u64) {
        match &mut self.phase {
            Phase::Doubted { retry_at, .. } => *retry_at = Some(now + RETRY_MS),
            phase => *phase = Phase::Lost { retry_at: now + RETRY_MS },
        }
    }

    /// How many samples of silence an axis of `position` samples needs while no device delivers.
    pub(crate) fn absent(&self, now: u64, position: u64) -> u64 {
        match self.phase {
            Phase::Flowing { .. } | Phase::Doubted { .. } | Phase::Returning { .. } => 0,
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
        let lag = self.lag(now, position);
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

    /// How many samples an axis of `position` samples is behind the clock, as far as the device of now tells.
    fn lag(&self, now: u64, position: u64) -> u64 {
        self.behind(now.saturating_add(self.ahead.unwrap_or(0)), position)
    }

    /// How many samples an axis of `position` samples is behind the clock.
    pub(crate) fn behind(&self, now: u64, position: u64) -> u64 {
        let Some(zero) = self.zero else { return 0 };
        let due = u64::try_from(signed(now).saturating_sub(zero)).unwrap_or(0) * SAMPLES_PER_MS;
        (self.origin + due).saturating_sub(position)
    }

    /// Whether samples from before `at` are still on their way to an axis of `position` samples.
    pub(crate) fn is_owed(&self, at: u64, position: u64) -> bool {
        (!self.is_away() || self.is_doubted()) && self.lag(at, position) > self.lateness.least()
    }

    /// Whether no device delivers.
    pub(crate) fn is_away(&self) -> bool {
        !matches!(self.phase, Phase::Flowing { .. } | Phase::Returning { .. })
    }

    /// Whether the device is silent, but not given up.
    pub(crate) fn is_doubted(&self) -> bool {
        matches!(self.phase, Phase::Doubted { .. })
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
mod tests;
