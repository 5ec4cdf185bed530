//! Why a folder cannot be used as a model, in words for whoever chose it.

use std::io;
use std::path::{Path, PathBuf};

/// Why a folder cannot be used as a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelFolderError {
    /// There is nothing at this path.
    #[error("there is no folder {}", path.display())]
    Missing {
        /// The path that was given.
        path: PathBuf,
    },
    /// The path names a file.
    #[error("{} is a file; choose the folder that it is in", path.display())]
    NotAFolder {
        /// The path that was given.
        path: PathBuf,
    },
    /// The folder or a file in it could not be read.
    #[error("{} could not be read", path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The model's library takes Unicode paths only.
    #[error("the path {} is not Unicode; give the folder or file another name", path.display())]
    NotUnicode {
        /// The path.
        path: PathBuf,
    },
    /// There is no model file at all.
    #[error("there is no speech recognition model in this folder")]
    NoModel,
    /// There is none here, but there is one in a folder inside.
    #[error("the model is one folder deeper: choose {}", path.display())]
    Deeper {
        /// The folder inside.
        path: PathBuf,
    },
    /// The files are of another format.
    #[error(
        "this folder holds a model in {format} format; Sotto takes ONNX models as sherpa-onnx publishes them"
    )]
    ForeignFormat {
        /// What the format is called.
        format: &'static str,
    },
    /// There is only the archive that the model came in.
    #[error("{name} has to be unpacked first")]
    Packed {
        /// The archive.
        name: String,
    },
    /// A part of the model is not there.
    #[error("there is no {part} in this folder")]
    Incomplete {
        /// The part, by the name of its file where that is always the same.
        part: &'static str,
    },
    /// More than one model is there.
    #[error("two models are in this folder, {first} and {second}; give each a folder of its own")]
    SeveralModels {
        /// A file of the one.
        first: String,
        /// A file of the other.
        second: String,
    },
    /// The model is for something else than recognising speech.
    #[error("this folder holds {task}, not a speech recognition model")]
    OtherTask {
        /// What it is for.
        task: &'static str,
    },
    /// The model is of no kind that is known here.
    #[error("this folder holds a model of a kind that Sotto does not know ({model_type})")]
    UnknownKind {
        /// What the model calls itself.
        model_type: String,
    },
    /// Nothing tells what kind of model it is.
    #[error(
        "{} does not say what kind of model it is: it was not made for sherpa-onnx",
        name_of(path)
    )]
    Unmarked {
        /// The file.
        path: PathBuf,
    },
    /// The model lacks a value that the library cannot do without.
    #[error("{} lacks its {key} entry: it was not made for sherpa-onnx", name_of(path))]
    MetadataMissing {
        /// The file.
        path: PathBuf,
        /// The entry.
        key: &'static str,
    },
    /// A file cannot be what its name says.
    #[error("{} {defect}", name_of(path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        defect: FileDefect,
    },
    /// The table of tokens has fewer entries than the model needs.
    #[error(
        "{} belongs to another model: it has {tokens} tokens, and the model knows {vocabulary}",
        name_of(path)
    )]
    TokensDoNotFit {
        /// The table.
        path: PathBuf,
        /// Its entries.
        tokens: usize,
        /// Those of the model.
        vocabulary: usize,
    },
    /// The model does not speak the language that was asked for.
    #[error("this model does not know the language {language}")]
    UnknownLanguage {
        /// The language.
        language: String,
    },
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileDefect {
    /// It has no content.
    #[error("is empty")]
    Empty,
    /// It is shorter than any such file.
    #[error("has only {0} bytes")]
    TooSmall(u64),
    /// Git LFS left a pointer instead of the file.
    #[error("is only a pointer to the real file; fetch it with Git LFS")]
    LfsPointer,
    /// The download brought an error page.
    #[error("is a web page; download it again")]
    WebPage,
    /// It is no ONNX model.
    #[error("is not an ONNX model")]
    NotOnnx,
    /// It is no model in ORT format.
    #[error("is not a model in ORT format")]
    NotOrt,
    /// It ends in the middle.
    #[error("ends too early; download it again")]
    CutShort,
    /// It is no text.
    #[error("is not text")]
    NotText,
    /// A line of a table of tokens is not a token and its number.
    #[error("is not a table of tokens: line {0} is not a token and its number")]
    NotATokenTable(usize),
    /// The token for silence is not there, or not where the library needs it.
    #[error("lacks the token for silence, <blk>")]
    NoBlank,
}

/// A file's name without its folder, which the user has just chosen.
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
