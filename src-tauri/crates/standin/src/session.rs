//! One session of the stand-in.

mod admit;
mod audio;
mod close;
mod pace;

use std::{sync::Arc, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use sotto_protocol::{ClientMessage, Heartbeat, ServerMessage, Termination, Turn, texts};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until},
};

use crate::{
    Ears, Entry, Fault, cloud::Cloud, fault::Beginning, standing, turns::Turns, wire::Line,
};
use admit::{Admitted, Seat, admit};
use close::{begin, close};

pub(crate) struct Connect {
    pub(crate) number: usize,
    pub(crate) query: String,
    pub(crate) header: Option<String>,
    pub(crate) line: Option<Line>,
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
    line: Option<Line>,
    seat: Option<Seat>,
    standing: watch::Receiver<standing::State>,
    ears: Box<dyn Ears>,
    turns: Turns,
    fault: Option<Fault>,
    began: Instant,
    samples: u64,
    frames: u64,
    bytes: u64,
    short_ms: f64,
    is_fast: bool,
    /// Since the last heartbeat.
    is_speaking: bool,
}

pub(crate) async fn run(cloud: Arc<Cloud>, connect: Connect, mut socket: WebSocket) {
    match admit(&cloud, &connect) {
        Err((code, text)) => {
            let session = connect.number;
            cloud.log.note(Entry::Refused { session, code, text: text.clone() });
            close(&mut socket, Stop::Error(code, text)).await;
        }
        Ok(admitted) => match cloud.faults.beginning() {
            Beginning::Never => never_begin(&cloud, connect.number, socket).await,
            Beginning::AfterMs(ms) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                serve(cloud, connect, admitted, socket).await;
            }
        },
    }
}

async fn never_begin(cloud: &Cloud, session: usize, mut socket: WebSocket) {
    cloud.log.note(Entry::Met { session, fault: Fault::NeverBegin });
    while let Some(Ok(_)) = socket.recv().await {}
}

async fn serve(cloud: Arc<Cloud>, connect: Connect, admitted: Admitted, socket: WebSocket) {
    let mut session = Session {
        ears: (cloud.config.ears)(),
        turns: Turns::new(&admitted.parameters),
        began: Instant::now(),
        fault: cloud.faults.for_session(),
        standing: cloud.standing.subscribe(),
        cloud,
        number: connect.number,
        socket,
        line: connect.line,
        seat: None,
        samples: 0,
        frames: 0,
        bytes: 0,
        short_ms: 0.0,
        is_fast: false,
        is_speaking: false,
    };
    let stop = match session.serve(admitted).await {
        Ok(stop) | Err(stop) => stop,
    };
    session.end(stop).await;
}

impl Session {
    async fn serve(&mut self, admitted: Admitted) -> Result<Stop, Stop> {
        let Admitted { parameters, token, seat } = admitted;
        self.seat = Some(seat);
        let expires = Instant::now() + Duration::from_secs(token.session_seconds.into());
        self.say(begin(&parameters, token.session_seconds)).await?;
        self.began = Instant::now();
        self.cloud.log.note(Entry::Began { session: self.number });
        self.cloud.log.asked(self.number, parameters.to_query());
        let every = self.cloud.config.heartbeat;
        let mut beat = interval_at(self.began + every, every);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let closes = self.standing.borrow_and_update().closes_at_token_expiry;
            tokio::select! {
                received = self.socket.recv() => {
                    if self.received(received).await? {
                        return Ok(Stop::Ended);
                    }
                }
                () = sleep_until(expires) => {
                    return Err(Stop::Error(3008, texts::SESSION_EXPIRED.to_owned()));
                }
                () = sleep_until(token.window_ends), if closes => {
                    return Err(Stop::Error(1008, texts::TOKEN_EXPIRED.to_owned()));
                }
                _ = beat.tick(), if parameters.session_heartbeat => self.beat().await?,
                Ok(()) = self.standing.changed() => {}
            }
        }
    }

    /// True after `Terminate`.
    async fn received(
        &mut self,
        received: Option<Result<Message, axum::Error>>,
    ) -> Result<bool, Stop> {
        match received {
            Some(Ok(Message::Binary(bytes))) => self.audio(&bytes).await.map(|()| false),
            Some(Ok(Message::Text(text))) => {
                let message = ClientMessage::decode(&text)
                    .map_err(|error| Stop::Error(3006, error.to_string()))?;
                self.told(message).await
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(false),
            Some(Ok(Message::Close(_)) | Err(_)) | None => {
                if !self.line.as_ref().is_some_and(Line::was_disturbed) {
                    self.violation("the client left without Terminate");
                }
                Err(Stop::Gone)
            }
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
                if let Some(revision) = self.turns.revision() {
                    self.say(ServerMessage::SpeakerRevision(revision)).await?;
                }
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
            self.cloud.log.heard(self.number, self.samples / 16, 1);
            if self.turns.ends_before(&word) {
                self.finals().await?;
            }
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

    async fn beat(&mut self) -> Result<(), Stop> {
        let total_audio_received_ms = self.samples / 16;
        let total_duration_ms = self.elapsed_ms();
        let is_speaking = std::mem::take(&mut self.is_speaking);
        self.say(ServerMessage::Heartbeat(Heartbeat {
            total_audio_received_ms,
            total_duration_ms,
            realtime_factor: total_audio_received_ms as f64 / total_duration_ms.max(1) as f64,
            max_speech_probability: if is_speaking { 1.0 } else { 0.0 },
        }))
        .await
    }

    async fn say(&mut self, message: ServerMessage) -> Result<(), Stop> {
        self.socket.send(Message::Text(message.encode().into())).await.map_err(|_error| Stop::Gone)
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
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
        // Before the client can know: whoever was told that it is over may begin the next at once.
        self.seat = None;
        self.cloud.log.note(Entry::Ended { session: number, code, frames, bytes });
        close(&mut self.socket, stop).await;
    }
}
