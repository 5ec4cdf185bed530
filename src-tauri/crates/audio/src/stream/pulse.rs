//! A stream of PulseAudio's, or of PipeWire in its manner, spoken to without cpal: cpal asks for a queue no longer than
//! one block, so the server drops audio whenever the machine is busy, and lets it move the stream of a microphone that
//! was unplugged to whatever else there is.

mod connection;

use std::ffi::CString;
use std::thread;

use cpal::SupportedStreamConfig;
use pulseaudio::protocol::{
    ChannelMap, ChannelPosition, ProtocolError, PulseError, RecordStreamParams, SampleFormat,
    SampleSpec, stream,
};

use self::connection::{Connection, ConnectionError, Hold};
use super::{RING_SECONDS, Verdict};
use crate::AudioError;
use crate::ring::{Intake, Tap, ring};

/// How often samples come.
const BLOCKS_A_SECOND: u32 = 50;

/// How much the server may hold back for us: all it can, which is 4 MB, at least 10 s.
const LONGEST_QUEUE: u32 = u32::MAX;

/// A source that is being recorded from, for as long as this is kept.
pub(super) struct PulseStream {
    _hold: Hold,
}

impl PulseStream {
    /// The verdict is told when the server ends the stream.
    pub(super) fn open(
        source: &str,
        config: &SupportedStreamConfig,
        verdict: &Verdict,
    ) -> Result<(Self, Tap), AudioError> {
        let source = CString::new(source).map_err(|_| AudioError::Missing)?;
        let (rate, channels) = (config.sample_rate(), config.channels());
        let (intake, tap) = ring(rate as usize * RING_SECONDS, usize::from(channels));
        let mut connection = Connection::open(c"Sotto")?;
        let hold = connection.hold()?;
        let stream = connection.record(wanted(source, rate, channels))?;
        let verdict = verdict.clone();
        thread::Builder::new()
            .name("pulse".to_owned())
            .spawn(move || listen(connection, stream, intake, &verdict))
            .map_err(system)?;
        Ok((Self { _hold: hold }, tap.waking()))
    }
}

/// The thread reads a socket, and plays nothing: it may wake another.
fn listen(connection: Connection, stream: u32, mut intake: Intake, verdict: &Verdict) {
    let ended = connection.listen(stream, |bytes| {
        intake.take_bytes(bytes);
        intake.wake();
    });
    if let Err(error) = ended {
        tracing::debug!(%error, "the sound server was left, or left");
    }
    verdict.vanished();
}

fn wanted(source: CString, rate: u32, channels: u16) -> RecordStreamParams {
    let channels = u8::try_from(channels).unwrap_or(1);
    let sample_spec = SampleSpec { format: SampleFormat::Float32Le, channels, sample_rate: rate };
    let block = rate / BLOCKS_A_SECOND * u32::from(channels) * size_of::<f32>() as u32;
    RecordStreamParams {
        sample_spec,
        channel_map: channel_map(channels),
        source_name: Some(source),
        buffer_attr: stream::BufferAttr {
            max_length: LONGEST_QUEUE,
            fragment_size: block,
            ..Default::default()
        },
        flags: stream::StreamFlags {
            adjust_latency: true,
            no_move: true,
            // They are mixed down here, so it does not matter which is which.
            no_remap_channels: true,
            ..Default::default()
        },
        ..Default::default()
    }
}

fn channel_map(channels: u8) -> ChannelMap {
    let position = if channels == 1 { ChannelPosition::Mono } else { ChannelPosition::Aux0 };
    ChannelMap::new(vec![position; usize::from(channels)])
}

impl From<ConnectionError> for AudioError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::Protocol(ProtocolError::ServerError(refusal)) => match refusal {
                PulseError::AccessDenied => Self::Denied,
                PulseError::NoEntity => Self::Missing,
                PulseError::Busy => Self::Busy,
                other => system(other),
            },
            other => system(other),
        }
    }
}

fn system(error: impl ToString) -> AudioError {
    AudioError::System(error.to_string())
}
