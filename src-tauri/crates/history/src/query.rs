//! From what a user typed to what FTS5 understands. Nothing that a user can type is syntax.

/// What a search box holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// Blank: everything matches.
    All,
    /// There is text, but nothing in it is ever indexed, as in `***` or a lone emoji: nothing matches.
    Nothing,
    /// An expression for `MATCH`: all words must occur; the last may be the beginning of one.
    Expression(String),
}

impl Query {
    /// Each run between blanks becomes an FTS5 string, in which only the double quote is special.
    pub(crate) fn typed(text: &str) -> Self {
        let is_blank = |c: char| c.is_whitespace() || c == '\0';
        if text.chars().all(is_blank) {
            return Self::All;
        }
        let words: Vec<String> = text
            .split(is_blank)
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect();
        if words.is_empty() { Self::Nothing } else { Self::Expression(words.join(" ") + "*") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_become_words() {
        let query = Query::typed("cats AND \"dogs");
        assert_eq!(query, Query::Expression("\"cats\" \"AND\" \"\"\"dogs\"*".to_owned()));
    }

    #[test]
    fn blank_means_everything_and_signs_mean_nothing() {
        assert_eq!(Query::typed(" \t\0"), Query::All);
        assert_eq!(Query::typed("* ^ \" 🎉"), Query::Nothing);
    }
}
