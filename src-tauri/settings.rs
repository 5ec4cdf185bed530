//! What the user chose: one typed value, its defaults, its limits, and its file.

mod captions;
mod file;
mod patch;

use serde::{Deserialize, Serialize};
use specta::Type;

pub use captions::{CaptionFont, CaptionLook, CaptionPlace, Captions};
pub use file::SettingsFile;
pub use patch::SettingsPatch;

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
