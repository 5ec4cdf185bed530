//! `sotto serve`: a v3 service for anyone's client, without a window.

use std::process::Stdio;

use serde_json::Value;
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
    let minter = Minter::new().unwrap();
    let request = TokenRequest { expires_in_seconds: 60, max_session_duration_seconds: 600 };
    let endpoint = Endpoint::custom(base).unwrap();
    minter.mint(&endpoint, key, request).await.unwrap();
    let refused = minter.mint(&endpoint, "0123456789abcdef0123456789abcdef", request).await;
    assert!(matches!(refused, Err(MintError::Rejected { .. })), "{:?}", refused.err());
}
