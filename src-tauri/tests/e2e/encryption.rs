//! The history is encrypted in the window, the program is killed in the middle of a recording, the keyring loses its entry, and
//! the recovery key opens everything again.

use std::fs;
use std::path::Path;
use std::time::Duration;

use fantoccini::Locator;
use serde_json::{Value, json};
use sotto_audio::{KEPT_EXTENSION, KeptReader};
use sotto_encryption::{DataKey, RecoveryKey};
use zbus::zvariant::OwnedObjectPath;

use crate::live::beckett_is_whole;
use crate::stage::{Driven, Stage, eventually, plain};

/// Every file below `folder` that can be read, as its name and what is in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            found.push((path.to_string_lossy().into_owned(), bytes));
        }
    }
    found
}

fn holding(folder: &Path, what: &[u8]) -> Vec<String> {
    let holds = |bytes: &[u8]| bytes.windows(what.len()).any(|at| at == what);
    files(folder).into_iter().filter(|(_, bytes)| holds(bytes)).map(|(name, _)| name).collect()
}

/// The loudest stretch of the sound that was kept, as it was captured, and a piece of it as it lies in its file.
async fn sound_of(folder: &Path) -> (Vec<u8>, Vec<u8>) {
    // It is made smaller beside, and has its place once the spool is gone.
    let kept = eventually(Duration::from_secs(30), async || {
        let paths = fs::read_dir(folder.join("spool")).unwrap().map(|entry| entry.unwrap().path());
        let paths: Vec<_> = paths.collect();
        let [only] = paths.as_slice() else { return None };
        (only.extension().is_some_and(|ending| ending == KEPT_EXTENSION)).then(|| only.clone())
    });
    let kept = kept.await.expect("no sound was kept");
    let mut reader = KeptReader::open(&kept, None).unwrap();
    let frames = (0..).map_while(|number| reader.read(number).unwrap());
    let loudest = frames.max_by(|a, b| a.level_dbfs.total_cmp(&b.level_dbfs)).unwrap();
    let captured = loudest.pcm[..32].iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let bytes = fs::read(&kept).unwrap();
    (captured, bytes[bytes.len() / 2..][..64].to_vec())
}

