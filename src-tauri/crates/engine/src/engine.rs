//! The engine as others see it: loaded once from its pack, and sessions on it.

use std::path::Path;
use std::sync::Arc;

use crate::EngineError;
use crate::decoder::Decoder;
use crate::moonshine::Moonshine;
use crate::recogniser::{Recogniser, RecognitionSession, SessionOptions};
use crate::session::Session;
use crate::speech::Earshot;

/// The offline recogniser: Moonshine Tiny English, shared by all its sessions. Clones share it too.
#[derive(Clone)]
pub struct Engine {
    decoder: Arc<dyn Decoder>,
}

impl Engine {
    /// Loads the model from an engine pack, the folder that `cargo xtask setup` makes. Takes about a second.
    pub fn load(pack: &Path) -> Result<Self, EngineError> {
        Ok(Self { decoder: Arc::new(Moonshine::load(pack)?) })
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("model", &self.model()).finish_non_exhaustive()
    }
}

impl Recogniser for Engine {
    fn model(&self) -> &str {
        Moonshine::name()
    }

    fn open(&self, options: SessionOptions) -> Result<Box<dyn RecognitionSession>, EngineError> {
        Ok(Box::new(Session::new(Arc::clone(&self.decoder), Box::new(Earshot::new()), options)))
    }
}
