//! How loud a microphone is, for whoever chooses one. Nothing of what it hears is kept or handed on: frames are made for
//! their level and thrown away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::mute::Mute;
use crate::stream::OpenStream;
use crate::{AudioError, Frame, Microphone, Pipeline};

/// Between two looks: ten a second are lively enough for an eye.
const LOOK: Duration = Duration::from_millis(100);
/// A device that delivers nothing for so long is dead; a headset takes two seconds to wake up.
const DEAD_MS: u64 = 3_000;
/// Whoever forgets to close it does not leave a microphone open.
const LONGEST_MS: u64 = 180_000;

/// What a look at a microphone tells.
#[derive(Debug, Clone)]
pub enum Metered {
    /// It delivers.
    Level {
        /// The loudest frame since the look before, −100 to 0 dB.
        dbfs: f32,
        /// Someone speaks.
        is_speech: bool,
        /// All samples are the same: muted at its switch or by the system.
        is_muted: bool,
    },
    /// It is open and has delivered nothing for a while.
    Dead,
    /// It went away, or the system took it away; nothing more comes.
    Lost(AudioError),
    /// It was open for long enough; nothing more comes.
    Ended,
}

/// A microphone that is listened to for its level alone. It is closed when this is dropped.
pub struct Metering {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Microphone {
    /// Tells how loud it is, ten times a second, until the answer is false or the [`Metering`] is dropped.
    ///
    /// # Errors
    /// When the device has no form of audio that can be used, or the system no thread.
    pub fn meter(
        self,
        tell: impl FnMut(Metered) -> bool + Send + 'static,
    ) -> Result<Metering, AudioError> {
        let (stream, clock) = self.into_stream();
        let meter = Meter::new(stream)?;
        let is_over = Arc::new(AtomicBool::new(false));
        let heard = Arc::clone(&is_over);
        let thread = thread::Builder::new()
            .name("meter".to_owned())
            .spawn(move || run(meter, &heard, clock, tell))
            .map_err(|error| AudioError::System(error.to_string()))?;
        Ok(Metering { is_over, thread: Some(thread) })
    }
}

impl Drop for Metering {
    /// Waits: when this has returned, the microphone is closed.
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            if thread.join().is_err() {
                tracing::error!("the thread of a level meter did not end well");
            }
        }
    }
}

fn run(
    mut meter: Meter,
    is_over: &AtomicBool,
    clock: Instant,
    mut tell: impl FnMut(Metered) -> bool,
) {
    while !is_over.load(Ordering::Acquire) {
        let now = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(metered) = meter.look(now) {
            let is_last = matches!(metered, Metered::Lost(_) | Metered::Ended);
            if !tell(metered) || is_last {
                return;
            }
        }
        thread::park_timeout(LOOK);
    }
}

/// What is done at each look; device and clock are passed in.
struct Meter {
    stream: OpenStream,
    pipeline: Pipeline,
    mute: Mute,
    is_muted: bool,
    samples: Vec<f32>,
    frames: Vec<Frame>,
    began_at: Option<u64>,
    delivered_at: u64,
    is_dead: bool,
}

impl Meter {
    fn new(stream: OpenStream) -> Result<Self, AudioError> {
        Ok(Self {
            pipeline: Pipeline::new(stream.rate_hz)?,
            stream,
            mute: Mute::default(),
            is_muted: false,
            samples: Vec::new(),
            frames: Vec::new(),
            began_at: None,
            delivered_at: 0,
            is_dead: false,
        })
    }

