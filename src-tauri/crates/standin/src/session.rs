//! One session of the stand-in.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use sotto_protocol::{
    API_VERSION, Begin, BeginConfiguration, ClientMessage, Encoding, ErrorMessage, ServerMessage,
    SpeechModel, StreamingParameters, Termination, Turn, check_frame, texts,
};
use tokio::time::{Instant, timeout_at};
use url::form_urlencoded;

use crate::{Ears, Entry, Fault, cloud::Cloud, turns::Turns};

/// Short messages are punished once they go on for so long (wire).
const SHORT_MS_MAX: f64 = 1000.0;

pub(crate) struct Connect {
    pub(crate) number: usize,
    pub(crate) query: String,
    pub(crate) header: Option<String>,
}

/// Why a session stops.
enum Stop {
    Ended,
    Error(u16, String),
    /// Cut, or the client is gone.
    Gone,
}

struct Session {
    cloud: Arc<Cloud>,
    number: usize,
    socket: WebSocket,
    ears: Box<dyn Ears>,
    turns: Turns,
    fault: Option<Fault>,
    began: Instant,
    samples: u64,
    frames: u64,
    bytes: u64,
    short_ms: f64,
}

pub(crate) async fn run(cloud: Arc<Cloud>, connect: Connect, mut socket: WebSocket) {
    let number = connect.number;
    match admit(&cloud, &connect) {
        Err((code, text)) => {
            cloud.log.note(Entry::Refused { session: number, code, text: text.clone() });
            close(&mut socket, Stop::Error(code, text)).await;
        }
        Ok((parameters, seconds)) => {
            let (slow, fault) = cloud.faults.for_session();
            tokio::time::sleep(Duration::from_millis(slow.unwrap_or_default())).await;
            let mut session = Session {
                ears: (cloud.config.ears)(),
                turns: Turns::new(parameters.format_turns),
                began: Instant::now(),
                cloud,
                number,
                socket,
                fault,
                samples: 0,
                frames: 0,
                bytes: 0,
                short_ms: 0.0,
            };
            let stop = match session.serve(&parameters, seconds).await {
                Ok(stop) | Err(stop) => stop,
            };
            session.end(stop).await;
        }
    }
}

/// Checks the credential, then everything that the program must send.
fn admit(cloud: &Cloud, connect: &Connect) -> Result<(StreamingParameters, u32), (u16, String)> {
    let seconds = cloud
        .redeem(connect.number, &connect.query, connect.header.as_deref())
        .map_err(|text| (1008, text.to_owned()))?;
    let parameters =
        StreamingParameters::parse(&connect.query).map_err(|error| (3006, error.to_string()))?;
    let has =
        |name: &str| form_urlencoded::parse(connect.query.as_bytes()).any(|pair| pair.0 == name);
    let is_wrong = [
        ("sample_rate=16000", !has("sample_rate") || parameters.sample_rate != 16_000),
        ("encoding=pcm_s16le", !has("encoding") || parameters.encoding != Encoding::PcmS16le),
        ("format_turns", !has("format_turns")),
        ("speech_model", !has("speech_model")),
        ("nothing retired", has("formatted_finals") || has("word_finalization_max_wait_time")),
    ];
    match is_wrong.iter().find(|(_, is_wrong)| *is_wrong) {
        None => Ok((parameters, seconds)),
        Some((wanted, _)) => {
            let what = format!("the query must have {wanted}");
            cloud.log.note(Entry::Violation { session: Some(connect.number), what: what.clone() });
            Err((3006, format!("{}{what}", texts::BAD_INPUT)))
        }
    }
}

