//! What a busy machine does to a microphone: it is late itself, or the sound server does not take what it delivers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Shorter ones are in the nature of programs.
const SHORTEST: Duration = Duration::from_millis(200);

/// A microphone that is made of programs was held up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stall {
    /// On whose side.
    pub of: Side,
    /// When it was over.
    pub at: SystemTime,
    /// How late it was at its worst.
    pub late: Duration,
}

/// On whose side it was late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Who speaks.
    Speaker,
    /// Who takes it: there was so much sound between them.
    SoundServer,
}

/// What is known of one side.
pub(crate) struct Watch {
    side: Side,
    worst: Duration,
    stalls: Stalls,
}

/// All that were seen.
pub(crate) type Stalls = Arc<Mutex<Vec<Stall>>>;

impl Watch {
    pub(crate) fn new(side: Side, stalls: &Stalls) -> Self {
        Self { side, worst: Duration::ZERO, stalls: Arc::clone(stalls) }
    }

    /// So late it is now.
    pub(crate) fn note(&mut self, late: Duration) {
        if late >= SHORTEST {
            self.worst = self.worst.max(late);
        } else if self.worst > Duration::ZERO {
            let stall = Stall { of: self.side, at: SystemTime::now(), late: self.worst };
            self.stalls.lock().unwrap_or_else(PoisonError::into_inner).push(stall);
            self.worst = Duration::ZERO;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_is_as_long_as_its_worst_moment() {
        let stalls = Stalls::default();
        let mut watch = Watch::new(Side::Speaker, &stalls);
        for late in [0, 199, 200, 700, 300, 10, 0, 250, 5] {
            watch.note(Duration::from_millis(late));
        }
        let seen: Vec<u128> =
            stalls.lock().unwrap().iter().map(|one| one.late.as_millis()).collect();
        assert_eq!(seen, [700, 250]);
    }
}
