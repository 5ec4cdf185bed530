//! What the user chose: one typed value, its defaults, its limits, and its file.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::cost::CostPlan;
use crate::language::LanguageChoice;
use crate::news::NewsLevel;
use crate::own_model::OwnModel;
use crate::recognition::{LONGEST_KEY_TERM, MOST_KEY_TERMS, Recognition};

/// The recogniser that the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RecogniserChoice {
    /// The engine inside the program.
    Offline,
    /// AssemblyAI, nearest edge.
    Assemblyai,
    /// AssemblyAI, in the EU.
    AssemblyaiEu,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What becomes of what was said while the push-to-talk key was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Dictation {
    /// It is a recording like any other.
    Off,
    /// It is pasted into the program that has the focus as well.
    Paste,
    /// It is typed into it.
    Type,
}

/// What captions look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CaptionLook {
    /// White on translucent black.
    Dark,
    /// Ink on translucent paper.
    Light,
    /// Yellow on black.
    Contrast,
}

/// What captions are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CaptionFont {
    /// That of the other windows.
    Inter,
    /// The system's own.
    System,
    /// With serifs.
    Serif,
    /// Every letter as wide as the others.
    Mono,
    /// Made for weak eyes; only where the system has it.
    Hyperlegible,
}

/// Where captions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CaptionPlace {
    /// Where they were left, at first near the bottom.
    Free,
    /// At the top of the screen, whenever they are shown.
    Top,
    /// At its bottom.
    Bottom,
}

/// The captions window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Captions {
    /// It is on the screen.
    pub is_shown: bool,
    /// Height of the letters in pixels, 16 to 72.
    pub size: u32,
    /// How many lines, 1 to 6.
    pub lines: u32,
    /// Its colours.
    pub look: CaptionLook,
    /// Its letters.
    pub font: CaptionFont,
    /// Where it is.
    pub place: CaptionPlace,
    /// The pointer reaches what lies behind it. It cannot be moved then.
    pub is_click_through: bool,
}

impl Default for Captions {
    fn default() -> Self {
        Self {
            is_shown: false,
            size: 27,
            lines: 2,
            look: CaptionLook::Dark,
            font: CaptionFont::Inter,
            place: CaptionPlace::Free,
            is_click_through: false,
        }
    }
}

/// All settings. A missing field takes its default, so older files stay readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The first-run choice was made.
    pub is_welcomed: bool,
    /// Who recognises.
    pub recogniser: RecogniserChoice,
    /// What is asked of them.
    pub recognition: Recognition,
    /// `None`: the system's default.
    pub device_id: Option<String>,
    /// For example `CommandOrControl+Alt+R`.
    pub toggle_shortcut: String,
    /// Records for as long as it is held; `None`: there is no such key.
    pub talk_shortcut: Option<String>,
    /// What becomes of what was said with it.
    pub dictation: Dictation,
    /// The program starts with the computer, in the tray.
    pub is_autostarted: bool,
    /// The user knows that a closed window is not the end of the program.
    pub is_close_explained: bool,
    /// Shows and hides the captions.
    pub captions_shortcut: String,
    /// The captions window.
    pub captions: Captions,
    /// In place of the model that comes with the program. Chosen by a command of its own: a window names no path.
    pub own_model: Option<OwnModel>,
    /// Where tokens of the cloud come from in place of a key. Set by a command of its own, which asks it for one first.
    pub broker: Option<String>,
    /// Light or dark.
    pub theme: Theme,
    /// What menus and windows are written in.
    pub language: LanguageChoice,
    /// Keep the audio when its transcript is complete.
    pub is_audio_kept: bool,
    /// Recordings are deleted after so many days; 0: never.
    pub keep_days: u32,
    /// How long a token may be redeemed, 60 to 600 seconds.
    pub token_seconds: u32,
    /// How long a session may last, 60 to 10800 seconds.
    pub session_seconds: u32,
    /// The offline engine goes on when the chosen recogniser has been away for a while.
    pub is_offline_takeover: bool,
    /// For so long, 3 to 120 seconds.
    pub takeover_seconds: u32,
    /// What the offline engine wrote meanwhile is redone when the chosen recogniser is back.
    pub is_offline_redone: bool,
    /// So many minutes without a voice, and the cloud is let go until there is one, 0 to 120; 0: never.
    pub idle_minutes: u32,
    /// What the cloud costs, and may cost.
    pub cost: CostPlan,
    /// What the desktop is told while nobody looks at the window.
    pub notifications: NewsLevel,
    /// Once a day it is asked whether there is a newer version.
    pub is_looking_for_updates: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            is_welcomed: false,
            recogniser: RecogniserChoice::Offline,
            recognition: Recognition::default(),
            device_id: None,
            toggle_shortcut: "CommandOrControl+Alt+R".to_owned(),
            talk_shortcut: Some("CommandOrControl+Alt+Space".to_owned()),
            dictation: Dictation::Off,
            is_autostarted: false,
            is_close_explained: false,
            captions_shortcut: "CommandOrControl+Alt+C".to_owned(),
            captions: Captions::default(),
            own_model: None,
            broker: None,
            theme: Theme::System,
            language: LanguageChoice::System,
            is_audio_kept: false,
            keep_days: 0,
            token_seconds: 300,
            session_seconds: 10_800,
            is_offline_takeover: true,
            takeover_seconds: 8,
            is_offline_redone: true,
            idle_minutes: 5,
            cost: CostPlan::default(),
            notifications: NewsLevel::Important,
            is_looking_for_updates: false,
        }
    }
}

