//! Newer versions: asked for once a day if the user wants it so, never put in place by themselves.

use std::sync::Arc;
use std::time::Duration;

use tauri::AppHandle;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};

use crate::ipc::CommandError;
use crate::recordings::Live;
use crate::updates::{UpdateError, Updates};
use crate::wiring::{App, Happening};

const EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Looks at start, once a day, and when the user begins to want it.
pub(crate) async fn follow(app: Arc<App>, handle: AppHandle) {
    if app.updates.now() == Updates::Absent {
        return;
    }
    let mut happenings = app.happenings();
    let mut clock = interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let app = Arc::downgrade(&app);
    let mut was_wanted = false;
    loop {
        let is_day_over = tokio::select! {
            _ = clock.tick() => true,
            told = happenings.recv() => match told {
                Ok(Happening::SettingsChanged) | Err(RecvError::Lagged(_)) => false,
                Ok(_) => continue,
                Err(RecvError::Closed) => return,
            },
        };
        let Some(app) = app.upgrade() else { return };
        let is_wanted = app.settings().is_looking_for_updates;
        if is_wanted && (is_day_over || !was_wanted) {
            // What came of it is on the board.
            look(&app, &handle).await.ok();
        }
        was_wanted = is_wanted;
    }
}

/// Asks whether there is a newer version.
///
/// # Errors
/// When nobody answers with a list of versions; the board says so too.
pub(crate) async fn look(app: &App, handle: &AppHandle) -> Result<(), UpdateError> {
    tell(app, Updates::Looking);
    match source::newest(handle).await {
        Ok(found) => {
            tell(app, found);
            Ok(())
        }
        Err(error) => Err(failed(app, error)),
    }
}

/// Brings the newer version and puts it in place of this one; it begins with the next start. It has to be signed by the key of
/// the releases.
///
/// # Errors
/// While something is recorded or finished; when it cannot be brought, is not genuine, or cannot be put in place.
pub(crate) async fn install(app: &App, handle: &AppHandle) -> Result<(), UpdateError> {
    let is_idle = {
        let state = app.recordings.state();
        let state = state.borrow();
        matches!(state.live, Live::Idle) && state.finishing.is_empty()
    };
    if !is_idle {
        return Err(UpdateError::Recording);
    }
    if let Updates::New { version, .. } = app.updates.now() {
        tell(app, Updates::Installing { version });
    }
    match source::install(handle).await {
        Ok(came) => {
            tell(app, came);
            Ok(())
        }
        Err(error) => Err(failed(app, error)),
    }
}

fn failed(app: &App, error: UpdateError) -> UpdateError {
    tracing::warn!(%error, "no newer version");
    tell(app, Updates::Failed { error: CommandError::from(&error) });
    error
}

fn tell(app: &App, known: Updates) {
    if app.updates.set(known) {
        app.tell(Happening::UpdatesChanged);
    }
}

/// The plugin that knows where releases lie and how they are signed.
#[cfg(sotto_updates)]
mod source {
    use tauri::AppHandle;
    use tauri_plugin_updater::{Error, UpdaterExt as _};

    use crate::updates::{UpdateError, Updates};

    /// On Linux the packages of the system put programs in place.
    const IS_INSTALLABLE: bool = !cfg!(target_os = "linux");

    pub(super) async fn newest(handle: &AppHandle) -> Result<Updates, UpdateError> {
        let found = handle.updater().map_err(sorted)?.check().await.map_err(sorted)?;
        Ok(match found {
            Some(update) => {
                Updates::New { version: update.version, is_installable: IS_INSTALLABLE }
            }
            None => Updates::Current,
        })
    }

    pub(super) async fn install(handle: &AppHandle) -> Result<Updates, UpdateError> {
        let found = handle.updater().map_err(sorted)?.check().await.map_err(sorted)?;
        let Some(update) = found else { return Ok(Updates::Current) };
        update.download_and_install(|_, _| {}, || {}).await.map_err(sorted)?;
        Ok(Updates::Installed { version: update.version })
    }

