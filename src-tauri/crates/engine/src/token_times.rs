//! When the words of a text were said, from the times of its tokens.
//!
//! A token is a piece of a word, and models write them differently (a mark for a space before, or "@@" for more to come).
//! Only their letters are compared, so none of that matters; a word whose letters are not found in the tokens, because the
//! text was rewritten after decoding, gets no time.

use crate::axis::ms;
use crate::words::{Atom, Sound};

/// Tokens and when they began; ends only where the model tells durations. In seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenTimes<'a> {
    pub(crate) tokens: &'a [String],
    pub(crate) starts: &'a [f32],
    pub(crate) durations: &'a [f32],
}

impl TokenTimes<'_> {
    /// Gives each atom its time. Without one for every token there are none.
    pub(crate) fn place(self, atoms: &mut [Atom]) {
        if self.tokens.is_empty() || self.tokens.len() != self.starts.len() {
            return;
        }
        let spelled = self.letters();
        let mut from = 0;
        for atom in atoms {
            let wanted: Vec<char> = letters(&atom.key).collect();
            let Some(at) = find(&spelled[from..], &wanted) else { continue };
            let (first, last) = (spelled[from + at].1, spelled[from + at + wanted.len() - 1].1);
            from += at + wanted.len();
            atom.sound = Some(Sound {
                start: self.start(first),
                last: self.start(last),
                end: self.durations.get(last).map(|length| self.start(last) + samples(*length)),
            });
        }
    }

    /// Every letter of the tokens, and in which it stands.
    fn letters(self) -> Vec<(char, usize)> {
        let tokens = self.tokens.iter().enumerate().filter(|(_, token)| !is_special(token));
        tokens.flat_map(|(at, token)| letters(token).map(move |letter| (letter, at))).collect()
    }

    fn start(self, token: usize) -> u64 {
        samples(self.starts[token])
    }
}

/// A mark such as `<unk>` or the byte `<0xE4>`.
fn is_special(token: &str) -> bool {
    token.starts_with('<') && token.ends_with('>')
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

fn find(spelled: &[(char, usize)], wanted: &[char]) -> Option<usize> {
    if wanted.is_empty() {
        return None;
    }
    spelled
        .windows(wanted.len())
        .position(|window| window.iter().zip(wanted).all(|((letter, _), other)| letter == other))
}

fn samples(seconds: f32) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "held above zero, and audio is short"
    )]
    let milliseconds = (seconds.max(0.0) * 1000.0).round() as u64;
    ms(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::atoms;

    fn placed(
        text: &str,
        tokens: &[&str],
        starts: &[f32],
        durations: &[f32],
    ) -> Vec<Option<Sound>> {
        let tokens: Vec<String> = tokens.iter().map(|token| (*token).to_owned()).collect();
        let mut atoms = atoms(text);
        TokenTimes { tokens: &tokens, starts, durations }.place(&mut atoms);
        atoms.into_iter().map(|atom| atom.sound).collect()
    }

    fn sound(start: u64, last: u64, end: Option<u64>) -> Option<Sound> {
        Some(Sound { start: ms(start), last: ms(last), end: end.map(ms) })
    }

    #[test]
    fn a_word_begins_with_its_first_token_and_ends_with_its_last() {
        assert_eq!(
            placed(
                "It was great,",
                &["\u{2581}It", " was", " gr", "eat", ","],
                &[0.0, 0.2, 0.4, 0.56, 0.6],
                &[]
            ),
            [sound(0, 0, None), sound(200, 200, None), sound(400, 560, None)]
        );
        assert_eq!(
            placed("no go", &["no", "go"], &[0.1, 0.3], &[0.08, 0.16]),
            [sound(100, 100, Some(180)), sound(300, 300, Some(460))]
        );
    }

    #[test]
    fn marks_inside_tokens_and_case_do_not_matter() {
        assert_eq!(
            placed("it's hello", &["IT", "'", "S", "HEL@@", "LO"], &[0.0, 0.1, 0.2, 0.4, 0.5], &[]),
            [sound(0, 200, None), sound(400, 500, None)]
        );
        assert_eq!(placed("a b", &["a", "<unk>", "b"], &[0.0, 0.1, 0.2], &[]).len(), 2);
    }

    #[test]
    fn what_was_rewritten_has_no_time() {
        assert_eq!(
            placed(
                "it cost 50 pounds",
                &["it", "cost", "fifty", "pounds"],
                &[0.0, 0.2, 0.4, 0.6],
                &[]
            ),
            [sound(0, 0, None), sound(200, 200, None), None, sound(600, 600, None)]
        );
        assert_eq!(placed("it", &["it", "is"], &[0.0], &[]), [None]);
        assert_eq!(placed("it", &[], &[], &[]), [None]);
    }
}
