//! What the window may know of tokens: that they were asked for, and what came of it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Answer, AppState, CommandError, ErrorCode};
use crate::recogniser::unix_ms;
use crate::token_trail::{TokenEntry, Unusual, unusual};

/// As many as a reader looks through.
const SHOWN: usize = 200;

/// The trail of tokens.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TokensSeenDto {
    /// The last ones, newest first.
    pub entries: Vec<TokenEntry>,
    /// What the user should look at.
    pub unusual: Option<Unusual>,
}

/// The tokens that were asked for on this computer.
#[tauri::command]
#[specta::specta]
pub async fn tokens_seen(app: AppState<'_>) -> Answer<TokensSeenDto> {
    let app = app.inner().clone();
    let mut entries = tokio::task::spawn_blocking(move || app.tokens.trail().last(SHOWN))
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))??;
    let unusual = unusual(&entries, unix_ms());
    entries.reverse();
    Ok(TokensSeenDto { entries, unusual })
}
