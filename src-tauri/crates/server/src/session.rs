//! One session, from the upgrade to the close.

use std::{
    future::pending,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::extract::ws::WebSocket;
use sotto_engine::{Recogniser, SessionOptions};
use sotto_protocol::{
    API_VERSION, Begin, BeginConfiguration, ClientMessage, CloseCode, Heartbeat, Mode,
    ServerMessage, StreamingParameters, Termination, UpdateConfiguration, texts,
};
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::{Instant, Interval, MissedTickBehavior, interval_at, sleep, sleep_until},
};

use crate::{
    Fault,
    fault::{Faults, text_of},
    frames::Frames,
    notices,
    recognition::{Format, Outcome, Recognition, Work},
    turns::{Manner, Turns},
    wire::{Ending, Incoming, Outgoing, Received, split},
};

/// How long a flush may take; both SDKs wait 5 s for `Termination`, a busy machine gets longer.
const FLUSH_LIMIT: Duration = Duration::from_secs(30);
/// What is not said, because the cloud's English model does not say it either.
const USUAL_LANGUAGE: &str = "en";
/// Audio that may wait for the engine; then the client waits too.
const BACKLOG_MS: u64 = 20_000;

/// What a session is given.
pub(crate) struct Terms {
    pub(crate) recogniser: Arc<dyn Recogniser>,
    pub(crate) parameters: StreamingParameters,
    pub(crate) seconds: u32,
    /// When a session that a token opened is cut, where that is wanted.
    pub(crate) token_expires: Option<std::time::Instant>,
    pub(crate) heartbeat: Duration,
    pub(crate) shutdown: watch::Receiver<bool>,
    pub(crate) faults: Arc<Faults>,
    /// Free again when the session is over.
    pub(crate) place: Arc<OwnedSemaphorePermit>,
}

/// Refuses a socket after the upgrade, as the cloud does: only so can a browser read why.
pub(crate) async fn refuse(socket: WebSocket, code: CloseCode, text: String) {
    tracing::info!(code = code.0, why = text.as_str(), "a session was refused");
    let (outgoing, incoming) = split(socket);
    outgoing.end(incoming, Ending::error(code, text)).await;
}

/// Runs a session to its end.
pub(crate) async fn run(socket: WebSocket, terms: Terms) {
    let (outgoing, mut incoming) = split(socket);
    let (mut shutdown, place) = (terms.shutdown.clone(), Arc::clone(&terms.place));
    let ending = match Session::begin(&outgoing, terms).await {
        Ok(mut session) => {
            let ending =
                session.run(&outgoing, &mut incoming).await.unwrap_or_else(|ending| ending);
            session.note(&ending);
            ending
        }
        Err(ending) => {
            tracing::info!(code = ending.code(), "a session ended before it began");
            ending
        }
    };
    if ending == Ending::Stalled {
        drop(place);
        told_to_stop(&mut shutdown).await;
        return outgoing.end(incoming, ending).await;
    }
    outgoing.end(incoming, ending).await;
    // Not before the last words are said: a shutdown waits for the places.
    drop(place);
}

struct Session {
    id: String,
    recognition: Recognition,
    options: SessionOptions,
    frames: Frames,
    turns: Turns,
    began: Instant,
    expires: Instant,
    token_expires: Option<Instant>,
    heard: Instant,
    inactivity: Option<u32>,
    heartbeat_every: Duration,
    heartbeat: Option<Interval>,
    finishing: Option<Instant>,
    shutdown: watch::Receiver<bool>,
    fault: Option<Fault>,
}

