//! One recording from its first sample to its end: what the capture thread does at every look, without the thread, the
//! clock and the sound system. Those are passed in, so a test can play all three.

use std::sync::mpsc::TryRecvError;
use std::time::Duration;

use sotto_timing::Measure;

use crate::arrivals::Arrivals;
use crate::capture::CaptureNotice;
use crate::held::Held;
use crate::mute::Mute;
use crate::stream::{Lost, OpenStream, Opening};
use crate::supervision::{Delivery, Duty, Supervision};
use crate::{
    AudioError, DeviceId, FRAME_SAMPLES, Frame, Pipeline, SAMPLE_RATE, SpoolError, SpoolWriter,
};

pub(crate) struct Recording<O, N> {
    /// Asks for a device.
    open: O,
    notices: N,
    opening: Option<Opening>,
    stream: Option<OpenStream>,
    /// Takes the place of a stream that fell silent, unless that one delivers again first.
    successor: Option<OpenStream>,
    /// Of the last device.
    rate_hz: u32,
    device: DeviceId,
    pipeline: Pipeline,
    spool: SpoolWriter,
    watch: Supervision,
    /// Out of the ring, and out of the pipeline: kept to be used again.
    samples: Vec<f32>,
    frames: Vec<Frame>,
    arrivals: Arrivals,
    /// What the disk did not take.
    held: Held,
    mute: Mute,
    is_ended: bool,
    loss: Option<Loss>,
    /// The device whose first frame is not on disk yet.
    first_device: Option<String>,
}

/// Where the axis was, and the clock, when the device was lost.
#[derive(Debug, Clone, Copy)]
struct Loss {
    at: u64,
    since: u64,
}

