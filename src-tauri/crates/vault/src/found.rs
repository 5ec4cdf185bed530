//! A key that lies about: in the environment, or in the `.env` file of a project, where many keep theirs.

use std::fs;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::Secret;

/// The variable that AssemblyAI's own examples use.
const NAME: &str = "ASSEMBLYAI_API_KEY";

/// A `.env` file is a few lines; anything longer is not one.
const LONGEST_FILE: u64 = 64 * 1024;

/// Where a key was seen that could be imported.
#[derive(Debug, Clone)]
pub enum FoundKey {
    /// Nowhere.
    None,
    /// In the variable of the environment.
    Environment(Secret),
    /// In a `.env` file.
    DotEnv {
        /// Which.
        path: PathBuf,
        /// What it says.
        key: Secret,
    },
}

impl FoundKey {
    /// The key, if one was found.
    #[must_use]
    pub fn secret(&self) -> Option<Secret> {
        match self {
            Self::None => None,
            Self::Environment(key) | Self::DotEnv { key, .. } => Some(key.clone()),
        }
    }
}

/// Looks at the variable's value, then for a `.env` in `folder`. Whether it works is another question.
#[must_use]
pub fn find_key(environment: Option<&str>, folder: &Path) -> FoundKey {
    if let Some(value) = environment.map(str::trim).filter(|value| !value.is_empty()) {
        return FoundKey::Environment(Secret::new(value.to_owned()));
    }
    let path = folder.join(".env");
    match read(&path).as_deref().and_then(|text| key_in(text)) {
        Some(key) => FoundKey::DotEnv { path, key },
        None => FoundKey::None,
    }
}

/// A file that is not there, too long, unreadable or not text holds no key.
fn read(path: &Path) -> Option<Zeroizing<String>> {
    let about = fs::metadata(path).ok()?;
    if !about.is_file() || about.len() > LONGEST_FILE {
        return None;
    }
    fs::read_to_string(path).ok().map(Zeroizing::new)
}

/// `NAME=value`, with `export`, quotes and a trailing comment as shells allow them. The last line wins, as in a shell.
fn key_in(text: &str) -> Option<Secret> {
    text.lines().rev().find_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let value = line.strip_prefix(NAME)?.trim_start().strip_prefix('=')?.trim();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next()?,
            _ => value.split(" #").next()?.trim_end(),
        };
        (!value.is_empty()).then(|| Secret::new(value.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Option<String> {
        key_in(text).map(|key| key.expose().to_owned())
    }

    #[test]
    fn a_dot_env_is_read_as_a_shell_reads_it() {
        for line in [
            "ASSEMBLYAI_API_KEY=abc123",
            "export ASSEMBLYAI_API_KEY=abc123",
            "  ASSEMBLYAI_API_KEY = \"abc123\"  ",
            "ASSEMBLYAI_API_KEY='abc123' # mine",
            "ASSEMBLYAI_API_KEY=abc123 # mine\r\n",
            "ASSEMBLYAI_API_KEY=old\nOTHER=x\nASSEMBLYAI_API_KEY=abc123\n",
        ] {
            assert_eq!(key(line).as_deref(), Some("abc123"), "{line:?}");
        }
    }

    #[test]
    fn other_lines_hold_no_key() {
        for line in [
            "",
            "# ASSEMBLYAI_API_KEY=abc",
            "ASSEMBLYAI_API_KEY=",
            "ASSEMBLYAI_API_KEY=\"\"",
            "MY_ASSEMBLYAI_API_KEY=a",
            "ASSEMBLYAI_API_KEY_2=a",
        ] {
            assert_eq!(key(line), None, "{line:?}");
        }
    }

    #[test]
    fn the_environment_comes_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(find_key(Some(" "), folder.path()), FoundKey::None));
        fs::write(folder.path().join(".env"), "ASSEMBLYAI_API_KEY=file").unwrap();
        assert!(
            matches!(find_key(Some("env"), folder.path()), FoundKey::Environment(key) if key.expose() == "env")
        );
        let found = find_key(None, folder.path());
        assert_eq!(found.secret().unwrap().expose(), "file");
        assert!(!format!("{found:?}").contains("\"file\""));
    }

    #[test]
    fn a_folder_named_dot_env_is_no_key() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".env")).unwrap();
        assert!(matches!(find_key(None, folder.path()), FoundKey::None));
    }
}
