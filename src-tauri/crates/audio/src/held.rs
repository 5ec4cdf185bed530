//! When a disk that refuses audio is asked again, and for how long. Pure: the time is passed in, in milliseconds.

use crate::SpoolError;

/// Between two tries: a disk does not get emptier by being asked.
const RETRY_MS: u64 = 500;

/// So long is audio held in memory (20 MB): long enough for a person to make room.
const LONGEST_MS: u64 = 10 * 60 * 1_000;

/// A disk that refuses; nothing in it while the disk takes everything.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// What the disk said last.
    pub(crate) error: Option<SpoolError>,
    since: u64,
    retry_at: u64,
}

impl Held {
    /// Whether the disk is to be asked now.
    pub(crate) fn may_try(&self, now: u64) -> bool {
        self.error.is_none() || now >= self.retry_at
    }

    /// The disk refused; true when this is news.
    pub(crate) fn refused(&mut self, now: u64, error: SpoolError) -> bool {
        let is_new = self.error.is_none();
        if is_new {
            self.since = now;
        }
        (self.error, self.retry_at) = (Some(error), now + RETRY_MS);
        is_new
    }

    /// The disk took all that there was; true when this is news.
    pub(crate) fn taken(&mut self) -> bool {
        self.error.take().is_some()
    }

    /// An error when audio was held for too long.
    pub(crate) fn check(&self, now: u64) -> Result<(), SpoolError> {
        match &self.error {
            Some(error) if now >= self.since + LONGEST_MS => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_news_once_and_the_disk_is_asked_twice_a_second() {
        let mut held = Held::default();
        assert!(held.may_try(0) && !held.taken());
        assert!(held.refused(1_000, SpoolError::DiskFull));
        assert!(!held.may_try(1_499) && held.may_try(1_500));
        assert!(!held.refused(1_500, SpoolError::DiskFull));
        assert!(held.taken() && !held.taken());
        assert!(held.may_try(1_501));
    }

    #[test]
    fn after_ten_minutes_it_is_an_error() {
        let mut held = Held::default();
        assert!(held.check(u64::MAX).is_ok());
        held.refused(1_000, SpoolError::DiskFull);
        held.refused(500_000, SpoolError::DiskFull);
        assert!(held.check(600_999).is_ok());
        assert!(matches!(held.check(601_000), Err(SpoolError::DiskFull)));
    }
}