/// What the window wants changed; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct SettingsPatch {
    /// See [`Settings::is_welcomed`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_welcomed: Option<bool>,
    /// See [`Settings::recogniser`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub recogniser: Option<RecogniserChoice>,
    /// See [`Settings::recognition`]; all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub recognition: Option<Recognition>,
    /// See [`Settings::device_id`]; a present `null` chooses the system's default.
    #[serde(skip_serializing_if = "Option::is_none", with = "present")]
    #[specta(optional, type = Option<String>)]
    pub device_id: Option<Option<String>>,
    /// See [`Settings::toggle_shortcut`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub toggle_shortcut: Option<String>,
    /// See [`Settings::talk_shortcut`]; a present `null` is none.
    #[serde(skip_serializing_if = "Option::is_none", with = "present")]
    #[specta(optional, type = Option<String>)]
    pub talk_shortcut: Option<Option<String>>,
    /// See [`Settings::dictation`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub dictation: Option<Dictation>,
    /// See [`Settings::is_autostarted`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_autostarted: Option<bool>,
    /// See [`Settings::is_close_explained`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_close_explained: Option<bool>,
    /// See [`Settings::captions_shortcut`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub captions_shortcut: Option<String>,
    /// See [`Settings::captions`]; all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub captions: Option<Captions>,
    /// See [`Settings::theme`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub theme: Option<Theme>,
    /// See [`Settings::language`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub language: Option<LanguageChoice>,
    /// See [`Settings::is_audio_kept`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_audio_kept: Option<bool>,
    /// See [`Settings::keep_days`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub keep_days: Option<u32>,
    /// See [`Settings::token_seconds`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub token_seconds: Option<u32>,
    /// See [`Settings::session_seconds`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub session_seconds: Option<u32>,
    /// See [`Settings::is_offline_takeover`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_offline_takeover: Option<bool>,
    /// See [`Settings::takeover_seconds`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub takeover_seconds: Option<u32>,
    /// See [`Settings::is_offline_redone`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_offline_redone: Option<bool>,
    /// See [`Settings::idle_minutes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub idle_minutes: Option<u32>,
    /// See [`Settings::cost`]; all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub cost: Option<CostPlan>,
    /// See [`Settings::notifications`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub notifications: Option<NewsLevel>,
    /// See [`Settings::is_looking_for_updates`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub is_looking_for_updates: Option<bool>,
}

/// Tells an absent field from a `null` one.
mod present {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[allow(
        clippy::option_option,
        clippy::ref_option,
        reason = "absent, null and a value are three things"
    )]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<Option<String>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(to)
    }

    #[allow(clippy::option_option, reason = "absent, null and a value are three things")]
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Option<String>>, D::Error> {
        Option::<String>::deserialize(from).map(Some)
    }
}

