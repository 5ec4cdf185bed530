//! Reads models into the engine's slot, each on a thread of its own, and says how far it is.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use sotto_engine::{Engine, EngineError, Recogniser as _};
use tokio::sync::watch;

use crate::engine_slot::EngineSlot;
use crate::own_model::OwnModel;
use crate::recogniser::EngineState;

/// Cheap to clone; clones load into the same slot.
#[derive(Clone)]
pub struct EngineLoader {
    slot: Arc<EngineSlot>,
    pack: PathBuf,
    publish: Arc<watch::Sender<EngineState>>,
    /// Counts what was asked for, so that of two that are read at a time the later one stays.
    asked: Arc<Mutex<u64>>,
}

impl EngineLoader {
    /// Into this slot, with the model of this pack.
    #[must_use]
    pub fn new(slot: Arc<EngineSlot>, pack: PathBuf) -> Self {
        let publish = Arc::new(watch::channel(EngineState::Loading).0);
        Self { slot, pack, publish, asked: Arc::default() }
    }

    /// How far it is, now and as it changes.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<EngineState> {
        self.publish.subscribe()
    }

    /// What the model that answers is called, and its language; empty while none does.
    #[must_use]
    pub fn model(&self) -> (String, String) {
        (self.slot.model(), self.slot.language())
    }

    /// Reads the user's own model, or the pack's. Until it is there, the one before goes on answering. Where the user's
    /// own cannot be used, the pack's answers in its place: no word is to be lost for it.
    pub fn load(&self, own: Option<OwnModel>) {
        let turn = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            *asked += 1;
            *asked
        };
        let loader = self.clone();
        tokio::task::spawn_blocking(move || {
            let (engine, state) = loader.read(own);
            let asked = loader.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if *asked == turn {
                loader.slot.fill(engine);
                loader.publish.send_replace(state);
            }
        });
    }

    fn read(&self, own: Option<OwnModel>) -> (Result<Engine, Arc<EngineError>>, EngineState) {
        let mut instead_of = None;
        if let Some(model) = own {
            match model.load() {
                Ok(engine) => return (Ok(engine), EngineState::Ready { instead_of: None }),
                Err(error) => {
                    tracing::warn!(%error, "the chosen model cannot be used; the one that comes with the program is");
                    instead_of = Some(Arc::new(error));
                }
            }
        }
        match Engine::load(&self.pack).map_err(Arc::new) {
            Ok(engine) => (Ok(engine), EngineState::Ready { instead_of }),
            Err(error) => {
                tracing::warn!(%error, "the offline engine cannot be used");
                (Err(Arc::clone(&error)), EngineState::Failed(error))
            }
        }
    }
}
