//! A device that is being recorded from, on a thread of its own.
//!
//! Sound systems block where they please: PulseAudio's "play" returns with the first sample, which a suspended source
//! never delivers, and a hung server answers nothing at all. So a device is opened, played and closed on a thread that
//! holds it and that nobody waits for; the capture thread only ever sees the ring.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::Duration;

use cpal::traits::{DeviceTrait as _, StreamTrait as _};
use cpal::{ErrorKind, FromSample, SampleFormat, SizedSample, Stream, StreamConfig};

use crate::device::{self, Found, Presence, Substitute};
use crate::ring::{Intake, Tap, ring};
use crate::{AudioError, DeviceId};

/// Seconds of audio that the ring holds: a capture thread that is held up for longer has worse problems.
const RING_SECONDS: usize = 4;

/// Without a wish PulseAudio collects up to two seconds before it delivers. With one, its own queue is no longer than
/// that: at 10 ms it dropped audio without a word whenever the machine was busy.
const BLOCKS_A_SECOND: u32 = 10;

/// Between two looks whether the device is still there.
const WATCH: Duration = Duration::from_millis(250);

/// How long a device that the user chose is waited for before another takes its place.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a sound system may take to make a stream.
const OPEN_LIMIT: Duration = Duration::from_secs(5);

/// A device that runs, or is about to; it stops when this is dropped.
pub(crate) struct OpenStream {
    pub(crate) tap: Tap,
    pub(crate) verdict: Verdict,
    pub(crate) rate_hz: u32,
    pub(crate) device: DeviceId,
    pub(crate) device_name: String,
    /// What the system plays, and no microphone.
    pub(crate) is_monitor: bool,
    /// Nothing is ever sent: its end tells the thread that holds the device to let go.
    pub(crate) _hold: Sender<()>,
}

/// A device that is being opened. Whoever loses patience drops it.
pub(crate) type Opening = Receiver<Result<OpenStream, AudioError>>;

/// What to open.
#[derive(Debug, Clone)]
pub(crate) enum Wish {
    /// For the beginning of a recording: the chosen device, else the default. One that is there but refuses is an
    /// error: a recording does not begin with another microphone than the user chose.
    Begin(Option<DeviceId>),
    /// For one that goes on: this device and no other.
    Same(DeviceId),
    /// For one that goes on: this device, else any microphone.
    GoOn(DeviceId),
}

impl Wish {
    /// For a recording that goes on after its device was lost for `away`. The device that the user chose by name is waited
    /// for a little, for plugs are pulled by mistake; where the user left the choice to the system, it is the system's.
    pub(crate) fn after_loss(chosen: Option<&DeviceId>, lost: &Lost<'_>) -> Self {
        match chosen {
            Some(chosen) if chosen == lost.device && lost.away < PATIENCE => {
                Self::Same(chosen.clone())
            }
            Some(chosen) => Self::GoOn(chosen.clone()),
            None => Self::GoOn(lost.device.clone()),
        }
    }
}

/// A device that is away.
pub(crate) struct Lost<'a> {
    /// The one that delivered last.
    pub(crate) device: &'a DeviceId,
    /// Since when.
    pub(crate) away: Duration,
}

/// Opens the wanted device, or the default where it is not there.
pub(crate) fn open(wish: Wish) -> Opening {
    let (opened, opening) = mpsc::sync_channel(1);
    let failed = opened.clone();
    if let Err(error) =
        thread::Builder::new().name("device".to_owned()).spawn(move || hold(&wish, &opened))
    {
        // There is room for one, and nobody has dropped the other end yet.
        failed.send(Err(AudioError::System(error.to_string()))).ok();
    }
    opening
}