impl<O: FnMut(&Lost<'_>) -> Opening, N: Fn(CaptureNotice)> Recording<O, N> {
    /// From the device that is open, and later from those that `open` gives; where the spool ends, the axis goes on.
    pub(crate) fn new(
        stream: OpenStream,
        open: O,
        spool: SpoolWriter,
        notices: N,
        now: u64,
    ) -> Result<Self, AudioError> {
        let (rate_hz, device) = (stream.rate_hz, stream.device.clone());
        let origin = spool.progress().borrow().frames * FRAME_SAMPLES as u64;
        Ok(Self {
            open,
            notices,
            opening: None,
            stream: Some(stream),
            successor: None,
            rate_hz,
            device,
            pipeline: Pipeline::beginning_at(rate_hz, origin)?,
            spool,
            watch: Supervision::opened_first(now, origin),
            samples: Vec::with_capacity(rate_hz as usize),
            frames: Vec::new(),
            arrivals: Arrivals::default(),
            held: Held::default(),
            mute: Mute::default(),
            is_ended: false,
            loss: None,
            first_device: None,
        })
    }

    /// Takes what has come, does what has to be done about the device, and puts all whole frames into the spool.
    pub(crate) fn look(&mut self, now: u64) -> Result<(), AudioError> {
        self.take_opened(now);
        self.take_samples(now);
        match self.watch.duty(now) {
            Duty::Rest => {}
            Duty::Doubt => {
                tracing::debug!(at = self.pipeline.position(), "the microphone fell silent");
                self.watch.doubted(now);
                self.tell_lost(now, AudioError::Lost);
            }
            Duty::GiveUp => self.give_up(now, AudioError::Lost),
            Duty::Reopen => {
                let since = self.loss.map_or(now, |loss| loss.since);
                let away = Duration::from_millis(now - since);
                self.opening = Some((self.open)(&Lost { device: &self.device, away }));
                self.watch.reopening(now);
            }
        }
        let absent = self.watch.absent(now, self.pipeline.position());
        self.pipeline.gap(absent, &mut self.frames);
        self.keep(now)
    }

    /// Whether this thread is woken when samples come.
    pub(crate) fn wakes_me(&self) -> bool {
        self.stream.as_ref().is_some_and(|open| open.tap.wakes_me())
    }

    /// Whether samples that the device took before `at` are still on their way.
    pub(crate) fn is_owed(&self, at: u64) -> bool {
        self.watch.is_owed(at, self.pipeline.position())
    }

    /// Whether audio waits in memory for the disk.
    pub(crate) fn is_holding(&self) -> bool {
        !self.frames.is_empty()
    }

    /// What has come until now, and the end; gives the end of the axis. While the disk takes nothing it is an error, and
    /// may be tried again.
    pub(crate) fn finish(&mut self, now: u64) -> Result<u64, AudioError> {
        self.empty(now)?;
        Ok(self.spool.finish()? * FRAME_SAMPLES as u64)
    }

    /// The spool, which others may go on with.
    pub(crate) fn into_spool(self) -> SpoolWriter {
        self.spool
    }

    /// Lets go of the device and keeps what has come until now, with the tail of the pipeline. While the disk takes nothing
    /// it is an error, and may be tried again.
    pub(crate) fn empty(&mut self, now: u64) -> Result<(), AudioError> {
        if !self.is_ended {
            self.look(now)?;
            // It may have found that a doubted device returns just now.
            self.watch.ends();
            self.take_samples(now);
            self.end(now);
        }
        self.keep(now)?;
        match self.held.error.clone() {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    fn end(&mut self, now: u64) {
        self.is_ended = true;
        if self.watch.is_away() {
            // Nothing can be on its way any more.
            self.pipeline.gap(self.watch.behind(now, self.pipeline.position()), &mut self.frames);
        }
        (self.stream, self.successor, self.opening) = (None, None, None);
        if let Some(loss) = self.loss.take() {
            let gap = loss.at..self.pipeline.position();
            (self.notices)(CaptureNotice::StillLost { gap });
        }
        self.pipeline.finish(&mut self.frames);
    }

    fn take_opened(&mut self, now: u64) {
        let opened = match self.opening.as_ref().map(Opening::try_recv) {
            None | Some(Err(TryRecvError::Empty)) => return,
            Some(Ok(opened)) => opened,
            Some(Err(TryRecvError::Disconnected)) => {
                Err(AudioError::System("opening a device failed".to_owned()))
            }
        };
        self.opening = None;
        match opened {
            Ok(open) if self.stream.is_some() => self.successor = Some(open),
            Ok(open) => self.switch_to(open, now),
            Err(error) => self.stays_away(now, &error),
        }
    }

    fn switch_to(&mut self, open: OpenStream, now: u64) {
        if let Err(error) = self.pipeline.reopened(open.rate_hz, &mut self.frames) {
            return self.stays_away(now, &error);
        }
        (self.rate_hz, self.device) = (open.rate_hz, open.device.clone());
        self.mute = Mute::default();
        self.stream = Some(open);
    }

    fn stays_away(&mut self, now: u64, error: &AudioError) {
        tracing::debug!(%error, "the microphone is still away");
        self.watch.reopen_failed(now);
    }

    fn take_samples(&mut self, now: u64) {
        let Some(open) = &mut self.stream else { return };
        // Before the drain: what the device delivered until it ended is still to be had.
        let end = open.verdict.error();
        let is_collecting = self.watch.is_collecting(now, !open.tap.is_empty());
        if is_collecting && end.is_none() && !open.tap.is_half_full() {
            return;
        }
        if open.verdict.has_dropped() {
            self.watch.told_of_drop(now);
        }
        let missing =
            open.tap.drain(&mut self.samples) * u64::from(SAMPLE_RATE) / u64::from(self.rate_hz);
        if !self.samples.is_empty() {
            self.deliver(now);
        }
        self.overrun(missing);
        if let Some(error) = end {
            self.give_up(now, error);
        } else if !self.samples.is_empty() {
            let dropped = self.watch.dropped(now, self.pipeline.position());
            self.overrun(dropped);
        }
    }

    fn deliver(&mut self, now: u64) {
        let is_first = self.watch.is_before_zero();
        if is_first {
            self.watch.begins_at(self.pipeline.lead_in(&mut self.frames));
        }
        let count = self.samples.len() as u64;
        let delivery = self.watch.delivered(now, count * 1_000 / u64::from(self.rate_hz));
        let ahead = count * u64::from(SAMPLE_RATE) / u64::from(self.rate_hz);
        let end = self.pipeline.position() + ahead;
        let missing = match delivery {
            Delivery::GoesOn => 0,
            Delivery::Begins => self.watch.behind(now, end),
            Delivery::Returns => self.watch.dropped_in_doubt(now, end),
        };
        if delivery != Delivery::GoesOn {
            tracing::debug!(?delivery, count, missing, "the microphone delivers");
            (self.successor, self.opening) = (None, None);
            self.pipeline.gap(missing, &mut self.frames);
            self.tell_begun(is_first);
        }
        self.tell_muted();
        self.note_arrivals();
        self.pipeline.push(&self.samples, &mut self.frames);
        self.watch.reached(now, self.pipeline.position());
    }

    /// When which part of the axis came; `self.samples` are not in the pipeline yet.
    fn note_arrivals(&mut self) {
        let Some(open) = &self.stream else { return };
        let (from, rate) = (self.pipeline.position(), u64::from(self.rate_hz));
        for block in open.tap.arrived() {
            self.arrivals.note(from + block.end * u64::from(SAMPLE_RATE) / rate, block.at);
        }
        let waited = self.samples.len() as u64 * 1_000_000 / rate;
        self.spool.times().add(Measure::RingDepth, waited);
    }

    fn tell_begun(&mut self, is_first: bool) {
        let device_name =
            self.stream.as_ref().map(|open| open.device_name.clone()).unwrap_or_default();
        let position = self.pipeline.position();
        let gap = self.loss.take().map_or(position, |loss| loss.at)..position;
        if is_first {
            self.first_device = Some(device_name);
        } else {
            (self.notices)(CaptureNotice::Resumed { device_name, gap });
        }
    }

    fn tell_muted(&mut self) {
        // What the system plays is exactly silent whenever it plays nothing.
        if self.stream.as_ref().is_some_and(|open| open.is_monitor) {
            return;
        }
        if let Some(is_muted) = self.mute.heard(&self.samples, self.rate_hz) {
            (self.notices)(if is_muted { CaptureNotice::Muted } else { CaptureNotice::Unmuted });
        }
    }

    fn overrun(&mut self, missing: u64) {
        if missing > 0 {
            tracing::debug!(missing, "the sound system dropped samples");
            self.spool.times().dropped(missing.div_ceil(FRAME_SAMPLES as u64));
            let from = self.pipeline.position();
            self.pipeline.gap(missing, &mut self.frames);
            (self.notices)(CaptureNotice::Overrun { gap: from..from + missing });
        }
    }

    fn give_up(&mut self, now: u64, error: AudioError) {
        let is_doubted = self.watch.is_doubted();
        let has_successor = self.successor.is_some();
        tracing::debug!(%error, is_doubted, has_successor, "the microphone is given up");
        self.stream = None;
        self.tell_lost(now, error);
        if let Some(next) = self.successor.take() {
            self.watch.succeeded(now);
            self.switch_to(next, now);
            // At once: what it has delivered already stands where silence would be put.
            self.take_samples(now);
        } else if is_doubted && self.opening.is_some() {
            self.watch.succeeded(now);
        } else {
            self.opening = None;
            self.watch.lost(now);
        }
    }

    fn tell_lost(&mut self, now: u64, error: AudioError) {
        if self.loss.is_none() {
            self.loss = Some(Loss { at: self.pipeline.position(), since: now });
            (self.notices)(CaptureNotice::Lost { error });
        }
    }

    /// In order, and none left out: what the disk does not take now it is given again.
    fn keep(&mut self, now: u64) -> Result<(), AudioError> {
        if !self.held.may_try(now) {
            return self.held.check(now).map_err(|error| self.failed(error));
        }
        let mut kept = 0;
        for frame in &self.frames {
            let captured = self.arrivals.of(frame);
            let appended = match captured {
                Some(at) => self.spool.append_captured(frame, at),
                None => self.spool.append(frame),
            };
            match appended {
                Ok(()) => kept += 1,
                Err(error @ SpoolError::OutOfOrder { .. }) => return Err(self.failed(error)),
                Err(error) => {
                    if self.held.refused(now, error.clone()) {
                        (self.notices)(CaptureNotice::Held { error });
                    }
                    break;
                }
            }
            if let Some(device_name) = self.first_device.take() {
                (self.notices)(CaptureNotice::FirstSampleKept { device_name });
            }
        }
        self.frames.drain(..kept);
        if self.frames.is_empty() && self.held.taken() {
            (self.notices)(CaptureNotice::Kept);
        }
        Ok(())
    }

    fn failed(&self, error: SpoolError) -> AudioError {
        (self.notices)(CaptureNotice::SpoolFailed { error: error.clone() });
        error.into()
    }
}

#[cfg(test)]
mod tests;
