//! A place for the engine while its model is still being read, so that the loopback service can listen at once and its
//! port can be written into the window's content policy.

use std::sync::{Arc, OnceLock};

use sotto_engine::{Engine, EngineError, Recogniser, RecognitionSession, SessionOptions};

/// Empty, then filled once.
#[derive(Default)]
pub struct EngineSlot {
    engine: OnceLock<Result<Engine, Arc<EngineError>>>,
}

impl EngineSlot {
    /// An empty slot.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills it; a second filling is ignored.
    pub fn fill(&self, engine: Result<Engine, Arc<EngineError>>) {
        if self.engine.set(engine).is_err() {
            tracing::error!("the engine was loaded twice");
        }
    }
}

impl Recogniser for EngineSlot {
    fn model(&self) -> &str {
        match self.engine.get() {
            Some(Ok(engine)) => engine.model(),
            _ => "moonshine-tiny-en",
        }
    }

    /// Waits for the model; called on a blocking thread.
    fn open(&self, options: SessionOptions) -> Result<Box<dyn RecognitionSession>, EngineError> {
        match self.engine.wait() {
            Ok(engine) => engine.open(options),
            Err(error) => Err(EngineError::NotLoaded(Arc::clone(error))),
        }
    }
}
