//! Which heard word is which spoken one: the alignment of least cost of what was heard so far with a beginning of the text.

/// The outcome.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pairing {
    /// For each heard word the spoken word that it stands for, and whether it is the same.
    pub(super) pairs: Vec<Option<(usize, bool)>>,
    /// How many spoken words are covered.
    pub(super) reach: usize,
}

/// Pairs what was heard so far; the text may go on.
pub(super) fn beginning<A: AsRef<str>, B: AsRef<str>>(heard: &[A], spoken: &[B]) -> Pairing {
    let costs = costs(heard, spoken);
    let last = &costs[heard.len()];
    // Of equally cheap ends the one that takes as many words as were heard.
    let reach = (0..last.len()).min_by_key(|at| (last[*at], at.abs_diff(heard.len()))).unwrap_or(0);
    trace(&costs, heard, spoken, reach)
}

/// Pairs what was heard in all with the whole text.
pub(super) fn whole<A: AsRef<str>, B: AsRef<str>>(heard: &[A], spoken: &[B]) -> Pairing {
    trace(&costs(heard, spoken), heard, spoken, spoken.len())
}

fn costs<A: AsRef<str>, B: AsRef<str>>(heard: &[A], spoken: &[B]) -> Vec<Vec<usize>> {
    let mut costs = vec![(0..=spoken.len()).collect::<Vec<_>>()];
    for (i, word) in heard.iter().enumerate() {
        let above = &costs[i];
        let mut row = vec![i + 1];
        for (j, other) in spoken.iter().enumerate() {
            let changed = above[j] + usize::from(word.as_ref() != other.as_ref());
            row.push(changed.min(above[j + 1] + 1).min(row[j] + 1));
        }
        costs.push(row);
    }
    costs
}

fn trace<A: AsRef<str>, B: AsRef<str>>(
    costs: &[Vec<usize>],
    heard: &[A],
    spoken: &[B],
    reach: usize,
) -> Pairing {
    let mut pairs = vec![None; heard.len()];
    let (mut i, mut j) = (heard.len(), reach);
    while i > 0 {
        let is_same = j > 0 && heard[i - 1].as_ref() == spoken[j - 1].as_ref();
        if j > 0 && costs[i][j] == costs[i - 1][j - 1] + usize::from(!is_same) {
            (i, j) = (i - 1, j - 1);
            pairs[i] = Some((j, is_same));
        } else if costs[i][j] == costs[i - 1][j] + 1 {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    Pairing { pairs, reach }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOKEN: [&str; 8] = ["it", "was", "the", "best", "it", "was", "the", "worst"];

    #[test]
    fn a_beginning_is_paired_with_the_beginning() {
        let found = beginning(&["it", "was", "a", "best", "it"], &SPOKEN);
        assert_eq!(found.reach, 5);
        assert_eq!(found.pairs[2], Some((2, false)));
        assert_eq!(found.pairs[4], Some((4, true)));
        assert_eq!(beginning::<&str, _>(&[], &SPOKEN).reach, 0);
    }

    #[test]
    fn words_too_many_and_too_few_move_what_follows() {
        let found = beginning(&["well", "it", "was", "best", "it"], &SPOKEN);
        let places: Vec<_> = found.pairs.iter().map(|pair| pair.map(|(at, _)| at)).collect();
        assert_eq!(places, [None, Some(0), Some(1), Some(3), Some(4)]);
    }

    #[test]
    fn the_whole_reaches_to_the_end() {
        let found = whole(&["it", "was", "the", "worst"], &SPOKEN);
        assert_eq!(found.reach, 8);
        assert_eq!(found.pairs[3], Some((7, true)));
    }
}
