//! A place for the engine: the loopback service can listen while the model is still being read, so that its port can be
//! written into the window's content policy; and another model can take its place while sessions of the one before go on.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use sotto_engine::{Engine, EngineError, Recogniser, RecognitionSession, SessionOptions};

type Loaded = Result<Engine, Arc<EngineError>>;

/// Empty until it is filled for the first time.
#[derive(Default)]
pub struct EngineSlot {
    engine: Mutex<Option<Loaded>>,
    filled: Condvar,
}

impl EngineSlot {
    /// An empty slot.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills it. Sessions that are open keep the engine that they have.
    pub fn fill(&self, engine: Loaded) {
        *self.lock() = Some(engine);
        self.filled.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Loaded>> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> Option<Engine> {
        self.lock().as_ref().and_then(|loaded| loaded.as_ref().ok().cloned())
    }
}

impl Recogniser for EngineSlot {
    fn model(&self) -> String {
        self.known().map_or_else(String::new, |engine| engine.model())
    }

    fn language(&self) -> String {
        self.known().map_or_else(|| "und".to_owned(), |engine| engine.language())
    }

    /// Waits for the model; called on a blocking thread.
    fn open(&self, options: SessionOptions) -> Result<Box<dyn RecognitionSession>, EngineError> {
        let loaded = {
            let guard = self.lock();
            let waited = self.filled.wait_while(guard, |engine| engine.is_none());
            waited.unwrap_or_else(PoisonError::into_inner).clone()
        };
        match loaded {
            Some(Ok(engine)) => engine.open(options),
            Some(Err(error)) => Err(EngineError::NotLoaded(error)),
            // `wait_while` returns when it is filled.
            None => Err(EngineError::DecodeFailed),
        }
    }
}
