//! A desktop from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::process::Stdio;
use std::time::Duration;

use sotto_desktop::{Desktop, DesktopOptions};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

/// Half a second of silence, half a second of a tone, as a WAV file.
fn tone(path: &std::path::Path) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..16_000u32 {
        let sample = if n < 8_000 {
            0.0
        } else {
            (std::f64::consts::TAU * 440.0 * f64::from(n) / 16_000.0).sin()
        };
        wav.write_sample((sample * 16_000.0) as i16).unwrap();
    }
    wav.finalize().unwrap();
}

#[tokio::test]
async fn what_is_spoken_comes_out_of_the_microphone_in_real_time() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    let mut recorder = Command::new("parec")
        .args([
            "--raw",
            "--format=s16le",
            "--rate=16000",
            "--channels=1",
            "--latency-msec=20",
            "-d",
            "microphone",
        ])
        .envs(desktop.env())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut heard = recorder.stdout.take().unwrap();
    let mut first = [0; 2];
    heard.read_exact(&mut first).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tone.wav");
    tone(&path);
    let mut speaking = desktop.microphone().speak(&path).unwrap();
    speaking.started().await;
    let began = std::time::Instant::now();
    speaking.finished().await;
    let took = began.elapsed();
    assert!(
        took > Duration::from_millis(900) && took < Duration::from_millis(1_500),
        "a second took {took:?}"
    );

    // Two seconds from the first sample on hold all of it.
    let mut bytes = vec![0; 2 * 16_000 * 2];
    heard.read_exact(&mut bytes).await.unwrap();
    let loud =
        bytes.chunks_exact(2).filter(|b| i16::from_le_bytes([b[0], b[1]]).abs() > 4_000).count();
    // A sine is above a quarter of its height for 84 % of the time; 8,000 samples of tone.
    assert!((6_000..7_500).contains(&loud), "{loud} loud samples");
}

#[tokio::test]
async fn a_desktop_leaves_no_process_behind() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    let display = desktop.env().into_iter().find(|(name, _)| name == "DISPLAY").unwrap().1;
    let socket = format!("/tmp/.X11-unix/X{}", display.trim_start_matches(':'));
    assert!(std::path::Path::new(&socket).exists());
    let bus = desktop.bus_address().to_owned();
    drop(desktop);
    let gone = async {
        loop {
            let asked = Command::new("dbus-send")
                .args([
                    "--print-reply",
                    "--dest=org.freedesktop.DBus",
                    "/",
                    "org.freedesktop.DBus.ListNames",
                ])
                .env("DBUS_SESSION_BUS_ADDRESS", &bus)
                .output();
            if !asked.await.unwrap().status.success() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("the bus is still there");
}
