//! A model of the user's own in place of the pack's: a folder as sherpa-onnx's releases unpack.
//!
//! The models' library may end the process over a model that it cannot use, so each is tried in a child process before it
//! is loaded here.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sotto_engine::{Engine, EngineError, ModelFolder, ModelFolderError};
use specta::Type;
use tokio::process::Command;

/// How long a large model may take to load and to hear ten seconds.
const TRIAL_LIMIT: Duration = Duration::from_secs(120);
/// What the library says last is enough to know why.
const REASON_LINES: usize = 3;

/// Which model, as the settings keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnModel {
    /// Its folder.
    pub folder: String,
    /// The language that is spoken, for models that ask.
    #[serde(default)]
    pub language: Option<String>,
}

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The folder shows it.
    #[error(transparent)]
    Folder(#[from] ModelFolderError),
    /// The library gave up on it.
    #[error("the model's library cannot use this model: {reason}")]
    Refused {
        /// What it said last.
        reason: String,
    },
    /// It did not answer in two minutes.
    #[error("the model was still loading after two minutes")]
    TooSlow,
    /// The trial itself could not be made.
    #[error("the model could not be tried: {0}")]
    Trial(#[from] std::io::Error),
}

/// What a trial found out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// How long it took to load, in milliseconds.
    pub load_ms: u64,
    /// The time that it takes for a second of sound.
    pub seconds_per_second: f64,
}

impl OwnModel {
    /// Looks at the folder; loads nothing.
    ///
    /// # Errors
    /// See [`ModelFolderError`].
    pub fn inspect(&self) -> Result<ModelFolder, ModelFolderError> {
        let folder = ModelFolder::inspect(Path::new(&self.folder))?;
        match &self.language {
            Some(language) => folder.speaking(language),
            None => Ok(folder),
        }
    }

    /// Loads it into this process. Only for models that were tried.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub fn load(&self) -> Result<Engine, EngineError> {
        Engine::load_folder(&self.inspect()?)
    }

    /// Lets a child process load it and hear something.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn try_out(&self) -> Result<Trial, ModelError> {
        self.inspect()?;
        let mut child = Command::new(std::env::current_exe()?);
        child.args(["probe-model", "--json"]).arg(&self.folder).stdin(Stdio::null());
        if let Some(language) = &self.language {
            child.args(["--language", language]);
        }
        child.kill_on_drop(true);
        let Ok(answer) = tokio::time::timeout(TRIAL_LIMIT, child.output()).await else {
            return Err(ModelError::TooSlow);
        };
        let answer = answer?;
        let said = String::from_utf8_lossy(&answer.stdout);
        let trial = said.lines().last().and_then(|line| serde_json::from_str(line).ok());
        match trial {
            Some(trial) if answer.status.success() => Ok(trial),
            _ => Err(ModelError::Refused {
                reason: last_lines(&String::from_utf8_lossy(&answer.stderr)),
            }),
        }
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(REASON_LINES)..].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_what_was_said_last() {
        assert_eq!(last_lines("a\n\n b \nc\nd\n"), "b c d");
        assert_eq!(last_lines(""), "");
    }

    #[test]
    fn a_folder_without_a_model_is_told_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let model =
            OwnModel { folder: folder.path().to_string_lossy().into_owned(), language: None };
        assert!(!model.inspect().unwrap_err().to_string().is_empty());
    }
}
