//! Real desktops, from outside. `cargo xtask setup` brings what they are made of.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sotto_desktop::{Desktop, DesktopOptions};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

const RATE: usize = 48_000;

/// The first and last word of what is spoken must be heard, and each sample of it once.
#[tokio::test]
async fn what_is_spoken_comes_out_of_the_microphone_in_real_time() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    let mut recorder = recorder(&desktop);
    let mut stream = recorder.stdout.take().unwrap();
    // It records once it delivers.
    samples(&mut stream, 480).await;

    let spoken = chirp(3);
    let wav = desktop_file(&desktop, "chirp.wav");
    write(&wav, &spoken);
    let mut speaking = desktop.microphone().speak(&wav).unwrap();
    let listening = tokio::spawn(async move { samples(&mut stream, 4 * RATE).await });
    speaking.started().await;
    let began = std::time::Instant::now();
    assert!(!speaking.is_finished());
    speaking.finished().await;
    let took = began.elapsed().as_secs_f64();
    assert!((2.8..3.6).contains(&took), "three seconds took {took} s");

    let heard = listening.await.unwrap();
    let begin = place(&spoken[..480], &heard).expect("its beginning is missing");
    assert!(heard[begin..begin + spoken.len()] == spoken[..], "it is not what was spoken");
}

/// The sound server and the microphone are served first, so what a program loses it has lost by itself.
#[tokio::test]
async fn a_busy_machine_loses_no_sample() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    let mut recorder = recorder(&desktop);
    let mut stream = recorder.stdout.take().unwrap();
    samples(&mut stream, 480).await;
    let busy = Arc::new(AtomicBool::new(true));
    let workers = (0..8).map(|_| {
        let busy = Arc::clone(&busy);
        std::thread::spawn(move || while busy.load(Ordering::Relaxed) {})
    });
    let workers: Vec<_> = workers.collect();
    let spoken = chirp(6);
    desktop.microphone().speak_samples(spoken.clone()).unwrap();
    let heard = samples(&mut stream, 7 * RATE).await;
    busy.store(false, Ordering::Relaxed);
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    let begin = place(&spoken[..480], &heard).expect("its beginning is missing");
    assert!(heard[begin..begin + spoken.len()] == spoken[..], "it is not what was spoken");
}

/// PulseAudio reads the microphone only while somebody records. Speech waits for that; old silence does not come first.
#[tokio::test]
async fn speech_waits_for_a_listener_and_silence_does_not() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    let (wav, spoken) = (desktop_file(&desktop, "chirp.wav"), chirp(1));
    write(&wav, &spoken);
    let mut speaking = desktop.microphone().speak(&wav).unwrap();
    let unheard = tokio::time::timeout(Duration::from_secs(2), speaking.finished()).await;
    assert!(unheard.is_err(), "a second was spoken to nobody");
    let mut recorder = recorder(&desktop);
    let heard = samples(recorder.stdout.as_mut().unwrap(), 2 * RATE).await;
    let begin = place(&spoken[..480], &heard).expect("its beginning is missing");
    assert!(begin < RATE / 2, "{} ms of silence come first", begin * 1_000 / RATE);
}

/// The speaker does not wait: what is said while the plug is out is lost, and nothing else.
#[tokio::test]
async fn what_is_said_while_the_microphone_is_unplugged_is_lost_and_what_follows_is_heard() {
    let options = DesktopOptions { microphone_hz: 44_100, ..DesktopOptions::default() };
    let desktop = Desktop::start(options).await.unwrap();
    let rate = desktop.microphone().rate_hz() as usize;
    let spoken = chirp(5);
    let mut first = recorder_at(&desktop, rate);
    let mut stream = first.stdout.take().unwrap();
    samples(&mut stream, 480).await;
    let mut speaking = desktop.microphone().speak_samples(spoken[..5 * rate].to_vec()).unwrap();
    let heard = samples(&mut stream, rate).await;
    assert!(place(&spoken[..480], &heard).is_some(), "its beginning is missing");

    desktop.unplug().await.unwrap();
    assert!(desktop.unplug().await.is_err(), "it was out already");
    tokio::time::sleep(Duration::from_secs(2)).await;
    desktop.replug().await.unwrap();
    let mut second = recorder_at(&desktop, rate);
    let heard = samples(second.stdout.as_mut().unwrap(), rate).await;
    let begin = place(&heard[rate / 2..rate / 2 + 480], &spoken).expect("nothing is heard again");
    assert!(begin > 5 * rate / 2, "the speaker waited: {} ms", begin * 1_000 / rate);
    speaking.finished().await;
}

#[tokio::test]
async fn a_muted_microphone_delivers_zeros() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    desktop.mute(true).await.unwrap();
    let mut recorder = recorder(&desktop);
    let mut stream = recorder.stdout.take().unwrap();
    samples(&mut stream, 480).await;
    desktop.microphone().speak_samples(chirp(1)).unwrap();
    assert!(samples(&mut stream, RATE / 2).await.iter().all(|sample| *sample == 0));
}

#[tokio::test]
async fn a_desktop_leaves_no_process_and_no_file_behind() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    let home = home(&desktop);
    let names = processes_of(&home);
    for name in ["Xvfb", "dbus-daemon", "gnome-keyring-d", "pulseaudio", "openbox"] {
        assert!(names.iter().any(|found| found == name), "{name} does not run: {names:?}");
    }
    drop(desktop);
    assert!(is_gone(&home).await, "left behind: {:?}", processes_of(&home));
    assert!(!home.exists());
}

