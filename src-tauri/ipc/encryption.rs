//! Commands about the encryption of the history. The recovery key is shown in the window, for a person has to have it; it is in
//! the answer of the two commands that show it, and in no event.

use sotto_encryption::RecoveryKey;
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_dialog::DialogExt as _;
use zeroize::Zeroizing;

use super::dto::EncryptionDto;
use super::{Answer, AppState, CommandError, ErrorCode, convert};
use crate::encryption::EncryptionStatus;
use crate::wiring::App;

/// Makes a key and gives its words. Nothing is encrypted yet.
#[tauri::command]
#[specta::specta]
pub async fn encryption_offer(app: AppState<'_>) -> Answer<String> {
    Ok(app.encryption.offer()?.expose().to_owned())
}

/// The user thought better of it.
#[tauri::command]
#[specta::specta]
pub async fn encryption_withdraw(app: AppState<'_>) -> Answer<()> {
    app.encryption.withdraw();
    Ok(())
}

/// Encrypts the history with the key that was offered: with the last group of its words, or `None` where a file with them was
/// written.
#[tauri::command]
#[specta::specta]
pub async fn encryption_begin(app: AppState<'_>, last_group: Option<String>) -> Answer<()> {
    let last_group = last_group.map(Zeroizing::new);
    Ok(app.encrypt(last_group.as_deref().map(String::as_str)).await?)
}

/// Decrypts it.
#[tauri::command]
#[specta::specta]
pub async fn encryption_end(app: AppState<'_>) -> Answer<()> {
    Ok(app.decrypt().await?)
}

/// Opens a history whose key the keyring does not give.
#[tauri::command]
#[specta::specta]
pub async fn encryption_unlock(app: AppState<'_>, recovery_key: String) -> Answer<()> {
    Ok(app.unlock(&Zeroizing::new(recovery_key)).await?)
}

/// Asks the keyring once more.
#[tauri::command]
#[specta::specta]
pub async fn encryption_retry(app: AppState<'_>) -> Answer<()> {
    Ok(app.unlock_again().await?)
}

/// The words of the key of an encrypted history, to be written down once more.
#[tauri::command]
#[specta::specta]
pub async fn encryption_key(app: AppState<'_>) -> Answer<String> {
    Ok(words(&app)?.expose().to_owned())
}

/// Puts the words on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn encryption_key_copy(app: AppState<'_>, window: tauri::AppHandle) -> Answer<()> {
    window
        .clipboard()
        .write_text(words(&app)?.expose())
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))
}

/// Asks where, and writes the words there; gives the file's name, or `None` where the user thought better of it.
#[tauri::command]
#[specta::specta]
pub async fn encryption_key_save(
    app: AppState<'_>,
    window: tauri::AppHandle,
) -> Answer<Option<String>> {
    let key = words(&app)?;
    let said = app.settings().language.spoken().words();
    let ask = move || {
        let dialog = window.dialog().file().set_file_name(said.recovery_file);
        dialog.add_filter(said.text, &["txt"]).blocking_save_file()
    };
    let chosen = tokio::task::spawn_blocking(ask)
        .await
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))?;
    let Some(chosen) = chosen else { return Ok(None) };
    let path = chosen.into_path().map_err(|error| CommandError::new(ErrorCode::Invalid, error))?;
    let text = format!("{}\n\n{}\n\n{}\n", said.recovery_title, key.expose(), said.recovery_note);
    let (text, file) = (Zeroizing::new(text), path.clone());
    convert::blocking(move || write_for_its_user(&file, text.as_bytes())).await?;
    app.encryption.is_saved();
    Ok(Some(path.file_name().unwrap_or_default().to_string_lossy().into_owned()))
}

fn write_for_its_user(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn words(app: &App) -> Answer<RecoveryKey> {
    let none = || CommandError::new(ErrorCode::NotFound, "there is no recovery key");
    app.encryption.words(&app.history).ok_or_else(none)
}

pub(super) async fn status(app: &App) -> EncryptionDto {
    match app.encryption.status(&app.history, &app.place.spools()).await {
        EncryptionStatus::Off => EncryptionDto::Off,
        EncryptionStatus::On { keyring, in_the_clear } => EncryptionDto::On {
            keyring: convert::key_status(keyring),
            in_the_clear: u32::try_from(in_the_clear).unwrap_or(u32::MAX),
        },
        EncryptionStatus::Locked(keyring) => {
            EncryptionDto::Locked { keyring: convert::key_status(keyring) }
        }
        EncryptionStatus::Working { is_encrypting, share } => {
            EncryptionDto::Working { is_encrypting, done: share.done, total: share.total }
        }
    }
}
