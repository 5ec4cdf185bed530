//! Subtitles: what is on the screen from when to when. SubRip and WebVTT spell the same cues.
//!
//! Cues are in order and never overlap. Where the axis gives two of them the same time, the later one waits until the
//! earlier one has been up for a second, or for as long as it was spoken if that is less: a cue may lag, none is lost.

mod cut;
mod timed;

use crate::Transcript;
use crate::clock::ms;
use cut::cut;
use timed::{Timed, timed};

/// Milliseconds that a cue stays up at most.
const LONGEST: u64 = 7_000;
/// Milliseconds that it takes to read the least of them; a cue stays up as long where there is room.
const SHORTEST: u64 = 1_000;
/// Milliseconds of silence that end a cue.
const PAUSE: u64 = 700;

/// Lines on the screen, in milliseconds from the start of the recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cue {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) lines: Vec<String>,
    /// Who says it, where that is known.
    pub(crate) by: Option<String>,
    is_gap: bool,
}

/// The cues of a transcript, a gap being one of them.
pub(crate) fn cues(transcript: &Transcript) -> Vec<Cue> {
    let mut gaps: Vec<Cue> = transcript
        .gaps
        .iter()
        .map(|gap| {
            let lines = vec![format!("[{}]", gap.cause.words())];
            Cue { from: ms(gap.from), to: ms(gap.to), lines, by: None, is_gap: true }
        })
        .collect();
    gaps.sort_by_key(|gap| gap.from);
    let starts: Vec<u64> = gaps.iter().map(|gap| gap.from).collect();

    let mut said = Vec::new();
    for turn in &transcript.turns {
        let by = turn.spoken_by();
        let cues = runs(timed(turn), &starts).into_iter().flat_map(|run| cut(&run));
        said.extend(cues.map(|cue| Cue { by: by.clone(), ..cue }));
    }
    // Turns that overlap keep their order: what was said is not shuffled.
    let mut latest = 0;
    for cue in &mut said {
        latest = latest.max(cue.from);
        cue.from = latest;
    }

    // The sort is stable: a gap stands before the words that begin with it.
    let mut all = gaps;
    all.append(&mut said);
    all.sort_by_key(|cue| cue.from);
    settle(&mut all);
    all
}

/// Words that may share a cue: no pause between them, and no gap begins between them.
fn runs(words: Vec<Timed>, gap_starts: &[u64]) -> Vec<Vec<Timed>> {
    let gaps_until = |at: u64| gap_starts.partition_point(|&start| start <= at);
    let mut runs: Vec<Vec<Timed>> = Vec::new();
    for word in words {
        match runs.last_mut() {
            Some(run)
                if run.last().is_some_and(|last| {
                    word.from.saturating_sub(last.to) <= PAUSE
                        && gaps_until(last.from) == gaps_until(word.from)
                }) =>
            {
                run.push(word);
            }
            _ => runs.push(vec![word]),
        }
    }
    runs
}

/// Gives every cue its time on the screen; they come in order.
fn settle(cues: &mut [Cue]) {
    let mut free = 0;
    for cue in &mut *cues {
        // However short a gap is, it is told for long enough to be read.
        let spoken = cue.to.saturating_sub(cue.from).clamp(1, SHORTEST);
        cue.from = cue.from.max(free);
        free = cue.from + if cue.is_gap { SHORTEST } else { spoken };
    }
    let mut next = u64::MAX;
    for cue in cues.iter_mut().rev() {
        cue.to = cue.to.clamp(cue.from + SHORTEST, cue.from + LONGEST).min(next);
        next = cue.from;
    }
}