/// `kill -9` runs no destructor.
#[tokio::test]
async fn a_desktop_whose_holder_is_killed_leaves_no_process_behind() {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "holds_a_desktop_until_it_is_killed", "--nocapture"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let home = loop {
        let line = lines.next_line().await.unwrap().expect("the holder ended");
        if let Some(home) = line.strip_prefix("home=") {
            break PathBuf::from(home);
        }
    };
    assert!(processes_of(&home).len() >= 5);
    holder.kill().await.unwrap();
    assert!(is_gone(&home).await, "left behind: {:?}", processes_of(&home));
    std::fs::remove_dir_all(home.parent().unwrap()).unwrap();
}

/// The other side of the test above; it never ends by itself.
#[tokio::test]
#[ignore = "only for the test above"]
async fn holds_a_desktop_until_it_is_killed() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    let line = format!("\nhome={}\n", home(&desktop).display());
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn two_desktops_do_not_meet() {
    let options = DesktopOptions::default;
    let (one, other) = tokio::join!(Desktop::start(options()), Desktop::start(options()));
    let of = |desktop: &Desktop| desktop.env().into_iter().collect::<BTreeMap<_, _>>();
    let (one, other) = (of(&one.unwrap()), of(&other.unwrap()));
    for name in ["DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PULSE_SERVER", "HOME", "XDG_RUNTIME_DIR"] {
        assert_ne!(one[name], other[name], "{name} is shared");
    }
}

#[tokio::test]
async fn the_keyring_is_open_and_the_only_one() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    let asked = locked(&desktop).await;
    assert!(asked.contains("boolean false"), "{asked}");
    let keyrings =
        processes_of(&home(&desktop)).into_iter().filter(|name| name.starts_with("gnome-keyring"));
    assert_eq!(keyrings.count(), 1);
}

#[tokio::test]
async fn without_a_keyring_nobody_answers_and_none_is_started() {
    let options = DesktopOptions { has_keyring: false, ..DesktopOptions::default() };
    let desktop = Desktop::start(options).await.unwrap();
    let asked = locked(&desktop).await;
    assert!(asked.contains("ServiceUnknown"), "{asked}");
}

#[tokio::test]
async fn a_picture_is_taken() {
    let options = DesktopOptions { screen: (640, 480), ..DesktopOptions::default() };
    let desktop = Desktop::start(options).await.unwrap();
    let path = desktop_file(&desktop, "screen.png");
    desktop.screenshot(&path).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap()[1..4], *b"PNG");
}

/// Says whether the login collection is locked, or why it cannot be said.
async fn locked(desktop: &Desktop) -> String {
    let output = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"])
        .args(["/org/freedesktop/secrets/collection/login", "org.freedesktop.DBus.Properties.Get"])
        .args(["string:org.freedesktop.Secret.Collection", "string:Locked"])
        .envs(desktop.env())
        .output()
        .await
        .unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn recorder(desktop: &Desktop) -> Child {
    recorder_at(desktop, RATE)
}

fn recorder_at(desktop: &Desktop, rate: usize) -> Child {
    Command::new("parec")
        .args(["--raw", "--format=s16le", "--channels=1", "--latency-msec=20"])
        .arg(format!("--rate={rate}"))
        .envs(desktop.env())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn samples(stream: &mut tokio::process::ChildStdout, count: usize) -> Vec<i16> {
    let mut bytes = vec![0; 2 * count];
    stream.read_exact(&mut bytes).await.unwrap();
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// Where `piece` begins in `heard`.
fn place(piece: &[i16], heard: &[i16]) -> Option<usize> {
    heard.windows(piece.len()).position(|window| window == piece)
}

/// A rising tone: no stretch of it is like another.
fn chirp(seconds: usize) -> Vec<i16> {
    let at = |n: usize| {
        let t = n as f64 / RATE as f64;
        ((std::f64::consts::TAU * (200.0 * t + 150.0 * t * t)).sin() * 12_000.0) as i16
    };
    (0..seconds * RATE).map(at).collect()
}

fn write(path: &Path, samples: &[i16]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    samples.iter().for_each(|sample| wav.write_sample(*sample).unwrap());
    wav.finalize().unwrap();
}

fn home(desktop: &Desktop) -> PathBuf {
    desktop.env().into_iter().find(|(name, _)| name == "HOME").unwrap().1.into()
}

fn desktop_file(desktop: &Desktop, name: &str) -> PathBuf {
    home(desktop).join(name)
}

/// The names of the processes that live in this home.
fn processes_of(home: &Path) -> Vec<String> {
    let needle = home.to_string_lossy().into_owned();
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let found = entries.filter_map(|entry| {
        let environment = std::fs::read(entry.path().join("environ")).ok()?;
        let name = std::fs::read_to_string(entry.path().join("comm")).ok()?;
        String::from_utf8_lossy(&environment).contains(&needle).then(|| name.trim().to_owned())
    });
    found.collect()
}

/// The kernel ends them at once, but not in no time.
async fn is_gone(home: &Path) -> bool {
    let gone = async {
        while !processes_of(home).is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.is_ok()
}
