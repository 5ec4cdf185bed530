//! Plain text: title, day, then a paragraph a turn; a gap is a line of its own.

use crate::clock::{day, hms, hms_up};
use crate::{Gap, Transcript, Turn};

/// What follows in the order of the axis.
enum Piece<'a> {
    Turn(&'a Turn),
    Gap(&'a Gap),
}

/// The transcript as plain text, each paragraph with its time if `with_times`. Ends with a line break.
#[must_use]
pub fn txt(transcript: &Transcript, with_times: bool) -> String {
    let mut out = String::new();
    let title = transcript.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let head = [Some(title).filter(|title| !title.is_empty()), day(transcript.started_at)];
    for line in head.into_iter().flatten() {
        out.push_str(&line);
        out.push('\n');
    }
    for piece in pieces(transcript) {
        out.push('\n');
        match piece {
            Piece::Turn(turn) => {
                if with_times {
                    out.push_str(&format!("[{}] ", hms(turn.from)));
                }
                out.push_str(turn.shown());
            }
            Piece::Gap(gap) => {
                let (from, to) = (hms(gap.from), hms_up(gap.to));
                out.push_str(&format!("[{from}–{to} not transcribed: {}]", gap.cause.words()));
            }
        }
        out.push('\n');
    }
    out
}

fn pieces(transcript: &Transcript) -> Vec<Piece<'_>> {
    let turns = transcript.turns.iter().filter(|turn| !turn.shown().is_empty());
    let turns = turns.map(|turn| (turn.from, Piece::Turn(turn)));
    let gaps = transcript.gaps.iter().map(|gap| (gap.from, Piece::Gap(gap)));
    let mut pieces: Vec<_> = turns.chain(gaps).collect();
    pieces.sort_by_key(|(from, _)| *from);
    pieces.into_iter().map(|(_, piece)| piece).collect()
}
