//! The figures of the recording that is being made, and of the one before it. In memory alone, and gone with the program.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sotto_timing::{Figures, PathTimes};
use uuid::Uuid;

/// The running recording, and the last one.
const KEPT: usize = 2;

/// Whose figures are where.
#[derive(Debug, Default)]
pub struct TimingBoard {
    recordings: Mutex<VecDeque<(Uuid, Arc<PathTimes>)>>,
}

impl TimingBoard {
    /// A recording begins, and the oldest one is forgotten.
    pub fn begin(&self, recording: Uuid, times: Arc<PathTimes>) {
        let mut recordings = self.recordings();
        recordings.push_front((recording, times));
        recordings.truncate(KEPT);
    }

    /// Where the figures of a recording are added to; `None` of one that was made too long ago, or by no microphone.
    #[must_use]
    pub fn of(&self, recording: Uuid) -> Option<Arc<PathTimes>> {
        let recordings = self.recordings();
        let found = recordings.iter().find(|(known, _)| *known == recording);
        found.map(|(_, times)| Arc::clone(times))
    }

    /// All of them, the newest first.
    #[must_use]
    pub fn figures(&self) -> Vec<Figures> {
        self.recordings().iter().map(|(_, times)| times.figures()).collect()
    }

    fn recordings(&self) -> MutexGuard<'_, VecDeque<(Uuid, Arc<PathTimes>)>> {
        self.recordings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_recordings_are_known_the_newest_first() {
        let board = TimingBoard::default();
        for number in 1..=3 {
            let times = Arc::<PathTimes>::default();
            times.dropped(number);
            board.begin(Uuid::from_u128(number.into()), times);
        }
        assert!(board.of(Uuid::from_u128(1)).is_none());
        board.of(Uuid::from_u128(2)).unwrap().dropped(10);
        let dropped: Vec<u64> = board.figures().iter().map(|one| one.dropped_frames).collect();
        assert_eq!(dropped, [3, 12]);
    }
}
