//! `sotto serve`: a v3 service for anyone's client, without a window.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use sotto_client::{Connection, Credential};
use sotto_protocol::{CloseCode, StreamingParameters};
use sotto_tokens::{Endpoint, MintError, Minter, TokenRequest};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::stage::PROGRAM;

#[tokio::test(flavor = "multi_thread")]
async fn says_one_line_when_it_is_ready_and_mints_tokens_for_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Command::new(PROGRAM)
        .args(["serve", "--port", "0", "--json"])
        .env("SOTTO_DATA_DIR", folder.path())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(service.stdout.take().unwrap()).lines();
    let ready: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
    assert_eq!(ready["kind"], "ready");
    let base = ready["baseUrl"].as_str().unwrap();
    let key = ready["apiKey"].as_str().unwrap();
    let minter = Minter::default();
    let request = TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 600 };
    let endpoint = Endpoint::custom(base).unwrap();
    minter.mint(&endpoint, key, request).await.unwrap();
    let refused = minter.mint(&endpoint, "0123456789abcdef0123456789abcdef", request).await;
    assert!(matches!(refused, Err(MintError::Rejected { .. })), "{:?}", refused.err());
}

#[tokio::test(flavor = "multi_thread")]
async fn meets_the_faults_that_were_asked_for_and_logs_neither_key_nor_token() {
    const KEY: &str = "a-key-that-no-log-may-hold";
    let folder = tempfile::tempdir().unwrap();
    let mut service = Command::new(PROGRAM)
        .args(["serve", "--port", "0", "--json", "--log-format", "json"])
        .args(["--fault", "close:3008@0"])
        .env("SOTTO_DATA_DIR", folder.path())
        .env("SOTTO_SERVE_KEY", KEY)
        .env("SOTTO_LOG", "info")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(service.stdout.take().unwrap()).lines();
    let ready: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
    let base = ready["baseUrl"].as_str().unwrap();
    assert_eq!(ready["apiKey"], Value::Null);
    let request = TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 600 };
    let endpoint = Endpoint::custom(base).unwrap();
    let token = Minter::default().mint(&endpoint, KEY, request).await.unwrap();
    let token = token.token;
    let socket = format!("{}/v3/ws", base.replacen("http", "ws", 1)).parse().unwrap();
    let parameters = StreamingParameters::default();
    let mut connection =
        Connection::open(&socket, &parameters, Credential::Token(token.clone())).await.unwrap();
    connection.events.begin().await.unwrap();
    connection.sender.samples(&[0; 800]).await.unwrap();
    let closed = connection.events.rest().await.1.unwrap();
    assert_eq!(closed.code, Some(CloseCode::SESSION_EXPIRED));

    let mut log = BufReader::new(service.stderr.take().unwrap()).lines();
    let ended = loop {
        let line = log.next_line().await.unwrap().expect("the log says how the session ended");
        assert!(!line.contains(KEY) && !line.contains(&token), "{line}");
        let event: Value = serde_json::from_str(&line).unwrap();
        if event["message"] == "a session ended" {
            break event;
        }
    };
    assert_eq!((&ended["code"], &ended["audio_ms"]), (&3008.into(), &50.into()), "{ended}");
}

#[tokio::test]
async fn is_not_reachable_from_other_machines_unless_that_was_said() {
    let refused = Command::new(PROGRAM)
        .args(["serve", "--port", "0", "--host", "0.0.0.0"])
        .output()
        .await
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("--insecure-lan"), "{words}");
    assert!(refused.stdout.is_empty());
}

/// The pack's model as a folder that the user names.
#[tokio::test(flavor = "multi_thread")]
async fn serves_a_model_of_ones_own_and_says_which() {
    const KEY: &str = "a-key";
    let folder = tempfile::tempdir().unwrap();
    let model =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/engine-pack/moonshine-tiny-en");
    let mut service = Command::new(PROGRAM)
        .args(["serve", "--port", "0", "--json", "--api-key", KEY, "--model"])
        .arg(model)
        .env("SOTTO_DATA_DIR", folder.path())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(service.stdout.take().unwrap()).lines();
    let ready: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
    let base = ready["baseUrl"].as_str().unwrap();
    let socket = format!("{}/v3/ws", base.replacen("http", "ws", 1)).parse().unwrap();
    let key = Credential::Key(KEY.to_owned());
    let mut connection =
        Connection::open(&socket, &StreamingParameters::default(), key).await.unwrap();
    let configuration = connection.events.begin().await.unwrap().configuration.unwrap();
    assert_eq!(configuration.model.as_deref(), Some("moonshine-tiny-en"));
}

#[tokio::test]
async fn a_folder_without_a_model_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("model.onnx"), "no model").unwrap();
    let refused = Command::new(PROGRAM)
        .args(["serve", "--port", "0", "--model"])
        .arg(folder.path())
        .output()
        .await
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("the model cannot be used: "), "{words}");
    assert!(refused.stdout.is_empty());
}
