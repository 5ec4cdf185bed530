use tempfile::TempDir;

use super::*;
use crate::recogniser::{EngineState, TokenError};
use crate::settings::RecogniserChoice;
use crate::token_trail::TokenUse;

/// The program without a window, for whom this recogniser was chosen; there is no engine pack.
async fn open(chosen: &str) -> (TempDir, Arc<App>) {
    let folder = tempfile::tempdir().unwrap();
    let settings = format!(r#"{{"recogniser":"{chosen}"}}"#);
    std::fs::write(folder.path().join("settings.json"), settings).unwrap();
    let place = Place::at(folder.path());
    let beginning = Beginning::open(&place).await.unwrap();
    let app = App::open(place, folder.path().join("no-pack"), beginning).await.unwrap();
    (folder, app)
}

fn is_unread(app: &App) -> bool {
    matches!(*app.tokens.engine().borrow(), EngineState::Unread)
}

async fn ask_the_engine(app: &App) -> Result<sotto_tokens::Token, TokenError> {
    let request =
        sotto_tokens::TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 600 };
    app.tokens.mint(&Recogniser::Offline, &app.access(), request, TokenUse::StandIn).await
}

#[tokio::test]
async fn while_the_cloud_is_chosen_no_model_is_read_until_the_engine_is_asked() {
    let (_folder, app) = open("assemblyai").await;
    app.settings_update(SettingsPatch::default()).unwrap();
    app.choose_model(None).unwrap();
    assert!(is_unread(&app));
    // It was read, or there would be no telling that it is not there.
    assert!(matches!(ask_the_engine(&app).await, Err(TokenError::Engine(_))));
}

#[tokio::test]
async fn who_chose_the_engine_finds_it_read_before_it_is_asked_and_the_page_before_that() {
    let (_folder, app) = open("offline").await;
    assert!(is_unread(&app), "the page waits for a model");
    app.page_has_begun();
    let mut engine = app.tokens.engine();
    let read = engine.wait_for(|state| !matches!(state, EngineState::Unread));
    tokio::time::timeout(Duration::from_secs(10), read).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_engine_is_read_when_it_becomes_the_chosen_one() {
    let (_folder, app) = open("assemblyaiEu").await;
    assert!(is_unread(&app));
    let offline =
        SettingsPatch { recogniser: Some(RecogniserChoice::Offline), ..SettingsPatch::default() };
    app.settings_update(offline).unwrap();
    assert!(!is_unread(&app));
}
