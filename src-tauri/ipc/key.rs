//! Commands about the API key. It comes in once and never goes back out.

use sotto_vault::Secret;

use super::dto::KeyCheckDto;
use super::{Answer, AppState, CommandError, ErrorCode, convert};
use crate::recogniser::TokenError;
use crate::wiring::{App, Happening};

/// Checks a key by minting a token, then keeps it.
#[tauri::command]
#[specta::specta]
pub async fn key_save(app: AppState<'_>, key: String) -> Answer<KeyCheckDto> {
    check_and_keep(&app, Secret::new(key)).await
}

/// As [`key_save`], with the key that was found in the environment or a `.env` file.
#[tauri::command]
#[specta::specta]
pub async fn key_import(app: AppState<'_>) -> Answer<KeyCheckDto> {
    let key = app
        .found_key
        .secret()
        .ok_or_else(|| CommandError::new(ErrorCode::NotFound, "no key was found"))?;
    check_and_keep(&app, key).await
}

/// Forgets the key, everywhere.
#[tauri::command]
#[specta::specta]
pub async fn key_forget(app: AppState<'_>) -> Answer<()> {
    app.vault.forget().await?;
    app.tell(Happening::KeyChanged);
    app.tell(Happening::RecogniserChanged);
    Ok(())
}

/// One path for every key, wherever it came from: `Works` means that a token was minted with it and that it is kept.
pub(crate) async fn check_and_keep(app: &App, key: Secret) -> Answer<KeyCheckDto> {
    let key = key.trimmed();
    if key.is_empty() {
        return Err(CommandError::new(ErrorCode::Invalid, "the key is empty"));
    }
    match app.tokens.check(&app.recogniser(), key.expose()).await {
        Ok(()) => {}
        Err(TokenError::Mint(error)) => {
            return Ok(match error.is_refusal() {
                true => KeyCheckDto::Rejected { message: error.to_string() },
                false => KeyCheckDto::Unreachable { message: error.to_string() },
            });
        }
        Err(error) => return Err(error.into()),
    }
    app.vault.save(key).await?;
    app.tell(Happening::KeyChanged);
    app.tell(Happening::RecogniserChanged);
    Ok(KeyCheckDto::Works { status: convert::key_status(app.vault.status().await) })
}
