//! The arithmetic between the world's time and the hurried one. Pure but for the setting, which is read once.

use std::sync::atomic::{AtomicI64, Ordering};

use libc::{clockid_t, timespec};

use super::SETTING;

const SECOND: i64 = 1_000_000_000;

/// How fast, and since when. Zero: not at all.
static RATE: AtomicI64 = AtomicI64::new(0);
static MONOTONIC: AtomicI64 = AtomicI64::new(0);
static REALTIME: AtomicI64 = AtomicI64::new(0);

/// Before the program's first own instruction.
#[used]
#[unsafe(link_section = ".init_array")]
static BEGIN: extern "C" fn() = begin;

extern "C" fn begin() {
    // SAFETY: nothing else runs yet, and the environment is as the system left it.
    let setting = unsafe { libc::getenv(SETTING.as_ptr()) };
    if setting.is_null() {
        return;
    }
    // SAFETY: it ends with a zero, as everything in the environment.
    let setting = unsafe { std::ffi::CStr::from_ptr(setting) };
    let Some([rate, monotonic, realtime]) = setting.to_str().ok().and_then(read) else { return };
    MONOTONIC.store(monotonic, Ordering::Relaxed);
    REALTIME.store(realtime, Ordering::Relaxed);
    RATE.store(rate, Ordering::Release);
}

fn read(setting: &str) -> Option<[i64; 3]> {
    let mut parts = setting.split(':').map(str::parse);
    let mut next = || parts.next()?.ok();
    let read = [next()?, next()?, next()?];
    (read[0] >= 1).then_some(read)
}

/// How a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    rate: i64,
    since: i64,
}

impl Pace {
    /// Of this clock; `None` where it is not hurried.
    pub(crate) fn of(clock: clockid_t) -> Option<Self> {
        let rate = RATE.load(Ordering::Acquire);
        let since = match clock {
            libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE => &REALTIME,
            libc::CLOCK_MONOTONIC
            | libc::CLOCK_MONOTONIC_RAW
            | libc::CLOCK_MONOTONIC_COARSE
            | libc::CLOCK_BOOTTIME => &MONOTONIC,
            _ => return None,
        };
        (rate > 0).then(|| Self { rate, since: since.load(Ordering::Relaxed) })
    }

    /// What the hurried clock says.
    pub(crate) fn hurried(self, real: timespec) -> timespec {
        spec(self.since + (nanos(real) - self.since) * self.rate)
    }

    /// When that is in the world; a moment before the hurry began is over in either.
    pub(crate) fn real(self, hurried: timespec) -> timespec {
        spec(self.since + (nanos(hurried) - self.since).div_euclid(self.rate))
    }
}

/// A stretch of hurried time, in the world.
pub(crate) fn real_stretch(hurried: timespec) -> timespec {
    spec(nanos(hurried) / RATE.load(Ordering::Acquire).max(1))
}

/// The same the other way.
pub(crate) fn hurried_stretch(real: timespec) -> timespec {
    spec(nanos(real).saturating_mul(RATE.load(Ordering::Acquire).max(1)))
}

/// Milliseconds, as `poll` takes them, in the world; `None` is for ever.
pub(crate) fn real_millis(hurried: i32) -> Option<timespec> {
    (hurried >= 0).then(|| real_stretch(spec(i64::from(hurried) * 1_000_000)))
}

/// Which clock a moment can only be of, where nobody says: they are decades apart.
pub(crate) fn likely_clock(moment: timespec) -> clockid_t {
    let is_of_calendar = nanos(moment) > REALTIME.load(Ordering::Relaxed) / 2;
    if is_of_calendar { libc::CLOCK_REALTIME } else { libc::CLOCK_MONOTONIC }
}

/// Far moments stand still at the end of time, some 292 years on.
fn nanos(time: timespec) -> i64 {
    time.tv_sec.saturating_mul(SECOND).saturating_add(time.tv_nsec)
}

fn spec(nanos: i64) -> timespec {
    timespec { tv_sec: nanos.div_euclid(SECOND), tv_nsec: nanos.rem_euclid(SECOND) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let pace = Pace { rate: 10, since: 5 * SECOND };
        let real = spec(7 * SECOND + 3);
        let hurried = pace.hurried(real);
        assert_eq!(nanos(hurried), 25 * SECOND + 30);
        assert_eq!(nanos(pace.real(hurried)), nanos(real));
        assert!(nanos(pace.real(spec(0))) < 5 * SECOND, "what was before is over");
        // Nobody wakes too early by a rounded part of a nanosecond's loop.
        assert_eq!(nanos(pace.real(spec(5 * SECOND + 9))), 5 * SECOND);
    }

    #[test]
    fn a_setting_is_whole_or_none() {
        assert_eq!(read("10:5:7"), Some([10, 5, 7]));
        for bad in ["", "10", "10:5", "0:5:7", "x:5:7"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn without_a_setting_time_is_as_it_was() {
        assert_eq!(Pace::of(libc::CLOCK_MONOTONIC), None);
        assert_eq!(nanos(real_stretch(spec(SECOND))), SECOND);
        assert_eq!(real_millis(-1).map(nanos), None);
        assert_eq!(real_millis(20).map(nanos), Some(20_000_000));
    }
}
