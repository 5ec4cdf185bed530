//! The pack's model as a folder that the user chose.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use sotto_engine::{Engine, ModelFolder, ModelKind, Recogniser, SessionOptions, TurnUpdate, probe};

fn folder() -> ModelFolder {
    let path: PathBuf = crate::pack().join("moonshine-tiny-en");
    ModelFolder::inspect(&path).unwrap()
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::load_folder(&folder()).unwrap())
}

#[test]
fn the_packs_model_is_known_by_its_files() {
    let found = folder();
    assert_eq!((found.kind(), found.name()), (ModelKind::MoonshineV2, "moonshine-tiny-en"));
    assert_eq!(
        (found.languages().to_vec(), found.takes_language()),
        (vec!["en".to_owned()], false)
    );
    assert!(!found.kind().is_streaming());
    assert_eq!(found.files().count(), 3);
}

#[test]
fn a_folder_hears_what_the_pack_hears() {
    let (own, pack) = (engine(), crate::engine());
    assert_eq!((own.model(), own.language()), (pack.model(), pack.language()));
    let pcm = crate::speech::read("beckett.wav", 16_000);
    let said = |engine: &Engine| -> Vec<String> {
        let mut session = engine.open(SessionOptions::default()).unwrap();
        let mut updates: Vec<TurnUpdate> = session.push(&pcm).unwrap();
        updates.extend(session.finish().unwrap());
        updates
            .into_iter()
            .filter(|update| update.end_of_turn)
            .flat_map(|turn| turn.words)
            .map(|word| word.text)
            .collect()
    };
    // How often the model is asked is measured when a folder is loaded, so the edges of words may differ, but little.
    let rate = crate::speech::error_rate(&said(pack).join(" "), &said(own));
    assert!(rate <= 0.1, "{:?} instead of {:?}", said(own), said(pack));
}

#[test]
fn a_probe_tells_how_fast_a_model_is() {
    let found = probe(&folder()).unwrap();
    assert!(found.load > Duration::ZERO, "{found:?}");
    assert!(found.seconds_per_second > 0.0 && found.seconds_per_second < 5.0, "{found:?}");
}
