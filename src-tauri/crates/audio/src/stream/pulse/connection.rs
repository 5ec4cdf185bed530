//! A connection to PulseAudio with one stream: asked in turn until the stream runs, and only listened to from then on.
//!
//! The crate's own client ends its thread, and with it the stream, when a system call of it is interrupted, as it is when a
//! program was stopped; for each block it clears a megabyte; and what the server says of the end of a stream it
//! does not hand on.

use std::ffi::CStr;
use std::io::{BufReader, Cursor, Read as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use pulseaudio::protocol::{
    self, AuthParams, AuthReply, Command, CommandReply, CreateRecordStreamReply, Prop, Props,
    ProtocolError, RecordStreamParams, SetClientNameReply, TagStructReader,
};

/// How long the server may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// Messages that carry no sound have this channel.
const NO_STREAM: u32 = u32::MAX;

/// What can go wrong with a connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectionError {
    #[error("it is not there")]
    NotThere,
    #[error("it sent a message of {0} bytes")]
    TooLong(u32),
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    #[error(transparent)]
    Socket(#[from] std::io::Error),
}

/// A server that answers. It is let go of when this is dropped.
pub(super) struct Connection {
    socket: BufReader<UnixStream>,
    /// What both sides speak.
    version: u16,
    questions: u32,
    payload: Vec<u8>,
}

/// What came.
enum Message {
    /// Of this stream; the samples are in the payload.
    Sound(u32),
    /// The answer to the question of this number; what was answered is in the payload from there on.
    Answer(u32, u64),
    /// The same, and it was refused.
    Refusal(u32, protocol::PulseError),
    /// The server took a stream away.
    Killed(u32),
    /// Nothing that is of use here.
    Other,
}

/// Ends a connection that is listened to elsewhere.
pub(super) struct Hold(UnixStream);

impl Drop for Hold {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown(Shutdown::Both) {
            tracing::debug!(%error, "the sound server had gone before its stream");
        }
    }
}

impl Connection {
    /// To the server that the environment names, by this name of a program.
    pub(super) fn open(name: &CStr) -> Result<Self, ConnectionError> {
        let path = pulseaudio::socket_path_from_env().ok_or(ConnectionError::NotThere)?;
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
        let socket = UnixStream::connect(path)?;
        socket.set_read_timeout(Some(ANSWER_LIMIT))?;
        let socket = BufReader::new(socket);
        let version = protocol::MAX_VERSION;
        let mut connection = Self { socket, version, questions: 0, payload: Vec::new() };
        let auth = AuthParams {
            version,
            supports_shm: false,
            supports_memfd: false,
            cookie: cookie.unwrap_or_default(),
        };
        let reply: AuthReply = connection.ask(&Command::Auth(auth))?;
        connection.version = version.min(reply.version);
        let mut props = Props::new();
        props.set(Prop::ApplicationName, name);
        let _: SetClientNameReply = connection.ask(&Command::SetClientName(props))?;
        Ok(connection)
    }

    /// Begins to record; the number of the stream.
    pub(super) fn record(&mut self, wanted: RecordStreamParams) -> Result<u32, ConnectionError> {
        let reply: CreateRecordStreamReply = self.ask(&Command::CreateRecordStream(wanted))?;
        Ok(reply.channel)
    }

    /// To be kept while [`Self::listen`] runs on another thread, which ends when this is dropped.
    pub(super) fn hold(&self) -> Result<Hold, ConnectionError> {
        Ok(Hold(self.socket.get_ref().try_clone()?))
    }

    /// Hands over what the stream records, for as long as there is one; gives why it ended, where it was not the server who ended
    /// it.
    pub(super) fn listen(
        mut self,
        stream: u32,
        mut hear: impl FnMut(&[u8]),
    ) -> Result<(), ConnectionError> {
        self.socket.get_ref().set_read_timeout(None)?;
        loop {
            match self.next_message()? {
                Message::Sound(of) if of == stream => hear(&self.payload),
                Message::Killed(of) if of == stream => return Ok(()),
                _ => {}
            }
        }
    }

    fn ask<R: CommandReply>(&mut self, question: &Command) -> Result<R, ConnectionError> {
        let number = self.questions;
        self.questions += 1;
        protocol::write_command_message(self.socket.get_mut(), number, question, self.version)?;
        loop {
            match self.next_message()? {
                Message::Answer(to, at) if to == number => {
                    let mut rest = Cursor::new(&self.payload);
                    rest.set_position(at);
                    return Ok(TagStructReader::new(&mut rest, self.version).read()?);
                }
                Message::Refusal(to, error) if to == number => {
                    return Err(ProtocolError::ServerError(error).into());
                }
                _ => {}
            }
        }
    }

    fn next_message(&mut self) -> Result<Message, ConnectionError> {
        let head = protocol::read_descriptor(&mut self.socket)?;
        let length = usize::try_from(head.length).unwrap_or(usize::MAX);
        if length > protocol::MAX_MEMBLOCKQ_LENGTH {
            return Err(ConnectionError::TooLong(head.length));
        }
        self.payload.resize(length, 0);
        self.socket.read_exact(&mut self.payload)?;
        if head.channel != NO_STREAM {
            return Ok(Message::Sound(head.channel));
        }
        let mut rest = Cursor::new(&self.payload);
        Ok(match Command::read_tag_prefixed(&mut rest, self.version) {
            Ok((number, Command::Reply)) => Message::Answer(number, rest.position()),
            Ok((number, Command::Error(error))) => Message::Refusal(number, error),
            Ok((_, Command::RecordStreamKilled(stream))) => Message::Killed(stream),
            // Servers say more than the crate knows, and none of it is a question.
            Ok(_) | Err(_) => Message::Other,
        })
    }
}
