//! A stream of PulseAudio's, or of PipeWire in its manner, spoken to without cpal: cpal asks for a queue no longer than
//! one block, so the server drops audio whenever the machine is busy, and lets it move the stream of a microphone that
//! was unplugged to whatever else there is.

use std::ffi::CString;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use cpal::SupportedStreamConfig;
use pulseaudio::protocol::{
    ChannelMap, ChannelPosition, PulseError, RecordStreamParams, SampleFormat, SampleSpec, stream,
};
use pulseaudio::{Client, ClientError, RecordStream};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::RING_SECONDS;
use crate::AudioError;
use crate::ring::{Intake, Tap, ring};

/// How often samples come.
const BLOCKS_A_SECOND: u32 = 50;

/// How much the server may hold back for us: all it can, which is 4 MB, at least 10 s.
const LONGEST_QUEUE: u32 = u32::MAX;

/// How long the server may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// A source that is being recorded from.
pub(super) struct PulseStream {
    client: Client,
    /// Its end is the stream's.
    _stream: RecordStream,
    source: CString,
    /// The client's thread ends with its socket, and with nothing else.
    socket: UnixStream,
    runtime: Runtime,
}

impl PulseStream {
    pub(super) fn open(
        source: &str,
        config: &SupportedStreamConfig,
    ) -> Result<(Self, Tap), AudioError> {
        let source = CString::new(source).map_err(|_| AudioError::Missing)?;
        let runtime = Builder::new_current_thread().enable_time().build().map_err(system)?;
        let path = pulseaudio::socket_path_from_env().ok_or_else(|| system("it is not there"))?;
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
        let socket = UnixStream::connect(path).map_err(system)?;
        socket.set_read_timeout(Some(ANSWER_LIMIT)).map_err(system)?;
        let client = Client::new_unix(c"Sotto", socket.try_clone().map_err(system)?, cookie)
            .map_err(said)?;
        let (rate, channels) = (config.sample_rate(), config.channels());
        let (intake, tap) = ring(rate as usize * RING_SECONDS, usize::from(channels));
        let asked = client.create_record_stream(wanted(&source, rate, channels), sink(intake));
        let made = runtime.block_on(async { timeout(ANSWER_LIMIT, asked).await });
        let stream = made.map_err(|_elapsed| system("it does not answer"))?.map_err(said)?;
        Ok((Self { client, _stream: stream, source, socket, runtime }, tap.waking()))
    }

    /// Whether the source is still one of the system's. Of the end of a stream the server tells, but the client does not
    /// listen. A server that does not answer is no proof of anything.
    pub(super) fn is_there(&self) -> bool {
        let asked = self.client.lookup_source_by_name(self.source.clone());
        match self.runtime.block_on(async { timeout(ANSWER_LIMIT, asked).await }) {
            Ok(Err(error)) => !matches!(
                error,
                ClientError::Disconnected | ClientError::ServerError(PulseError::NoEntity)
            ),
            Ok(Ok(_)) | Err(_) => true,
        }
    }
}

impl Drop for PulseStream {
    fn drop(&mut self) {
        if let Err(error) = self.socket.shutdown(Shutdown::Both) {
            tracing::debug!(%error, "the sound server had gone before its stream");
        }
    }
}

fn wanted(source: &CString, rate: u32, channels: u16) -> RecordStreamParams {
    let channels = u8::try_from(channels).unwrap_or(1);
    let sample_spec = SampleSpec { format: SampleFormat::Float32Le, channels, sample_rate: rate };
    let block = rate / BLOCKS_A_SECOND * u32::from(channels) * size_of::<f32>() as u32;
    RecordStreamParams {
        sample_spec,
        channel_map: channel_map(channels),
        source_name: Some(source.clone()),
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

/// The client's thread reads a socket, and plays nothing: it may wake another.
fn sink(mut intake: Intake) -> impl FnMut(&[u8]) + Send + 'static {
    move |bytes: &[u8]| {
        intake.take_bytes(bytes);
        intake.wake();
    }
}

fn said(error: ClientError) -> AudioError {
    match error {
        ClientError::ServerError(PulseError::AccessDenied) => AudioError::Denied,
        ClientError::ServerError(PulseError::NoEntity) => AudioError::Missing,
        ClientError::ServerError(PulseError::Busy) => AudioError::Busy,
        other => system(other),
    }
}

fn system(error: impl ToString) -> AudioError {
    AudioError::System(error.to_string())
}
