//! Text as a format may take it.

/// `text` on one line: no control characters, and one space for every run of white space. No-break spaces stay, for they
/// are there to keep words together.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_spaced = false;
    for sign in text.chars() {
        if sign.is_whitespace() && !is_no_break(sign) {
            is_spaced = !out.is_empty();
        } else if !sign.is_control() {
            if is_spaced {
                out.push(' ');
                is_spaced = false;
            }
            out.push(sign);
        }
    }
    out
}

fn is_no_break(sign: char) -> bool {
    matches!(sign, '\u{a0}' | '\u{2007}' | '\u{202f}')
}
