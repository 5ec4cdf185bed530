//! The token table of a Moonshine model, from its own form to the one that sherpa-onnx reads.

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How many tokens Moonshine's models have.
const TOKENS: usize = 32_768;

/// From a run of length-prefixed byte strings to a line a token: base64 of its bytes, a tab, its number.
///
/// One byte below 128 is the length; otherwise the length is the next byte times 128, plus the first less 128.
pub(super) fn convert(table: &[u8]) -> anyhow::Result<String> {
    let lines = lines(table)?;
    ensure!(lines.len() == TOKENS, "the table holds {} tokens, not {TOKENS}", lines.len());
    Ok(lines.concat())
}

fn lines(table: &[u8]) -> anyhow::Result<Vec<String>> {
    let mut rest = table;
    let mut lines = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        let (length, after) = if *first < 128 {
            (usize::from(*first), after)
        } else {
            let (second, after) = after.split_first().context("the table ends in a length")?;
            (usize::from(*second) * 128 + usize::from(*first) - 128, after)
        };
        ensure!(after.len() >= length, "the table ends in a token");
        let (token, after) = after.split_at(length);
        lines.push(format!("{}\t{}\n", STANDARD.encode(token), lines.len()));
        rest = after;
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_long_and_empty_tokens_are_read() {
        let mut table = vec![2, b'h', b'i', 0];
        table.extend([130, 1]);
        table.extend([b'x'; 130]);
        let long = STANDARD.encode([b'x'; 130]);
        assert_eq!(
            lines(&table).unwrap(),
            ["aGk=\t0\n".to_owned(), "\t1\n".to_owned(), format!("{long}\t2\n")]
        );
    }

    #[test]
    fn a_torn_table_is_an_error() {
        assert!(lines(&[3, b'a']).is_err());
        assert!(lines(&[200]).is_err());
        assert!(convert(&[1, b'a']).is_err(), "too few tokens");
    }
}
