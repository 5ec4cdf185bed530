//! Commands about the API key. It comes in once and never goes back out.

use sotto_tokens::Broker;
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

/// Asks a team's token broker for a token, then uses it in place of a key. What it wants to see, if anything, goes into the
/// keyring and never comes back.
#[tauri::command]
#[specta::specta]
pub async fn broker_save(
    app: AppState<'_>,
    address: String,
    credential: Option<String>,
) -> Answer<KeyCheckDto> {
    let broker =
        Broker::new(&address).map_err(|error| CommandError::new(ErrorCode::Invalid, error))?;
    let credential = credential.map(Secret::new).map(Secret::trimmed);
    let credential = credential.filter(|credential| !credential.is_empty());
    let checked = app.tokens.check_broker(&broker, credential.as_ref(), &app.recogniser()).await;
    if let Some(refusal) = refusal(checked)? {
        return Ok(refusal);
    }
    app.broker_credential.keep(&broker, credential.as_ref()).await?;
    app.use_broker(Some(&broker))?;
    Ok(KeyCheckDto::Works { status: convert::key_status(app.vault.status().await) })
}

/// Back to the key.
#[tauri::command]
#[specta::specta]
pub async fn broker_forget(app: AppState<'_>) -> Answer<()> {
    app.broker_credential.forget().await?;
    Ok(app.use_broker(None)?)
}

/// What a check came to, where that is no error of Sotto's own; `None`: it works.
fn refusal(checked: Result<(), TokenError>) -> Answer<Option<KeyCheckDto>> {
    match checked {
        Ok(()) => Ok(None),
        Err(TokenError::Mint(error)) if error.is_refusal() => {
            Ok(Some(KeyCheckDto::Rejected { message: error.to_string() }))
        }
        Err(TokenError::Mint(error)) => {
            Ok(Some(KeyCheckDto::Unreachable { message: error.to_string() }))
        }
        Err(error) => Err(error.into()),
    }
}

/// One path for every key, wherever it came from: `Works` means that a token was minted with it and that it is kept.
pub(crate) async fn check_and_keep(app: &App, key: Secret) -> Answer<KeyCheckDto> {
    let key = key.trimmed();
    if key.is_empty() {
        return Err(CommandError::new(ErrorCode::Invalid, "the key is empty"));
    }
    if let Some(refusal) = refusal(app.tokens.check(&app.recogniser(), key.expose()).await)? {
        return Ok(refusal);
    }
    app.vault.save(key).await?;
    app.tell(Happening::KeyChanged);
    app.tell(Happening::RecogniserChanged);
    Ok(KeyCheckDto::Works { status: convert::key_status(app.vault.status().await) })
}
