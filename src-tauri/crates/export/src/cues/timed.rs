//! When each word of a turn was said.
//!
//! The text that counts is not always the machine's: its words have times, the user's do not. And even the machine's text
//! may be spelt otherwise than its words, for some recognisers put in the punctuation later. So the text is laid over the
//! times sign by sign, as exactly as the two fit.

use crate::Turn;
use crate::clock::ms;
use crate::text::one_line;

use super::cut::WIDTH;

/// A word, or a part of one that is longer than a line. In milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timed {
    pub(super) text: String,
    pub(super) chars: usize,
    pub(super) from: u64,
    pub(super) to: u64,
}

/// A range in which so many signs were said, evenly.
#[derive(Debug, Clone, Copy)]
struct Span {
    chars: usize,
    from: u64,
    to: u64,
}

impl Span {
    /// The range of its sign `index`.
    fn sign(self, index: usize) -> (u64, u64) {
        (self.after(index), self.after(index + 1))
    }

    fn after(self, signs: usize) -> u64 {
        let share = u128::from(self.to - self.from) * signs as u128 / self.chars.max(1) as u128;
        self.from + u64::try_from(share).unwrap_or(u64::MAX)
    }
}

/// The words of a turn as it is shown, in order, with times that never go back.
pub(super) fn timed(turn: &Turn) -> Vec<Timed> {
    let tokens = tokens(turn.shown());
    let spans = spans(turn, &tokens);
    let mut signs = spans.iter().flat_map(|span| (0..span.chars).map(|index| span.sign(index)));
    let end = spans.last().map_or(0, |span| span.to);
    let parts = tokens.iter().flat_map(|token| parts(token));
    parts
        .map(|text| {
            let chars = text.chars().count();
            let (from, mut to) = signs.next().unwrap_or((end, end));
            if chars > 1 {
                to = signs.nth(chars - 2).map_or(end, |sign| sign.1);
            }
            Timed { text, chars, from: ms(from), to: ms(to) }
        })
        .collect()
}

/// Words without white space in them. The arrow that separates the times of a cue is no part of a text in either format.
fn tokens(text: &str) -> Vec<String> {
    let text = one_line(text).replace("-->", "→");
    text.split_whitespace().map(str::to_owned).collect()
}

/// A word that fits no line is cut.
fn parts(token: &str) -> Vec<String> {
    let signs: Vec<char> = token.chars().collect();
    signs.chunks(WIDTH).map(|part| part.iter().collect()).collect()
}

/// Together they have as many signs as `tokens`.
fn spans(turn: &Turn, tokens: &[String]) -> Vec<Span> {
    let count = |tokens: &[String]| tokens.iter().map(|token| token.chars().count()).sum::<usize>();
    let heard = heard(turn);
    let (from, to) = match (heard.first(), heard.last()) {
        // Nothing was said before the first word or after the last.
        (Some(first), Some(last)) => (first.1, last.2),
        _ => (turn.from, turn.to.max(turn.from)),
    };
    let whole = vec![Span { chars: count(tokens), from, to }];
    if turn.edited_text.is_some() || heard.is_empty() {
        return whole;
    }
    let words = heard.iter().map(|(word, ..)| word.concat());
    if words.collect::<String>() == tokens.concat() {
        return heard
            .iter()
            .map(|(word, from, to)| Span { chars: count(word), from: *from, to: *to })
            .collect();
    }
    if heard.len() == tokens.len() {
        let both = tokens.iter().zip(&heard);
        return both
            .map(|(token, (_, from, to))| Span {
                chars: token.chars().count(),
                from: *from,
                to: *to,
            })
            .collect();
    }
    whole
}

/// The machine's words within the turn, one after the other; none if their times are of no use.
fn heard(turn: &Turn) -> Vec<(Vec<String>, u64, u64)> {
    let mut heard: Vec<(Vec<String>, u64, u64)> = Vec::new();
    for word in &turn.words {
        let tokens = tokens(&word.text);
        if tokens.is_empty() {
            continue;
        }
        let (from, to) = (word.from.max(turn.from), word.to.min(turn.to));
        let is_back = heard.last().is_some_and(|last| from < last.1);
        if from > to || is_back {
            return Vec::new();
        }
        if let Some(last) = heard.last_mut() {
            last.2 = last.2.min(from);
        }
        heard.push((tokens, from, to));
    }
    let has_length = heard.first().zip(heard.last()).is_some_and(|(first, last)| first.1 < last.2);
    if has_length { heard } else { Vec::new() }
}
