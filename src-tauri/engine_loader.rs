//! Reads models into the engine's slot, each on a thread of its own, and says how far it is. Nothing is read before somebody
//! needs it: a model takes more memory than all the rest of the program, and the cloud does without.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sotto_engine::{Engine, EngineError, Recogniser as _};
use tokio::runtime::Handle;
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
    wish: Arc<Mutex<Wish>>,
    runtime: Handle,
}

/// What is to be in the slot.
struct Wish {
    /// The user's own model; `None` is the pack's.
    own: Option<OwnModel>,
    /// Somebody needed it once.
    is_needed: bool,
    /// Counts what was asked for, so that of two that are read at a time the later one stays.
    turn: u64,
}

impl EngineLoader {
    /// Into this slot, with the user's own model or that of this pack, once it is needed. Within a runtime, whose threads read.
    #[must_use]
    pub fn new(slot: Arc<EngineSlot>, pack: PathBuf, own: Option<OwnModel>) -> Self {
        let publish = Arc::new(watch::channel(EngineState::Unread).0);
        let wish = Arc::new(Mutex::new(Wish { own, is_needed: false, turn: 0 }));
        Self { slot, pack, publish, wish, runtime: Handle::current() }
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

    /// Somebody will ask the engine, now or soon: its model is read, unless it was. Waits for nothing.
    pub fn need(&self) {
        let mut wish = self.wish();
        if !wish.is_needed {
            wish.is_needed = true;
            self.publish.send_replace(EngineState::Loading);
            self.begin(&mut wish);
        }
    }

    /// Takes the user's own model, or the pack's; where nobody needs it yet, it is only kept in mind. Until it is there, the
    /// one before goes on answering. Where the user's own cannot be used, the pack's answers in its place: no word is to be
    /// lost for it.
    pub fn choose(&self, own: Option<OwnModel>) {
        let mut wish = self.wish();
        wish.own = own;
        if wish.is_needed {
            self.begin(&mut wish);
        }
    }

    fn begin(&self, wish: &mut Wish) {
        wish.turn += 1;
        let (loader, own, turn) = (self.clone(), wish.own.clone(), wish.turn);
        self.runtime.spawn_blocking(move || {
            let (engine, state) = loader.read(own);
            let wish = loader.wish();
            if wish.turn == turn {
                loader.slot.fill(engine);
                loader.publish.send_replace(state);
            }
        });
    }

    fn wish(&self) -> MutexGuard<'_, Wish> {
        self.wish.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// One whose pack is not there: what it reads fails at once.
    fn loader() -> (EngineLoader, watch::Receiver<EngineState>) {
        let loader = EngineLoader::new(Arc::default(), PathBuf::from("no-such-pack"), None);
        let state = loader.state();
        (loader, state)
    }

    #[tokio::test]
    async fn nothing_is_read_until_somebody_needs_it() {
        let (loader, mut state) = loader();
        loader.choose(Some(OwnModel { folder: "no-such-model".to_owned(), language: None }));
        loader.choose(None);
        assert!(matches!(*state.borrow_and_update(), EngineState::Unread));
        loader.need();
        assert!(!matches!(*state.borrow(), EngineState::Unread));
        let read = state.wait_for(|state| matches!(state, EngineState::Failed(_))).await;
        assert!(read.is_ok());
    }

    #[tokio::test]
    async fn it_is_read_once_whoever_needs_it_then() {
        let (loader, mut state) = loader();
        loader.need();
        state.wait_for(|state| matches!(state, EngineState::Failed(_))).await.unwrap();
        loader.need();
        assert_eq!(loader.wish().turn, 1);
        assert!(!state.has_changed().unwrap());
        loader.choose(None);
        state.changed().await.unwrap();
        assert_eq!(loader.wish().turn, 2, "another model is another matter");
    }

    #[tokio::test]
    async fn who_needs_it_need_not_be_a_task() {
        let (loader, mut state) = loader();
        std::thread::spawn(move || loader.need()).join().unwrap();
        assert!(state.wait_for(|state| matches!(state, EngineState::Failed(_))).await.is_ok());
    }
}
