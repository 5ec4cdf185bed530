//! The thread that records: takes samples out of the ring, makes frames, puts them into the spool, and keeps going when
//! the device does not.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::stream::{self, OpenStream};
use crate::supervision::{Duty, Supervision};
use crate::{AudioError, DeviceId, FRAME_SAMPLES, Frame, Pipeline, SAMPLE_RATE, SpoolError, SpoolWriter};

/// Between two looks into the ring.
const LOOK: Duration = Duration::from_millis(10);

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
    /// Audio can no longer be kept; the capture has ended.
    SpoolFailed {
        /// Why.
        error: SpoolError,
    },
}

/// A recording that is running.
pub struct Capture {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<u64, AudioError>>,
}

impl Capture {
    /// Starts to record from the device of this id, else from the default; returns when the device runs.
    ///
    /// # Errors
    /// When no device can be opened. A device that is lost later is no error: it is told by a notice and opened again.
    pub fn start(
        device: Option<DeviceId>,
        spool: SpoolWriter,
        notices: impl Fn(CaptureNotice) + Send + 'static,
    ) -> Result<Self, AudioError> {
        let stop = Arc::new(AtomicBool::new(false));
        let (opened, is_open) = std::sync::mpsc::sync_channel(1);
        let stopped = Arc::clone(&stop);
        // The stream lives on this thread: not every system lets it move.
        let record = move || {
            let (mut recording, frames) = match Recording::open(device, spool, notices) {
                Ok(recording) => (recording, Vec::new()),
                Err(error) => {
                    opened.send(Err(error.clone())).ok();
                    return Err(error);
                }
            };
            opened.send(Ok(())).ok();
            recording.run(&stopped, frames)
        };
        let thread = thread::Builder::new()
            .name("capture".to_owned())
            .spawn(record)
            .map_err(|error| AudioError::System(error.to_string()))?;
        is_open.recv().map_err(|_| AudioError::System("the capture thread died".to_owned()))??;
        Ok(Self { stop, thread })
    }

    /// Stops, and gives the end of the recording: everything before it is on disk.
    ///
    /// # Errors
    /// When the spool failed.
    pub fn stop(self) -> Result<u64, AudioError> {
        self.stop.store(true, Ordering::Release);
        self.thread.thread().unpark();
        self.thread.join().map_err(|_| AudioError::System("the capture thread died".to_owned()))?
    }
}

struct Recording<N> {
    device: Option<DeviceId>,
    stream: Option<OpenStream>,
    pipeline: Pipeline,
    spool: SpoolWriter,
    watch: Supervision,
    notices: N,
    clock: Instant,
    samples: Vec<f32>,
    rate_hz: u32,
    lost_at: Option<u64>,
    /// The device whose first frame is not on disk yet.
    announced: Option<String>,
}

impl<N: Fn(CaptureNotice)> Recording<N> {
    fn open(device: Option<DeviceId>, spool: SpoolWriter, notices: N) -> Result<Self, AudioError> {
        let stream = stream::open(device.as_ref())?;
        let rate_hz = stream.rate_hz;
        Ok(Self {
            device,
            pipeline: Pipeline::new(rate_hz)?,
            spool,
            watch: Supervision::opened_first(0),
            notices,
            clock: Instant::now(),
            samples: Vec::with_capacity(rate_hz as usize),
            rate_hz,
            stream: Some(stream),
            lost_at: None,
            announced: None,
        })
    }

    fn run(&mut self, stop: &AtomicBool, mut frames: Vec<Frame>) -> Result<u64, AudioError> {
        while !stop.load(Ordering::Acquire) {
            self.look(&mut frames)?;
            self.keep(&mut frames)?;
            thread::park_timeout(LOOK);
        }
        // What the device delivered between the last look and now.
        self.look(&mut frames)?;
        self.stream = None;
        self.pipeline.finish(&mut frames);
        self.keep(&mut frames)?;
        Ok(self.spool.finish()? * FRAME_SAMPLES as u64)
    }