    fn sorted(error: Error) -> UpdateError {
        match error {
            Error::Minisign(_)
            | Error::Base64(_)
            | Error::SignatureUtf8(_)
            | Error::SignedVersionMismatch { .. }
            | Error::MissingSignedVersion => UpdateError::NotGenuine(error.into()),
            Error::Reqwest(_)
            | Error::Network(_)
            | Error::Http(_)
            | Error::ReleaseNotFound
            | Error::Serialization(_)
            | Error::TargetNotFound(_)
            | Error::TargetsNotFound(_) => UpdateError::NotReached(error.into()),
            _ => UpdateError::NotInstalled(error.into()),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_wrong_signature_is_told_from_a_wrong_line() {
            let swapped = Error::SignedVersionMismatch {
                signed: "0.1.0".to_owned(),
                announced: "9.0.0".to_owned(),
            };
            for forged in
                [swapped, Error::MissingSignedVersion, Error::SignatureUtf8(String::new())]
            {
                assert!(matches!(sorted(forged), UpdateError::NotGenuine(_)));
            }
            assert!(matches!(sorted(Error::ReleaseNotFound), UpdateError::NotReached(_)));
            assert!(matches!(sorted(Error::PackageInstallFailed), UpdateError::NotInstalled(_)));
        }
    }
}

#[cfg(not(sotto_updates))]
mod source {
    use tauri::AppHandle;

    use crate::updates::{UpdateError, Updates};

    pub(super) async fn newest(_: &AppHandle) -> Result<Updates, UpdateError> {
        Err(UpdateError::Absent)
    }

    pub(super) async fn install(_: &AppHandle) -> Result<Updates, UpdateError> {
        Err(UpdateError::Absent)
    }
}

/// The plugin, where the build has a key. It is told what to trust here and not in `tauri.conf.json`: no window may ask it
/// anything, and no file that lies beside the program changes the key.
#[cfg(sotto_updates)]
pub(crate) fn configure(context: &mut tauri::Context) {
    context
        .config_mut()
        .plugins
        .0
        .insert("updater".to_owned(), plugin_config(env!("SOTTO_UPDATE_KEY")));
}

/// See above.
#[cfg(not(sotto_updates))]
pub(crate) fn configure(_: &mut tauri::Context) {}

/// Registers the plugin, where the build has one.
#[cfg(sotto_updates)]
pub(crate) fn plug(builder: tauri::Builder<tauri::Wry>) -> tauri::Builder<tauri::Wry> {
    builder.plugin(tauri_plugin_updater::Builder::new().build())
}

/// See above.
#[cfg(not(sotto_updates))]
pub(crate) fn plug(builder: tauri::Builder<tauri::Wry>) -> tauri::Builder<tauri::Wry> {
    builder
}

#[cfg(any(test, sotto_updates))]
fn plugin_config(key: &str) -> serde_json::Value {
    serde_json::json!({
        "pubkey": key,
        "endpoints": [concat!(env!("CARGO_PKG_REPOSITORY"), "/releases/latest/download/latest.json")],
        // The list of versions is not signed: without this an old release could be passed off as a new one.
        "requireSignedVersion": true,
        "windows": { "installMode": "passive" },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_for_its_version_is_taken_and_only_over_tls() {
        let config = plugin_config("the key");
        assert_eq!(config["pubkey"], "the key");
        assert_eq!(config["requireSignedVersion"], true);
        let addresses = config["endpoints"].as_array().unwrap();
        assert!(!addresses.is_empty());
        assert!(addresses.iter().all(|one| one.as_str().unwrap().starts_with("https://")));
        // Downgrades and what is insecure have to be asked for by name.
        let names: Vec<&String> = config.as_object().unwrap().keys().collect();
        assert_eq!(names.len(), 4, "{names:?}");
    }

    /// The plugin reads it as it was meant.
    #[cfg(sotto_updates)]
    #[test]
    fn the_plugin_takes_it() {
        let config: tauri_plugin_updater::Config =
            serde_json::from_value(plugin_config(env!("SOTTO_UPDATE_KEY"))).unwrap();
        assert!(config.require_signed_version && !config.allow_downgrades);
        assert!(!config.dangerous_insecure_transport_protocol);
    }
}
