//! The peer: moonshine-voice, in a process of its own.

use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;

use super::hearing::{Hearing, Update, words_of};
use super::python::Script;

/// Its name and version, as the requirements pin it.
pub(super) const NAME: &str = "moonshine-voice 0.0.58";

/// Loaded, and ready for requests.
pub(super) struct Peer {
    script: Script,
}

/// A line as it was at a moment.
#[derive(Debug, Deserialize)]
struct Line {
    at: f64,
    line: u64,
    text: String,
    is_complete: bool,
    /// Where its audio ends, in seconds.
    end: f64,
}

#[derive(Deserialize)]
struct Live {
    updates: Vec<Line>,
}

/// What it made of a whole recording.
#[derive(Debug, Deserialize)]
pub(super) struct Whole {
    /// Seconds that this took.
    pub(super) took: f64,
    pub(super) text: String,
}

/// What it made of a recording in real time.
#[derive(Debug)]
pub(super) struct PeerStory {
    lines: Vec<Line>,
}

impl Peer {
    /// Loads it.
    pub(super) fn start() -> anyhow::Result<Self> {
        let mut script = Script::start("peer.py")?;
        script.answer().context("the peer did not get ready")?;
        Ok(Self { script })
    }

    /// The number of its process.
    pub(super) fn pid(&self) -> u32 {
        self.script.pid()
    }

    /// Says a recording to it in real time.
    pub(super) fn live(&mut self, audio: &Path) -> anyhow::Result<PeerStory> {
        let answer = self.script.ask(&json!({ "audio": audio, "pace": "real time" }))?;
        let Live { updates } = serde_json::from_value(answer)?;
        Ok(PeerStory { lines: updates })
    }

    /// Has it write a whole recording down, as fast as it can.
    pub(super) fn whole(&mut self, audio: &Path) -> anyhow::Result<Whole> {
        let answer = self.script.ask(&json!({ "audio": audio, "pace": "whole" }))?;
        Ok(serde_json::from_value(answer)?)
    }
}

impl PeerStory {
    /// As it is compared with ours.
    pub(super) fn hearing(&self) -> Hearing {
        let update = |line: &Line| Update {
            at: line.at,
            turn: line.line,
            words: words_of(&line.text),
            is_final: line.is_complete,
        };
        Hearing { updates: self.lines.iter().map(update).collect() }
    }

    /// The same with the moment at which each line's audio ended instead of the one at which that was told.
    pub(super) fn at_ends_of_audio(&self) -> Hearing {
        let mut hearing = self.hearing();
        for (update, line) in hearing.updates.iter_mut().zip(&self.lines) {
            update.at = line.end;
        }
        hearing
    }
}
