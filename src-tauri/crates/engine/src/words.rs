//! From the text of a decode to words, and back to the two forms in which words are told.
//!
//! The unit inside is an [`Atom`]: what lies between spaces and hyphens. Decoders waver between "ill disposed" and
//! "ill-disposed"; with hyphens split both are the same two atoms, so wavering neither hinders agreement nor counts as
//! a change.

/// The smallest piece of text that is compared and timed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Atom {
    /// Lower case, without punctuation: what is compared, and the unformatted form.
    pub(crate) key: String,
    /// As the model wrote it, with its punctuation.
    pub(crate) shown: String,
    /// Whether a hyphen joins it to the atom before.
    pub(crate) is_joined: bool,
    /// When it was said, where the model tells.
    pub(crate) sound: Option<Sound>,
}

/// When a word was said as a model tells it, in samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sound {
    /// The beginning of its first token.
    pub(crate) start: u64,
    /// The beginning of its last one.
    pub(crate) last: u64,
    /// The end, where the model tells that too; most tell only beginnings.
    pub(crate) end: Option<u64>,
}

impl Atom {
    /// The same, said so much later.
    pub(crate) fn shifted(mut self, by: u64) -> Self {
        self.sound = self.sound.map(|sound| Sound {
            start: sound.start + by,
            last: sound.last + by,
            end: sound.end.map(|end| end + by),
        });
        self
    }
}

/// The atoms of a text. Descriptions of sounds, such as `[Music]` or `(laughs)`, are not words.
pub(crate) fn atoms(text: &str) -> Vec<Atom> {
    let mut atoms = Vec::new();
    for word in without_descriptions(text).replace(",,", ",").split_whitespace() {
        push_word(&mut atoms, word);
    }
    atoms
}

fn push_word(atoms: &mut Vec<Atom>, word: &str) {
    let mut is_joined = false;
    for piece in word.split_inclusive(['-', '\u{2010}', '\u{2011}']) {
        let shown = piece.trim_end_matches(['-', '\u{2010}', '\u{2011}']);
        let key = key(shown);
        if key.is_empty() {
            // Loose punctuation belongs to the word before it.
            let last =
                atoms.last_mut().filter(|last| !is_dash(shown) && !last.shown.ends_with(shown));
            if let Some(last) = last {
                last.shown.push_str(shown);
            }
            is_joined = false;
            continue;
        }
        atoms.push(Atom { key, shown: shown.to_owned(), is_joined, sound: None });
        is_joined = shown.len() < piece.len();
    }
}

fn is_dash(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '-' | '\u{2010}'..='\u{2015}'))
}

/// What of a piece of text is compared; empty where there is no word in it.
pub(crate) fn key(shown: &str) -> String {
    let is_kept = |c: char| c.is_alphanumeric() || matches!(c, '$' | '%' | '&' | '£' | '€');
    shown.trim_matches(|c| !is_kept(c)).to_lowercase().replace('\u{2019}', "'")
}

fn without_descriptions(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' | '(' | '♪' if c != '♪' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && c != '♪' => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// Whether the text ends like a whole sentence.
pub(crate) fn ends_sentence(shown: &str) -> bool {
    let bare = shown.trim_end_matches(['"', '\'', '\u{201d}', '\u{2019}', ')']);
    !bare.ends_with("...")
        && !bare.ends_with('\u{2026}')
        && bare.ends_with(['.', '?', '!', '\u{3002}', '\u{ff1f}', '\u{ff01}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        atoms(text).into_iter().map(|atom| atom.key).collect()
    }

    #[test]
    fn keys_have_neither_case_nor_punctuation() {
        assert_eq!(
            keys("\"It's Mr. Dashwood,\" he said."),
            ["it's", "mr", "dashwood", "he", "said"]
        );
        assert_eq!(keys("It cost $5.50, or 20%!"), ["it", "cost", "$5.50", "or", "20%"]);
    }

    #[test]
    fn a_hyphen_makes_no_difference_to_the_keys() {
        assert_eq!(keys("an ill-disposed man"), keys("an ill disposed man"));
        let joined: Vec<bool> =
            atoms("an ill-disposed man").iter().map(|atom| atom.is_joined).collect();
        assert_eq!(joined, [false, false, true, false]);
    }

    #[test]
    fn loose_punctuation_is_not_doubled() {
        assert_eq!(
            atoms("In short,, , then .").iter().map(|atom| atom.shown.as_str()).collect::<Vec<_>>(),
            ["In", "short,", "then."]
        );
    }

    #[test]
    fn dashes_and_descriptions_are_not_words() {
        assert_eq!(keys("yes -- no \u{2014} [Music] (laughs) ♪ ..."), ["yes", "no"]);
        assert!(keys("- . [BLANK_AUDIO]").is_empty());
    }

    #[test]
    fn sentences_end_in_their_marks() {
        assert!(ends_sentence("times."));
        assert!(ends_sentence("you?\""));
        assert!(ends_sentence("好\u{3002}"));
        assert!(!ends_sentence("times,"));
        assert!(!ends_sentence("and..."));
    }
}
