//! Where one cue ends and the next begins, and where its lines break.
//!
//! Every way to cut a run of words has a price, and the cheapest is taken: cutting at the end of a sentence is free, at a
//! comma it costs something, in the middle of a clause most; many or short cues cost more than few that are full.

use super::timed::Timed;
use super::{Cue, LONGEST, SHORTEST};

/// Characters on a line.
pub(super) const WIDTH: usize = 42;

/// A run of words as cues, with the times at which they were said.
pub(super) fn cut(words: &[Timed]) -> Vec<Cue> {
    let mut cues = Vec::new();
    let mut rest = words;
    for length in lengths(words) {
        let (now, later) = rest.split_at(length);
        rest = later;
        if let (Some(first), Some(last)) = (now.first(), now.last()) {
            let (from, to) = (first.from, last.to);
            cues.push(Cue { from, to, lines: lines(now), by: None, is_gap: false });
        }
    }
    cues
}

/// How many words each cue of the cheapest cut has.
fn lengths(words: &[Timed]) -> Vec<usize> {
    // For every end: the least price of the words before it, and the length of the last cue.
    let mut best: Vec<(usize, usize)> = vec![(0, 0)];
    for end in 1..=words.len() {
        let mut least = (usize::MAX, 1);
        for length in 1..=end {
            let Some(cue) = words.get(end - length..end) else { break };
            if length > 1 && !fits(cue) {
                break;
            }
            let before = best.get(end - length).map_or(0, |price| price.0);
            let total = before + price(cue, end == words.len());
            if total < least.0 {
                least = (total, length);
            }
        }
        best.push(least);
    }
    let mut lengths = Vec::new();
    let mut end = words.len();
    while end > 0 {
        let length = best.get(end).map_or(1, |price| price.1);
        lengths.push(length);
        end -= length;
    }
    lengths.reverse();
    lengths
}

fn fits(words: &[Timed]) -> bool {
    let lasts = words.first().zip(words.last()).map(|(first, last)| last.to - first.from);
    lasts.is_some_and(|lasts| lasts <= LONGEST) && (chars(words) <= WIDTH || split(words).is_some())
}

fn price(words: &[Timed], is_end: bool) -> usize {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return 0 };
    let end = match stop(&last.text) {
        _ if is_end => 0,
        Stop::Sentence => 0,
        Stop::Clause => 6,
        Stop::None => 16,
    };
    // Who reads the end of a sentence should not be led into half of the next.
    let is_whole = is_end || matches!(stop(&last.text), Stop::Sentence);
    let torn = if !is_whole && words.iter().any(|word| matches!(stop(&word.text), Stop::Sentence)) {
        24
    } else {
        0
    };
    let empty = (2 * WIDTH).saturating_sub(chars(words));
    let short = if last.to - first.from < SHORTEST { 8 } else { 0 };
    8 + end + torn + short + empty * empty / 500
}

fn lines(words: &[Timed]) -> Vec<String> {
    let line =
        |words: &[Timed]| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    match split(words) {
        Some(at) if chars(words) > WIDTH => {
            let (upper, lower) = words.split_at(at);
            vec![line(upper), line(lower)]
        }
        _ => vec![line(words)],
    }
}

/// How many words stand on the upper line, if two lines hold them: lines of like length, rather broken after a comma.
fn split(words: &[Timed]) -> Option<usize> {
    let all = chars(words);
    let mut upper = 0;
    let mut best = None;
    for (index, word) in words.iter().enumerate() {
        upper += word.chars + usize::from(index > 0);
        let lower = all.saturating_sub(upper + 1);
        if upper > WIDTH {
            break;
        }
        if lower > WIDTH || index + 1 == words.len() {
            continue;
        }
        let torn = if matches!(stop(&word.text), Stop::None) { 20 } else { 0 };
        let price = upper.abs_diff(lower) + torn;
        if best.is_none_or(|(least, _)| price < least) {
            best = Some((price, index + 1));
        }
    }
    best.map(|(_, at)| at)
}

/// As on one line.
fn chars(words: &[Timed]) -> usize {
    words.iter().map(|word| word.chars + 1).sum::<usize>().saturating_sub(1)
}

enum Stop {
    Sentence,
    Clause,
    None,
}

/// What a word ends.
fn stop(word: &str) -> Stop {
    let word = word.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
    match word.chars().next_back() {
        Some('.' | '!' | '?' | '…' | '。' | '！' | '？') => Stop::Sentence,
        Some(',' | ';' | ':' | '—' | '–' | '、' | '，' | '；') => Stop::Clause,
        _ => Stop::None,
    }
}
