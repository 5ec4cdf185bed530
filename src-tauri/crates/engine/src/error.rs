//! What can go wrong in the engine.

use std::path::PathBuf;

use crate::ModelFolderError;

/// Why the engine could not be loaded or could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A file of the engine pack is not there.
    #[error("the engine pack lacks {}", path.display())]
    FileMissing {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// A file of the engine pack is there but cannot be what it should be.
    #[error("{} is damaged: {reason}", path.display())]
    FileDamaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file of the engine pack could not be read.
    #[error("{} could not be read", path.display())]
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The library of the models is not there, or is another one.
    #[cfg(target_os = "linux")]
    #[error("the engine's library cannot be used")]
    LibraryUnusable {
        /// What the system said.
        #[source]
        source: libloading::Error,
    },
    /// The library did not accept a model although its files look sound.
    #[error("the {model} model could not be loaded")]
    ModelRejected {
        /// Which model.
        model: &'static str,
    },
    /// A folder cannot be used as a model.
    #[error(transparent)]
    ModelFolder(#[from] ModelFolderError),
    /// The library did not accept a model of the user's own although its files look sound.
    #[error("the model {model} could not be loaded")]
    FolderRejected {
        /// Its name.
        model: String,
    },
    /// A decode gave no result.
    #[error("the recogniser gave no result")]
    DecodeFailed,
    /// The model never loaded; every session is told why.
    #[error("the engine is not loaded: {0}")]
    NotLoaded(std::sync::Arc<Self>),
    /// The session had already been finished.
    #[error("the session is already finished")]
    SessionFinished,
}
