//! `sotto transcribe`: files into text, without a window.

use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;
use sotto_standin::coded::{CodedSpeech, speech};
use sotto_standin::{Fault, StandIn, StandInConfig};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::live::beckett_is_whole;
use crate::stage::{PROGRAM, Stage, plain};

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_becomes_text_offline() {
    let folder = tempfile::tempdir().unwrap();
    let file = Stage::speech("beckett.wav");
    let output = sotto(folder.path()).arg(&file).args(["--recogniser", "offline"]).output();
    let output = output.await.unwrap();
    let text = text_of(&output);
    // The title and the date come first.
    beckett_is_whole(&plain(&text.lines().skip(2).collect::<Vec<_>>().join(" ")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_on_standard_input_is_told_turn_by_turn() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = sotto(folder.path())
        .args(["-", "--json", "--recogniser", "offline"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    let bytes = std::fs::read(Stage::speech("beckett.wav")).unwrap();
    input.write_all(&bytes).await.unwrap();
    drop(input);
    let lines = lines_of(&program.wait_with_output().await.unwrap());
    let turns = lines.iter().filter(|line| line["kind"] == "turn");
    let text: Vec<&str> = turns.map(|line| line["text"].as_str().unwrap()).collect();
    beckett_is_whole(&plain(&text.join(" ")));
    assert_eq!(lines.last().unwrap()["kind"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_are_cut_lose_and_double_no_word() {
    let cloud = StandIn::start(StandInConfig::new(KEY).coded()).await.unwrap();
    cloud.plan(Fault::RefuseToken { status: 503 });
    cloud.plan(Fault::CloseAfterMs { ms: 4_000, code: 3005, text: "Session Cancelled".to_owned() });
    cloud.plan(Fault::DropConnection { after_ms: 3_000 });
    cloud.plan(Fault::ResetAfterMs { ms: 2_500 });
    let folder = tempfile::tempdir().unwrap();
    let said = speech(3, 100, 20, 44_100);
    let file = folder.path().join("coded.wav");
    write(&file, &said, 44_100);
    let output = sotto(folder.path())
        .arg(&file)
        .args(["--json", "--recogniser", &cloud.base_url()])
        .env("ASSEMBLYAI_API_KEY", KEY)
        .output()
        .await
        .unwrap();
    let lines = lines_of(&output);
    assert!(lines.iter().filter(|line| line["kind"] == "lost").count() >= 3, "{lines:?}");
    let turns = lines.iter().filter(|line| line["kind"] == "turn");
    let heard: Vec<String> = turns
        .flat_map(|line| line["words"].as_array().unwrap().iter())
        .map(|word| plain(word["text"].as_str().unwrap()))
        .collect();
    let spoken: Vec<String> = said.words.iter().map(|word| word.text()).collect();
    assert_eq!(heard, spoken);
    assert!(cloud.log().violations().is_empty(), "{:?}", cloud.log().violations());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_audio_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.mp3");
    std::fs::write(&file, "Dear Sir or Madam, ".repeat(100)).unwrap();
    let output = sotto(folder.path()).arg(&file).output().await.unwrap();
    assert!(!output.status.success());
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(complaint.contains("no audio that Sotto can read"), "{complaint}");
}

fn sotto(data: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("transcribe").env("SOTTO_DATA_DIR", data).env_remove("SOTTO_RECOGNISER");
    command.env_remove("ASSEMBLYAI_API_KEY").kill_on_drop(true);
    command
}

fn text_of(output: &Output) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn lines_of(output: &Output) -> Vec<Value> {
    text_of(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn write(path: &Path, speech: &CodedSpeech, rate_hz: u32) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate_hz,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    speech.samples.iter().for_each(|sample| wav.write_sample(*sample).unwrap());
    wav.finalize().unwrap();
}
