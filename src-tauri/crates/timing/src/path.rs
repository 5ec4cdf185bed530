//! The figures of one recording, added to from the capture thread, the feed and the page.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Histogram, Micros, Summary};

/// So many frames may be on their way to the window before the oldest one's time is forgotten: more than ten seconds.
const FRAMES_REMEMBERED: usize = 256;

/// What is measured, in the order of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Audio that waited in the ring when it was emptied, in microseconds of audio.
    RingDepth,
    /// The last sample of a frame captured → the frame in the spool, in microseconds.
    Spool,
    /// Frames behind the one that the feed sends.
    FeedDepth,
    /// The last sample captured → the frame in the page, in microseconds.
    Window,
    /// The last sample captured → the bytes handed to the socket of a recogniser that had caught up, in microseconds.
    Socket,
    /// The same for frames that had to wait until a session had opened and caught up.
    Held,
    /// Bytes that the socket had not handed to the system after a frame.
    Buffered,
    /// A message received → its words painted, in microseconds; only while the window is to be seen.
    Painted,
    /// The end of what was said captured → the final text of it painted, in microseconds.
    FinalPainted,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::RingDepth,
        Self::Spool,
        Self::FeedDepth,
        Self::Window,
        Self::Socket,
        Self::Held,
        Self::Buffered,
        Self::Painted,
        Self::FinalPainted,
    ];
}

/// The figures of one recording. Adding takes a lock for less than a microsecond; the callback of a sound system must not.
#[derive(Debug, Default)]
pub struct PathTimes {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    histograms: [Histogram; Measure::ALL.len()],
    /// Frame number and when its last sample was captured.
    captured: Box<[Option<(u64, Micros)>; FRAMES_REMEMBERED]>,
    dropped_frames: u64,
    clock_error: Option<Micros>,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            histograms: std::array::from_fn(|_| Histogram::default()),
            captured: Box::new([None; FRAMES_REMEMBERED]),
            dropped_frames: 0,
            clock_error: None,
        }
    }
}

/// What is told of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// In the order of [`Measure::ALL`].
    pub measures: Vec<(Measure, Summary)>,
    /// Frames that were captured and are missing further on.
    pub dropped_frames: u64,
    /// How far the page's clock may be off, in microseconds; `None` where the page told nothing.
    pub clock_error: Option<Micros>,
}

impl PathTimes {
    /// The last sample of this frame was captured then.
    pub fn captured(&self, frame: u64, at: Micros) {
        self.inner().captured[slot(frame)] = Some((frame, at));
    }

    /// When that was; `None` for frames of long ago, and for those that no device delivered.
    #[must_use]
    pub fn captured_at(&self, frame: u64) -> Option<Micros> {
        self.inner().captured[slot(frame)].filter(|(number, _)| *number == frame).map(|(_, at)| at)
    }

    /// Counts a value.
    pub fn add(&self, what: Measure, value: u64) {
        self.add_all(what, &[value]);
    }

    /// Counts several.
    pub fn add_all<T: Copy + Into<u64>>(&self, what: Measure, values: &[T]) {
        let mut inner = self.inner();
        let histogram = &mut inner.histograms[what as usize];
        values.iter().for_each(|value| histogram.add((*value).into()));
    }

    /// So many frames more are missing.
    pub fn dropped(&self, frames: u64) {
        self.inner().dropped_frames += frames;
    }

    /// How far the page's clock may be off.
    pub fn clock_error(&self, error: Micros) {
        self.inner().clock_error = Some(error);
    }

    /// All of it as it stands.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let inner = self.inner();
        let summary = |what: Measure| (what, inner.histograms[what as usize].summary());
        Figures {
            measures: Measure::ALL.map(summary).to_vec(),
            dropped_frames: inner.dropped_frames,
            clock_error: inner.clock_error,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn slot(frame: u64) -> usize {
    usize::try_from(frame % FRAMES_REMEMBERED as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frames_time_is_known_until_others_take_its_place() {
        let times = PathTimes::default();
        times.captured(3, 70);
        assert_eq!((times.captured_at(3), times.captured_at(4)), (Some(70), None));
        times.captured(3 + FRAMES_REMEMBERED as u64, 90);
        assert_eq!(times.captured_at(3), None);
    }

    #[test]
    fn every_measure_has_figures_of_its_own() {
        let times = PathTimes::default();
        times.add(Measure::Spool, 5);
        times.add_all(Measure::Painted, &[7u32, 9]);
        times.dropped(2);
        let Figures { measures, dropped_frames, clock_error } = times.figures();
        assert_eq!((dropped_frames, clock_error), (2, None));
        for (what, summary) in measures {
            let expected = match what {
                Measure::Spool => (1, 5),
                Measure::Painted => (2, 9),
                _ => (0, 0),
            };
            assert_eq!((summary.count, summary.max), expected, "{what:?}");
        }
    }
}
