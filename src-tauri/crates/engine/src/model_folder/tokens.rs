//! The table of tokens: which pieces of text a model's numbers stand for.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::error::{FileDefect, ModelFolderError};

/// What is known of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TokenTable {
    /// One more than its highest number.
    pub(super) size: usize,
    /// The number of the token for silence.
    pub(super) blank: Option<usize>,
    /// There are capital letters in its tokens and no small ones.
    pub(super) is_capitals_only: bool,
}

/// The names of the token for silence.
const BLANKS: [&str; 3] = ["<blk>", "<eps>", "<blank>"];

/// Reads a table: a token and its number on each line. A line with a number alone is the space.
pub(super) fn read_tokens(path: &Path) -> Result<TokenTable, ModelFolderError> {
    let defect = |defect| ModelFolderError::Damaged { path: path.to_owned(), defect };
    let text = fs::read_to_string(path).map_err(|source| match source.kind() {
        ErrorKind::InvalidData => defect(FileDefect::NotText),
        _ => ModelFolderError::Unreadable { path: path.to_owned(), source },
    })?;
    if text.trim().is_empty() {
        return Err(defect(FileDefect::Empty));
    }
    if text.starts_with("version https://git-lfs") {
        return Err(defect(FileDefect::LfsPointer));
    }
    let (mut size, mut blank, mut has_capitals, mut has_small) = (0, None, false, false);
    for (at, line) in text.trim_end_matches(['\r', '\n']).lines().enumerate() {
        let Some((token, number)) = entry(line) else {
            return Err(defect(FileDefect::NotATokenTable(at + 1)));
        };
        size = size.max(number + 1);
        if BLANKS.contains(&token) {
            blank = Some(number);
        }
        if !token.starts_with(['<', '#']) {
            has_capitals |= token.contains(|c: char| c.is_ascii_uppercase());
            has_small |= token.contains(char::is_lowercase);
        }
    }
    Ok(TokenTable { size, blank, is_capitals_only: has_capitals && !has_small })
}

/// No table has as many tokens; a number like this is something else.
const MOST: usize = 1 << 20;

fn entry(line: &str) -> Option<(&str, usize)> {
    let mut words = line.split_ascii_whitespace();
    let first = words.next()?;
    let (token, number) = match words.next() {
        Some(second) => (first, second),
        None => (" ", first),
    };
    let number = number.parse().ok().filter(|number| *number < MOST)?;
    words.next().is_none().then_some((token, number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_folder::fake::write;

    fn read(content: &[u8]) -> Result<TokenTable, FileDefect> {
        let folder = tempfile::tempdir().unwrap();
        read_tokens(&write(folder.path(), "tokens.txt", content)).map_err(|error| match error {
            ModelFolderError::Damaged { defect, .. } => defect,
            other => panic!("{other}"),
        })
    }

    #[test]
    fn a_table_is_tokens_and_numbers() {
        let table = read("<blk> 0\n<unk> 1\n\u{2581}THE 2\n\u{2581}A 3\n#0 4\n".as_bytes());
        assert_eq!(table, Ok(TokenTable { size: 5, blank: Some(0), is_capitals_only: true }));
        let table = read("the 0\r\nThe 1\r\n 2\r\n<blk> 3\r\n".as_bytes());
        assert_eq!(table, Ok(TokenTable { size: 4, blank: Some(3), is_capitals_only: false }));
        let table = read("PHVuaz4=\t0\nPHM+\t1\n".as_bytes());
        assert_eq!(table.map(|table| table.size), Ok(2));
    }

    #[test]
    fn anything_else_is_told_by_its_line() {
        assert_eq!(read(b""), Err(FileDefect::Empty));
        assert_eq!(read(b"\xff\xfe\x00"), Err(FileDefect::NotText));
        assert_eq!(read(b"a 0\nb\n"), Err(FileDefect::NotATokenTable(2)));
        assert_eq!(read(b"a 0\nb one\n"), Err(FileDefect::NotATokenTable(2)));
        assert_eq!(read(b"a 0\nb c 1\n"), Err(FileDefect::NotATokenTable(2)));
        assert_eq!(read(b"a 0\n\nb 1\n"), Err(FileDefect::NotATokenTable(2)));
        assert_eq!(read(b"a 99999999999\n"), Err(FileDefect::NotATokenTable(1)));
    }
}
