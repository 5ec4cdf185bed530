//! A folder with a model of the user's own, as sherpa-onnx's releases unpack.
//!
//! The model's library ends the process over files that it does not understand. So everything that can be known without it is
//! found out first: the parts and their kind, what each file begins with and whether it ends too early, the values that the
//! library cannot do without, and the table of tokens. What passes may still be refused: only loading it, best in a process
//! of its own ([`crate::probe()`]), tells for certain.

mod error;
#[cfg(test)]
mod fake;
mod files;
mod instead;
mod kind;
mod language;
mod onnx;
#[cfg(test)]
mod tests;
mod tokens;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use error::{FileDefect, ModelFolderError};
pub(crate) use files::Role;
use files::{Chosen, Listing};
use instead::{task_of_files, what_else};
pub use kind::ModelKind;
use kind::{Blank, kind_of};
use onnx::Metadata;
use tokens::TokenTable;

use crate::writing::Writing;

/// A folder whose files make up a model that can recognise.
#[derive(Debug, Clone)]
pub struct ModelFolder {
    path: PathBuf,
    name: String,
    kind: ModelKind,
    languages: Vec<String>,
    language: Option<String>,
    parts: BTreeMap<Role, String>,
    tokens: String,
    writing: Writing,
    chunk_frames: Option<u32>,
}

impl ModelFolder {
    /// Looks at a folder. Reads little of the files, however large they are, and loads nothing.
    pub fn inspect(path: &Path) -> Result<Self, ModelFolderError> {
        let real = real(path)?;
        let listing = Listing::read(&real)?;
        if listing.is_empty() {
            return Err(what_else(&listing));
        }
        if let Some(task) = task_of_files(&listing) {
            return Err(ModelFolderError::OtherTask { task });
        }
        let chosen = listing.choose()?;
        let metadata = read_parts(&chosen)?;
        let leading = [Role::Encoder, Role::Whole].iter().find_map(|role| metadata.get(role));
        let empty = Metadata::new();
        let leading = leading.unwrap_or(&empty);
        let kind = kind_of(&chosen, leading)?;
        check_parts(kind, &chosen, &metadata)?;
        let tokens_path = listing
            .tokens(&chosen.model)
            .ok_or(ModelFolderError::Incomplete { part: "tokens.txt" })?;
        let table = tokens::read_tokens(&tokens_path)?;
        check_tokens(kind, &table, &tokens_path, &metadata)?;
        let name = name_of(&real);
        let parts = chosen
            .parts
            .into_iter()
            .filter(|(role, _)| kind.parts().iter().any(|(own, _)| own == role));
        Ok(Self {
            languages: language::languages(kind, &name, leading),
            language: None,
            parts: parts
                .map(|(role, path)| Ok((role, unicode(path)?)))
                .collect::<Result<_, _>>()?,
            tokens: unicode(tokens_path)?,
            writing: Writing {
                is_capitals_only: kind.has_readable_tokens() && table.is_capitals_only,
            },
            chunk_frames: chunk_frames(leading),
            path: real,
            name,
            kind,
        })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the model may be called: the folder's name without what all releases begin with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> ModelKind {
        self.kind
    }

    /// The languages that it knows, as BCP 47 codes; empty where nothing tells.
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// Whether the language can be chosen; the other models with more than one tell by themselves which is spoken.
    #[must_use]
    pub fn takes_language(&self) -> bool {
        matches!(self.kind, ModelKind::Whisper | ModelKind::SenseVoice) && self.languages.len() > 1
    }

    /// The same, told which language will be spoken.
    pub fn speaking(mut self, language: &str) -> Result<Self, ModelFolderError> {
        if !self.languages.iter().any(|known| known == language) {
            return Err(ModelFolderError::UnknownLanguage { language: language.to_owned() });
        }
        self.language = Some(language.to_owned());
        Ok(self)
    }

    /// The language as one BCP 47 code: the one that is spoken, `mul` for several, `und` where nothing tells.
    #[must_use]
    pub fn language(&self) -> &str {
        match (&self.language, self.languages.as_slice()) {
            (Some(chosen), _) => chosen,
            (None, [only]) => only,
            (None, []) => "und",
            (None, _) => "mul",
        }
    }

