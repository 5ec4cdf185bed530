//! The way through the real library, with models that are made for it.

use std::path::Path;

use super::made;
use crate::recogniser::{EngineWord, RecognitionSession, SessionOptions, TurnUpdate};
use crate::scripted::{Loudness, check_updates, finals};
use crate::{Engine, ModelFolder, ModelKind, Recogniser, probe};

/// Some of what is heard: a tone of so many Hertz, or silence, in milliseconds.
const SCRIPT: [(u32, usize); 9] = [
    (0, 700),
    (400, 320),
    (3000, 320),
    (0, 240),
    (400, 320),
    (0, 1500),
    (3000, 320),
    (400, 320),
    (0, 1500),
];

fn audio() -> Vec<i16> {
    let tone = |hertz: u32, at: usize| {
        let phase = at as f32 * hertz as f32 * std::f32::consts::TAU / 16_000.0;
        (phase.sin() * 9_000.0) as i16
    };
    SCRIPT.iter().flat_map(|(hertz, ms)| (0..ms * 16).map(move |at| tone(*hertz, at))).collect()
}

fn load(name: &str, make: fn(&Path)) -> (ModelFolder, Engine) {
    let around = tempfile::tempdir().unwrap();
    let path = around.path().join(name);
    std::fs::create_dir(&path).unwrap();
    make(&path);
    let folder = ModelFolder::inspect(&path).unwrap();
    let engine = Engine::load_folder(&folder).unwrap();
    (folder, engine)
}

fn hear(engine: &Engine, chunk: usize) -> Vec<TurnUpdate> {
    let mut session: Box<dyn RecognitionSession> = engine.open_with(
        Box::new(Loudness),
        SessionOptions { format_turns: true, ..SessionOptions::default() },
    );
    let mut updates = Vec::new();
    for chunk in audio().chunks(chunk) {
        updates.extend(session.push(chunk).unwrap());
    }
    updates.extend(session.finish().unwrap());
    updates
}

fn words(updates: &[TurnUpdate]) -> Vec<EngineWord> {
    updates.iter().filter(|update| update.end_of_turn).flat_map(|turn| turn.words.clone()).collect()
}

fn check(engine: &Engine) {
    let updates = hear(engine, 800);
    assert_eq!(finals(&updates), ["low high low", "high low"]);
    check_updates(&updates, u32::try_from(audio().len() / 16).unwrap());
    for (word, start) in words(&updates).iter().zip([700_u32, 1020, 1580, 3400, 3720]) {
        assert!(word.start_ms.abs_diff(start) <= 60, "{word:?} began at {start}");
        assert!(word.end_ms.abs_diff(start + 320) <= 80, "{word:?} ended at {}", start + 320);
    }
    assert!(
        updates.iter().any(|update| !update.end_of_turn && !update.words.is_empty()),
        "no partials"
    );
    assert_eq!(hear(engine, 333), updates, "how audio is cut changed something");
}

#[test]
fn a_streaming_transducer_is_heard_through_the_library() {
    let (folder, engine) =
        load("sherpa-onnx-streaming-zipformer-en-made", made::streaming_transducer);
    assert_eq!(folder.kind(), ModelKind::StreamingTransducer);
    assert_eq!((&*engine.model(), &*engine.language()), ("streaming-zipformer-en-made", "en"));
    check(&engine);
}

#[test]
fn a_streaming_ctc_model_is_heard_through_the_library() {
    let (folder, engine) = load("x", made::streaming_ctc);
    assert_eq!((folder.kind(), &*engine.language()), (ModelKind::StreamingZipformerCtc, "und"));
    check(&engine);
}

#[test]
fn an_offline_ctc_model_is_heard_through_the_library() {
    let (folder, engine) = load("x", made::offline_ctc);
    assert_eq!(folder.kind(), ModelKind::ZipformerCtc);
    check(&engine);
}

#[test]
fn a_made_model_is_probed() {
    let around = tempfile::tempdir().unwrap();
    made::streaming_transducer(around.path());
    let found = probe(&ModelFolder::inspect(around.path()).unwrap()).unwrap();
    assert!(found.seconds_per_second < 1.0, "{found:?}");
}

const FOLDER: &str = "SOTTO_TEST_MODEL_FOLDER";

/// What the program does in a process of its own.
fn probe_in_a_child(make: fn(&Path)) -> std::process::Output {
    let around = tempfile::tempdir().unwrap();
    make(around.path());
    ModelFolder::inspect(around.path()).unwrap();
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sherpa::tests::a_child_that_probes", "--ignored", "--nocapture"])
        .env(FOLDER, around.path())
        .output()
        .unwrap()
}

#[test]
fn a_model_that_the_library_ends_the_process_over_ends_only_the_child() {
    let ended = probe_in_a_child(made::fatal);
    assert!(!ended.status.success(), "{ended:?}");
    assert!(!String::from_utf8_lossy(&ended.stdout).contains("PROBED"), "{ended:?}");
    let fine = probe_in_a_child(made::streaming_ctc);
    assert!(fine.status.success(), "{fine:?}");
    assert!(String::from_utf8_lossy(&fine.stdout).contains("PROBED"), "{fine:?}");
}

#[test]
#[ignore = "the other half of the test above, which runs it"]
#[allow(clippy::print_stdout, reason = "it answers on standard output")]
fn a_child_that_probes() {
    let Some(path) = std::env::var_os(FOLDER) else { return };
    let found = probe(&ModelFolder::inspect(Path::new(&path)).unwrap()).unwrap();
    println!("PROBED {found:?}");
}
