//! One session: everything that is left of the file goes in, and turns come out, at the same time.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use sotto_audio::FRAME_SAMPLES;
use sotto_client::{Connection, Credential, Event, Events, SendError, Sender};
use sotto_export::{SAMPLE_RATE, Turn};
use sotto_protocol::{ServerMessage, StreamingParameters};
use sotto_tokens::{MintError, Token};
use sotto_vault::Secret;
use tokio::time::{Instant, sleep_until, timeout};

use super::open_time::Open;
use super::turns::LegTurns;
use super::{Opener, Queue, Recognition, Step, TOKEN, TranscriptionError, ended};
use crate::recogniser::unix_ms;
use crate::token_trail::{TokenEntry, TokenIssuer, TokenOutcome, TokenUse};

/// Heartbeats come every five seconds.
const SILENCE_LIMIT: Duration = Duration::from_secs(20);

/// What may be sent ahead of the pace: the cloud takes that much without complaint.
const HEAD_START: f64 = 1.0;

pub(super) async fn run(
    with: &Recognition,
    number: u32,
    queue: &mut Queue,
    tell: &mut impl FnMut(Step),
) -> Result<(), TranscriptionError> {
    let Some(first) = queue.next().await else { return Ok(()) };
    let token = mint(with).await?;
    let parameters = StreamingParameters {
        format_turns: true,
        session_heartbeat: true,
        ..with.parameters.clone()
    };
    let connection =
        Connection::open(&token.socket_url, &parameters, Credential::Token(token.token)).await?;
    let Connection { sender, mut events } = connection;
    match timeout(SILENCE_LIMIT, events.begin()).await {
        Ok(Ok(_begin)) => {}
        Ok(Err(closed)) => return ended(closed),
        Err(_elapsed) => return Err(TranscriptionError::Silent),
    }
    let mut open = Open::began(with.open_time.as_ref());
    let turns = LegTurns::new(number, with.source, first.first_sample);
    let way = Way::default();
    way.covered.set(queue.covered_to());
    let outcome = {
        let feeding = feed(&sender, with.pace, first, queue, &way);
        let listening = listen(&mut events, turns, &way, &mut open, tell);
        let (mut feeding, mut listening) = (pin!(feeding), pin!(listening));
        tokio::select! {
            outcome = &mut listening => outcome,
            // Everything is sent, or the socket is closed: its events say which.
            () = &mut feeding => listening.await,
        }
    };
    open.ended().await;
    queue.cover(way.covered.get());
    outcome?;
    if way.is_terminated.get() { Ok(()) } else { Err(TranscriptionError::Cut) }
}

async fn mint(with: &Recognition) -> Result<Token, MintError> {
    let asked_at = unix_ms();
    let token = match &with.opener {
        Opener::Key(key) => with.minter.mint(&with.endpoint, key.expose(), TOKEN).await,
        Opener::Broker { broker, credential } => {
            let credential = credential.as_ref().map(Secret::expose);
            with.minter.mint_by(broker, credential, &with.endpoint, TOKEN).await
        }
    };
    if let Some((trail, recogniser)) = &with.trail {
        let outcome = TokenOutcome::of(&token);
        let issuer = match with.opener {
            Opener::Key(_) => TokenIssuer::from(recogniser),
            Opener::Broker { .. } => TokenIssuer::Broker,
        };
        trail.note(&TokenEntry::new(asked_at, issuer, TokenUse::File, TOKEN, outcome));
    }
    token
}

/// How far a session is, told from one of its directions to the other.
#[derive(Default)]
struct Way {
    covered: Cell<u64>,
    sent: Cell<u64>,
    is_terminated: Cell<bool>,
}

async fn feed(
    sender: &Sender,
    pace: Option<f64>,
    first: sotto_audio::Frame,
    queue: &mut Queue,
    way: &Way,
) {
    let (began, from) = (Instant::now(), first.first_sample);
    let mut next = Some(first);
    while let Some(frame) = next {
        let end = frame.first_sample + FRAME_SAMPLES as u64;
        if let Some(pace) = pace {
            let ahead = (end - from) as f64 / SAMPLE_RATE as f64 / pace - HEAD_START;
            sleep_until(began + Duration::from_secs_f64(ahead.max(0.0))).await;
        }
        if let Err(error) = sender.samples(frame.pcm.as_ref()).await {
            return quiet(&error);
        }
        way.sent.set(end);
        queue.cover(way.covered.get());
        next = queue.next().await;
    }
    match sender.terminate().await {
        Ok(()) => way.is_terminated.set(true),
        Err(error) => quiet(&error),
    }
}

/// Why a socket takes no more is told by its events.
fn quiet(error: &SendError) {
    tracing::debug!(%error, "the recogniser takes no more");
}

async fn listen(
    events: &mut Events,
    mut turns: LegTurns,
    way: &Way,
    open: &mut Open<'_>,
    tell: &mut impl FnMut(Step),
) -> Result<(), TranscriptionError> {
    let settle = |turn: Turn, tell: &mut dyn FnMut(Step)| {
        way.covered.set(turn.to);
        tell(Step::Turn(turn));
    };
    loop {
        let Ok(event) = timeout(SILENCE_LIMIT, events.next()).await else {
            return Err(TranscriptionError::Silent);
        };
        open.tick().await;
        match event {
            Some(Event::Message(message)) => {
                if let ServerMessage::Turn(turn) = *message {
                    turns.take(turn).into_iter().for_each(|turn| settle(turn, tell));
                }
                tell(Step::Sent(way.sent.get()));
            }
            Some(Event::Closed(closed)) => {
                turns.flush().into_iter().for_each(|turn| settle(turn, tell));
                return ended(closed);
            }
            None => return Err(TranscriptionError::Silent),
        }
    }
}
