//! The thread that records: it looks into the ring when something has come, or a hundred times a second where nobody says so,
//! and leaves the rest to [`Recording`].

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::recording::Recording;
use crate::stream::{self, Lost, OpenStream, Opening, Wish};
use crate::{AudioError, DeviceId, FRAME_SAMPLES, SpoolError, SpoolWriter};

/// Between two looks into the ring.
const LOOK: Duration = Duration::from_millis(10);

/// The same where samples wake it: only what else happens to a device is looked for.
const WOKEN_LOOK: Duration = Duration::from_millis(25);

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

/// A device that is open, and delivers already; not kept yet.
pub struct Microphone {
    stream: OpenStream,
    chosen: Option<DeviceId>,
    clock: Instant,
}

impl Microphone {
    /// Opens the device of this id, else the default one.
    ///
    /// # Errors
    /// When no device can be opened. A device that is lost later is no error: it is told by a notice and opened again.
    pub fn open(device: Option<DeviceId>) -> Result<Self, AudioError> {
        let clock = Instant::now();
        let wanted = device.clone();
        let opening = stream::open(Wish::Begin(device));
        let stream = opening
            .recv_timeout(START_LIMIT)
            .map_err(|_| AudioError::System("it does not answer".to_owned()))??;
        // One that was not there to begin with is not waited for.
        let chosen = wanted.filter(|wanted| *wanted == stream.device);
        Ok(Self { stream, chosen, clock })
    }

    /// The device itself, and since when its clock runs.
    pub(crate) fn into_stream(self) -> (OpenStream, Instant) {
        (self.stream, self.clock)
    }

    /// Records from it into `spool`, behind what is there already.
    ///
    /// # Errors
    /// When the device has no form of audio that can be used, or the system no thread.
    pub fn record(
        self,
        spool: SpoolWriter,
        notices: impl Fn(CaptureNotice) + Send + 'static,
    ) -> Result<Capture, AudioError> {
        let Self { stream, chosen, clock } = self;
        let reopen = move |lost: &Lost<'_>| stream::open(Wish::after_loss(chosen.as_ref(), lost));
        let recording = Recording::new(stream, reopen, spool, notices, millis(clock))?;
        let word = Arc::new(AtomicU8::new(GO_ON));
        let heard = Arc::clone(&word);
        let thread = thread::Builder::new()
            .name("capture".to_owned())
            .spawn(move || run(recording, &heard, clock))
            .map_err(|error| AudioError::System(error.to_string()))?;
        Ok(Capture { word, thread: Some(thread) })
    }
}

/// What the capture thread is told.
const GO_ON: u8 = 0;
const PAUSE: u8 = 1;
const STOP: u8 = 2;

/// How a capture ended.
enum Ended {
    /// The spool is complete; the end of the axis.
    Stopped(u64),
    /// The device is closed; others may go on with the spool.
    Paused(SpoolWriter),
}

/// A recording that is running. Dropped, it ends by itself, with all that was captured; [`Self::stop`] also waits for it.
pub struct Capture {
    word: Arc<AtomicU8>,
    thread: Option<JoinHandle<Result<Ended, AudioError>>>,
}

impl Capture {
    /// Opens a device and records from it.
    ///
    /// # Errors
    /// As [`Microphone::open`] and [`Microphone::record`].
    pub fn start(
        device: Option<DeviceId>,
        spool: SpoolWriter,
        notices: impl Fn(CaptureNotice) + Send + 'static,
    ) -> Result<Self, AudioError> {
        Microphone::open(device)?.record(spool, notices)
    }

    /// Stops, and gives the end of the recording: everything before it is on disk.
    ///
    /// # Errors
    /// When the spool failed.
    pub fn stop(mut self) -> Result<u64, AudioError> {
        match self.end(STOP)? {
            Ended::Stopped(end) => Ok(end),
            Ended::Paused(mut spool) => Ok(spool.finish()? * FRAME_SAMPLES as u64),
        }
    }

    /// Closes the device and keeps what it delivered; the spool is open still, and another capture may go on with it.
    ///
    /// # Errors
    /// When the spool failed; the recording is at its end then.
    pub fn pause(mut self) -> Result<SpoolWriter, AudioError> {
        match self.end(PAUSE)? {
            Ended::Paused(spool) => Ok(spool),
            Ended::Stopped(_) => Err(AudioError::System("the capture was stopped".to_owned())),
        }
    }

    fn end(&mut self, word: u8) -> Result<Ended, AudioError> {
        let died = || AudioError::System("the capture thread died".to_owned());
        self.say(word).ok_or_else(died)?.join().map_err(|_| died())?
    }

    fn say(&mut self, word: u8) -> Option<JoinHandle<Result<Ended, AudioError>>> {
        self.word.store(word, Ordering::Release);
        let thread = self.thread.take()?;
        thread.thread().unpark();
        Some(thread)
    }
}

impl Drop for Capture {
    /// A microphone must not stay open because somebody forgot it.
    fn drop(&mut self) {
        self.say(STOP);
    }
}

fn run<O: FnMut(&Lost<'_>) -> Opening, N: Fn(CaptureNotice)>(
    mut recording: Recording<O, N>,
    word: &AtomicU8,
    clock: Instant,
) -> Result<Ended, AudioError> {
    while word.load(Ordering::Acquire) == GO_ON {
        recording.look(millis(clock))?;
        thread::park_timeout(if recording.wakes_me() { WOKEN_LOOK } else { LOOK });
    }
    let since = millis(clock);
    while recording.is_owed(since) && millis(clock) < since + OWED_LIMIT_MS {
        recording.look(millis(clock))?;
        thread::sleep(LOOK);
    }
    let is_pause = word.load(Ordering::Acquire) == PAUSE;
    loop {
        let now = millis(clock);
        let done = if is_pause {
            recording.empty(now).map(|()| None)
        } else {
            recording.finish(now).map(Some)
        };
        match done {
            Err(error) if recording.is_holding() && now < since + LAST_WAIT_MS => {
                tracing::debug!(%error, "the end of a recording waits for the disk");
                thread::sleep(LOOK);
            }
            Err(error) => return Err(error),
            Ok(Some(end)) => return Ok(Ended::Stopped(end)),
            Ok(None) => return Ok(Ended::Paused(recording.into_spool())),
        }
    }
}

fn millis(clock: Instant) -> u64 {
    u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX)
}
