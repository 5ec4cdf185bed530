//! Markdown: the title as a heading, the day, a paragraph a turn, and each gap as a line in italics.
//!
//! Nothing that was said may turn into markup. Signs that Markdown or a common dialect of it (GitHub's, Pandoc's) gives a
//! meaning are written with a backslash, those that have one only at the head of a line only there, so that ordinary
//! prose stays readable as it stands.

use crate::Transcript;
use crate::clock::{gap_line, short};
use crate::pieces::{Piece, head, pieces};
use crate::text::one_line;

/// The transcript as Markdown, each paragraph with its time if `with_times`. Ends with a line break.
#[must_use]
pub fn md(transcript: &Transcript, with_times: bool) -> String {
    let (title, day) = head(transcript);
    let mut blocks = Vec::new();
    blocks.extend(title.map(|title| format!("# {}", escaped(&title))));
    blocks.extend(day);
    for piece in pieces(transcript) {
        blocks.push(match piece {
            Piece::Turn(turn) => {
                let text = escaped(&one_line(turn.shown()));
                let by = turn.spoken_by().map(|name| format!("**{}:** ", escaped(&name)));
                let time = with_times.then(|| format!("**[{}]** ", short(turn.from)));
                time.unwrap_or_default() + &by.unwrap_or_default() + &text
            }
            Piece::Pause(pause) => format!("*[{}]*", pause.words()),
            Piece::Bookmark(bookmark) => {
                format!("> **[{}]** {}", short(bookmark.at), escaped(&bookmark.words()))
            }
            Piece::Gap(gap) => format!("*[{}]*", gap_line(gap)),
        });
    }
    let mut out = blocks.join("\n\n");
    out.push('\n');
    out
}

/// `line`, which is one, so that it reads as it is spelt.
fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    // The sign that makes a list of the digits before it.
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    for (at, sign) in line.char_indices() {
        let rest = line.get(at..).unwrap_or_default();
        let is_escaped = match sign {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '$' | '^' | '{'
            | '}' | '#' => true,
            '+' | '-' | '=' => at == 0,
            '.' | ')'
                if digits > 0
                    && at == digits
                    && !matches!(rest.as_bytes().get(1), Some(b) if *b != b' ') =>
            {
                true
            }
            // A dialect makes links of bare addresses.
            ':' => at == 0 || rest.starts_with("://"),
            '.' => {
                line.get(..at).is_some_and(|before| before.to_ascii_lowercase().ends_with("www"))
            }
            _ => false,
        };
        if is_escaped {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}
