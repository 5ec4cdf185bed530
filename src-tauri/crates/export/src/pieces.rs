//! What a reader reads, in the order of the axis: turns that have text, gaps, pauses and bookmarks.

use crate::clock::day;
use crate::text::one_line;
use crate::{Bookmark, Gap, Pause, Transcript, Turn};

/// What follows in the order of the axis.
pub(crate) enum Piece<'a> {
    Turn(&'a Turn),
    Gap(&'a Gap),
    Pause(&'a Pause),
    Bookmark(&'a Bookmark),
}

/// Turns without text are left out: they answer for silence.
pub(crate) fn pieces(transcript: &Transcript) -> Vec<Piece<'_>> {
    let turns = transcript.turns.iter().filter(|turn| !turn.shown().is_empty());
    let turns = turns.map(|turn| (turn.from, Piece::Turn(turn)));
    let gaps = transcript.gaps.iter().map(|gap| (gap.from, Piece::Gap(gap)));
    let mut pieces: Vec<_> = turns.chain(gaps).collect();
    pieces.sort_by_key(|(from, _)| *from);
    let mut pieces: Vec<_> = pieces.into_iter().map(|(_, piece)| piece).collect();
    for pause in &transcript.pauses {
        let at = pieces.iter().position(|piece| begins(piece) >= pause.at).unwrap_or(pieces.len());
        pieces.insert(at, Piece::Pause(pause));
    }
    for bookmark in &transcript.bookmarks {
        // Before the words during which it was set.
        let at = pieces.iter().rposition(|piece| begins(piece) <= bookmark.at).unwrap_or(0);
        pieces.insert(at, Piece::Bookmark(bookmark));
    }
    pieces
}

/// Where its words begin: a turn also answers for the silence before them.
fn begins(piece: &Piece<'_>) -> u64 {
    match piece {
        Piece::Turn(turn) => turn.words.first().map_or(turn.from, |word| word.from),
        Piece::Gap(gap) => gap.from,
        Piece::Bookmark(bookmark) => bookmark.at,
        // A later one follows.
        Piece::Pause(pause) => pause.at.saturating_sub(1),
    }
}

/// The title on one line and the day, each where there is one.
pub(crate) fn head(transcript: &Transcript) -> (Option<String>, Option<String>) {
    let title = Some(one_line(transcript.title.trim())).filter(|title| !title.is_empty());
    (title, day(transcript.started_at))
}