    /// The files that will be loaded.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.parts.values().chain([&self.tokens]).map(Path::new)
    }

    /// The language that was chosen.
    pub(crate) fn chosen_language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// The path of a part, as the library takes it.
    pub(crate) fn part(&self, role: Role) -> Option<String> {
        self.parts.get(&role).cloned()
    }

    /// The path of the table of tokens.
    pub(crate) fn tokens(&self) -> String {
        self.tokens.clone()
    }

    /// How it writes.
    pub(crate) fn writing(&self) -> Writing {
        self.writing
    }

    /// Of a streaming model: how many frames (10 ms) it waits for at once.
    pub(crate) fn chunk_frames(&self) -> Option<u32> {
        self.chunk_frames
    }
}

/// The folder without links and dots, so that it has a name.
fn real(path: &Path) -> Result<PathBuf, ModelFolderError> {
    let found = path.metadata().map_err(|source| match source.kind() {
        ErrorKind::NotFound => ModelFolderError::Missing { path: path.to_owned() },
        _ => ModelFolderError::Unreadable { path: path.to_owned(), source },
    })?;
    if !found.is_dir() {
        return Err(ModelFolderError::NotAFolder { path: path.to_owned() });
    }
    let real = path
        .canonicalize()
        .map_err(|source| ModelFolderError::Unreadable { path: path.to_owned(), source })?;
    unicode(real).map(PathBuf::from)
}

fn unicode(path: PathBuf) -> Result<String, ModelFolderError> {
    path.into_os_string()
        .into_string()
        .map_err(|path| ModelFolderError::NotUnicode { path: PathBuf::from(path) })
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    name.strip_prefix("sherpa-onnx-").unwrap_or(&name).to_owned()
}

fn read_parts(chosen: &Chosen) -> Result<BTreeMap<Role, Metadata>, ModelFolderError> {
    let mut metadata = BTreeMap::new();
    for (role, path) in &chosen.parts {
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ort")) {
            onnx::check_ort(path)?;
        } else {
            metadata.insert(*role, onnx::read_onnx(path)?);
        }
    }
    Ok(metadata)
}

/// That every part is there, and says what the library will ask it.
fn check_parts(
    kind: ModelKind,
    chosen: &Chosen,
    metadata: &BTreeMap<Role, Metadata>,
) -> Result<(), ModelFolderError> {
    for (role, part) in kind.parts() {
        if !chosen.parts.contains_key(role) {
            return Err(ModelFolderError::Incomplete { part });
        }
    }
    for (role, keys) in kind.needed() {
        for key in *keys {
            if metadata.get(role).and_then(|said| said.get(*key)).is_none_or(String::is_empty)
                && let Some(path) = chosen.parts.get(role)
            {
                return Err(ModelFolderError::MetadataMissing { path: path.clone(), key });
            }
        }
    }
    Ok(())
}

fn check_tokens(
    kind: ModelKind,
    table: &TokenTable,
    path: &Path,
    metadata: &BTreeMap<Role, Metadata>,
) -> Result<(), ModelFolderError> {
    let has_blank = match kind.blank() {
        Blank::NotNeeded => true,
        Blank::Anywhere => table.blank.is_some(),
        Blank::Last => table.blank.is_some_and(|blank| blank + 1 == table.size),
    };
    if !has_blank {
        return Err(ModelFolderError::Damaged {
            path: path.to_owned(),
            defect: FileDefect::NoBlank,
        });
    }
    let vocabulary =
        metadata.values().filter_map(|said| said.get("vocab_size")?.parse().ok()).max();
    match vocabulary {
        Some(vocabulary) if table.size < vocabulary => Err(ModelFolderError::TokensDoNotFit {
            path: path.to_owned(),
            tokens: table.size,
            vocabulary,
        }),
        _ => Ok(()),
    }
}

fn chunk_frames(metadata: &Metadata) -> Option<u32> {
    let number = |key: &str| metadata.get(key)?.parse().ok();
    number("T").or_else(|| number("window_size")).or_else(|| {
        Some(number("chunk_feature_frames")? + number("right_feature_frames").unwrap_or(0))
    })
}