/// A setting that makes no sense, or a file that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Outside its limits.
    #[error("{name} must be {limits}")]
    OutOfRange {
        /// Which setting.
        name: &'static str,
        /// In words.
        limits: &'static str,
    },
    /// The service takes no more.
    #[error("{count} key terms are too many: at most {MOST_KEY_TERMS}")]
    KeyTermsTooMany {
        /// How many there would be.
        count: usize,
    },
    /// The service would ignore it.
    #[error("a key term of {length} characters is too long: at most {LONGEST_KEY_TERM}")]
    KeyTermTooLong {
        /// Of the first one that is.
        length: usize,
    },
    /// The file could not be written; the old one is still there.
    #[error("the settings could not be written: {0}")]
    Write(#[from] std::io::Error),
    /// The value could not be encoded.
    #[error("the settings could not be encoded: {0}")]
    Encode(#[from] serde_json::Error),
}

impl Settings {
    /// These settings with `patch` applied, if the result makes sense.
    ///
    /// # Errors
    /// [`SettingsError::OutOfRange`].
    pub fn patched(&self, patch: SettingsPatch) -> Result<Self, SettingsError> {
        let next = Self {
            is_welcomed: patch.is_welcomed.unwrap_or(self.is_welcomed),
            recogniser: patch.recogniser.unwrap_or(self.recogniser),
            recognition: patch.recognition.unwrap_or_else(|| self.recognition.clone()),
            device_id: patch.device_id.unwrap_or_else(|| self.device_id.clone()),
            toggle_shortcut: patch.toggle_shortcut.unwrap_or_else(|| self.toggle_shortcut.clone()),
            talk_shortcut: patch.talk_shortcut.unwrap_or_else(|| self.talk_shortcut.clone()),
            dictation: patch.dictation.unwrap_or(self.dictation),
            is_autostarted: patch.is_autostarted.unwrap_or(self.is_autostarted),
            is_close_explained: patch.is_close_explained.unwrap_or(self.is_close_explained),
            captions_shortcut: patch
                .captions_shortcut
                .unwrap_or_else(|| self.captions_shortcut.clone()),
            captions: patch.captions.unwrap_or(self.captions),
            own_model: self.own_model.clone(),
            broker: self.broker.clone(),
            theme: patch.theme.unwrap_or(self.theme),
            language: patch.language.unwrap_or(self.language),
            is_audio_kept: patch.is_audio_kept.unwrap_or(self.is_audio_kept),
            keep_days: patch.keep_days.unwrap_or(self.keep_days),
            token_seconds: patch.token_seconds.unwrap_or(self.token_seconds),
            session_seconds: patch.session_seconds.unwrap_or(self.session_seconds),
            is_offline_takeover: patch.is_offline_takeover.unwrap_or(self.is_offline_takeover),
            takeover_seconds: patch.takeover_seconds.unwrap_or(self.takeover_seconds),
            is_offline_redone: patch.is_offline_redone.unwrap_or(self.is_offline_redone),
            idle_minutes: patch.idle_minutes.unwrap_or(self.idle_minutes),
            cost: patch.cost.unwrap_or(self.cost),
            notifications: patch.notifications.unwrap_or(self.notifications),
            is_looking_for_updates: patch
                .is_looking_for_updates
                .unwrap_or(self.is_looking_for_updates),
        };
        next.checked()
    }

    fn checked(self) -> Result<Self, SettingsError> {
        if !(60..=600).contains(&self.token_seconds) {
            return Err(SettingsError::OutOfRange { name: "tokenSeconds", limits: "60 to 600" });
        }
        if self.keep_days > 36_500 {
            return Err(SettingsError::OutOfRange { name: "keepDays", limits: "0 to 36500" });
        }
        if self.idle_minutes > 120 {
            return Err(SettingsError::OutOfRange { name: "idleMinutes", limits: "0 to 120" });
        }
        if !(16..=72).contains(&self.captions.size) {
            return Err(SettingsError::OutOfRange { name: "captions.size", limits: "16 to 72" });
        }
        if !(1..=6).contains(&self.captions.lines) {
            return Err(SettingsError::OutOfRange { name: "captions.lines", limits: "1 to 6" });
        }
        if !(3..=120).contains(&self.takeover_seconds) {
            return Err(SettingsError::OutOfRange { name: "takeoverSeconds", limits: "3 to 120" });
        }
        if !self.cost.makes_sense() {
            return Err(SettingsError::OutOfRange {
                name: "cost",
                limits: "at most $100 an hour and $100,000 a month",
            });
        }
        if !(60..=10_800).contains(&self.session_seconds) {
            return Err(SettingsError::OutOfRange {
                name: "sessionSeconds",
                limits: "60 to 10800",
            });
        }
        let recognition = self.recognition.clone().checked()?;
        Ok(Self { recognition, ..self })
    }
}

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
    fn a_patch_tells_null_from_absent() {
        let chosen = Settings { device_id: Some("mic".to_owned()), ..Settings::default() };
        let absent: SettingsPatch = serde_json::from_str(r#"{"theme":"dark"}"#).unwrap();
        assert_eq!(chosen.patched(absent).unwrap().device_id.as_deref(), Some("mic"));
        let null: SettingsPatch = serde_json::from_str(r#"{"deviceId":null}"#).unwrap();
        assert_eq!(chosen.patched(null).unwrap().device_id, None);
    }

    #[test]
    fn a_token_life_out_of_range_is_refused() {
        let patch = SettingsPatch { token_seconds: Some(601), ..SettingsPatch::default() };
        assert!(Settings::default().patched(patch).is_err());
    }

    #[test]
    fn captions_that_nobody_could_read_are_refused() {
        for captions in [
            Captions { size: 15, ..Captions::default() },
            Captions { size: 73, ..Captions::default() },
            Captions { lines: 0, ..Captions::default() },
            Captions { lines: 7, ..Captions::default() },
        ] {
            let patch = SettingsPatch { captions: Some(captions), ..SettingsPatch::default() };
            assert!(Settings::default().patched(patch).is_err(), "{captions:?}");
        }
    }

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
