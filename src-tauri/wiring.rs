//! Everything that the program is made of, made once and connected. Knows nothing of Tauri: `ipc/`, `shell/` and
//! `control` call it.

mod beginning;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sotto_audio::{Device, DeviceId};
use sotto_feed::Feed;
use sotto_history::{Bookmark, History, HistoryError, Source};
use sotto_tokens::{Broker, Minter};
use sotto_vault::{FoundKey, KeyStatus, Secret, Vault};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::broker_credential::BrokerCredential;
use crate::cost::{Budget, Cost, CostCounter};
use crate::encryption::Encryption;
use crate::engine_loader::EngineLoader;
use crate::environment;
use crate::feed_lines::FeedLines;
use crate::ipc::CommandError;
use crate::own_model::OwnModel;
use crate::place::Place;
use crate::recogniser::{Access, Recogniser, TokenSource, unix_ms};
use crate::recordings::{
    self, Declared, Imported, Keeping, RecordingError, Recordings, SharedError,
};
use crate::settings::{Settings, SettingsError, SettingsFile, SettingsPatch};
use crate::shortcuts::{self, Deed, Talk, Trial};
use crate::token_trail::TokenTrail;
use crate::updates::UpdateBoard;

pub use self::beginning::Beginning;

/// Under which name the key lies in the keyring.
pub const KEYRING_SERVICE: &str = "app.sotto.desktop";
/// The same of a broker's credential.
pub const BROKER_SERVICE: &str = "app.sotto.desktop.broker";

/// What the page takes to be painted after it has asked what there is to paint.
const FIRST_PICTURE: Duration = Duration::from_millis(300);

/// The addresses from which the window's pages come, by platform.
pub const WINDOW_ORIGINS: [&str; 3] =
    ["tauri://localhost", "http://tauri.localhost", "https://tauri.localhost"];

/// What happened, for the window and for those who follow on the command line.
#[derive(Debug, Clone)]
pub enum Happening {
    /// See [`crate::recordings::RecordingState`].
    RecordingChanged,
    /// The user changed a setting.
    SettingsChanged,
    /// The key was saved or forgotten.
    KeyChanged,
    /// The history is encrypted, was decrypted, opened, or is on its way there.
    EncryptionChanged,
    /// Another recogniser, or the engine became ready or failed.
    RecogniserChanged,
    /// Stored text or a title changed.
    HistoryChanged(Uuid),
    /// A moment of a recording was marked, or a mark was taken away.
    BookmarksChanged(Uuid),
    /// The first words of a recording were painted.
    FirstText(Uuid),
    /// The words of a recording up to this sample were painted.
    Painted(Uuid, u64),
    /// The device delivered nothing for a while, or the user paused.
    Declared(Declared),
    /// A final turn is on disk.
    TurnCommitted(Arc<sotto_history::Turn>),
    /// A recording's transcript is complete.
    RecordingFinished(Uuid),
    /// Somebody listed what can be recorded from.
    DevicesListed(Arc<[Device]>),
    /// A shortcut was pressed while it was being tried.
    ShortcutPressed(Deed),
    /// The desktop gave shortcuts, or took them back.
    ShortcutsChanged,
    /// What was said could not be handed to the program in front.
    DictationFailed(CommandError),
    /// Sessions of the cloud were open for longer, or cost something else.
    CostChanged,
    /// A recording was started or stopped by a key, the tray, or `sotto toggle`.
    Toggled {
        /// Started.
        is_started: bool,
    },
    /// A file became a recording.
    Imported(Uuid),
    /// The window was to be closed, and the user does not know yet what that means.
    CloseAsked,
    /// The user wants to see the settings, and said so outside of the window.
    SettingsWanted,
    /// Something else is known of newer versions.
    UpdatesChanged,
}

