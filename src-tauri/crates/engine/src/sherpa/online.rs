//! Models of a folder that hear on as audio comes.

use std::sync::Arc;

use sherpa_onnx::{
    OnlineModelConfig, OnlineNemoCtcModelConfig, OnlineParaformerModelConfig, OnlineRecognizer,
    OnlineRecognizerConfig, OnlineStream, OnlineTransducerModelConfig,
    OnlineZipformer2CtcModelConfig,
};

use super::{RATE, library, samples, threads};
use crate::EngineError;
use crate::model_folder::{ModelFolder, ModelKind, Role};
use crate::streaming::{SpeechStream, StreamingModel};
use crate::token_times::TokenTimes;
use crate::words::Atom;
use crate::writing::Writing;

/// Samples in a frame of 10 ms.
const FRAME: u32 = 160;
/// What models wait for at once where they do not say it: streaming Paraformer has 61 frames.
const CHUNK_FRAMES: u32 = 64;

/// A loaded model.
pub(crate) struct OnlineModel {
    recognizer: Arc<OnlineRecognizer>,
    writing: Writing,
    /// Silence that brings out the last words.
    tail: usize,
}

impl OnlineModel {
    /// Loads the model of a folder.
    pub(crate) fn load(folder: &ModelFolder) -> Result<Self, EngineError> {
        library::open()?;
        let config = OnlineRecognizerConfig {
            model_config: model_config(folder),
            // Never takes a word back; the session relies on it.
            decoding_method: Some("greedy_search".to_owned()),
            ..OnlineRecognizerConfig::default()
        };
        let recognizer = OnlineRecognizer::create(&config)
            .ok_or_else(|| EngineError::FolderRejected { model: folder.name().to_owned() })?;
        // A whole chunk, whatever part of one was already there, and some frames of context to the right.
        let tail = (2 * folder.chunk_frames().unwrap_or(CHUNK_FRAMES)).min(1_000) * FRAME;
        Ok(Self {
            recognizer: Arc::new(recognizer),
            writing: folder.writing(),
            tail: tail as usize,
        })
    }
}

impl StreamingModel for OnlineModel {
    fn open(&self) -> Box<dyn SpeechStream> {
        Box::new(Stream {
            stream: self.recognizer.create_stream(),
            recognizer: Arc::clone(&self.recognizer),
            writing: self.writing,
            tail: self.tail,
        })
    }
}

struct Stream {
    /// Stands before the recogniser, which has to be there until the stream is gone.
    stream: OnlineStream,
    recognizer: Arc<OnlineRecognizer>,
    writing: Writing,
    tail: usize,
}

impl Stream {
    fn decode(&self) -> bool {
        let mut has_decoded = false;
        while self.recognizer.is_ready(&self.stream) {
            self.recognizer.decode(&self.stream);
            has_decoded = true;
        }
        has_decoded
    }
}

impl SpeechStream for Stream {
    fn hear(&mut self, pcm: &[i16]) -> bool {
        self.stream.accept_waveform(RATE, &samples(pcm));
        self.decode()
    }

    fn end(&mut self) {
        self.stream.accept_waveform(RATE, &vec![0.0; self.tail]);
        self.stream.input_finished();
        self.decode();
    }

    fn words(&self) -> Result<Vec<Atom>, EngineError> {
        let result = self.recognizer.get_result(&self.stream).ok_or(EngineError::DecodeFailed)?;
        let mut atoms = self.writing.atoms(&result.text);
        let starts = result.timestamps.as_deref().unwrap_or_default();
        TokenTimes { tokens: &result.tokens, starts, durations: &[] }.place(&mut atoms);
        Ok(atoms)
    }
}

fn model_config(folder: &ModelFolder) -> OnlineModelConfig {
    let mut config = OnlineModelConfig {
        tokens: Some(folder.tokens()),
        num_threads: threads(),
        ..OnlineModelConfig::default()
    };
    let part = |role| folder.part(role);
    match folder.kind() {
        ModelKind::StreamingParaformer => {
            config.paraformer = OnlineParaformerModelConfig {
                encoder: part(Role::Encoder),
                decoder: part(Role::Decoder),
            };
        }
        ModelKind::StreamingZipformerCtc => {
            config.zipformer2_ctc = OnlineZipformer2CtcModelConfig { model: part(Role::Whole) };
        }
        ModelKind::StreamingNemoCtc => {
            config.nemo_ctc = OnlineNemoCtcModelConfig { model: part(Role::Whole) };
        }
        _ => {
            config.transducer = OnlineTransducerModelConfig {
                encoder: part(Role::Encoder),
                decoder: part(Role::Decoder),
                joiner: part(Role::Joiner),
            };
        }
    }
    config
}
