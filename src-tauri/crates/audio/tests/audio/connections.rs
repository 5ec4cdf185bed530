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
    while let Some(line) = lines.next_line().await.unwrap()
        && !line.contains("the server may go")
    {}
    let gone = Command::new("pactl").arg("exit").envs(desktop.env()).status().await.unwrap();
    assert!(gone.success());
    other.stdin.take().unwrap().write_all(b"\n").await.unwrap();
    assert!(other.wait().await.unwrap().success(), "see above");
}

/// Not a test: what the test above runs as a process of its own, which has a sound server.
#[test]
#[ignore = "run by another test"]
#[allow(clippy::print_stdout, reason = "the parent reads it")]
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
    let began = Instant::now();
    while sockets() > first && began.elapsed() < CLOSING {
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(sockets(), first, "sockets are left open");

    println!("the server may go");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let after = devices();
    let is_known = |device: &sotto_audio::Device| device.name == "Microphone";
    assert!(!after.is_ok_and(|left| left.iter().any(is_known)), "a server that is gone was asked");
}

fn sockets() -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap().flatten();
    let names = open.filter_map(|entry| fs::read_link(entry.path()).ok());
    names.filter(|name| name.to_string_lossy().starts_with("socket:")).count()
}
