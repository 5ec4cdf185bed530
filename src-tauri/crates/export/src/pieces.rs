//! What a reader reads, in the order of the axis: turns that have text, and gaps.

use crate::clock::day;
use crate::text::one_line;
use crate::{Gap, Transcript, Turn};

/// What follows in the order of the axis.
pub(crate) enum Piece<'a> {
    Turn(&'a Turn),
    Gap(&'a Gap),
}

/// Turns without text are left out: they answer for silence.
pub(crate) fn pieces(transcript: &Transcript) -> Vec<Piece<'_>> {
    let turns = transcript.turns.iter().filter(|turn| !turn.shown().is_empty());
    let turns = turns.map(|turn| (turn.from, Piece::Turn(turn)));
    let gaps = transcript.gaps.iter().map(|gap| (gap.from, Piece::Gap(gap)));
    let mut pieces: Vec<_> = turns.chain(gaps).collect();
    pieces.sort_by_key(|(from, _)| *from);
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

/// The title on one line and the day, each where there is one.
pub(crate) fn head(transcript: &Transcript) -> (Option<String>, Option<String>) {
    let title = Some(one_line(&transcript.title)).filter(|title| !title.is_empty());
    (title, day(transcript.started_at))
}