    /// `None` where there is nothing new to tell.
    fn look(&mut self, now: u64) -> Option<Metered> {
        let began_at = *self.began_at.get_or_insert_with(|| {
            self.delivered_at = now;
            now
        });
        if now - began_at >= LONGEST_MS {
            return Some(Metered::Ended);
        }
        if let Some(error) = self.stream.verdict.error() {
            return Some(Metered::Lost(error));
        }
        self.stream.tap.drain(&mut self.samples);
        if self.samples.is_empty() {
            let is_new = now - self.delivered_at >= DEAD_MS && !self.is_dead;
            self.is_dead |= is_new;
            return is_new.then_some(Metered::Dead);
        }
        (self.delivered_at, self.is_dead) = (now, false);
        // What the system plays is exactly silent whenever it plays nothing.
        if !self.stream.is_monitor {
            let changed = self.mute.heard(&self.samples, self.stream.rate_hz);
            self.is_muted = changed.unwrap_or(self.is_muted);
        }
        self.pipeline.push(&self.samples, &mut self.frames);
        let loudest = self.frames.iter().map(|frame| frame.level_dbfs).reduce(f32::max);
        let is_speech = self.frames.iter().any(|frame| frame.flags.is_speech);
        self.frames.clear();
        loudest.map(|dbfs| Metered::Level { dbfs, is_speech, is_muted: self.is_muted })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::stream::Verdict;
    use crate::{DeviceId, Intake, ring};

    const RATE: u32 = 16_000;

    fn meter(name: &str) -> (Intake, Verdict, Meter) {
        let (intake, tap) = ring(4 * RATE as usize, 1);
        let verdict = Verdict::default();
        let stream = OpenStream {
            tap,
            verdict: verdict.clone(),
            rate_hz: RATE,
            device: DeviceId(name.to_owned()),
            device_name: name.to_owned(),
            is_monitor: name.ends_with(".monitor"),
            _hold: mpsc::channel().0,
        };
        (intake, verdict, Meter::new(stream).unwrap())
    }

    fn tone(loudness: f32) -> Vec<f32> {
        (0..RATE / 10).map(|i| loudness * (i as f32 * 0.3).sin()).collect()
    }

    #[test]
    fn the_loudest_frame_since_the_look_before_is_told_and_nothing_is_kept() {
        let (mut intake, _, mut meter) = meter("mic");
        assert!(meter.look(0).is_none());
        let mut levels = Vec::new();
        for (at, loudness) in [(100, 0.001), (200, 0.5), (300, 0.001), (400, 0.001)] {
            intake.take(&tone(loudness));
            if let Some(Metered::Level { dbfs, is_muted, .. }) = meter.look(at) {
                assert!(!is_muted);
                levels.push(dbfs);
            }
            assert!(meter.frames.is_empty(), "sound is kept");
        }
        let loudest = levels.iter().copied().fold(f32::MIN, f32::max);
        assert!((-12.0..-6.0).contains(&loudest), "{levels:?}");
        assert!(*levels.last().unwrap() < -50.0, "{levels:?}");
    }

    #[test]
    fn a_muted_microphone_is_told_from_a_dead_one() {
        let (mut intake, _, mut muted) = meter("mic");
        let mut last = None;
        for look in 0..=40 {
            intake.take(&[0.0f32; RATE as usize / 10]);
            last = muted.look(look * 100).or(last);
        }
        assert!(matches!(last, Some(Metered::Level { is_muted: true, .. })), "{last:?}");
        intake.take(&tone(0.2));
        intake.take(&tone(0.2));
        let loud = muted.look(4_100);
        assert!(matches!(loud, Some(Metered::Level { is_muted: false, .. })), "{loud:?}");

        let (mut intake, _, mut dead) = meter("mic");
        assert!(dead.look(5_000).is_none() && dead.look(7_999).is_none(), "it may be waking up");
        assert!(matches!(dead.look(8_000), Some(Metered::Dead)));
        assert!(dead.look(8_100).is_none(), "told once");
        intake.take(&tone(0.2));
        intake.take(&tone(0.2));
        assert!(matches!(dead.look(8_200), Some(Metered::Level { .. })), "it is alive after all");
    }

    #[test]
    fn silence_of_the_system_is_no_mute() {
        let (mut intake, _, mut meter) = meter("speaker.monitor");
        let mut told = Vec::new();
        for look in 0..=40 {
            intake.take(&[0.0f32; RATE as usize / 10]);
            told.extend(meter.look(look * 100));
        }
        let is_muted = |one: &Metered| matches!(one, Metered::Level { is_muted: true, .. });
        assert!(!told.is_empty() && !told.iter().any(is_muted));
    }

    #[test]
    fn one_that_goes_away_ends_and_so_does_one_that_was_forgotten() {
        let (_intake, verdict, mut looked) = meter("mic");
        assert!(looked.look(0).is_none());
        verdict.vanished();
        assert!(matches!(looked.look(100), Some(Metered::Lost(AudioError::Lost))));
        let (_intake, _, mut forgotten) = meter("mic");
        forgotten.look(1_000);
        assert!(!matches!(forgotten.look(LONGEST_MS + 999), Some(Metered::Ended)));
        assert!(matches!(forgotten.look(LONGEST_MS + 1_000), Some(Metered::Ended)));
    }
}
