//! JSON for programs: words, times in milliseconds and in samples, sources, gaps and the ledger. `format` tells a
//! reader what it has; a change that breaks readers raises `version`.

use serde::Serialize;

use crate::clock::{ms, rfc3339};
use crate::{ExportError, GapCause, Ledger, SAMPLE_RATE, Source, Transcript};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    version: u32,
    title: &'a str,
    started_at: String,
    sample_rate: u64,
    samples: u64,
    text: String,
    turns: Vec<TurnOut<'a>>,
    gaps: Vec<GapOut>,
    /// Only where there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pauses: Vec<PauseOut>,
    /// Only where there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bookmarks: Vec<BookmarkOut<'a>>,
    ledger: Ledger,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    from: u64,
    to: u64,
    from_ms: u64,
    to_ms: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TurnOut<'a> {
    #[serde(flatten)]
    range: Range,
    text: &'a str,
    /// Only where the user changed the text: what the machine had heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    machine_text: Option<&'a str>,
    source: Source,
    /// Only where it is so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_fallback: bool,
    leg: u32,
    turn_order: u32,
    /// Only where somebody knew: the name, and the label where the recogniser gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker_label: Option<&'a str>,
    words: Vec<WordOut<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WordOut<'a> {
    #[serde(flatten)]
    range: Range,
    text: &'a str,
    confidence: f64,
    /// The recogniser's label, only where it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker_label: Option<&'a str>,
}

#[derive(Serialize)]
struct GapOut {
    #[serde(flatten)]
    range: Range,
    cause: GapCause,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PauseOut {
    at: u64,
    at_ms: u64,
    since: String,
    until: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BookmarkOut<'a> {
    at: u64,
    at_ms: u64,
    note: &'a str,
}

/// The transcript as indented JSON with a line break at its end.
///
/// # Errors
/// When the start is no time of a calendar.
pub fn json(transcript: &Transcript) -> Result<Vec<u8>, ExportError> {
    let mut bytes = serde_json::to_vec_pretty(&document(transcript)?)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn document(transcript: &Transcript) -> Result<Document<'_>, ExportError> {
    let shown = transcript.turns.iter().map(|turn| turn.shown()).filter(|text| !text.is_empty());
    Ok(Document {
        format: "sotto-transcript",
        version: 1,
        title: &transcript.title,
        started_at: rfc3339(transcript.started_at)?,
        sample_rate: SAMPLE_RATE,
        samples: transcript.samples,
        text: shown.collect::<Vec<_>>().join("\n"),
        turns: transcript.turns.iter().map(turn_out).collect(),
        gaps: transcript
            .gaps
            .iter()
            .map(|gap| GapOut { range: range(gap.from, gap.to), cause: gap.cause })
            .collect(),
        pauses: transcript.pauses.iter().map(pause_out).collect::<Result<_, _>>()?,
        bookmarks: transcript.bookmarks.iter().map(bookmark_out).collect(),
        ledger: transcript.ledger(),
    })
}

fn bookmark_out(bookmark: &crate::Bookmark) -> BookmarkOut<'_> {
    BookmarkOut { at: bookmark.at, at_ms: ms(bookmark.at), note: &bookmark.note }
}

fn pause_out(pause: &crate::Pause) -> Result<PauseOut, ExportError> {
    let (since, until) = (rfc3339(pause.since)?, rfc3339(pause.until)?);
    Ok(PauseOut { at: pause.at, at_ms: ms(pause.at), since, until })
}

fn turn_out(turn: &crate::Turn) -> TurnOut<'_> {
    TurnOut {
        range: range(turn.from, turn.to),
        text: turn.shown(),
        machine_text: turn.edited_text.is_some().then_some(turn.text.as_str()),
        source: turn.source,
        is_fallback: turn.is_fallback,
        leg: turn.leg,
        turn_order: turn.turn_order,
        speaker: turn.speaker.as_ref().map(|speaker| speaker.name.as_str()),
        speaker_label: turn.speaker.as_ref().and_then(|speaker| speaker.label.as_deref()),
        words: turn
            .words
            .iter()
            .map(|word| WordOut {
                range: range(word.from, word.to),
                text: &word.text,
                confidence: word.confidence,
                speaker_label: word.speaker.as_deref(),
            })
            .collect(),
    }
}

fn range(from: u64, to: u64) -> Range {
    Range { from, to, from_ms: ms(from), to_ms: ms(to) }
}
