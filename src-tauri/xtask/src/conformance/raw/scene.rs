//! The services, the speech, and a session from the outside.

use std::sync::OnceLock;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::http::{Answer, ask};
use super::socket::{Heard, Socket};
use super::speech;
use crate::conformance::service::{Service, Services};

/// A tenth of a second at 16 kHz.
const FRAME: usize = 3200;

/// What cases are given.
pub(super) struct Scene<'a> {
    pub(super) service: &'a Service,
    pub(super) strict: &'a Service,
    /// Twelve seconds at 16 kHz, as `pcm_s16le`.
    pub(super) speech: Vec<u8>,
    formatted: OnceLock<anyhow::Result<Story>>,
}

/// Everything that a service said, in order, and how it ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    pub(super) texts: Vec<String>,
    pub(super) messages: Vec<Value>,
    pub(super) end: Option<(u16, String)>,
}

impl<'a> Scene<'a> {
    pub(super) fn set(services: &'a Services) -> anyhow::Result<Self> {
        Ok(Self {
            service: &services.service,
            strict: &services.strict,
            speech: speech::pcm(&services.speech, 12)?,
            formatted: OnceLock::new(),
        })
    }

    /// A session of the usual service, with its key.
    pub(super) fn open(&self, query: &str) -> anyhow::Result<Socket> {
        open(self.service, query)
    }

    /// A session that says all of the speech, with `format_turns`; had once.
    pub(super) fn formatted(&self) -> anyhow::Result<&Story> {
        let story = self.formatted.get_or_init(|| self.said("format_turns=true", &self.speech));
        // Every case that needs it is told why there is none.
        story.as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))
    }

    /// A session from `Begin` to `Termination` that says this.
    pub(super) fn said(&self, query: &str, audio: &[u8]) -> anyhow::Result<Story> {
        let mut socket = self.open(query)?;
        say(&mut socket, audio)?;
        ended(&mut socket)
    }

    /// Asks for a token, with `query` and these headers.
    pub(super) fn token(&self, query: &str, headers: &[&str]) -> anyhow::Result<Answer> {
        let host = format!("Host: 127.0.0.1:{}", self.service.port);
        let mut all = vec![host.as_str()];
        all.extend(headers);
        ask(self.service.port, &format!("GET /v3/token?{query}"), &all)
    }
}

/// Opens a session with the key of a service.
pub(super) fn open(service: &Service, query: &str) -> anyhow::Result<Socket> {
    Socket::open(service.port, query, &[&format!("Authorization: {}", service.key)], &[])
}

/// A token of a service.
pub(super) fn mint(service: &Service, query: &str) -> anyhow::Result<String> {
    let headers =
        [format!("Host: 127.0.0.1:{}", service.port), format!("Authorization: {}", service.key)];
    let headers: Vec<_> = headers.iter().map(String::as_str).collect();
    let answer = ask(service.port, &format!("GET /v3/token?{query}"), &headers)?;
    Ok(answer.json()?["token"].as_str().context("no token")?.to_owned())
}

/// Says audio in messages of 100 ms.
pub(super) fn say(socket: &mut Socket, audio: &[u8]) -> anyhow::Result<()> {
    audio.chunks(FRAME).try_for_each(|chunk| socket.audio(chunk))
}

/// Terminates, and gives what came until the close, which has to be the regular one.
pub(super) fn ended(socket: &mut Socket) -> anyhow::Result<Story> {
    socket.text(r#"{"type":"Terminate"}"#)?;
    let story = story(socket)?;
    ensure!(story.end == Some((1000, "Session Ended".to_owned())), "{:?}", story.end);
    ensure!(story.kinds().last() == Some(&"Termination"), "{:?}", story.kinds());
    Ok(story)
}

/// Everything until the close.
pub(super) fn story(socket: &mut Socket) -> anyhow::Result<Story> {
    let mut story = Story::default();
    loop {
        match socket.next()? {
            Heard::Message(text, message) => {
                story.texts.push(text);
                story.messages.push(message);
            }
            Heard::Pong(_) => {}
            Heard::Closed(code, reason) => story.end = Some((code, reason)),
            Heard::Gone => return Ok(story),
        }
        if story.end.is_some() {
            return Ok(story);
        }
    }
}

/// The session has to end with this error, and the close that goes with it.
pub(super) fn fails(socket: &mut Socket, code: u16, words: &str) -> anyhow::Result<Story> {
    let story = story(socket)?;
    let error = story.messages.last().context("nothing was said")?;
    ensure!(error["type"] == "Error", "{error}");
    ensure!(error["error_code"] == code, "{error} instead of {code}");
    ensure!(error["error"].as_str().is_some_and(|text| text.contains(words)), "{error}");
    let reason = "See Error message for details".to_owned();
    ensure!(story.end == Some((code, reason)), "{:?}", story.end);
    ensure!(!story.kinds().contains(&"Termination"), "an error, and Termination too");
    Ok(story)
}

impl Story {
    /// The kinds of its messages, in order.
    pub(super) fn kinds(&self) -> Vec<&str> {
        self.messages.iter().map(|message| message["type"].as_str().unwrap_or("none")).collect()
    }

    /// Its messages of a kind.
    pub(super) fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.messages.iter().filter(move |message| message["type"] == kind)
    }

    /// What was said in its finals.
    pub(super) fn text(&self) -> String {
        let finals = self.of("Turn").filter(|turn| turn["end_of_turn"] == true);
        finals.filter_map(|turn| turn["transcript"].as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Whether enough of the speech is in it.
    pub(super) fn is_understood(&self) -> bool {
        speech::is_understood(&self.text())
    }
}
