//! The Moonshine model of the engine pack.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sherpa_onnx::{OfflineMoonshineModelConfig, OfflineRecognizer, OfflineRecognizerConfig};

use super::{RATE, library, samples};
use crate::EngineError;
use crate::decoder::Decoder;

const MODEL: &str = "moonshine-tiny-en";

/// The loaded model.
pub(crate) struct Moonshine {
    recognizer: OfflineRecognizer,
}

impl Moonshine {
    /// Loads the model from an engine pack.
    pub(crate) fn load(pack: &Path) -> Result<Self, EngineError> {
        library::open()?;
        let folder = pack.join(MODEL);
        let mut config = OfflineRecognizerConfig::default();
        config.model_config.moonshine = OfflineMoonshineModelConfig {
            encoder: Some(ort_file(folder.join("encoder_model.ort"))?),
            merged_decoder: Some(ort_file(folder.join("decoder_model_merged.ort"))?),
            ..OfflineMoonshineModelConfig::default()
        };
        config.model_config.tokens = Some(tokens_file(folder.join("tokens.txt"))?);
        config.model_config.num_threads = 1;
        config.model_config.provider = Some("cpu".to_owned());
        let recognizer = OfflineRecognizer::create(&config)
            .ok_or(EngineError::ModelRejected { model: MODEL })?;
        Ok(Self { recognizer })
    }

    /// Its name.
    pub(crate) fn name() -> &'static str {
        MODEL
    }
}

impl Decoder for Moonshine {
    fn decode(&self, pcm: &[i16]) -> Result<String, EngineError> {
        // No silence is put around it: measured, digital silence beside real audio makes twice the errors.
        let stream = self.recognizer.create_stream();
        stream.accept_waveform(RATE, &samples(pcm));
        self.recognizer.decode(&stream);
        stream.get_result().map(|result| result.text).ok_or(EngineError::DecodeFailed)
    }
}

/// An ORT-format file carries its mark at the fifth byte, as every flatbuffer with an identifier.
fn ort_file(path: PathBuf) -> Result<String, EngineError> {
    let mut start = [0; 8];
    open(&path)?.read_exact(&mut start).map_err(|source| match source.kind() {
        std::io::ErrorKind::UnexpectedEof => damaged(&path, "it is nearly empty"),
        _ => EngineError::FileUnreadable { path: path.clone(), source },
    })?;
    if &start[4..] != b"ORTM" {
        return Err(damaged(&path, "it is not a model in ORT format"));
    }
    named(path, 1 << 20)
}

/// A token table begins with base64, a tab and the number 0.
fn tokens_file(path: PathBuf) -> Result<String, EngineError> {
    let mut table = String::new();
    open(&path)?.read_to_string(&mut table).map_err(|source| match source.kind() {
        std::io::ErrorKind::InvalidData => damaged(&path, "it is not text"),
        _ => EngineError::FileUnreadable { path: path.clone(), source },
    })?;
    for (number, line) in table.lines().enumerate() {
        if line.rsplit_once('\t').is_none_or(|(_, id)| id.parse() != Ok(number)) {
            return Err(damaged(
                &path,
                &format!("line {} is not a token and its number", number + 1),
            ));
        }
    }
    named(path, 1 << 10)
}

fn open(path: &Path) -> Result<File, EngineError> {
    File::open(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => EngineError::FileMissing { path: path.to_owned() },
        _ => EngineError::FileUnreadable { path: path.to_owned(), source },
    })
}

/// The path as the library takes it, once the file is known to be large enough.
fn named(path: PathBuf, at_least: u64) -> Result<String, EngineError> {
    let length = path
        .metadata()
        .map_err(|source| EngineError::FileUnreadable { path: path.clone(), source })?
        .len();
    if length < at_least {
        return Err(damaged(&path, &format!("it has only {length} bytes")));
    }
    path.into_os_string()
        .into_string()
        .map_err(|path| damaged(Path::new(&path), "its path is not Unicode"))
}

fn damaged(path: &Path, reason: &str) -> EngineError {
    EngineError::FileDamaged { path: path.to_owned(), reason: reason.to_owned() }
}
