//! Streams WAV files (16 kHz mono) through the engine as fast as it goes and prints turns, their delay on the audio axis
//! and the processor time a second of audio: `cargo run -p sotto-engine --example stream -- FILE…`
//!
//! With `SOTTO_MODEL_DIR` the model of that folder hears them, not the engine pack's.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example prints, and may stop at a bad file"
)]

use std::path::Path;
use std::time::Instant;

use sotto_engine::{Engine, EngineWord, ModelFolder, Recogniser, SessionOptions};

fn main() {
    let engine = if let Some(path) = std::env::var_os("SOTTO_MODEL_DIR") {
        let folder = ModelFolder::inspect(Path::new(&path)).unwrap();
        println!("MODEL {folder:#?}");
        Engine::load_folder(&folder).unwrap()
    } else {
        let pack = std::env::var_os("SOTTO_ENGINE_DIR").unwrap();
        Engine::load(Path::new(&pack)).unwrap()
    };
    for file in std::env::args().skip(1) {
        let mut wav = hound::WavReader::open(&file).unwrap();
        assert_eq!(
            (wav.spec().sample_rate, wav.spec().channels),
            (16_000, 1),
            "16 kHz mono, please"
        );
        let pcm: Vec<i16> = wav.samples().map(Result::unwrap).collect();
        stream(&engine, &file, &pcm);
    }
}

fn stream(engine: &Engine, file: &str, pcm: &[i16]) {
    let options = SessionOptions { format_turns: true, ..SessionOptions::default() };
    let mut session = engine.open(options).unwrap();
    let (wall, processor) = (Instant::now(), processor_seconds());
    let mut heard_ms = 0;
    let mut slowest = 0.0_f64;
    for chunk in pcm.chunks(800) {
        heard_ms += chunk.len() / 16;
        let began = Instant::now();
        let updates = session.push(chunk).unwrap();
        slowest = slowest.max(began.elapsed().as_secs_f64());
        for update in updates {
            let tentative = update.words.iter().filter(|word| !word.is_final).count();
            let mark = if update.end_of_turn { "final" } else { "     " };
            println!(
                "{heard_ms:6} ms {mark} {} {:.2} ({tentative} open) {}",
                update.turn_order,
                update.end_of_turn_confidence,
                text(&update.words)
            );
            if let Some(formatted) = update.formatted {
                println!("FINAL {}", text(&formatted));
                println!("TIMES {}", times(&formatted));
            }
        }
    }
    for update in session.finish().unwrap() {
        println!("{heard_ms:6} ms last  {} {}", update.turn_order, text(&update.words));
        if let Some(formatted) = update.formatted.filter(|_| update.end_of_turn) {
            println!("FINAL {}", text(&formatted));
            println!("TIMES {}", times(&formatted));
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "files are short")]
    let seconds = pcm.len() as f64 / 16_000.0;
    println!(
        "LOAD {file}: {:.3} processor-seconds a second, {:.1} × real time, slowest push {:.0} ms",
        (processor_seconds() - processor) / seconds,
        seconds / wall.elapsed().as_secs_f64(),
        slowest * 1000.0
    );
}

fn text(words: &[EngineWord]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn times(words: &[EngineWord]) -> String {
    words
        .iter()
        .map(|word| format!("{}[{}-{}]", word.text, word.start_ms, word.end_ms))
        .collect::<Vec<_>>()
        .join(" ")
}

/// User and system time of this process, from `/proc` (0 elsewhere).
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks =
        |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
