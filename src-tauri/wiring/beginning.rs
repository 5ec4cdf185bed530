//! What the window's content policy has to name, opened before everything else.

use std::sync::Arc;

use sotto_feed::Feed;
use sotto_server::{RunningServer, Server, ServerConfig};
use uuid::Uuid;

use super::WINDOW_ORIGINS;
use crate::engine_slot::EngineSlot;
use crate::place::Place;
use crate::recogniser::Recogniser;
use crate::settings::{Settings, SettingsFile};

/// The loopback sockets, and whom the user chose. The rest of the program opens while the window system starts.
pub struct Beginning {
    pub(super) settings: Settings,
    pub(super) settings_file: SettingsFile,
    pub(super) slot: Arc<EngineSlot>,
    pub(super) service: RunningServer,
    pub(super) service_key: String,
    pub(super) feed: Feed,
}

impl Beginning {
    /// Reads the settings and opens the sockets.
    ///
    /// # Errors
    /// When loopback cannot be used.
    pub async fn open(place: &Place) -> anyhow::Result<Self> {
        let settings_file = SettingsFile::new(place.data());
        let settings = settings_file.load();
        let slot = Arc::new(EngineSlot::new());
        let service_key =
            Uuid::new_v4().simple().to_string() + &Uuid::new_v4().simple().to_string();
        let config = ServerConfig {
            api_key: service_key.clone(),
            allowed_origins: WINDOW_ORIGINS.map(str::to_owned).to_vec(),
            ..ServerConfig::default()
        };
        let recogniser: Arc<EngineSlot> = Arc::clone(&slot);
        let service = Server::start(config, recogniser).await?;
        let feed = Feed::reserve(WINDOW_ORIGINS.map(str::to_owned).to_vec()).await?;
        Ok(Self { settings, settings_file, slot, service, service_key, feed })
    }

    /// The port of the loopback service.
    #[must_use]
    pub fn service_port(&self) -> u16 {
        self.service.port()
    }

    /// The port of the frames.
    #[must_use]
    pub fn feed_port(&self) -> u16 {
        self.feed.port()
    }

    /// Whom the user chose, whatever it costs.
    #[must_use]
    pub fn recogniser(&self) -> Recogniser {
        Recogniser::chosen(self.settings.recogniser)
    }
}
