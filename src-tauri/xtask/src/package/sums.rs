//! What can be checked of what is handed out: its sizes, and its sums.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

const NAME: &str = "SHA256SUMS";

/// Of one file.
pub(super) struct Size {
    pub(super) what: &'static str,
    pub(super) bytes: u64,
    /// In millions of bytes.
    pub(super) limit: Option<u64>,
}

impl Size {
    fn is_small_enough(&self) -> bool {
        self.bytes > 0 && self.limit.is_none_or(|limit| self.bytes <= limit * 1_000_000)
    }
}

/// Tells all sizes, and whether they are within their limits.
pub(super) fn are_small_enough(sizes: &[Size]) -> bool {
    for size in sizes {
        let limit = size.limit.map_or_else(String::new, |limit| format!("  at most {limit} MB"));
        let verdict = if size.is_small_enough() { "" } else { "  TOO LARGE" };
        println!("{:<26} {:>7.2} MB{limit}{verdict}", size.what, size.bytes as f64 / 1e6);
    }
    sizes.iter().all(Size::is_small_enough)
}

/// As `sha256sum --check` reads it.
pub(super) fn write(folder: &Path) -> anyhow::Result<()> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && name != NAME {
            let mut hash = Sha256::new();
            io::copy(&mut File::open(entry.path())?, &mut hash)?;
            lines.push((name, crate::setup::hex(&hash.finalize())));
        }
    }
    lines.sort();
    let text: String = lines.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
    Ok(fs::write(folder.join(NAME), text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_or_too_large_is_told() {
        let size = |bytes, limit| Size { what: "it", bytes, limit };
        assert!(are_small_enough(&[size(15_000_000, Some(15)), size(1, None)]));
        assert!(!are_small_enough(&[size(15_000_001, Some(15))]));
        assert!(!are_small_enough(&[size(0, Some(15))]));
    }

    #[test]
    fn sums_are_those_that_everybody_else_makes() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b"), "").unwrap();
        fs::write(folder.path().join("a"), "abc").unwrap();
        write(folder.path()).unwrap();
        write(folder.path()).unwrap();
        assert_eq!(
            fs::read_to_string(folder.path().join(NAME)).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n"
        );
    }
}
