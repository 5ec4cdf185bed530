//! Where speech was in a stretch of audio, step by step.

use std::ops::Range;

use crate::axis::{STEP, ms};

/// Speech runs are closed over holes this short and reach this much beyond what the detector calls speech.
const HOLE: u64 = ms(64);
const SKIRT: u64 = ms(32);
/// No run is shorter, whatever is taken off its end.
const SHORTEST: u64 = ms(32);

/// For each step from a position on whether it was speech.
#[derive(Debug)]
pub(crate) struct SpeechTrack {
    start: u64,
    steps: Vec<bool>,
    /// See [`crate::speech::SpeechDetector::lag`].
    lag: u64,
}

impl SpeechTrack {
    /// Begins at this position with these steps.
    pub(crate) fn new(start: u64, steps: Vec<bool>, lag: u64) -> Self {
        Self { start, steps, lag }
    }

    /// Adds a step.
    pub(crate) fn push(&mut self, is_speech: bool) {
        self.steps.push(is_speech);
    }

    /// The position of its first step.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// The position after the last speech.
    pub(crate) fn speech_end(&self) -> u64 {
        let steps = self.steps.iter().rposition(|is_speech| *is_speech).map_or(0, |last| last + 1);
        self.start + (steps * STEP) as u64
    }

    /// How much of it is speech.
    pub(crate) fn spoken(&self) -> u64 {
        (self.steps.iter().filter(|is_speech| **is_speech).count() * STEP) as u64
    }

    /// Cuts off everything from this many steps on.
    pub(crate) fn split_off(&mut self, steps: usize) -> Self {
        let rest = self.steps.split_off(steps);
        Self { start: self.start + (steps * STEP) as u64, steps: rest, lag: self.lag }
    }

    /// The runs of speech between two positions, or all of it if there is none. The last one may not be over: it ends where
    /// the detector says.
    pub(crate) fn between(&self, from: u64, to: u64) -> Vec<Range<u64>> {
        let mut runs: Vec<Range<u64>> = Vec::new();
        for (at, _) in self.steps.iter().enumerate().filter(|(_, is_speech)| **is_speech) {
            let start = self.start + (at * STEP) as u64;
            let run = start.saturating_sub(SKIRT).clamp(from, to)
                ..(start + STEP as u64 + SKIRT).clamp(from, to);
            match runs.last_mut() {
                Some(last) if run.start <= last.end + HOLE => last.end = run.end,
                _ if run.is_empty() => {}
                _ => runs.push(run),
            }
        }
        for run in runs.iter_mut().filter(|run| run.end < to) {
            let sounds_end = run.end.saturating_sub(self.lag);
            run.end = sounds_end.max(run.start + SHORTEST).min(run.end);
        }
        if runs.is_empty() {
            runs.push(from..to.max(from));
        }
        runs
    }
}