impl Session {
    async fn begin(outgoing: &Outgoing, mut terms: Terms) -> Result<Self, Ending> {
        match terms.faults.for_beginning() {
            Some(Fault::NoBegin) => return Err(Ending::Stalled),
            Some(Fault::BeginDelay(delay)) => tokio::select! {
                () = sleep(delay) => {}
                () = told_to_stop(&mut terms.shutdown) => return Err(fault()),
            },
            _ => {}
        }
        let began = Instant::now();
        let parameters = &terms.parameters;
        let manner = Manner::of(parameters.speech_model);
        let options = options(parameters, manner);
        let format = Format { encoding: parameters.encoding, sample_rate: parameters.sample_rate };
        let recogniser = Arc::clone(&terms.recogniser);
        let mut recognition = Recognition::start(terms.recogniser, options, format);
        // The model may still be loading: that must not hold up a shutdown.
        tokio::select! {
            is_open = opened(&mut recognition) => is_open?,
            () = told_to_stop(&mut terms.shutdown) => return Err(fault()),
        }
        let (model, language) = (recogniser.model(), recogniser.language());
        let begin = begin_message(model, language, parameters, terms.seconds);
        let id = begin.id.clone();
        tracing::info!(
            session = id.as_str(),
            encoding = parameters.encoding.name(),
            rate = parameters.sample_rate,
            "a session began"
        );
        outgoing.say(&ServerMessage::Begin(begin)).await?;
        for warning in notices::of_parameters(parameters) {
            outgoing.say(&ServerMessage::Warning(warning)).await?;
        }
        Ok(Self {
            id,
            recognition,
            options,
            frames: Frames::new(format.encoding, format.sample_rate),
            turns: Turns::new(manner),
            began,
            expires: Instant::now() + Duration::from_secs(terms.seconds.into()),
            heard: Instant::now(),
            token_expires: terms.token_expires.map(Instant::from_std),
            inactivity: parameters.inactivity_timeout,
            heartbeat_every: terms.heartbeat,
            heartbeat: parameters.session_heartbeat.then(|| beats(terms.heartbeat)),
            finishing: None,
            shutdown: terms.shutdown,
            fault: terms.faults.for_session(),
        })
    }

    async fn run(
        &mut self,
        outgoing: &Outgoing,
        incoming: &mut Incoming,
    ) -> Result<Ending, Ending> {
        let mut is_deaf = false;
        loop {
            let has_room = self.has_room();
            let can_say = outgoing.has_room();
            let idle =
                self.inactivity.map(|seconds| self.heard + Duration::from_secs(seconds.into()));
            let is_running = self.finishing.is_none();
            tokio::select! {
                outcome = self.recognition.outcomes.recv(), if can_say => {
                    if let Some(ending) = self.outcome(outcome, outgoing).await? {
                        return Ok(ending);
                    }
                }
                room = outgoing.room(), if !can_say => room?,
                received = incoming.next(), if !is_deaf && (has_room || !is_running) => match received {
                    // What is no message costs no words that were heard: the flush goes on.
                    Err(Ending::Error { .. }) if !is_running => is_deaf = true,
                    received => self.received(received?, outgoing).await?,
                },
                // The engine has caught up with something: there may be room again.
                () = self.recognition.progress.moved(), if !has_room => {}
                () = at(self.finishing) => return Err(fault()),
                () = sleep_until(self.expires), if is_running => {
                    return Err(Ending::error(CloseCode::SESSION_EXPIRED, texts::SESSION_EXPIRED));
                }
                () = at(self.token_expires), if is_running => {
                    return Err(Ending::error(CloseCode::POLICY, texts::TOKEN_EXPIRED));
                }
                () = at(idle), if is_running && has_room => {
                    let seconds = self.inactivity.unwrap_or_default();
                    return Err(Ending::error(CloseCode::BAD_INPUT, format!("{} {seconds} seconds", texts::INACTIVITY)));
                }
                () = beat(&mut self.heartbeat), if can_say => outgoing.say(&self.heartbeat_message()).await?,
                () = told_to_stop(&mut self.shutdown), if is_running => self.finish()?,
            }
        }
    }

