//! From what a user types to what FTS5 understands.

/// An FTS5 query for text typed by a user: every word must occur, the last one may be unfinished. `None` when nothing
/// that could be looked for was typed.
///
/// Each word is quoted, so that `AND`, `NEAR(`, `*`, `"` and `-` are words like others, never operators.
pub(crate) fn query(typed: &str) -> Option<String> {
    let words: Vec<String> = typed
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\""))
        .collect();
    if words.is_empty() {
        return None;
    }
    let is_unfinished = typed.chars().next_back().is_some_and(char::is_alphanumeric);
    Some(words.join(" ") + if is_unfinished { "*" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn operators_are_words() {
        assert_eq!(query("a AND b").as_deref(), Some("\"a\" \"AND\" \"b\"*"));
        assert_eq!(query("say \"cheese\" ").as_deref(), Some("\"say\" \"cheese\""));
        assert_eq!(query("NEAR(x, 5)*").as_deref(), Some("\"NEAR\" \"x\" \"5\""));
    }

    #[test]
    fn nothing_typed_is_nothing_asked() {
        assert_eq!(query("  … \"* "), None);
    }
}
