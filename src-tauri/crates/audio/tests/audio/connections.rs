//! What is kept of a sound server's connections. It takes 64 of them from all programs together, and then no more.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use sotto_audio::{Microphone, devices};
use sotto_desktop::{Desktop, DesktopOptions};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

/// How long a thread that nobody waits for may take to close a device.
const CLOSING: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn looking_for_devices_and_opening_them_leaves_no_connection_behind() {
    let desktop = Desktop::start(DesktopOptions::default()).await.unwrap();
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture"])
        .arg("connections::looks_and_opens_again_and_again")
        .envs(desktop.env())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(other.stdout.take().unwrap()).lines();
    let mut input = other.stdin.take().unwrap();
    let mut reached = async |point: &str| {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains(point) {
                return;
            }
        }
        panic!("it ended before {point:?}");
    };
    reached(SLOW).await;
    let held = desktop.hold_up_sound_server(LONGER_THAN_ANYBODY_WAITS);
    let (held, told) = tokio::join!(held, input.write_all(b"\n"));
    held.unwrap();
    told.unwrap();
    reached(GONE).await;
    let gone = Command::new("pactl").arg("exit").envs(desktop.env()).status().await.unwrap();
    assert!(gone.success());
    input.write_all(b"\n").await.unwrap();
    assert!(other.wait().await.unwrap().success(), "see above");
}

/// What the other process says before each part.
const SLOW: &str = "the server may be slow";
const GONE: &str = "the server may go";

/// A look waits for two seconds before it takes a server for slow, and cpal for two more before it takes it for none.
const LONGER_THAN_ANYBODY_WAITS: Duration = Duration::from_millis(3_500);

/// Not a test: what the test above runs as a process of its own, which has a sound server.
#[test]
#[ignore = "run by another test"]
fn looks_and_opens_again_and_again() {
    let look = || {
        assert!(devices().unwrap().iter().any(|device| device.name == "Microphone"));
        drop(Microphone::open(None).unwrap());
    };
    look();
    thread::sleep(Duration::from_secs(1));
    let first = sockets();
    for _ in 0..10 {
        look();
    }
    nothing_is_left(first);

    says(SLOW);
    look();
    nothing_is_left(first);

    says(GONE);
    let after = devices();
    let is_known = |device: &sotto_audio::Device| device.name == "Microphone";
    assert!(!after.is_ok_and(|left| left.iter().any(is_known)), "a server that is gone was asked");
}

/// Says what comes next, and waits for it.
#[allow(clippy::print_stdout, reason = "the parent reads it")]
fn says(what: &str) {
    println!("{what}");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

fn nothing_is_left(first: usize) {
    let began = Instant::now();
    while sockets() > first && began.elapsed() < CLOSING {
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(sockets(), first, "sockets are left open");
}

fn sockets() -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap().flatten();
    let names = open.filter_map(|entry| fs::read_link(entry.path()).ok());
    names.filter(|name| name.to_string_lossy().starts_with("socket:")).count()
}
