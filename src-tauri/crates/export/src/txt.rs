//! Plain text: title, day, then a paragraph a turn, which begins with who spoke where that is known; a gap is a line of its
//! own.

use crate::Transcript;
use crate::clock::{hms, hms_up};
use crate::pieces::{Piece, head, pieces};

/// The transcript as plain text, each paragraph with its time if `with_times`. Ends with a line break.
#[must_use]
pub fn txt(transcript: &Transcript, with_times: bool) -> String {
    let mut out = String::new();
    let (title, day) = head(transcript);
    for line in [title, day].into_iter().flatten() {
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
                if let Some(name) = turn.spoken_by() {
                    out.push_str(&format!("{name}: "));
                }
                out.push_str(turn.shown());
            }
            Piece::Pause(pause) => out.push_str(&format!("[{}]", pause.words())),
            Piece::Bookmark(bookmark) => {
                out.push_str(&format!("[{} {}]", hms(bookmark.at), bookmark.words()));
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
