//! The engine as others see it: a model, loaded once, and sessions on it.

use std::path::Path;
use std::sync::Arc;

use crate::EngineError;
use crate::axis::STEP;
use crate::decoder::Decoder;
use crate::model_folder::ModelFolder;
use crate::recogniser::{PACK_LANGUAGE, Recogniser, RecognitionSession, SessionOptions};
use crate::session::Session;
use crate::share::{Share, Shares};
use crate::sherpa::{Moonshine, OfflineModel, OnlineModel};
use crate::speech::{Earshot, SpeechDetector};
use crate::streaming::{StreamingModel, StreamingSession};

/// The offline recogniser: a model that is shared by all its sessions. Clones share it too.
#[derive(Clone)]
pub struct Engine {
    model: Model,
    shares: Shares,
    name: Arc<str>,
    language: Arc<str>,
}

/// How a model is asked.
#[derive(Clone)]
enum Model {
    /// For all of a passage, again and again.
    Offline(Arc<dyn Decoder>),
    /// As audio comes.
    Streaming(Arc<dyn StreamingModel>),
}

impl Engine {
    /// Loads Moonshine Tiny English from an engine pack, the folder that `cargo xtask setup` makes. Takes about a second.
    pub fn load(pack: &Path) -> Result<Self, EngineError> {
        Ok(Self {
            model: Model::Offline(Arc::new(Moonshine::load(pack)?)),
            shares: Shares::of_this_machine(),
            name: Moonshine::name().into(),
            language: PACK_LANGUAGE.into(),
        })
    }

    /// Loads a model of the user's own. Takes seconds for a large one.
    ///
    /// The model's library ends the process over models that it cannot use. Ask [`crate::probe()`] in a process of its own
    /// before a folder is loaded for the first time.
    pub fn load_folder(folder: &ModelFolder) -> Result<Self, EngineError> {
        let model = if folder.kind().is_streaming() {
            Model::Streaming(Arc::new(OnlineModel::load(folder)?))
        } else {
            Model::Offline(Arc::new(OfflineModel::load(folder)?))
        };
        Ok(Self {
            model,
            shares: Shares::of_this_machine(),
            name: folder.name().into(),
            language: folder.language().into(),
        })
    }

    /// Lets the model hear all of this, and forgets the words.
    pub(crate) fn hear_out(&self, pcm: &[i16]) -> Result<(), EngineError> {
        match &self.model {
            Model::Offline(decoder) => decoder.hear(pcm).map(drop),
            Model::Streaming(model) => {
                let mut stream = model.open();
                for chunk in pcm.chunks(STEP) {
                    stream.hear(chunk);
                }
                stream.end();
                stream.words().map(drop)
            }
        }
    }

    /// Opens a session with a detector of one's own.
    pub(crate) fn open_with(
        &self,
        detector: Box<dyn SpeechDetector>,
        options: SessionOptions,
    ) -> Box<dyn RecognitionSession> {
        match &self.model {
            Model::Offline(decoder) => {
                let share = Share::of(&self.shares);
                Box::new(Session::new(Arc::clone(decoder), share, detector, options))
            }
            Model::Streaming(model) => {
                Box::new(StreamingSession::new(Arc::clone(model), detector, options))
            }
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("model", &self.model()).finish_non_exhaustive()
    }
}

impl Recogniser for Engine {
    fn model(&self) -> String {
        self.name.to_string()
    }

    fn language(&self) -> String {
        self.language.to_string()
    }

    fn open(&self, options: SessionOptions) -> Result<Box<dyn RecognitionSession>, EngineError> {
        Ok(self.open_with(Box::new(Earshot::new()), options))
    }
}
