//! A real sound server, and a program that the machine has no time for.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use sotto_audio::{Capture, SpoolHeader, SpoolReader, SpoolWriter};
use sotto_desktop::{Desktop, DesktopOptions};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use uuid::Uuid;

const RATE: u32 = 16_000;

/// Where the other process records to.
const SPOOL: &str = "SOTTO_TEST_SPOOL";

/// For so long the program, or the sound server, hardly gets its turn.
const HELD_UP: Duration = Duration::from_millis(900);

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_held_up_loses_no_sample_and_declares_no_gap() {
    // It gets what time others leave.
    let mut room = Room::new(&["chrt", "--idle", "0"]).await;
    room.speak();
    for _ in 0..3 {
        tokio::task::spawn_blocking(take_all_time).await.unwrap();
        tokio::time::sleep(HELD_UP).await;
    }
    let told = room.all_was_kept().await;
    assert!(told.iter().all(|line| !line.contains("gap")), "{told:?}");
}

/// What a system call says then ends no stream.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_was_stopped_goes_on_with_its_stream() {
    let mut room = Room::new(&["env"]).await;
    room.speak();
    for _ in 0..2 {
        tokio::time::sleep(HELD_UP).await;
        room.signal_recorder("-STOP").await;
        tokio::time::sleep(HELD_UP).await;
        room.signal_recorder("-CONT").await;
    }
    let told = room.all_was_kept().await;
    assert!(told.iter().all(|line| !line.contains("Lost") && !line.contains("gap")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_that_is_held_up_costs_no_sample() {
    let mut room = Room::new(&["env"]).await;
    room.speak();
    for _ in 0..2 {
        tokio::time::sleep(HELD_UP).await;
        room.desktop.hold_up_sound_server(HELD_UP).await.unwrap();
    }
    let told = room.all_was_kept().await;
    let said = |what: &str| told.iter().filter(|line| line.starts_with(what)).count();
    // A busy machine may add to them.
    assert!(said("Lost") >= 2, "it fell silent, and that is said: {told:?}");
    assert_eq!(said("Lost"), said("Resumed"), "{told:?}");
    assert_eq!(said("Overrun"), 0, "{told:?}");
}

/// A desktop on which another process records what is spoken.
struct Room {
    desktop: Desktop,
    recorder: Child,
    lines: Lines<BufReader<ChildStdout>>,
    spool: PathBuf,
    _folder: TempDir,
}

impl Room {
    /// The recorder is started by this command.
    async fn new(starter: &[&str]) -> Self {
        let options = DesktopOptions { microphone_hz: RATE, ..DesktopOptions::default() };
        let desktop = Desktop::start(options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let spool = folder.path().join("held-up.spool");
        let mut recorder = Command::new(starter[0])
            .args(&starter[1..])
            .arg(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "held_up::records_for_eight_seconds"])
            .env(SPOOL, &spool)
            .envs(desktop.env())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(recorder.stdout.take().unwrap()).lines();
        while !lines.next_line().await.unwrap().expect("it records").contains("FirstSampleKept") {}
        Self { desktop, recorder, lines, spool, _folder: folder }
    }

    fn speak(&self) {
        self.desktop.microphone().speak_samples(chirp(5)).unwrap();
    }

    async fn signal_recorder(&self, signal: &str) {
        let recorder = self.recorder.id().expect("it records").to_string();
        let sent = Command::new("kill").args([signal, &recorder]).status().await.unwrap();
        assert!(sent.success());
    }

    /// Compares what was kept with what was spoken, to the sample; gives what the recorder told.
    async fn all_was_kept(&mut self) -> Vec<String> {
        let status = self.recorder.wait().await.unwrap();
        let mut told = Vec::new();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            told.push(line);
        }
        assert!(status.success(), "{told:?}");
        let (spoken, heard) = (chirp(5), kept(&self.spool));
        let begin = (0..heard.len().saturating_sub(spoken.len()))
            .find(|at| is_near(&spoken[..480], &heard[*at..]))
            .expect("its beginning is missing");
        assert!(is_near(&spoken, &heard[begin..]), "it is not what was spoken: {told:?}");
        told
    }
}

fn take_all_time() {
    let until = Instant::now() + HELD_UP;
    let cores = thread::available_parallelism().unwrap().get();
    thread::scope(|scope| {
        for _ in 0..4 * cores {
            scope.spawn(|| while Instant::now() < until {});
        }
    });
}

/// Not a test: what the test above runs as a process of its own, so that it can be stopped and has a sound server.
#[test]
#[ignore = "run by another test"]
fn records_for_eight_seconds() {
    let path = std::env::var_os(SPOOL).expect("run by another test");
    let header = SpoolHeader { recording: Uuid::now_v7(), started_at_unix_ms: 0 };
    let spool = SpoolWriter::create(Path::new(&path), header, None).unwrap();
    #[allow(clippy::print_stdout, reason = "the parent reads it")]
    let capture = Capture::start(None, spool, |notice| println!("{notice:?}")).unwrap();
    thread::sleep(Duration::from_secs(8));
    capture.stop().unwrap();
}

fn kept(path: &Path) -> Vec<i16> {
    let mut reader = SpoolReader::open(path, None).unwrap();
    let mut samples = Vec::new();
    let mut frames = 0;
    while let Some(frame) = reader.read(frames).unwrap() {
        assert!(!frame.flags.is_gap, "a gap at frame {frames}");
        samples.extend_from_slice(frame.pcm.as_ref());
        frames += 1;
    }
    samples
}

/// To the last bit but one: samples are numbers with a point on their way.
fn is_near(spoken: &[i16], heard: &[i16]) -> bool {
    spoken.iter().zip(heard).all(|(a, b)| a.abs_diff(*b) <= 1)
}

/// A rising tone: no stretch of it is like another.
fn chirp(seconds: u32) -> Vec<i16> {
    let at = |n: u32| {
        let t = f64::from(n) / f64::from(RATE);
        ((std::f64::consts::TAU * (200.0 * t + 150.0 * t * t)).sin() * 12_000.0) as i16
    };
    (0..seconds * RATE).map(at).collect()
}