/// The program, without its windows.
pub struct App {
    /// Folders.
    pub place: Place,
    /// Microphone and spools.
    pub recordings: Recordings,
    /// Transcripts.
    pub history: History,
    /// Whether transcripts and audio are encrypted, and their key.
    pub encryption: Encryption,
    /// The API key.
    pub vault: Vault,
    /// What a team's token broker wants to see.
    pub broker_credential: BrokerCredential,
    /// Tokens.
    pub tokens: TokenSource,
    /// Frames to the window.
    pub feed: Feed,
    /// The same frames where the window may not open sockets to loopback.
    pub feed_lines: FeedLines,
    /// The offline engine's model.
    pub engine: EngineLoader,
    /// A key that was seen and could be imported.
    pub found_key: FoundKey,
    /// The window asks first of all where the key is, and a keyring takes its time to be reached.
    early_key: Mutex<Option<JoinHandle<KeyStatus>>>,
    /// Push-to-talk.
    pub talk: Talk,
    /// Whether shortcuts are only being tried.
    pub trial: Trial,
    counter: CostCounter,
    /// What is known of newer versions.
    pub updates: UpdateBoard,
    settings: Mutex<Settings>,
    settings_file: SettingsFile,
    happenings: broadcast::Sender<Happening>,
}

impl App {
    /// Opens everything. Where the offline engine is the chosen recogniser, its model is read beside; recording can start before
    /// it is there. Else it is read when it is needed.
    ///
    /// # Errors
    /// When the history or the folders cannot be used.
    pub async fn open(
        place: Place,
        engine_pack: PathBuf,
        beginning: Beginning,
    ) -> anyhow::Result<Arc<Self>> {
        recordings::encryption::tidy(place.data(), &place.spools())?;
        let history = History::open(&place.history())?;
        let encryption = Encryption::open();
        if let Err(error) = encryption.unlock_from_keyring(&history).await {
            tracing::warn!(%error, "the history is encrypted and waits for its recovery key");
        }
        let recordings = Recordings::open(place.spools(), history.clone()).await?;
        let environment_key = environment::api_key();
        let found_key = sotto_vault::find_key(
            environment_key.as_ref().map(Secret::expose),
            &std::env::current_dir()?,
        );
        let vault = Vault::open(KEYRING_SERVICE, environment_key);
        let asked = vault.clone();
        let early_key = tokio::spawn(async move { asked.status().await });
        let Beginning { settings, settings_file, slot, service, service_key, feed } = beginning;
        let engine = EngineLoader::new(slot, engine_pack, settings.own_model.clone());
        let trail = TokenTrail::new(place.data());
        let tokens =
            TokenSource::new(Minter::default(), service, service_key, engine.clone(), trail);
        let counter = CostCounter::new(history.clone());
        counter.refresh(unix_ms())?;
        let (talk, pressed) = Talk::new();
        let app = Arc::new(Self {
            recordings,
            history,
            encryption,
            vault,
            broker_credential: BrokerCredential::open(BROKER_SERVICE),
            tokens,
            feed,
            feed_lines: FeedLines::default(),
            found_key,
            early_key: Mutex::new(Some(early_key)),
            talk,
            trial: Trial::default(),
            counter,
            updates: UpdateBoard::new(cfg!(sotto_updates)),
            settings: Mutex::new(settings),
            engine,
            settings_file,
            happenings: broadcast::channel(256).0,
            place,
        });
        tokio::spawn(shortcuts::follow(Arc::downgrade(&app), pressed));
        app.recordings.tidy(app.history.clone());
        app.watch_recordings();
        app.watch_declared();
        app.watch_engine();
        Ok(app)
    }

    /// Where the key is. Who asks first is told what was asked at the start.
    pub async fn key_status(&self) -> KeyStatus {
        let early = self.early_key.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(early) = early
            && let Ok(status) = early.await
        {
            return status;
        }
        self.vault.status().await
    }

    /// What happens from now on.
    #[must_use]
    pub fn happenings(&self) -> broadcast::Receiver<Happening> {
        self.happenings.subscribe()
    }

    pub(crate) fn happenings_sender(&self) -> broadcast::Sender<Happening> {
        self.happenings.clone()
    }

    /// Tells everyone who listens; that nobody does is no error.
    pub fn tell(&self, happening: Happening) {
        self.happenings.send(happening).ok();
    }

