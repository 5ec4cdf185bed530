//! Finding words in the text of one recording. The window marks the hits in what it shows by the same rule: upper and lower
//! case are the same, and spaces are spaces.

use regex::{Regex, RegexBuilder};

/// More than anybody types, and no more than a pattern may cost.
const MOST_LETTERS: usize = 300;

/// What finds `query`; `None` where there is nothing to be found.
pub(crate) fn pattern(query: &str) -> Option<Regex> {
    let short: String = query.chars().take(MOST_LETTERS).collect();
    let words: Vec<String> = short.split_whitespace().map(regex::escape).collect();
    if words.is_empty() {
        return None;
    }
    let built = RegexBuilder::new(&words.join(r"\s+")).case_insensitive(true).build();
    built.inspect_err(|error| tracing::warn!(%error, "a pattern could not be made")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(query: &str, text: &str) -> usize {
        pattern(query).map_or(0, |pattern| pattern.find_iter(text).count())
    }

    #[test]
    fn case_and_spaces_do_not_matter_and_signs_are_signs() {
        assert_eq!(count(" the  BARGE ", "The barge, the\n barge; barge"), 2);
        assert_eq!(count("STRASSE ÄÖ", "Strasse äö"), 1);
        assert_eq!(count("a.c", "abc a.c"), 1);
        assert_eq!(count("(x", "f(x)"), 1);
        assert_eq!((count(" ", "a b"), count("", "")), (0, 0));
    }
}