    fn look(&mut self, frames: &mut Vec<Frame>) -> Result<(), AudioError> {
        let now = self.now();
        if let Some(open) = &mut self.stream {
            let dropped = open.tap.drain(&mut self.samples);
            if !self.samples.is_empty() {
                self.deliver(now, frames);
            }
            if dropped > 0 {
                let missing = dropped * u64::from(SAMPLE_RATE) / u64::from(self.rate_hz);
                self.overrun(missing, frames);
            }
            if let Some(error) = self.stream.as_ref().and_then(|open| open.verdict.error()) {
                self.give_up(now, error);
            }
        }
        match self.watch.duty(now) {
            Duty::Rest => {}
            Duty::GiveUp => self.give_up(now, AudioError::Lost),
            Duty::Reopen => self.reopen(frames)?,
        }
        // While there is no device, the axis runs on with the clock.
        if self.stream.is_none() {
            let missing = self.watch.missing(now, self.pipeline.position(), false);
            self.pipeline.gap(missing, frames);
        }
        Ok(())
    }

    fn deliver(&mut self, now: u64, frames: &mut Vec<Frame>) {
        let is_first = self.watch.is_before_zero();
        let behind = self.samples.len() as u64 * 1_000 / u64::from(self.rate_hz);
        let has_begun = self.watch.delivered(now, behind);
        if has_begun && !is_first {
            let ahead = self.samples.len() as u64 * u64::from(SAMPLE_RATE) / u64::from(self.rate_hz);
            let missing = self.watch.missing(now, self.pipeline.position() + ahead, true);
            self.pipeline.gap(missing, frames);
        }
        self.pipeline.push(&self.samples, frames);
        if has_begun {
            self.tell_begun(is_first);
        }
        let missing = self.watch.missing(now, self.pipeline.position(), false);
        if missing > 0 {
            self.overrun(missing, frames);
        }
    }

    fn tell_begun(&mut self, is_first: bool) {
        let device_name = self.stream.as_ref().map(|open| open.device_name.clone()).unwrap_or_default();
        if is_first {
            self.announced = Some(device_name);
        } else {
            let from = self.lost_at.take().unwrap_or_else(|| self.pipeline.position());
            (self.notices)(CaptureNotice::Resumed { device_name, gap: from..self.pipeline.position() });
        }
    }

    fn overrun(&mut self, missing: u64, frames: &mut Vec<Frame>) {
        let from = self.pipeline.position();
        self.pipeline.gap(missing, frames);
        (self.notices)(CaptureNotice::Overrun { gap: from..from + missing });
    }

    fn give_up(&mut self, now: u64, error: AudioError) {
        self.stream = None;
        self.watch.lost(now);
        if self.lost_at.is_none() {
            self.lost_at = Some(self.pipeline.position());
            (self.notices)(CaptureNotice::Lost { error });
        }
    }

    fn reopen(&mut self, frames: &mut Vec<Frame>) -> Result<(), AudioError> {
        match stream::open(self.device.as_ref()) {
            Ok(open) => {
                self.rate_hz = open.rate_hz;
                self.pipeline.reopened(open.rate_hz, frames)?;
                self.stream = Some(open);
                self.watch.reopened(self.now());
            }
            Err(error) => {
                tracing::debug!(%error, "the microphone is still away");
                self.watch.reopen_failed(self.now());
            }
        }
        Ok(())
    }

    fn keep(&mut self, frames: &mut Vec<Frame>) -> Result<(), AudioError> {
        for frame in frames.drain(..) {
            if let Err(error) = self.spool.append(&frame) {
                (self.notices)(CaptureNotice::SpoolFailed { error: error.clone() });
                return Err(error.into());
            }
            if let Some(device_name) = self.announced.take() {
                (self.notices)(CaptureNotice::FirstSampleKept { device_name });
            }
        }
        Ok(())
    }

    fn now(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
