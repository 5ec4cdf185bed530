//! `sotto history encrypt`, `decrypt`, `unlock` and `recovery-key`. Recovery keys come by standard input, never as an argument,
//! where every process could read them.

use std::fs::File;
use std::io::{self, BufRead as _};
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use sotto_encryption::{DataKey, RecoveryKey};
use sotto_history::History;
use sotto_vault::{Kept, Secret};
use zeroize::Zeroizing;

use super::{say, say_json};
use crate::control::{Control, Line, Request};
use crate::encryption::{self, Encryption};
use crate::place::Place;
use crate::recordings::encryption as files;

/// The history, with the keyring's key if it needs one.
pub(super) async fn opened(place: &Place) -> anyhow::Result<History> {
    let history = History::open(&place.history())?;
    Encryption::open()
        .unlock_from_keyring(&history)
        .await
        .context("the history is encrypted; `sotto history unlock` takes its recovery key")?;
    Ok(history)
}

pub(super) async fn encrypt(place: &Place, json: bool) -> anyhow::Result<ExitCode> {
    let _claim = claim(place)?;
    files::tidy(place.data(), &place.spools())?;
    let history = History::open(&place.history())?;
    ensure!(!history.needs_key(), "the history is encrypted already");
    let key = DataKey::random()?;
    let words = RecoveryKey::of(&key);
    if json {
        say_json(&serde_json::json!({ "recoveryKey": words.expose() }))?;
    } else {
        say(
            "The recovery key. Without it, and without this computer's keyring, nobody can read the history again:",
        )?;
        say("")?;
        say(words.expose())?;
        say("")?;
        say("Write it down or save it somewhere else, then type its last four letters to go on:")?;
    }
    ensure!(words.ends_with(&line()?), "these are not its last letters; nothing was encrypted");
    match encryption::vault().save(secret(&key)).await {
        Ok(Kept::InKeyring { .. }) => {}
        Ok(Kept::ThisRunOnly { reason }) => {
            tracing::warn!(reason, "there is no keyring: Sotto asks for the recovery key");
        }
        Err(error) => tracing::warn!(%error, "the keyring did not take the key"),
    }
    files::encrypt(&place.spools(), &history, &key, |_| {})?;
    answer("The history is encrypted.", "encrypted", json)
}

pub(super) async fn decrypt(place: &Place, json: bool) -> anyhow::Result<ExitCode> {
    let _claim = claim(place)?;
    files::tidy(place.data(), &place.spools())?;
    let history = opened(place).await?;
    ensure!(history.key().is_some(), "the history is not encrypted");
    files::decrypt(&place.spools(), &history, |_| {})?;
    encryption::vault().forget().await?;
    answer("The history is not encrypted any more.", "decrypted", json)
}

pub(super) async fn unlock(place: &Place, json: bool) -> anyhow::Result<ExitCode> {
    let history = History::open(&place.history())?;
    ensure!(history.needs_key(), "the history is not encrypted");
    let key = RecoveryKey::read(&line()?)?;
    encryption::unlock(&history, &key).await?;
    if let Kept::ThisRunOnly { reason } = encryption::vault().save(secret(&key)).await? {
        // This run ends here: only the window could go on with it.
        bail!("the key was not kept, for there is no keyring: {reason}");
    }
    drop(history);
    if let Some(mut control) = Control::ask(place, Request::HistoryKeyChanged).await?
        && let Some(Line::Failed { error }) = control.next().await?
    {
        bail!("Sotto could not open the history: {error}");
    }
    answer("The history is open.", "unlocked", json)
}

pub(super) async fn recovery_key(place: &Place, json: bool) -> anyhow::Result<ExitCode> {
    let history = opened(place).await?;
    let key = history.key().context("the history is not encrypted")?;
    let words = RecoveryKey::of(&key);
    if json {
        say_json(&serde_json::json!({ "recoveryKey": words.expose() }))?;
    } else {
        say(words.expose())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Files are encrypted by one process alone.
fn claim(place: &Place) -> anyhow::Result<File> {
    place.claim()?.context("Sotto is running: use its settings, or quit it first")
}

fn line() -> anyhow::Result<Zeroizing<String>> {
    let mut typed = Zeroizing::new(String::new());
    io::stdin().lock().read_line(&mut typed)?;
    Ok(typed)
}

fn secret(key: &DataKey) -> Secret {
    Secret::new(RecoveryKey::of(key).expose().to_owned())
}

fn answer(words: &str, kind: &str, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        say_json(&serde_json::json!({ "kind": kind }))?;
    } else {
        say(words)?;
    }
    Ok(ExitCode::SUCCESS)
}