    async fn outcome(
        &mut self,
        outcome: Option<Outcome>,
        outgoing: &Outgoing,
    ) -> Result<Option<Ending>, Ending> {
        match outcome {
            Some(Outcome::Update(update)) => {
                let confidence = self.recognition.progress.latest();
                for message in self.turns.messages(update, confidence) {
                    outgoing.say(&message).await?;
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

    async fn received(&mut self, received: Received, outgoing: &Outgoing) -> Result<(), Ending> {
        // After `Terminate` nothing counts any more; it is read so that a close is seen.
        if self.finishing.is_some() {
            return Ok(());
        }
        match received {
            Received::Audio(bytes) => {
                self.heard = Instant::now();
                self.frames.check(&bytes)?;
                self.recognition.progress.received_to(self.frames.samples());
                self.ask(Work::Audio(bytes))?;
                self.meet_fault()
            }
            Received::Text(text) => {
                self.heard = Instant::now();
                let message = ClientMessage::decode(&text)
                    .map_err(|error| Ending::error(CloseCode::BAD_INPUT, error.to_string()))?;
                self.told(message, outgoing).await
            }
            // A library's own pings are no sign that anybody speaks.
            Received::Nothing => Ok(()),
        }
    }

    async fn told(&mut self, message: ClientMessage, outgoing: &Outgoing) -> Result<(), Ending> {
        match message {
            ClientMessage::KeepAlive => Ok(()),
            ClientMessage::ForceEndpoint => self.ask(Work::ForceEndpoint),
            ClientMessage::Terminate => self.finish(),
            ClientMessage::UpdateConfiguration(update) => {
                for warning in notices::of_update(&update) {
                    outgoing.say(&ServerMessage::Warning(warning)).await?;
                }
                if let Some(is_wanted) = update.session_heartbeat
                    && is_wanted != self.heartbeat.is_some()
                {
                    self.heartbeat = is_wanted.then(|| beats(self.heartbeat_every));
                }
                apply(&mut self.options, &update);
                if self.turns.manner() == Manner::Universal3 {
                    self.options.format_turns = true;
                }
                self.ask(Work::Reconfigure(self.options))
            }
        }
    }

    fn meet_fault(&mut self) -> Result<(), Ending> {
        let received = Duration::from_millis(self.frames.received_ms());
        let is_due = |fault: &mut Fault| fault.after().is_some_and(|after| received >= after);
        match self.fault.take_if(is_due) {
            Some(Fault::Close { code, .. }) => Err(Ending::error(code, text_of(code))),
            Some(Fault::Drop { .. }) => Err(Ending::Dropped),
            Some(Fault::Stall { .. }) => Err(Ending::Stalled),
            _ => Ok(()),
        }
    }

    /// Whether more may be read: a place in the queue is kept free for `Finish`, and audio waits no longer than it may.
    fn has_room(&self) -> bool {
        let heard = self.frames.ms(self.recognition.progress.heard());
        self.recognition.work.capacity() > 1
            && self.frames.received_ms().saturating_sub(heard) < BACKLOG_MS
    }

    fn finish(&mut self) -> Result<(), Ending> {
        self.finishing = Some(Instant::now() + FLUSH_LIMIT);
        self.ask(Work::Finish)
    }

    /// The loop reads only while there is room, so this does not wait; the one place kept free is for `Finish`.
    fn ask(&self, work: Work) -> Result<(), Ending> {
        self.recognition.work.try_send(work).map_err(|_full_or_over| fault())
    }

    /// For the log: figures only, never what was said.
    fn note(&self, ending: &Ending) {
        let (audio_ms, session_ms) = (self.frames.received_ms(), self.elapsed_ms());
        tracing::info!(
            session = self.id.as_str(),
            code = ending.code(),
            audio_ms,
            session_ms,
            "a session ended"
        );
    }

    fn elapsed_ms(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    fn heartbeat_message(&self) -> ServerMessage {
        let (elapsed, progress) = (self.elapsed_ms(), &self.recognition.progress);
        let processed = self.frames.ms(progress.heard()) as f64;
        ServerMessage::Heartbeat(Heartbeat {
            total_audio_received_ms: self.frames.received_ms(),
            total_duration_ms: elapsed,
            realtime_factor: (processed / elapsed.max(1) as f64 * 1e4).round() / 1e4,
            max_speech_probability: (f64::from(progress.take_loudest()) * 1e6).round() / 1e6,
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

fn beats(every: Duration) -> Interval {
    let mut beat = interval_at(Instant::now() + every, every);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
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

fn options(parameters: &StreamingParameters, manner: Manner) -> SessionOptions {
    let is_universal_3 = manner == Manner::Universal3;
    let mut options = SessionOptions {
        format_turns: parameters.format_turns || is_universal_3,
        ..SessionOptions::default()
    };
    // The cloud's own shorter silence of 128 ms is for a model that knows where a sentence ends.
    match parameters.mode.filter(|_| is_universal_3) {
        Some(Mode::MinLatency) => options.max_turn_silence_ms = 640,
        Some(Mode::MaxAccuracy) => {
            (options.min_turn_silence_ms, options.max_turn_silence_ms) = (512, 2560);
        }
        Some(Mode::Balanced) | None => {}
    }
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

fn begin_message(
    model: String,
    language: String,
    parameters: &StreamingParameters,
    seconds: u32,
) -> Begin {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Begin {
        id: uuid::Uuid::new_v4().to_string(),
        expires_at: now + u64::from(seconds),
        configuration: Some(BeginConfiguration {
            model: Some(model),
            // `Begin` of the usual model is the cloud's, key by key.
            language: (language != USUAL_LANGUAGE).then_some(language),
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
