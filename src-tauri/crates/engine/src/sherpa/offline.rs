//! Models of a folder that decode a whole passage at once.

use std::time::{Duration, Instant};

use sherpa_onnx::{
    OfflineModelConfig, OfflineMoonshineModelConfig, OfflineNemoEncDecCtcModelConfig,
    OfflineParaformerModelConfig, OfflineRecognizer, OfflineRecognizerConfig,
    OfflineRecognizerResult, OfflineSenseVoiceModelConfig, OfflineTransducerModelConfig,
    OfflineWhisperModelConfig, OfflineZipformerCtcModelConfig,
};

use super::{RATE, library, samples, threads};
use crate::EngineError;
use crate::cost::Cost;
use crate::decoder::Decoder;
use crate::model_folder::{ModelFolder, ModelKind, Role};
use crate::token_times::TokenTimes;
use crate::words::Atom;
use crate::writing::Writing;

/// Less audio than this leaves some encoders without a single frame, and the library ends the process over that.
const LEAST_SAMPLES: usize = 8_000;

/// A loaded model.
pub(crate) struct OfflineModel {
    recognizer: OfflineRecognizer,
    writing: Writing,
    makes_words_up: bool,
    cost: Cost,
}

impl OfflineModel {
    /// Loads the model of a folder, and measures how long it takes to decode.
    pub(crate) fn load(folder: &ModelFolder) -> Result<Self, EngineError> {
        library::open()?;
        let config = OfflineRecognizerConfig {
            model_config: model_config(folder),
            ..OfflineRecognizerConfig::default()
        };
        let recognizer = OfflineRecognizer::create(&config)
            .ok_or_else(|| EngineError::FolderRejected { model: folder.name().to_owned() })?;
        let makes_words_up = folder.kind().makes_words_up();
        let mut model = Self {
            recognizer,
            writing: folder.writing(),
            makes_words_up,
            cost: Cost::MOONSHINE_TINY,
        };
        model.cost = model.measure()?;
        Ok(model)
    }

    fn measure(&self) -> Result<Cost, EngineError> {
        // The first decode of all takes longer than any other.
        self.time(1)?;
        let cost = Cost::measured((1, self.time(1)?), (8, self.time(8)?));
        // Speech takes those longer that write word by word.
        Ok(if self.makes_words_up { cost.raised() } else { cost })
    }

    fn time(&self, seconds: u32) -> Result<Duration, EngineError> {
        let quiet = vec![0; seconds as usize * RATE.unsigned_abs() as usize];
        let began = Instant::now();
        self.result(&quiet)?;
        Ok(began.elapsed())
    }

    fn result(&self, pcm: &[i16]) -> Result<OfflineRecognizerResult, EngineError> {
        let mut samples = samples(pcm);
        samples.resize(samples.len().max(LEAST_SAMPLES), 0.0);
        let stream = self.recognizer.create_stream();
        stream.accept_waveform(RATE, &samples);
        self.recognizer.decode(&stream);
        stream.get_result().ok_or(EngineError::DecodeFailed)
    }
}

impl Decoder for OfflineModel {
    fn decode(&self, pcm: &[i16]) -> Result<String, EngineError> {
        Ok(self.result(pcm)?.text)
    }

    fn hear(&self, pcm: &[i16]) -> Result<Vec<Atom>, EngineError> {
        let result = self.result(pcm)?;
        let mut atoms = self.writing.atoms(&result.text);
        let times = TokenTimes {
            tokens: &result.tokens,
            starts: result.timestamps.as_deref().unwrap_or_default(),
            durations: result.durations.as_deref().unwrap_or_default(),
        };
        times.place(&mut atoms);
        Ok(atoms)
    }

    fn makes_words_up(&self) -> bool {
        self.makes_words_up
    }

    fn cost(&self) -> Cost {
        self.cost
    }
}

fn model_config(folder: &ModelFolder) -> OfflineModelConfig {
    let mut config = OfflineModelConfig {
        tokens: Some(folder.tokens()),
        num_threads: threads(),
        provider: Some("cpu".to_owned()),
        ..OfflineModelConfig::default()
    };
    let part = |role| folder.part(role);
    let language = folder.chosen_language();
    match folder.kind() {
        ModelKind::MoonshineV1 | ModelKind::MoonshineV2 => {
            config.moonshine = OfflineMoonshineModelConfig {
                preprocessor: part(Role::Preprocessor),
                encoder: part(Role::Encoder),
                uncached_decoder: part(Role::UncachedDecoder),
                cached_decoder: part(Role::CachedDecoder),
                merged_decoder: part(Role::MergedDecoder),
            };
        }
        ModelKind::Whisper => {
            config.whisper = OfflineWhisperModelConfig {
                encoder: part(Role::Encoder),
                decoder: part(Role::Decoder),
                language: language.map(str::to_owned),
                task: Some("transcribe".to_owned()),
                ..OfflineWhisperModelConfig::default()
            };
        }
        ModelKind::SenseVoice => {
            config.sense_voice = OfflineSenseVoiceModelConfig {
                model: part(Role::Whole),
                language: Some(language.unwrap_or("auto").to_owned()),
                use_itn: true,
            };
        }
        ModelKind::Paraformer => {
            config.paraformer = OfflineParaformerModelConfig { model: part(Role::Whole) };
        }
        ModelKind::NemoCtc => {
            config.nemo_ctc = OfflineNemoEncDecCtcModelConfig { model: part(Role::Whole) };
        }
        ModelKind::ZipformerCtc => {
            config.zipformer_ctc = OfflineZipformerCtcModelConfig { model: part(Role::Whole) };
        }
        kind => {
            let is_nemo = kind == ModelKind::NemoTransducer;
            config.model_type =
                Some(if is_nemo { "nemo_transducer" } else { "transducer" }.to_owned());
            config.transducer = OfflineTransducerModelConfig {
                encoder: part(Role::Encoder),
                decoder: part(Role::Decoder),
                joiner: part(Role::Joiner),
            };
        }
    }
    config
}