    /// The settings as they stand.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes settings, on disk first.
    ///
    /// # Errors
    /// When a value makes no sense or the file cannot be written; nothing is changed then.
    pub fn settings_update(&self, patch: SettingsPatch) -> Result<Settings, SettingsError> {
        let next = {
            let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
            let next = settings.patched(patch)?;
            self.settings_file.store(&next)?;
            *settings = next.clone();
            next
        };
        self.need_engine_if_chosen();
        self.tell(Happening::SettingsChanged);
        self.tell(Happening::RecogniserChanged);
        self.tell(Happening::CostChanged);
        Ok(next)
    }

    /// Another model for the offline engine, on disk first; `None` is the one that comes with the program.
    ///
    /// # Errors
    /// When the settings' file cannot be written; nothing is changed then.
    pub fn choose_model(&self, own: Option<OwnModel>) -> Result<(), SettingsError> {
        {
            let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
            let next = Settings { own_model: own.clone(), ..settings.clone() };
            self.settings_file.store(&next)?;
            *settings = next;
        }
        self.tell(Happening::SettingsChanged);
        self.engine.choose(own);
        Ok(())
    }

    /// Where tokens of the cloud come from: a broker, or the key again; on disk first.
    ///
    /// # Errors
    /// When the settings' file cannot be written; nothing is changed then.
    pub fn use_broker(&self, broker: Option<&Broker>) -> Result<(), SettingsError> {
        {
            let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
            let broker = broker.map(|broker| broker.url().to_string());
            let next = Settings { broker, ..settings.clone() };
            self.settings_file.store(&next)?;
            *settings = next;
        }
        self.tell(Happening::SettingsChanged);
        self.tell(Happening::KeyChanged);
        self.tell(Happening::RecogniserChanged);
        Ok(())
    }

