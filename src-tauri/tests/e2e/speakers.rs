//! Who speaks, from the stand-in of the cloud to the exported file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use sotto_standin::{StandIn, StandInConfig};

use crate::stage::{Stage, eventually};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const RATE: u32 = 16_000;

/// Two voices, an octave and more apart: four words of the high one, four of the low one, and one more of the high one,
/// which alone is too little to tell whose it is.
fn talk(folder: &Path) -> PathBuf {
    let path = folder.join("talk.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(&path, spec).unwrap();
    let mut tone = |hz: f64, ms: u32| {
        for n in 0..RATE * ms / 1_000 {
            let angle = f64::from(n) * hz / f64::from(RATE) * std::f64::consts::TAU;
            file.write_sample((angle.sin() * 8_000.0) as i16).unwrap();
        }
    };
    for (hz, words) in [(800.0, 4), (200.0, 4), (800.0, 1)] {
        for _ in 0..words {
            tone(hz, 200);
            tone(0.0, 100);
        }
        tone(0.0, 900);
    }
    file.finalize().unwrap();
    path
}

fn said_by(stored: &Value) -> Vec<(String, String)> {
    let turns = stored["turns"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    turns
        .filter(|turn| turn["text"] != "")
        .map(|turn| (text(&turn["speakerLabel"]), text(&turn["speaker"])))
        .collect()
}

fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    wanted.iter().map(|(label, name)| ((*label).to_owned(), (*name).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn speakers_are_told_apart_named_and_exported() {
    let cloud = StandIn::start(StandInConfig::new(KEY)).await.unwrap();
    let recognition = json!({
        "tellsSpeakers": true,
        "mostSpeakers": 2,
        "keyTerms": ["Sotto", "a \"barge\" & more"],
        "turnTaking": "quick",
    });
    let stage = Stage::set()
        .await
        .settings(&json!({
            "isWelcomed": true,
            "recogniser": "assemblyai",
            "recognition": recognition,
            "captions": { "isShown": true },
        }))
        .with("ASSEMBLYAI_API_KEY", KEY)
        .with("SOTTO_RECOGNISER", &cloud.base_url());
    let mut program = stage.open_driven().await;
    stage.sotto(&["start"]).await;
    program.lines.recording().await;
    let talk = talk(stage.folder());
    stage.desktop.microphone().speak(&talk).unwrap().finished().await;
    // Seen while it is recorded, in the captions as well.
    program.wait_for("speaker", |text| text.contains("Speaker A")).await;
    let main = program.window.window().await.unwrap();
    let captions = program.second_window().await;
    program.window.switch_to_window(captions).await.unwrap();
    program.wait_for("captions-text", |text| text.contains("Speaker B: ")).await;
    program.window.switch_to_window(main).await.unwrap();
    stage.sotto(&["stop"]).await;
    program.lines.finished().await;

    let log = cloud.log();
    assert!(log.violations().is_empty(), "the cloud complains: {:?}", log.violations());
    let asked = sotto_protocol::StreamingParameters::parse(&log.heard[0].query).unwrap();
    assert_eq!(asked.keyterms_prompt, ["Sotto", "a \"barge\" & more"]);
    assert_eq!((asked.speaker_labels, asked.max_speakers), (true, Some(2)));
    assert_eq!((asked.min_turn_silence, asked.max_turn_silence), (Some(160), Some(400)));

    // The last one was told only at the end of the session.
    let export = async || stage.sotto(&["history", "export", "last", "--format", "json"]).await;
    let unnamed = pairs(&[("A", "Speaker A"), ("B", "Speaker B"), ("A", "Speaker A")]);
    assert_eq!(said_by(&export().await), unnamed);

    program.click("speaker").await;
    let field = program.window.wait().for_element(Locator::Css("[data-testid='speaker-name']"));
    field.await.unwrap().send_keys(&format!("Anna{}", &Key::Enter)).await.unwrap();
    let named = pairs(&[("A", "Anna"), ("B", "Speaker B"), ("A", "Anna")]);
    let renamed = eventually(Duration::from_secs(10), async || {
        (said_by(&export().await) == named).then_some(())
    });
    renamed.await.expect("the name is not in the history");
    program.wait_for("speaker", |text| text.contains("Anna")).await;
    let vtt = stage.exported("vtt").await;
    assert_eq!(
        (vtt.matches("<v Anna>").count(), vtt.matches("<v Speaker B>").count()),
        (2, 1),
        "{vtt}"
    );

    // And it can be taken back.
    let sheet = program.window.find(Locator::Css("[data-testid='live-text']")).await.unwrap();
    sheet.send_keys(&format!("{}z", &Key::Control)).await.unwrap();
    let back = eventually(Duration::from_secs(10), async || {
        (said_by(&export().await) == unnamed).then_some(())
    });
    back.await.expect("the name was not taken back");
}