/// The life of the thread that holds a device.
fn hold(wish: &Wish, opened: &SyncSender<Result<OpenStream, AudioError>>) {
    let made = match wish {
        Wish::Begin(device) => make(device.as_ref(), Substitute::Default),
        Wish::Same(device) => make(Some(device), Substitute::Nothing),
        Wish::GoOn(device) => make(Some(device), Substitute::Microphone)
            .or_else(|_| make(None, Substitute::Microphone)),
    };
    let (hold, let_go) = mpsc::channel();
    let (stream, verdict, device) = match made {
        Ok((stream, open)) => {
            let (verdict, device) = (open.verdict.clone(), Some(open.device.clone()));
            // Nobody waits any more: the device is closed again.
            if opened.send(Ok(OpenStream { _hold: hold, ..open })).is_err() {
                return;
            }
            (stream, verdict, device)
        }
        Err(error) => {
            opened.send(Err(error)).ok();
            return;
        }
    };
    if let Err(error) = stream.play() {
        verdict.set(&error);
    }
    let presence = device.and_then(|device| Presence::of(&device));
    // Ends with an error when the other end is dropped; until then it looks whether the device is still there.
    while let_go.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) {
        if presence.as_ref().is_some_and(|presence| !presence.is_there()) {
            verdict.vanished();
        }
    }
}

fn make(
    wanted: Option<&DeviceId>,
    substitute: Substitute,
) -> Result<(Stream, OpenStream), AudioError> {
    let Found { device, id, name, is_monitor } = device::find(wanted, substitute)?;
    let supported = device.default_input_config()?;
    let mut config: StreamConfig = supported.config();
    let rate_hz = config.sample_rate;
    let wish = rate_hz / BLOCKS_A_SECOND;
    if let cpal::SupportedBufferSize::Range { min, max } = supported.buffer_size() {
        config.buffer_size = cpal::BufferSize::Fixed(wish.clamp(*min, (*max).max(*min)));
    }
    let (intake, tap) = ring(rate_hz as usize * RING_SECONDS, usize::from(config.channels));
    let verdict = Verdict::default();
    let stream = match supported.sample_format() {
        SampleFormat::I8 => build::<i8>(&device, config, intake, &verdict),
        SampleFormat::I16 => build::<i16>(&device, config, intake, &verdict),
        SampleFormat::I24 => build::<cpal::I24>(&device, config, intake, &verdict),
        SampleFormat::I32 => build::<i32>(&device, config, intake, &verdict),
        SampleFormat::I64 => build::<i64>(&device, config, intake, &verdict),
        SampleFormat::U8 => build::<u8>(&device, config, intake, &verdict),
        SampleFormat::U16 => build::<u16>(&device, config, intake, &verdict),
        SampleFormat::U24 => build::<cpal::U24>(&device, config, intake, &verdict),
        SampleFormat::U32 => build::<u32>(&device, config, intake, &verdict),
        SampleFormat::U64 => build::<u64>(&device, config, intake, &verdict),
        SampleFormat::F32 => build::<f32>(&device, config, intake, &verdict),
        SampleFormat::F64 => build::<f64>(&device, config, intake, &verdict),
        other => Err(AudioError::Unsupported(other.to_string())),
    }?;
    let _hold = mpsc::channel().0;
    let open =
        OpenStream { tap, verdict, rate_hz, device: id, device_name: name, is_monitor, _hold };
    Ok((stream, open))
}

fn build<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut intake: Intake,
    verdict: &Verdict,
) -> Result<Stream, AudioError>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let verdict = verdict.clone();
    let on_data = move |data: &[T], _: &cpal::InputCallbackInfo| intake.take(data);
    let on_error = move |error: cpal::Error| verdict.set(&error);
    Ok(device.build_input_stream(config, on_data, on_error, Some(OPEN_LIMIT))?)
}

/// What the sound system said about a stream that is running, as one byte: its callback may not allocate either.
#[derive(Clone, Default)]
pub(crate) struct Verdict {
    code: Arc<AtomicU8>,
    has_dropped: Arc<AtomicBool>,
}

impl Verdict {
    const DENIED: u8 = 1;
    const LOST: u8 = 2;
    const VANISHED: u8 = 3;

    pub(crate) fn set(&self, error: &cpal::Error) {
        let code = match error.kind() {
            // The stream goes on; the clock shows how much was dropped.
            ErrorKind::Xrun => return self.has_dropped.store(true, Ordering::Release),
            // So it does after a rerouted device, or a plea for priority that was not heard.
            ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => return,
            ErrorKind::PermissionDenied => Self::DENIED,
            _ => Self::LOST,
        };
        self.code.store(code, Ordering::Release);
    }

