//! One session, from the upgrade to the close.

use std::{
    future::pending,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::extract::ws::WebSocket;
use sotto_engine::{Recogniser, SessionOptions};
use sotto_protocol::{
    API_VERSION, Begin, BeginConfiguration, ClientMessage, CloseCode, Encoding, Heartbeat,
    ServerMessage, StreamingParameters, Termination, UpdateConfiguration, texts,
};
use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until},
};

use crate::{
    frames::Frames,
    recognition::{Outcome, Recognition, Work},
    turns::Turns,
    wire::{Ending, Incoming, Outgoing, Received, split},
};

/// How long a flush may take; both SDKs wait 5 s for `Termination`, a busy machine gets longer.
const FLUSH_LIMIT: Duration = Duration::from_secs(30);

/// What a session is given.
pub(crate) struct Terms {
    pub(crate) recogniser: Arc<dyn Recogniser>,
    pub(crate) parameters: StreamingParameters,
    pub(crate) seconds: u32,
    pub(crate) heartbeat: Duration,
    pub(crate) shutdown: watch::Receiver<bool>,
}

/// Refuses a socket after the upgrade, as the cloud does: only so can a browser read why.
pub(crate) async fn refuse(socket: WebSocket, code: CloseCode, text: String) {
    let (outgoing, incoming) = split(socket);
    outgoing.end(incoming, Ending::error(code, text)).await;
}

/// Runs a session to its end.
pub(crate) async fn run(socket: WebSocket, terms: Terms) {
    let (mut outgoing, mut incoming) = split(socket);
    let ending = match Session::begin(&mut outgoing, terms).await {
        Ok(mut session) => {
            session.run(&mut outgoing, &mut incoming).await.unwrap_or_else(|ending| ending)
        }
        Err(ending) => ending,
    };
    tracing::debug!(?ending, "a session ended");
    outgoing.end(incoming, ending).await;
}

/// The parameters that this service cannot serve, said honestly.
pub(crate) fn unserved(parameters: &StreamingParameters) -> Option<String> {
    if parameters.encoding != Encoding::PcmS16le {
        return Some(format!("{}this service takes encoding pcm_s16le only", texts::BAD_INPUT));
    }
    (parameters.sample_rate != 16_000)
        .then(|| format!("{}this service takes sample_rate 16000 only", texts::BAD_INPUT))
}

struct Session {
    recognition: Recognition,
    options: SessionOptions,
    frames: Frames,
    turns: Turns,
    began: Instant,
    expires: Instant,
    heard: Instant,
    inactivity: Option<u32>,
    heartbeat: Option<Interval>,
    finishing: Option<Instant>,
    shutdown: watch::Receiver<bool>,
}

impl Session {
    async fn begin(outgoing: &mut Outgoing, mut terms: Terms) -> Result<Self, Ending> {
        let began = Instant::now();
        let options = options(&terms.parameters);
        let model = terms.recogniser.model().to_owned();
        let mut recognition = Recognition::start(terms.recogniser, options);
        // The model may still be loading: that must not hold up a shutdown.
        tokio::select! {
            is_open = opened(&mut recognition) => is_open?,
            () = told_to_stop(&mut terms.shutdown) => return Err(fault()),
        }
        outgoing
            .say(&ServerMessage::Begin(begin_message(model, &terms.parameters, terms.seconds)))
            .await?;
        let heartbeat = terms.parameters.session_heartbeat.then(|| {
            let mut beat = interval_at(Instant::now() + terms.heartbeat, terms.heartbeat);
            beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
            beat
        });
        Ok(Self {
            recognition,
            options,
            frames: Frames::default(),
            turns: Turns::default(),
            began,
            expires: Instant::now() + Duration::from_secs(terms.seconds.into()),
            heard: Instant::now(),
            inactivity: terms.parameters.inactivity_timeout,
            heartbeat,
            finishing: None,
            shutdown: terms.shutdown,
        })
    }

    async fn run(
        &mut self,
        outgoing: &mut Outgoing,
        incoming: &mut Incoming,
    ) -> Result<Ending, Ending> {
        loop {
            let has_room = self.recognition.work.capacity() > 1;
            let idle =
                self.inactivity.map(|seconds| self.heard + Duration::from_secs(seconds.into()));
            let is_running = self.finishing.is_none();
            tokio::select! {
                outcome = self.recognition.outcomes.recv() => {
                    if let Some(ending) = self.outcome(outcome, outgoing).await? {
                        return Ok(ending);
                    }
                }
                received = incoming.next(), if has_room || !is_running => self.received(received?)?,
                () = at(self.finishing) => return Err(fault()),
                () = sleep_until(self.expires), if is_running => {
                    return Err(Ending::error(CloseCode::SESSION_EXPIRED, texts::SESSION_EXPIRED));
                }
                () = at(idle), if is_running && has_room => {
                    let seconds = self.inactivity.unwrap_or_default();
                    return Err(Ending::error(CloseCode::BAD_INPUT, format!("{} {seconds} seconds", texts::INACTIVITY)));
                }
                () = beat(&mut self.heartbeat) => outgoing.say(&self.heartbeat_message()).await?,
                () = told_to_stop(&mut self.shutdown), if is_running => self.finish()?,
            }
        }
    }

