//! How long a session with a file is open, for the count of what the cloud costs: stored every few seconds, so that a
//! crash loses no more of it.

use std::time::{Duration, Instant};

use sotto_history::{History, Source};

use crate::recogniser::unix_ms;

/// As often as a heartbeat comes.
const STEP: Duration = Duration::from_secs(5);

/// Where the time of paid sessions is counted.
#[derive(Clone)]
pub(crate) struct OpenTime {
    pub(crate) history: History,
    pub(crate) source: Source,
}

/// A session that is open.
pub(super) struct Open<'a> {
    /// `None`: nobody pays for it.
    count: Option<&'a OpenTime>,
    since: Instant,
}

impl<'a> Open<'a> {
    /// It said `Begin` just now.
    pub(super) fn began(count: Option<&'a OpenTime>) -> Self {
        Self { count, since: Instant::now() }
    }

    /// Stores what has passed, if it is worth it.
    pub(super) async fn tick(&mut self) {
        if self.since.elapsed() >= STEP {
            self.store().await;
        }
    }

    /// It is closed.
    pub(super) async fn ended(mut self) {
        self.store().await;
    }

    async fn store(&mut self) {
        let Some(OpenTime { history, source }) = self.count.cloned() else { return };
        let passed = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since = Instant::now();
        let work = move || history.usage_add(source, passed, unix_ms());
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the time of a session was not counted"),
            Err(error) => tracing::warn!(%error, "the time of a session was not counted"),
        }
    }
}
