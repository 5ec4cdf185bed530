//! The thread that records: it looks into the ring a hundred times a second and leaves the rest to [`Recording`].

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::recording::Recording;
use crate::stream::{self, Lost, Opening, Wish};
use crate::{AudioError, DeviceId, SpoolError, SpoolWriter};

/// Between two looks into the ring.
const LOOK: Duration = Duration::from_millis(10);

/// How long a stop waits for a full disk.
const LAST_WAIT_MS: u64 = 10_000;

/// How long a stop waits for what a busy machine has not handed over yet: the last words are words too.
const OWED_LIMIT_MS: u64 = 1_500;

/// How long a start waits for the sound system.
const START_LIMIT: Duration = Duration::from_secs(6);

/// What happens to a capture that is running.
#[derive(Debug)]
pub enum CaptureNotice {
    /// The first sample is on disk: only now is "recording" true.
    FirstSampleKept {
        /// The device that delivered it.
        device_name: String,
    },
    /// The device is gone; silence marked as a gap is kept in its place.
    Lost {
        /// Why.
        error: AudioError,
    },
    /// A device delivers again.
    Resumed {
        /// Which: the same one, or the default in its place.
        device_name: String,
        /// The samples that nobody delivered.
        gap: Range<u64>,
    },
    /// The system dropped samples; silence of the same length stands in their place.
    Overrun {
        /// Which samples.
        gap: Range<u64>,
    },
    /// The recording ends while the device is still away.
    StillLost {
        /// The samples that nobody delivered.
        gap: Range<u64>,
    },
    /// The disk takes no more: audio is held in memory, for minutes, and what was kept is safe.
    Held {
        /// Why.
        error: SpoolError,
    },
    /// The disk takes audio again; nothing that was held is missing.
    Kept,
    /// The device delivers nothing but one and the same value: it is muted, or dead. A silent room is never so silent.
    Muted,
    /// It delivers sound again.
    Unmuted,
    /// Audio can no longer be kept; the capture has ended.
    SpoolFailed {
        /// Why.
        error: SpoolError,
    },
}

/// A recording that is running. Dropped, it ends by itself, with all that was captured; [`Self::stop`] also waits for it.
pub struct Capture {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<u64, AudioError>>>,
}

impl Capture {
    /// Starts to record from the device of this id, else from the default; returns when the device is open.
    ///
    /// # Errors
    /// When no device can be opened. A device that is lost later is no error: it is told by a notice and opened again.
    pub fn start(
        device: Option<DeviceId>,
        spool: SpoolWriter,
        notices: impl Fn(CaptureNotice) + Send + 'static,
    ) -> Result<Self, AudioError> {
        let clock = Instant::now();
        let wanted = device.clone();
        let opening = stream::open(Wish::Begin(device));
        let first = opening
            .recv_timeout(START_LIMIT)
            .map_err(|_| AudioError::System("it does not answer".to_owned()))??;
        // One that was not there to begin with is not waited for.
        let chosen = wanted.filter(|wanted| *wanted == first.device);
        let reopen = move |lost: &Lost<'_>| stream::open(Wish::after_loss(chosen.as_ref(), lost));
        let recording = Recording::new(first, reopen, spool, notices, millis(clock))?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("capture".to_owned())
            .spawn(move || run(recording, &stopped, clock))
            .map_err(|error| AudioError::System(error.to_string()))?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Stops, and gives the end of the recording: everything before it is on disk.
    ///
    /// # Errors
    /// When the spool failed.
    pub fn stop(mut self) -> Result<u64, AudioError> {
        let thread = self.end();
        let died = || AudioError::System("the capture thread died".to_owned());
        thread.ok_or_else(died)?.join().map_err(|_| died())?
    }

    fn end(&mut self) -> Option<JoinHandle<Result<u64, AudioError>>> {
        self.stop.store(true, Ordering::Release);
        let thread = self.thread.take()?;
        thread.thread().unpark();
        Some(thread)
    }
}

impl Drop for Capture {
    /// A microphone must not stay open because somebody forgot it.
    fn drop(&mut self) {
        self.end();
    }
}

fn run<O: FnMut(&Lost<'_>) -> Opening, N: Fn(CaptureNotice)>(
    mut recording: Recording<O, N>,
    stop: &AtomicBool,
    clock: Instant,
) -> Result<u64, AudioError> {
    while !stop.load(Ordering::Acquire) {
        recording.look(millis(clock))?;
        thread::park_timeout(LOOK);
    }
    let since = millis(clock);
    while recording.is_owed(since) && millis(clock) < since + OWED_LIMIT_MS {
        recording.look(millis(clock))?;
        thread::sleep(LOOK);
    }
    loop {
        let now = millis(clock);
        match recording.finish(now) {
            Err(error) if recording.is_holding() && now < since + LAST_WAIT_MS => {
                tracing::debug!(%error, "the end of a recording waits for the disk");
                thread::sleep(LOOK);
            }
            done => return done,
        }
    }
}

fn millis(clock: Instant) -> u64 {
    u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX)
}