    /// Whether the system said, since this was asked last, that it dropped samples. PulseAudio never does.
    pub(crate) fn has_dropped(&self) -> bool {
        self.has_dropped.swap(false, Ordering::AcqRel)
    }

    /// The device is no longer among those of the system, whatever the stream delivers.
    fn vanished(&self) {
        // What the system said first is nearer to the cause.
        self.code.compare_exchange(0, Self::VANISHED, Ordering::AcqRel, Ordering::Acquire).ok();
    }

    /// For so long before the verdict, what was delivered may not be the device's.
    pub(crate) fn doubt(&self) -> Duration {
        if self.code.load(Ordering::Acquire) == Self::VANISHED { WATCH } else { Duration::ZERO }
    }

    /// Why the stream is over, if it is.
    pub(crate) fn error(&self) -> Option<AudioError> {
        match self.code.load(Ordering::Acquire) {
            0 => None,
            Self::DENIED => Some(AudioError::Denied),
            _ => Some(AudioError::Lost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_loss(chosen: Option<&str>, lost: &str, away_ms: u64) -> String {
        let (chosen, device) = (chosen.map(id), id(lost));
        let lost = Lost { device: &device, away: Duration::from_millis(away_ms) };
        match Wish::after_loss(chosen.as_ref(), &lost) {
            Wish::Begin(_) => panic!("it has begun"),
            Wish::Same(device) => format!("only {device}"),
            Wish::GoOn(device) => format!("{device} or another"),
        }
    }

    fn id(name: &str) -> DeviceId {
        DeviceId(name.to_owned())
    }

    #[test]
    fn a_device_that_was_chosen_is_waited_for_two_seconds() {
        assert_eq!(after_loss(Some("a"), "a", 0), "only a");
        assert_eq!(after_loss(Some("a"), "a", 1_999), "only a");
        assert_eq!(after_loss(Some("a"), "a", 2_000), "a or another");
    }

    #[test]
    fn the_default_is_replaced_by_the_default_at_once() {
        assert_eq!(after_loss(None, "a", 0), "a or another");
    }

    #[test]
    fn when_what_took_its_place_goes_too_the_chosen_one_is_tried_first_and_none_is_waited_for() {
        assert_eq!(after_loss(Some("a"), "b", 0), "a or another");
    }

    #[test]
    fn a_drop_is_told_once() {
        let verdict = Verdict::default();
        assert!(!verdict.has_dropped());
        verdict.set(&cpal::Error::new(ErrorKind::Xrun));
        assert!(verdict.error().is_none());
        assert!(verdict.has_dropped() && !verdict.has_dropped());
    }

    #[test]
    fn a_device_that_vanished_casts_doubt_on_what_came_last() {
        let verdict = Verdict::default();
        assert_eq!(verdict.doubt(), Duration::ZERO);
        verdict.vanished();
        assert!(matches!(verdict.error(), Some(AudioError::Lost)));
        assert_eq!(verdict.doubt(), WATCH);
        let denied = Verdict::default();
        denied.set(&cpal::Error::new(ErrorKind::PermissionDenied));
        denied.vanished();
        assert!(matches!(denied.error(), Some(AudioError::Denied)), "the first verdict stands");
    }

    #[test]
    fn only_what_ends_a_stream_is_a_verdict() {
        for kind in [ErrorKind::DeviceChanged, ErrorKind::Xrun, ErrorKind::RealtimeDenied] {
            let verdict = Verdict::default();
            verdict.set(&cpal::Error::new(kind));
            assert!(verdict.error().is_none(), "{kind:?} ends nothing");
        }
        let verdict = Verdict::default();
        verdict.set(&cpal::Error::new(ErrorKind::PermissionDenied));
        assert!(matches!(verdict.error(), Some(AudioError::Denied)));
        for kind in
            [ErrorKind::StreamInvalidated, ErrorKind::DeviceNotAvailable, ErrorKind::BackendError]
        {
            let verdict = Verdict::default();
            verdict.set(&cpal::Error::new(kind));
            assert!(matches!(verdict.error(), Some(AudioError::Lost)), "{kind:?} ends the stream");
        }
    }
}
