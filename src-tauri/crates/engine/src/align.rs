//! Where a new decode goes on after words that can no longer change.
//!
//! A decode hears the whole passage again and may now disagree with words that are already final. Those stay; what
//! has to be found is the place in the new decode after which its words are new. Both are word sequences, so this is
//! the alignment of the final words with a *beginning* of the decode at the least cost.

/// Leaving a word out, or putting one in.
const SKIP: f32 = 1.0;
/// One word for another, at best (they are written alike) and how much more at worst. Together they stay below a word
/// left out, so that a word heard differently is taken for the same event and not said twice.
const SWAP: f32 = 0.3;
const SWAP_UNLIKE: f32 = 0.6;

/// The outcome of an alignment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Continuation {
    /// The first word of the decode that comes after the kept ones.
    pub(crate) from: usize,
    /// For each kept word the word of the decode that stands for it, if any.
    pub(crate) pairs: Vec<Option<usize>>,
}

/// Finds where `heard` goes on after `kept`.
pub(crate) fn continuation(kept: &[&str], heard: &[&str]) -> Continuation {
    if heard.len() >= kept.len() && kept.iter().zip(heard).all(|(a, b)| a == b) {
        return Continuation { from: kept.len(), pairs: (0..kept.len()).map(Some).collect() };
    }
    let costs = costs(kept, heard);
    let from = cheapest_end(&costs, kept.len(), heard.len());
    Continuation { from, pairs: trace(&costs, kept, heard, from) }
}

/// The pairs of equal words in a least-cost alignment of two whole sequences: for each of `before` its place in `now`.
pub(crate) fn same_words(before: &[&str], now: &[&str]) -> Vec<Option<usize>> {
    let costs = costs(before, now);
    let pairs = trace(&costs, before, now, now.len());
    pairs.into_iter().zip(before).map(|(pair, word)| pair.filter(|&at| now[at] == *word)).collect()
}

/// `costs[i][j]`: the least cost of aligning the first `i` kept words with the first `j` heard ones.
fn costs(kept: &[&str], heard: &[&str]) -> Vec<Vec<f32>> {
    let mut costs = vec![vec![0.0_f32; heard.len() + 1]; kept.len() + 1];
    for i in 0..=kept.len() {
        for j in 0..=heard.len() {
            costs[i][j] = match (i, j) {
                (0, 0) => 0.0,
                (0, _) => costs[0][j - 1] + SKIP,
                (_, 0) => costs[i - 1][0] + SKIP,
                _ => (costs[i - 1][j - 1] + swap(kept[i - 1], heard[j - 1]))
                    .min(costs[i - 1][j] + SKIP)
                    .min(costs[i][j - 1] + SKIP),
            };
        }
    }
    costs
}

/// Among equally cheap ends the one that takes as many words as were kept, or else nearest to that.
fn cheapest_end(costs: &[Vec<f32>], kept: usize, heard: usize) -> usize {
    let last = &costs[kept];
    let mut best = 0;
    for j in 1..=heard {
        let is_cheaper = last[j] < last[best] - f32::EPSILON;
        let is_nearer =
            (last[j] - last[best]).abs() <= f32::EPSILON && j.abs_diff(kept) < best.abs_diff(kept);
        if is_cheaper || is_nearer {
            best = j;
        }
    }
    best
}

fn trace(costs: &[Vec<f32>], kept: &[&str], heard: &[&str], from: usize) -> Vec<Option<usize>> {
    let mut pairs = vec![None; kept.len()];
    let (mut i, mut j) = (kept.len(), from);
    let is = |a: f32, b: f32| (a - b).abs() < 1e-4;
    while i > 0 {
        if j > 0 && is(costs[i][j], costs[i - 1][j - 1] + swap(kept[i - 1], heard[j - 1])) {
            i -= 1;
            j -= 1;
            pairs[i] = Some(j);
        } else if is(costs[i][j], costs[i - 1][j] + SKIP) {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    pairs
}

fn swap(a: &str, b: &str) -> f32 {
    if a == b { 0.0 } else { SWAP + SWAP_UNLIKE * unlikeness(a, b) }
}

/// The share of letters that differ, by edit distance.
fn unlikeness(a: &str, b: &str) -> f32 {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut longest = b.len();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        longest = longest.max(i + 1);
        for (j, other) in b.iter().enumerate() {
            let swapped = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = swapped.min(row[j] + 1).min(diagonal + 1);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "words are short")]
    let share = row[b.len()] as f32 / longest.max(1) as f32;
    share
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn from(kept: &str, heard: &str) -> Vec<String> {
        let kept: Vec<&str> = kept.split_whitespace().collect();
        let heard: Vec<&str> = heard.split_whitespace().collect();
        let found = continuation(&kept, &heard);
        heard[found.from..].iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn agreeing_decodes_simply_go_on() {
        assert_eq!(from("it was the", "it was the best of"), ["best", "of"]);
        assert_eq!(from("", "it was"), ["it", "was"]);
    }

    #[test]
    fn a_word_heard_differently_is_not_said_twice() {
        assert_eq!(from("it was the best", "it was the beast of times"), ["of", "times"]);
        assert_eq!(from("the age of wisdom", "the sage of wisdom it was"), ["it", "was"]);
        assert_eq!(from("one two three", "one two seventeen four"), ["four"]);
    }

    #[test]
    fn a_word_left_out_or_put_in_moves_the_place() {
        assert_eq!(from("it was was the best", "it was the best of times"), ["of", "times"]);
        assert_eq!(from("it was best of", "it was the best of times"), ["times"]);
        assert_eq!(from("some one came in", "someone came in today"), ["today"]);
    }

    #[test]
    fn a_shorter_decode_adds_nothing() {
        assert!(from("it was the best of times", "it was").is_empty());
        assert!(from("it was", "").is_empty());
    }

    #[test]
    fn repeated_phrases_are_not_mistaken_for_each_other() {
        assert_eq!(
            from(
                "it was the best of times it was",
                "it was the best of times it was the worst of times"
            ),
            ["the", "worst", "of", "times"]
        );
    }

    #[test]
    fn the_same_words_are_found_across_a_change() {
        let found = same_words(&["a", "b", "c"], &["a", "x", "b", "c", "d"]);
        assert_eq!(found, [Some(0), Some(2), Some(3)]);
    }

    proptest! {
        #[test]
        fn the_place_is_inside_the_decode_and_pairs_rise(
            kept in prop::collection::vec("[abc]{1,2}", 0..12),
            heard in prop::collection::vec("[abc]{1,2}", 0..12),
        ) {
            let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
            let heard: Vec<&str> = heard.iter().map(String::as_str).collect();
            let found = continuation(&kept, &heard);
            prop_assert!(found.from <= heard.len());
            prop_assert_eq!(found.pairs.len(), kept.len());
            let places: Vec<usize> = found.pairs.into_iter().flatten().collect();
            prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(places.iter().all(|place| *place < found.from));
        }

        #[test]
        fn a_decode_that_agrees_goes_on_after_the_kept_words(words in prop::collection::vec("[abc]{1,3}", 0..12), cut in 0_usize..12) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let cut = cut.min(words.len());
            prop_assert_eq!(continuation(&words[..cut], &words).from, cut);
        }
    }
}
