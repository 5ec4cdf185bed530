//! The goals, and the figures that are held against them.

use super::super::figures::{mean, median, percentile};
use super::super::table::{Row, Table};
use super::crowd::{Crowd, SESSIONS};
use super::hearing::Hearing;
use super::reference::Spoken;
use super::score::{delays, misplacements, turn_ends};
use super::session::Story;
use super::trial::{Heard, Take};
use crate::words;

/// Percentage points by which the error rate may exceed the peer's.
const ERRORS_MORE: f64 = 0.5;

/// Each recording's figures, all together.
fn all<'a>(
    takes: &'a [Take<'_>],
    heard: &'a Heard,
    figures: impl Fn(&Hearing, &[Spoken]) -> Vec<f64> + 'a,
) -> Vec<f64> {
    takes
        .iter()
        .zip(&heard.hearings)
        .flat_map(|(take, hearing)| figures(hearing, &take.spoken))
        .collect()
}

/// Word error rate, in percent, of the text that was made of each recording.
pub(super) fn error_rate(takes: &[Take<'_>], texts: impl Iterator<Item = String>) -> f64 {
    let (mut wrong, mut said) = (0, 0);
    for (take, text) in takes.iter().zip(texts) {
        let (errors, words) = words::errors(&take.recording.text, &text);
        wrong += errors;
        said += words;
    }
    100.0 * wrong as f64 / said as f64
}

/// Word errors, with turns as each likes them and with turns that are as short.
pub(super) fn errors(
    takes: &[Take<'_>],
    ours: &Heard,
    quick: &Heard,
    peers: &Heard,
    table: &mut Table,
) {
    let rate = |heard: &Heard| {
        Some(error_rate(takes, heard.hearings.iter().map(|hearing| hearing.words().join(" "))))
    };
    let peer = rate(peers);
    table.add(
        Row::new("word error rate", "%", rate(ours))
            .beside(peer)
            .goal_beside("≤ peer + 0.5 points", |ours, peer| ours <= peer + ERRORS_MORE),
    );
    table.add(
        Row::new("word error rate, turns as short as the peer's", "%", rate(quick)).beside(peer),
    );
}

/// From the end of speech to the final turn, where both wait for as much silence.
pub(super) fn ends(
    takes: &[Take<'_>],
    quick: &Heard,
    peers: &Heard,
    silence: f64,
    table: &mut Table,
) {
    let of = |heard| all(takes, heard, |one, spoken| turn_ends(one, spoken, silence));
    let (ours, peer) = (of(quick), of(peers));
    table.note(
        "turns",
        format!("{} of ours and {} of the peer's end in a pause", ours.len(), peer.len()),
    );
    table.add(
        Row::new("end of speech to final turn, median", "s", median(&ours))
            .beside(median(&peer))
            .goal_beside("< peer", |ours, peer| ours < peer),
    );
    let own = |all: &[f64]| median(all).map(|seconds| seconds - silence);
    table.add(
        Row::new("of it beyond the turn's silence, median", "s", own(&ours))
            .beside(own(&peer))
            .goal("≤ 0.15", |seconds| seconds <= 0.15),
    );
    table.add(
        Row::new("end of speech to final turn, 95th percentile", "s", percentile(&ours, 0.95))
            .beside(percentile(&peer, 0.95)),
    );
}

/// From the end of a word until it can be read.
pub(super) fn first_readings(takes: &[Take<'_>], ours: &Heard, peers: &Heard, table: &mut Table) {
    let of = |heard| all(takes, heard, delays);
    let (ours, peer) = (of(ours), of(peers));
    table.add(
        Row::new("end of a word to its first appearance, median", "s", median(&ours))
            .beside(median(&peer))
            .goal("≤ 0.5", |seconds| seconds <= 0.5),
    );
    table.add(
        Row::new(
            "end of a word to its first appearance, 95th percentile",
            "s",
            percentile(&ours, 0.95),
        )
        .beside(percentile(&peer, 0.95)),
    );
}

/// What the recordings cost, in real time.
pub(super) fn costs(ours: f64, peer: f64, table: &mut Table) {
    table.add(
        Row::new("processor-seconds a second of recording", "s", Some(ours))
            .beside(Some(peer))
            .goal_beside("≤ 0.30 and ≤ half", |ours, peer| ours <= 0.30 && ours <= peer / 2.0),
    );
}

/// Whether final words are final.
pub(super) fn stability(stories: &[&Story], table: &mut Table) {
    let (finals, changed) = stories
        .iter()
        .map(|story| story.stability())
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let share = (finals > 0).then(|| 100.0 * changed as f64 / finals as f64);
    table.add(
        Row::new("final words that changed later", "%", share).goal("0", |share| share == 0.0),
    );
}

/// Where words are said to be; the peer's package brings no model that tells that.
pub(super) fn places(takes: &[Take<'_>], stories: &[Story], table: &mut Table) {
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    for (take, story) in takes.iter().zip(stories) {
        let (of_starts, of_ends) = misplacements(&story.placed(), &take.spoken);
        starts.extend(of_starts);
        ends.extend(of_ends);
    }
    for (what, errors) in [("start", &starts), ("end", &ends)] {
        let kinds = [
            ("mean", mean(errors)),
            ("median", median(errors)),
            ("95th percentile", percentile(errors, 0.95)),
        ];
        for (kind, error) in kinds {
            table.add(Row::new(&format!("error of a word's {what}, {kind}"), "ms", error));
        }
    }
}

/// What came of many sessions at once.
pub(super) fn many(crowd: Crowd, table: &mut Table) {
    // What went wrong there is a figure that is missing, and no reason to lose all others.
    let mut told = |name, figure: anyhow::Result<f64>| match figure {
        Ok(seconds) => Some(seconds),
        Err(error) => {
            table.note(name, format!("{error:#}"));
            None
        }
    };
    let (lag, refused) = (told("crowd", crowd.lag), told("refusal", crowd.refused));
    let what = format!("lag of the slowest of {SESSIONS} sessions at once");
    table.add(Row::new(&what, "s", lag).goal("< 1", |seconds| seconds < 1.0));
    table.add(
        Row::new("one session too many is refused (3009) after", "s", refused)
            .goal("< 1", |seconds| seconds < 1.0),
    );
}
