//! The files of a folder, by what they are in a model, and which of them to take.
//!
//! Releases name files after their part, with whatever tells models apart around it, and their precision at the end:
//! `tiny.en-encoder.int8.onnx`, `encoder-epoch-99-avg-1-chunk-16-left-128.onnx`, `model.int8.onnx`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::error::ModelFolderError;

/// What a file is in a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Preprocessor,
    Encoder,
    UncachedDecoder,
    CachedDecoder,
    MergedDecoder,
    Decoder,
    Joiner,
    /// The whole model in one file.
    Whole,
}

/// The words for each part, the more special ones first.
const ROLES: [(&str, Role); 13] = [
    ("preprocess", Role::Preprocessor),
    ("uncached_decode", Role::UncachedDecoder),
    ("cached_decode", Role::CachedDecoder),
    ("decoder_model_merged", Role::MergedDecoder),
    ("merged_decoder", Role::MergedDecoder),
    ("joiner", Role::Joiner),
    ("decoder", Role::Decoder),
    ("encoder_model", Role::Encoder),
    ("encoder", Role::Encoder),
    ("encode", Role::Encoder),
    ("model", Role::Whole),
    ("ctc", Role::Whole),
    ("", Role::Whole),
];

/// The precision that is preferred stands first: on a processor the smaller numbers are the faster ones.
const PRECISIONS: [(&str, u8); 10] = [
    ("int8", 0),
    ("uint8", 0),
    ("quantized", 0),
    ("quant", 0),
    ("q8", 0),
    ("fp32", 1),
    ("fp16", 2),
    ("q4f16", 3),
    ("q4", 3),
    ("bnb4", 3),
];
const FULL: u8 = 1;

/// Files with these in their names are helpers of a recogniser, such as language models, and no part of it.
const HELPERS: [&str; 4] = ["with-state", "no-state", "rnnlm", "hotword"];

/// One model file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    role: Role,
    /// What tells its model from others in the same folder.
    model: String,
    precision: u8,
    name: String,
}

impl Part {
    fn named(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        let mut stem = lower.strip_suffix(".onnx").or_else(|| lower.strip_suffix(".ort"))?;
        if HELPERS.iter().any(|helper| stem.contains(helper)) {
            return None;
        }
        let mut precision = FULL;
        while let Some((rest, found)) = without_precision(stem) {
            (stem, precision) = (rest, found);
        }
        let (word, role) = ROLES.iter().find(|(word, _)| stem.contains(word))?;
        let model = stem.replacen(word, "", 1);
        let model = model.trim_matches(['-', '_', '.']).to_owned();
        Some(Self { role: *role, model, precision, name: name.to_owned() })
    }

    /// The same for the exports of one model with other lengths of chunk and context, and those lengths.
    fn without_chunk(&self) -> (String, Vec<u32>) {
        let mut lengths = Vec::new();
        let mut rest = Vec::new();
        let mut words = self.model.split('-').peekable();
        while let Some(word) = words.next() {
            match words.peek().and_then(|number| number.parse().ok()) {
                Some(number) if word == "chunk" || word == "left" => {
                    lengths.insert(0, number);
                    words.next();
                }
                _ => rest.push(word),
            }
        }
        (rest.join("-"), lengths)
    }
}

fn without_precision(stem: &str) -> Option<(&str, u8)> {
    PRECISIONS.iter().find_map(|(word, precision)| {
        let rest = stem.strip_suffix(word)?.strip_suffix(['.', '-', '_'])?;
        Some((rest, *precision))
    })
}

/// The files of a folder that matter here.
#[derive(Debug, Default)]
pub(super) struct Listing {
    parts: Vec<Part>,
    /// All names of files and folders: in small letters, and as they are.
    names: BTreeMap<String, String>,
    folders: Vec<PathBuf>,
    path: PathBuf,
}

/// The files of the one model in a folder.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) model: String,
    pub(super) parts: BTreeMap<Role, PathBuf>,
}