    /// What opens the cloud. An address of a broker that may not be used is none.
    #[must_use]
    pub fn access(&self) -> Access {
        match self.settings().broker.as_deref().map(Broker::new) {
            Some(Ok(broker)) => {
                Access::Broker { broker, credential: self.broker_credential.clone() }
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "the address of the token broker cannot be used");
                Access::Key(self.vault.clone())
            }
            None => Access::Key(self.vault.clone()),
        }
    }

    /// Who will recognise the next session: whom the user chose, or the offline engine once the budget is spent and the
    /// user wants it so. That is as if the user had chosen it: what it writes is not redone for money.
    #[must_use]
    pub fn recogniser(&self) -> Recogniser {
        let chosen = self.recogniser_wanted();
        let is_spent = self.settings().cost.is_offline_at_budget
            && chosen != Recogniser::Offline
            && self.cost().budget == Budget::Spent;
        if is_spent { Recogniser::Offline } else { chosen }
    }

    /// Whom the user chose, whatever it costs.
    #[must_use]
    pub fn recogniser_wanted(&self) -> Recogniser {
        Recogniser::chosen(self.settings().recogniser)
    }

    /// What the cloud costs, as far as it was counted.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.counter.cost(&self.settings().cost)
    }

    /// Adds to what a recording's sessions took; on disk when this returns. Blocks.
    ///
    /// # Errors
    /// When it makes no sense or cannot be stored.
    pub fn usage_add(
        &self,
        recording: Uuid,
        source: Source,
        open_ms: u64,
    ) -> Result<(), HistoryError> {
        self.recount(|| self.counter.add(recording, source, open_ms, unix_ms()))
    }

    /// Reads the count anew, which may be another on another day. Blocks.
    pub fn cost_refresh(&self) {
        if let Err(error) = self.recount(|| self.counter.refresh(unix_ms())) {
            tracing::warn!(%error, "what the cloud costs could not be read");
        }
    }

    fn recount(
        &self,
        count: impl FnOnce() -> Result<(), HistoryError>,
    ) -> Result<(), HistoryError> {
        let before = self.cost();
        count()?;
        let after = self.cost();
        if after != before {
            self.tell(Happening::CostChanged);
        }
        if after.budget != before.budget {
            self.need_engine_if_chosen();
            self.tell(Happening::RecogniserChanged);
        }
        Ok(())
    }

    /// Starts a recording on the device of the settings.
    ///
    /// # Errors
    /// When the microphone, the disk or the history refuse; when a private one is asked for and what is live is none.
    pub async fn recording_start(&self, keeping: Keeping) -> Result<Uuid, SharedError> {
        self.recordings.start(self.settings().device_id.map(DeviceId), keeping).await
    }

    /// Goes on with what was paused, on the device of the settings.
    ///
    /// # Errors
    /// When nothing is recorded, or the microphone refuses.
    pub async fn recording_go_on(&self) -> Result<(), SharedError> {
        self.recordings.go_on(self.settings().device_id.map(DeviceId)).await
    }

    /// Marks this moment of what is being recorded.
    ///
    /// # Errors
    /// When nothing is recorded, or the history refuses.
    pub async fn bookmark_now(&self, note: String) -> Result<Bookmark, SharedError> {
        let live = self.recordings.state().borrow().live.recording();
        let recording = live.ok_or_else(|| Arc::new(RecordingError::NotNow))?;
        let at = self.recordings.moment(recording).await?;
        let bookmark = Bookmark { recording, at, note };
        let (history, stored) = (self.history.clone(), bookmark.clone());
        let store = move || Ok(history.bookmark_set(&stored)?);
        recordings::blocking(store).await?;
        self.tell(Happening::BookmarksChanged(recording));
        Ok(bookmark)
    }

    /// Starts when nothing is recorded, else stops.
    ///
    /// # Errors
    /// As starting or stopping.
    pub async fn recording_toggle(&self) -> Result<(), SharedError> {
        let is_started = self.recordings.state().borrow().live.recording().is_none();
        if is_started {
            self.recording_start(Keeping::Disk).await?;
        } else {
            self.recordings.stop().await?;
        }
        self.tell(Happening::Toggled { is_started });
        Ok(())
    }

    /// Makes a recording of an audio file.
    ///
    /// # Errors
    /// When the file is no audio, or the disk or the history refuse.
    pub async fn recording_import(&self, file: &Path) -> Result<Imported, SharedError> {
        let imported = self.recordings.import(file).await?;
        self.tell(Happening::Imported(imported.recording));
        Ok(imported)
    }

    /// The page is being painted; what would have been in its way begins. To read a model takes a processor for a second.
    pub(crate) fn page_has_begun(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(FIRST_PICTURE).await;
            if let Some(app) = app.upgrade() {
                app.need_engine_if_chosen();
            }
        });
    }

    /// Not only with the first recording: that is to find it there.
    fn need_engine_if_chosen(&self) {
        if self.recogniser() == Recogniser::Offline {
            self.engine.need();
        }
    }

    fn watch_recordings(self: &Arc<Self>) {
        let (app, mut state) = (Arc::downgrade(self), self.recordings.state());
        tokio::spawn(async move {
            while state.changed().await.is_ok() {
                let Some(app) = app.upgrade() else { return };
                app.tell(Happening::RecordingChanged);
            }
        });
    }

    fn watch_declared(self: &Arc<Self>) {
        let (app, mut declared) = (Arc::downgrade(self), self.recordings.declared());
        tokio::spawn(async move {
            // One that was missed is in the history; the window reads it there.
            while let Ok(one) = declared.recv().await {
                let Some(app) = app.upgrade() else { return };
                app.tell(Happening::Declared(one));
            }
        });
    }

    fn watch_engine(self: &Arc<Self>) {
        let (app, mut engine) = (Arc::downgrade(self), self.tokens.engine());
        tokio::spawn(async move {
            while engine.changed().await.is_ok() {
                let Some(app) = app.upgrade() else { return };
                app.tell(Happening::RecogniserChanged);
            }
        });
    }
}

/// The loopback v3 service, with a key that nobody outside this process knows.
#[cfg(test)]
mod tests;