    async fn outcome(
        &mut self,
        outcome: Option<Outcome>,
        outgoing: &mut Outgoing,
    ) -> Result<Option<Ending>, Ending> {
        match outcome {
            Some(Outcome::Update(update)) => {
                for turn in self.turns.messages(update) {
                    outgoing.say(&ServerMessage::Turn(turn)).await?;
                }
                Ok(None)
            }
            Some(Outcome::Finished) => {
                let termination = Termination {
                    audio_duration_seconds: rounded_seconds(self.frames.received_ms()),
                    session_duration_seconds: rounded_seconds(self.elapsed_ms()),
                };
                outgoing.say(&ServerMessage::Termination(termination)).await?;
                Ok(Some(Ending::Ended))
            }
            Some(Outcome::Opened) => Ok(None),
            Some(Outcome::Failed(error)) => {
                tracing::error!(%error, "the engine failed");
                Err(fault())
            }
            None => Err(fault()),
        }
    }

    fn received(&mut self, received: Received) -> Result<(), Ending> {
        self.heard = Instant::now();
        // After `Terminate` nothing counts any more; it is read so that a close is seen.
        if self.finishing.is_some() {
            return Ok(());
        }
        match received {
            Received::Audio(bytes) => {
                let samples = self.frames.read(&bytes)?;
                self.ask(Work::Audio(samples))
            }
            Received::Text(text) => {
                let message = ClientMessage::decode(&text)
                    .map_err(|error| Ending::error(CloseCode::BAD_INPUT, error.to_string()))?;
                self.told(message)
            }
            Received::Nothing => Ok(()),
        }
    }

    fn told(&mut self, message: ClientMessage) -> Result<(), Ending> {
        match message {
            ClientMessage::KeepAlive => Ok(()),
            ClientMessage::ForceEndpoint => self.ask(Work::ForceEndpoint),
            ClientMessage::Terminate => self.finish(),
            ClientMessage::UpdateConfiguration(update) => {
                apply(&mut self.options, &update);
                self.ask(Work::Reconfigure(self.options))
            }
        }
    }

    fn finish(&mut self) -> Result<(), Ending> {
        self.finishing = Some(Instant::now() + FLUSH_LIMIT);
        self.ask(Work::Finish)
    }

    /// The loop reads only while there is room, so this does not wait; the one place kept free is for `Finish`.
    fn ask(&self, work: Work) -> Result<(), Ending> {
        self.recognition.work.try_send(work).map_err(|_full_or_over| fault())
    }

    fn elapsed_ms(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    fn heartbeat_message(&self) -> ServerMessage {
        let (received, elapsed) = (self.frames.received_ms(), self.elapsed_ms());
        ServerMessage::Heartbeat(Heartbeat {
            total_audio_received_ms: received,
            total_duration_ms: elapsed,
            realtime_factor: (received as f64 / elapsed.max(1) as f64 * 1e4).round() / 1e4,
            max_speech_probability: 0.0,
        })
    }
}

/// Waits for the engine. What the client sends before `Begin` stays in its socket.
async fn opened(recognition: &mut Recognition) -> Result<(), Ending> {
    match recognition.outcomes.recv().await {
        Some(Outcome::Opened) => Ok(()),
        Some(Outcome::Failed(error)) => {
            tracing::error!(%error, "the engine did not open");
            Err(fault())
        }
        _ => Err(fault()),
    }
}

fn fault() -> Ending {
    Ending::error(CloseCode::SERVER_FAULT, texts::SERVER_FAULT)
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}

async fn told_to_stop(shutdown: &mut watch::Receiver<bool>) {
    // An error means that the service itself is gone: the same as being told.
    drop(shutdown.wait_for(|is_over| *is_over).await);
}

async fn beat(heartbeat: &mut Option<Interval>) {
    match heartbeat {
        Some(heartbeat) => {
            heartbeat.tick().await;
        }
        None => pending().await,
    }
}

fn rounded_seconds(ms: u64) -> u64 {
    (ms + 500) / 1000
}

fn options(parameters: &StreamingParameters) -> SessionOptions {
    let mut options =
        SessionOptions { format_turns: parameters.format_turns, ..SessionOptions::default() };
    let update = UpdateConfiguration {
        min_turn_silence: parameters.min_turn_silence,
        max_turn_silence: parameters.max_turn_silence,
        end_of_turn_confidence_threshold: parameters.end_of_turn_confidence_threshold,
        vad_threshold: parameters.vad_threshold,
        ..UpdateConfiguration::default()
    };
    apply(&mut options, &update);
    options
}

fn apply(options: &mut SessionOptions, update: &UpdateConfiguration) {
    let set = |to: &mut u32, value: Option<u32>| *to = value.unwrap_or(*to);
    set(&mut options.min_turn_silence_ms, update.min_turn_silence);
    set(&mut options.max_turn_silence_ms, update.max_turn_silence);
    let set = |to: &mut f32, value: Option<f64>| *to = value.map_or(*to, |value| value as f32);
    set(&mut options.end_of_turn_confidence_threshold, update.end_of_turn_confidence_threshold);
    set(&mut options.vad_threshold, update.vad_threshold);
    options.format_turns = update.format_turns.unwrap_or(options.format_turns);
}

fn begin_message(model: String, parameters: &StreamingParameters, seconds: u32) -> Begin {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Begin {
        id: uuid::Uuid::new_v4().to_string(),
        expires_at: now + u64::from(seconds),
        configuration: Some(BeginConfiguration {
            model: Some(model),
            mode: parameters.mode.map(|mode| mode.name().to_owned()),
            api_version: Some(API_VERSION.to_owned()),
            speaker_labels: Some(false),
            redact_pii: Some(false),
            filter_profanity: Some(false),
            domain: None,
            voice_focus: None,
        }),
    }
}
