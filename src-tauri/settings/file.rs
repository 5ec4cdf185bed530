//! Where settings are kept.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Settings, SettingsError};

/// The settings' file. A broken one is set aside, never overwritten.
#[derive(Debug)]
pub struct SettingsFile {
    path: PathBuf,
}

impl SettingsFile {
    /// The file in `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join("settings.json") }
    }

    /// What is stored, or the defaults: a program that does not start because of its settings helps nobody.
    #[must_use]
    pub fn load(&self) -> Settings {
        let Ok(bytes) = fs::read(&self.path) else { return Settings::default() };
        match serde_json::from_slice::<Settings>(&bytes)
            .map_err(SettingsError::from)
            .and_then(Settings::checked)
        {
            Ok(settings) => settings,
            Err(error) => {
                let aside = self.path.with_extension("json.broken");
                tracing::warn!(%error, "the settings cannot be read; they are set aside and the defaults are used");
                if let Err(error) = fs::rename(&self.path, aside) {
                    tracing::warn!(%error, "the broken settings could not be set aside");
                }
                Settings::default()
            }
        }
    }

    /// Writes beside and renames, so that a crash leaves the old or the new file, never half of one.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn store(&self, settings: &Settings) -> Result<(), SettingsError> {
        let beside = self.path.with_extension("json.new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(&serde_json::to_vec_pretty(settings)?)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_settings_are_set_aside_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("settings.json"), b"{ not json").unwrap();
        let file = SettingsFile::new(folder.path());
        assert_eq!(file.load(), Settings::default());
        assert_eq!(fs::read(folder.path().join("settings.json.broken")).unwrap(), b"{ not json");
    }

    #[test]
    fn settings_survive_a_round_trip() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::new(folder.path());
        let settings = Settings { is_welcomed: true, token_seconds: 60, ..Settings::default() };
        file.store(&settings).unwrap();
        assert_eq!(file.load(), settings);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let about = fs::metadata(folder.path().join("settings.json")).unwrap();
            assert_eq!(about.permissions().mode() & 0o777, 0o600);
        }
    }
}