impl Session {
    async fn serve(
        &mut self,
        parameters: &StreamingParameters,
        seconds: u32,
    ) -> Result<Stop, Stop> {
        let expires = Instant::now() + Duration::from_secs(seconds.into());
        self.say(begin(parameters, seconds)).await?;
        self.cloud.log.note(Entry::Began { session: self.number });
        loop {
            let Ok(received) = timeout_at(expires, self.socket.recv()).await else {
                return Err(Stop::Error(3008, texts::SESSION_EXPIRED.to_owned()));
            };
            match received {
                Some(Ok(Message::Binary(bytes))) => self.audio(&bytes).await?,
                Some(Ok(Message::Text(text))) => {
                    let message = ClientMessage::decode(&text)
                        .map_err(|error| Stop::Error(3006, error.to_string()))?;
                    if self.told(message).await? {
                        return Ok(Stop::Ended);
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    self.violation("the client left without Terminate");
                    return Err(Stop::Gone);
                }
            }
        }
    }

    async fn audio(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.frames += 1;
        self.bytes += bytes.len() as u64;
        self.check(bytes)?;
        let (samples, _) = bytes.as_chunks::<2>();
        let samples: Vec<i16> = samples.iter().map(|sample| i16::from_le_bytes(*sample)).collect();
        self.samples += samples.len() as u64;
        for word in self.ears.hear(&samples) {
            // A word after a long pause belongs to the next turn, even when one message held both.
            if self.turns.is_over(word.start_ms) {
                self.finals().await?;
            }
            let partial = self.turns.heard(word);
            self.say(ServerMessage::Turn(partial)).await?;
        }
        if !self.ears.is_hearing() && self.turns.is_over(self.samples / 16) {
            self.finals().await?;
        }
        self.meet_fault()
    }

    fn check(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        if !bytes.len().is_multiple_of(2) {
            self.violation("a message of audio held half a sample");
            return Err(Stop::Error(3006, format!("{}half a sample", texts::BAD_INPUT)));
        }
        let Err(error) = check_frame(bytes.len(), Encoding::PcmS16le, 16_000) else {
            self.short_ms = 0.0;
            return Ok(());
        };
        self.violation(&error.to_string());
        self.short_ms += error.ms;
        if error.is_short() && self.short_ms < SHORT_MS_MAX {
            return Ok(());
        }
        Err(Stop::Error(3007, error.to_string()))
    }

    fn meet_fault(&mut self) -> Result<(), Stop> {
        let now_ms = self.samples / 16;
        match &self.fault {
            Some(Fault::CloseAfterMs { ms, code, text }) if now_ms >= *ms => {
                Err(Stop::Error(*code, text.clone()))
            }
            Some(Fault::DropConnection { after_ms }) if now_ms >= *after_ms => Err(Stop::Gone),
            _ => Ok(()),
        }
    }

    /// True after `Terminate`.
    async fn told(&mut self, message: ClientMessage) -> Result<bool, Stop> {
        match message {
            ClientMessage::KeepAlive => {}
            ClientMessage::UpdateConfiguration(update) => {
                update
                    .format_turns
                    .into_iter()
                    .for_each(|format_turns| self.turns.set_format(format_turns));
            }
            ClientMessage::ForceEndpoint => self.flush().await?,
            ClientMessage::Terminate => {
                self.cloud.log.note(Entry::Terminated { session: self.number });
                self.flush().await?;
                let empty = self.turns.empty();
                self.say(ServerMessage::Turn(empty)).await?;
                let termination = Termination {
                    audio_duration_seconds: self.samples / 16_000,
                    session_duration_seconds: self.began.elapsed().as_secs(),
                };
                self.say(ServerMessage::Termination(termination)).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn flush(&mut self) -> Result<(), Stop> {
        if let Some(word) = self.ears.flush() {
            let partial = self.turns.heard(word);
            self.say(ServerMessage::Turn(partial)).await?;
        }
        self.finals().await
    }

    async fn finals(&mut self) -> Result<(), Stop> {
        let finals: Vec<Turn> = self.turns.end();
        if let Some(first) = finals.first() {
            self.cloud
                .log
                .note(Entry::Final { session: self.number, text: first.transcript.clone() });
        }
        for turn in finals {
            self.say(ServerMessage::Turn(turn)).await?;
        }
        Ok(())
    }

    async fn say(&mut self, message: ServerMessage) -> Result<(), Stop> {
        self.socket.send(Message::Text(message.encode().into())).await.map_err(|_error| Stop::Gone)
    }

    fn violation(&self, what: &str) {
        self.cloud.log.note(Entry::Violation { session: Some(self.number), what: what.to_owned() });
    }

    async fn end(mut self, stop: Stop) {
        let code = match &stop {
            Stop::Ended => Some(1000),
            Stop::Error(code, _) => Some(*code),
            Stop::Gone => None,
        };
        let Self { number, frames, bytes, .. } = self;
        self.cloud.log.note(Entry::Ended { session: number, code, frames, bytes });
        close(&mut self.socket, stop).await;
    }
}

fn begin(parameters: &StreamingParameters, seconds: u32) -> ServerMessage {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    ServerMessage::Begin(Begin {
        id: uuid::Uuid::new_v4().to_string(),
        expires_at: now + u64::from(seconds),
        configuration: Some(BeginConfiguration {
            model: parameters.speech_model.map(SpeechModel::name).map(str::to_owned),
            api_version: Some(API_VERSION.to_owned()),
            ..BeginConfiguration::default()
        }),
    })
}

/// Says why, closes, and reads on until the client has closed too, so that no reset overtakes the reason.
async fn close(socket: &mut WebSocket, stop: Stop) {
    let (code, reason) = match stop {
        Stop::Gone => return,
        Stop::Ended => (1000, texts::CLOSE_REASON_ENDED),
        Stop::Error(code, text) => {
            let error = ServerMessage::Error(ErrorMessage { error_code: Some(code), error: text });
            if socket.send(Message::Text(error.encode().into())).await.is_err() {
                return;
            }
            (code, texts::CLOSE_REASON_ERROR)
        }
    };
    let frame = CloseFrame { code, reason: reason.into() };
    if socket.send(Message::Close(Some(frame))).await.is_ok() {
        let drained = async { while let Some(Ok(_)) = socket.recv().await {} };
        if tokio::time::timeout(Duration::from_secs(2), drained).await.is_err() {
            tracing::debug!("a client did not answer the close");
        }
    }
}
