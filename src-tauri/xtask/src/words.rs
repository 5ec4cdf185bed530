//! Word error rate: how far one text is from another, in words.

/// Lower case, no punctuation; an apostrophe inside a word stays.
pub(crate) fn plain(text: &str) -> Vec<String> {
    let kept = |letter: char| if letter.is_alphanumeric() || letter == '\'' { letter } else { ' ' };
    text.replace('’', "'")
        .chars()
        .map(kept)
        .collect::<String>()
        .to_lowercase()
        .split_whitespace()
        .map(|word| word.trim_matches('\'').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The least number of words to put in, take out or change, and the number of words in `reference`.
pub(crate) fn errors(reference: &str, heard: &str) -> (usize, usize) {
    let (reference, heard) = (plain(reference), plain(heard));
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (i, word) in reference.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in heard.iter().enumerate() {
            let changed = diagonal + usize::from(word != other);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    (row[heard.len()], reference.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_punctuation_are_no_errors() {
        assert_eq!(errors("It was the best of times.", "it was the best of times"), (0, 6));
        assert_eq!(errors("an ill-disposed man", "An ill disposed man!"), (0, 4));
    }

    #[test]
    fn each_kind_of_error_counts_once() {
        assert_eq!(errors("a b c", "a x c"), (1, 3));
        assert_eq!(errors("a b c", "a c"), (1, 3));
        assert_eq!(errors("a b c", "a b b c"), (1, 3));
        assert_eq!(errors("a b c", ""), (3, 3));
        assert_eq!(errors("", "a"), (1, 0));
    }
}
