//! A device that is being recorded from, on a thread of its own.
//!
//! Sound systems block where they please: a suspended source never delivers its first sample, and a hung server answers
//! nothing at all. So a device is opened, played and closed on a thread that holds it and that nobody waits for; the
//! capture thread only ever sees the ring.

use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;

use cpal::traits::DeviceTrait as _;

use self::portable::PortableStream;
#[cfg(target_os = "linux")]
use self::pulse::PulseStream;
pub(crate) use self::verdict::Verdict;
pub(crate) use self::wish::{Lost, Wish};
use crate::device::{self, Found, Substitute};
use crate::ring::Tap;
use crate::{AudioError, DeviceId};

mod portable;
#[cfg(target_os = "linux")]
mod pulse;
mod verdict;
mod wish;

/// Seconds of audio that the ring holds: a capture thread that is held up for longer has worse problems.
const RING_SECONDS: usize = 4;

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

/// A stream that runs for as long as this is held.
enum Stream {
    Portable(PortableStream),
    #[cfg(target_os = "linux")]
    Pulse {
        _stream: PulseStream,
    },
}

impl Stream {
    fn play(&self, verdict: &Verdict) {
        match self {
            Self::Portable(stream) => {
                if let Err(error) = stream.play() {
                    verdict.set(&error);
                }
            }
            // It runs from the beginning.
            #[cfg(target_os = "linux")]
            Self::Pulse { .. } => {}
        }
    }
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
    let (stream, verdict) = match made {
        Ok((stream, open)) => {
            let verdict = open.verdict.clone();
            // Nobody waits any more: the device is closed again.
            if opened.send(Ok(OpenStream { _hold: hold, ..open })).is_err() {
                return;
            }
            (stream, verdict)
        }
        Err(error) => {
            opened.send(Err(error)).ok();
            return;
        }
    };
    stream.play(&verdict);
    // Nothing comes; it ends when the other end is dropped.
    let_go.recv().ok();
}

fn make(
    wanted: Option<&DeviceId>,
    substitute: Substitute,
) -> Result<(Stream, OpenStream), AudioError> {
    let found = device::find(wanted, substitute)?;
    let supported = found.device.default_input_config()?;
    let rate_hz = supported.sample_rate();
    let verdict = Verdict::default();
    let (stream, tap) = start(&found, &supported, &verdict)?;
    let Found { id: device, name: device_name, is_monitor, .. } = found;
    let _hold = mpsc::channel().0;
    Ok((stream, OpenStream { tap, verdict, rate_hz, device, device_name, is_monitor, _hold }))
}

fn start(
    found: &Found,
    config: &cpal::SupportedStreamConfig,
    verdict: &Verdict,
) -> Result<(Stream, Tap), AudioError> {
    #[cfg(target_os = "linux")]
    if let Some(source) = &found.pulse_source {
        let (stream, tap) = PulseStream::open(source, config, verdict)?;
        return Ok((Stream::Pulse { _stream: stream }, tap));
    }
    let (stream, tap) = PortableStream::open(&found.device, config, verdict)?;
    Ok((Stream::Portable(stream), tap))
}
