//! Where the words of a recording really are: `src-tauri/bench/python/reference.py` says how that is known, and how exactly.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::json;

use super::python::Script;
use super::recording::Recording;

/// A word that was said, and when, in seconds.
#[derive(Debug, Clone)]
pub(super) struct Spoken {
    pub(super) word: String,
    pub(super) start: f64,
    pub(super) end: f64,
}

impl AsRef<str> for Spoken {
    fn as_ref(&self) -> &str {
        &self.word
    }
}

#[derive(Deserialize)]
struct Answer {
    words: Vec<(f64, f64)>,
}

/// Aligns a recording, which lies in `audio`, with its text.
pub(super) fn align(
    script: &mut Script,
    recording: &Recording,
    audio: &Path,
) -> anyhow::Result<Vec<Spoken>> {
    let words = recording.words();
    let answer = script
        .ask(&json!({ "audio": audio, "words": words }))
        .with_context(|| format!("{} could not be aligned with its text", recording.name))?;
    let answer: Answer = serde_json::from_value(answer)?;
    ensure!(answer.words.len() == words.len(), "the alignment has other words");
    let words = words.into_iter().zip(answer.words);
    Ok(words.map(|(word, (start, end))| Spoken { word, start, end }).collect())
}