impl Listing {
    /// Reads the names in a folder.
    pub(super) fn read(path: &Path) -> Result<Self, ModelFolderError> {
        let unreadable = |source| ModelFolderError::Unreadable { path: path.to_owned(), source };
        let mut listing = Self { path: path.to_owned(), ..Self::default() };
        for entry in fs::read_dir(path).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned())
            else {
                continue;
            };
            if path.is_dir() {
                listing.folders.push(path);
            } else if let Some(part) = Part::named(&name).filter(|_| !name.starts_with('.')) {
                listing.parts.push(part);
            }
            listing.names.insert(name.to_lowercase(), name);
        }
        listing.parts.sort_by(|a, b| (a.precision, &a.name).cmp(&(b.precision, &b.name)));
        listing.folders.sort();
        Ok(listing)
    }

    /// All names in small letters.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Whether there is any model file.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The one folder inside in which there are model files.
    pub(super) fn deeper(&self) -> Option<&Path> {
        let mut holding = self
            .folders
            .iter()
            .filter(|folder| Self::read(folder).is_ok_and(|listing| !listing.is_empty()));
        holding.next().filter(|_| holding.next().is_none()).map(PathBuf::as_path)
    }

    /// The files of the model, when there is just one.
    pub(super) fn choose(&self) -> Result<Chosen, ModelFolderError> {
        let leading = [Role::Preprocessor, Role::Encoder, Role::Whole]
            .into_iter()
            .find(|role| self.parts.iter().any(|part| part.role == *role))
            .or_else(|| self.parts.first().map(|part| part.role))
            .ok_or(ModelFolderError::NoModel)?;
        let model = self.only_model(leading)?;
        let mut chosen = Chosen { model, parts: BTreeMap::new() };
        for part in &self.parts {
            let is_of_model = part.model == chosen.model || self.models_of(part.role).len() == 1;
            if part.role == Role::Whole && leading != Role::Whole {
                // An export of the same model, as one file, may lie beside it.
                if part.model != chosen.model {
                    return Err(self.several(leading, part));
                }
            } else if is_of_model {
                chosen.parts.entry(part.role).or_insert_with(|| self.path.join(&part.name));
            }
        }
        Ok(chosen)
    }

    /// The table of tokens that belongs to a model.
    pub(super) fn tokens(&self, model: &str) -> Option<PathBuf> {
        let own = [format!("{model}-tokens.txt"), "tokens.txt".to_owned()];
        let mut others = self.names().filter(|name| name.ends_with("tokens.txt"));
        let name = own
            .iter()
            .map(String::as_str)
            .find(|name| self.names.contains_key(*name))
            .or_else(|| others.next().filter(|_| others.next().is_none()))?;
        self.names.get(name).map(|name| self.path.join(name))
    }

    fn models_of(&self, role: Role) -> BTreeSet<&str> {
        self.parts.iter().filter(|part| part.role == role).map(|part| part.model.as_str()).collect()
    }

    /// Of exports that differ in chunk and context the one with the longest context; other differences are other models.
    fn only_model(&self, role: Role) -> Result<String, ModelFolderError> {
        let mut best: Option<(&Part, String, Vec<u32>)> = None;
        for part in self.parts.iter().filter(|part| part.role == role) {
            let (model, lengths) = part.without_chunk();
            match &best {
                Some((other, known, _)) if *known != model => {
                    return Err(ModelFolderError::SeveralModels {
                        first: other.name.clone(),
                        second: part.name.clone(),
                    });
                }
                Some((_, _, known)) if *known >= lengths => {}
                _ => best = Some((part, model, lengths)),
            }
        }
        best.map(|(part, _, _)| part.model.clone()).ok_or(ModelFolderError::NoModel)
    }

    fn several(&self, leading: Role, other: &Part) -> ModelFolderError {
        let first = self.parts.iter().find(|part| part.role == leading);
        ModelFolderError::SeveralModels {
            first: first.map(|part| part.name.clone()).unwrap_or_default(),
            second: other.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str) -> (Role, String, u8) {
        let part = Part::named(name).unwrap();
        (part.role, part.model, part.precision)
    }

    #[test]
    fn names_tell_part_model_and_precision() {
        assert_eq!(part("tiny.en-encoder.int8.onnx"), (Role::Encoder, "tiny.en".to_owned(), 0));
        assert_eq!(
            part("decoder-epoch-99-avg-1-chunk-16-left-128.onnx"),
            (Role::Decoder, "epoch-99-avg-1-chunk-16-left-128".to_owned(), 1)
        );
        assert_eq!(part("uncached_decode.int8.onnx"), (Role::UncachedDecoder, String::new(), 0));
        assert_eq!(part("cached_decode.onnx"), (Role::CachedDecoder, String::new(), 1));
        assert_eq!(part("encode.int8.onnx"), (Role::Encoder, String::new(), 0));
        assert_eq!(part("encoder_model.ort"), (Role::Encoder, String::new(), 1));
        assert_eq!(part("decoder_model_merged.ort"), (Role::MergedDecoder, String::new(), 1));
        assert_eq!(part("model_fp16.onnx"), (Role::Whole, String::new(), 2));
        assert_eq!(
            part("ctc-epoch-20-avg-1.int8.onnx"),
            (Role::Whole, "epoch-20-avg-1".to_owned(), 0)
        );
        assert_eq!(part("Sense.ONNX"), (Role::Whole, "sense".to_owned(), 1));
        for other in ["tokens.txt", "bpe.model", "with-state-epoch-21-avg-2.onnx", "encoder.rknn"] {
            assert_eq!(Part::named(other), None, "{other}");
        }
    }

    #[test]
    fn chunk_and_context_do_not_make_another_model() {
        let of = |name: &str| Part::named(name).unwrap().without_chunk();
        assert_eq!(
            of("encoder-epoch-99-avg-1-chunk-16-left-128.onnx"),
            ("epoch-99-avg-1".to_owned(), vec![128, 16])
        );
        assert_eq!(of("encoder.onnx"), (String::new(), Vec::new()));
    }
}