/// Removes the key of the history from the keyring, as a new login or a new keyring would.
async fn lose_key(stage: &Stage) {
    let bus = zbus::connection::Builder::address(stage.desktop.bus_address()).unwrap();
    let bus = bus.build().await.unwrap();
    let attributes = std::collections::HashMap::from([("service", "app.sotto.desktop.history")]);
    let found = bus
        .call_method(
            Some("org.freedesktop.secrets"),
            "/org/freedesktop/secrets",
            Some("org.freedesktop.Secret.Service"),
            "SearchItems",
            &(attributes,),
        )
        .await
        .unwrap();
    let (items, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        found.body().deserialize().unwrap();
    assert!(items.len() == 1 && locked.is_empty(), "{items:?} {locked:?}");
    bus.call_method(
        Some("org.freedesktop.secrets"),
        items[0].as_str(),
        Some("org.freedesktop.Secret.Item"),
        "Delete",
        &(),
    )
    .await
    .unwrap();
}

/// As they are stored: a turn is in one piece, the whole text is not.
fn first_words(transcript: &Value) -> String {
    transcript["turns"][0]["text"].as_str().unwrap().to_owned()
}

async fn type_into(program: &Driven, id: &str, text: &str) {
    let css = format!("[data-testid='{id}']");
    let field = program.window.wait().for_element(Locator::Css(&css)).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}

async fn is_over(stage: &Stage) {
    let over = eventually(Duration::from_secs(30), async || {
        (stage.sotto(&["status"]).await["kind"] == "notRunning").then_some(())
    });
    over.await.expect("the program did not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_is_in_no_file_and_a_lost_keyring_costs_the_typing_of_the_recovery_key() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true, "isAudioKept": true }));
    let mut program = stage.open_driven().await;
    stage.record(&mut program.lines, "beckett.wav").await;
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    let said = first_words(&stored);
    let (captured, sound) = sound_of(stage.folder()).await;
    assert!(!holding(stage.folder(), said.as_bytes()).is_empty(), "the search finds no text");
    assert!(!holding(stage.folder(), &sound).is_empty(), "the search finds no sound");

    // Encrypted in the window, once the recovery key was written down.
    program.click("settings-open").await;
    program.click("encryption-offer").await;
    let key = program.wait_for("recovery-key", |text| text.len() > 50).await;
    let groups: Vec<&str> = key.split_whitespace().collect();
    assert_eq!(groups.len(), 14, "{key}");
    type_into(&program, "encryption-last", "0000").await;
    program.click("encryption-begin").await;
    program.wait_for("encryption-problem", |text| !text.is_empty()).await;
    assert!(!holding(stage.folder(), said.as_bytes()).is_empty(), "nobody had shown the key");
    type_into(&program, "encryption-last", groups[13]).await;
    program.click("encryption-begin").await;
    program.wait_for("encryption-key", |text| !text.is_empty()).await;
    let nothing_in_the_clear = |when: &str| {
        assert_eq!(holding(stage.folder(), said.as_bytes()), [""; 0], "{when}");
        for sound in [&captured, &sound] {
            assert_eq!(holding(stage.folder(), sound), [""; 0], "{when}");
        }
        for group in groups.chunks(2).map(|pair| pair.join("-")) {
            assert_eq!(holding(stage.folder(), group.as_bytes()), [""; 0], "the key, {when}");
        }
    };
    nothing_in_the_clear("once it is encrypted");
    let page = program.window.source().await.unwrap();
    assert!(!page.contains(groups[13]), "the recovery key stays in the page");
    assert_eq!(
        stage.sotto(&["history", "recovery-key"]).await["recoveryKey"].as_str().unwrap(),
        groups.join("-")
    );
    program.window.clone().close().await.unwrap();
    drop(program);
    is_over(&stage).await;

    // The keyring opens it; the program is killed in the middle of the next recording.
    let mut program = stage.open().await;
    stage.sotto(&["start"]).await;
    program.lines.recording().await;
    let mut speaking = stage.desktop.microphone().speak(&Stage::speech("beckett.wav")).unwrap();
    program.lines.until("a turn", |line| line["kind"] == "turnCommitted").await;
    nothing_in_the_clear("while it is recorded");
    speaking.finished().await;
    program.kill().await;
    nothing_in_the_clear("as the kill left it");
    drop(program);

    // The keyring has lost the key: the window asks, and nothing is kept in the clear meanwhile.
    lose_key(&stage).await;
    let program = stage.open_driven().await;
    program.wait_for("unlock-why", |text| text.contains("no key")).await;
    let refused = stage.sotto(&["start"]).await;
    assert_eq!(refused["error"]["code"], "HistoryNeedsKey", "{refused}");
    type_into(&program, "unlock-key", &groups.join("-").replace(groups[0], "0000")).await;
    program.click("unlock-open").await;
    program.wait_for("unlock-problem", |text| text.contains("letter")).await;
    let other = RecoveryKey::of(&DataKey::random().unwrap());
    type_into(&program, "unlock-key", other.expose()).await;
    program.click("unlock-open").await;
    program.wait_for("unlock-problem", |text| text.contains("another history")).await;
    type_into(&program, "unlock-key", &groups.join(" ").to_lowercase()).await;
    program.click("unlock-open").await;

    // Both recordings are there; the one that was killed is finished now.
    let whole = eventually(Duration::from_secs(60), async || {
        let page = stage.command_output(&["history", "list"]).await;
        let finished = page.iter().filter(|one| one["state"] == "finished").count();
        (page.len() == 2 && finished == 2).then_some(())
    });
    whole.await.expect("the recording that was killed was not finished");
    let stored = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    beckett_is_whole(&plain(stored["text"].as_str().unwrap()));
    program.click("library-item").await;
    program.wait_for("reading-text", |text| !text.trim().is_empty()).await;
    nothing_in_the_clear("at the end");
    // The keyring was given its copy again.
    let kept = stage.sotto(&["history", "recovery-key"]).await;
    assert_eq!(kept["recoveryKey"].as_str().unwrap(), groups.join("-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_encrypts_unlocks_and_decrypts() {
    let stage = Stage::set().await.settings(&json!({ "isWelcomed": true, "isAudioKept": true }));
    let mut program = stage.open().await;
    stage.record(&mut program.lines, "beckett.wav").await;
    let before = stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    let (refused, _) = stage.typed(&["history", "encrypt"], |_| "0000".to_owned()).await;
    assert!(!refused, "it was encrypted under the running program");
    program.kill().await;
    drop(program);

    let (refused, _) = stage.typed(&["history", "encrypt"], |_| "0000".to_owned()).await;
    assert!(!refused, "nobody had shown that they have the recovery key");
    let last = |line: &str| line.trim_end_matches("\"}").rsplit('-').next().unwrap().to_owned();
    let (done, key) = stage.typed(&["history", "encrypt"], last).await;
    assert!(done, "{key}");
    let key: Value = serde_json::from_str(&key).unwrap();
    let key = key["recoveryKey"].as_str().unwrap().to_owned();
    let said = first_words(&before);
    assert_eq!(holding(stage.folder(), said.as_bytes()), [""; 0]);
    assert_eq!(stage.sotto(&["history", "export", "last", "--format", "json"]).await, before);

    lose_key(&stage).await;
    let locked = stage.command_output(&["history", "list"]).await;
    assert!(locked.is_empty(), "{locked:?}");
    assert!(!stage.typed(&["history", "unlock"], |_| key[1..].to_owned()).await.0);
    assert!(stage.typed(&["history", "unlock"], |_| key.clone()).await.0);
    assert_eq!(stage.sotto(&["history", "decrypt"]).await["kind"], "decrypted");
    assert!(!holding(stage.folder(), said.as_bytes()).is_empty());
    assert_eq!(stage.sotto(&["history", "export", "last", "--format", "json"]).await, before);
}
