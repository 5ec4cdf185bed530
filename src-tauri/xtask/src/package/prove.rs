//! The proof: a bare Debian 12 that has never seen the build gets the package by apt; there, without any network, the program
//! records what is spoken into its microphone and writes it down; then it is removed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::ensure;

use super::made;
use crate::shell::{command, root, run};
use crate::words;

/// What is there before the package is: a display, a sound server, a bus, and what takes a picture.
const ROOM: &str = "xvfb,pulseaudio,pulseaudio-utils,dbus,xdotool,scrot,fonts-dejavu-core";
/// Of the words. The engine's own figure is 4 to 6 %.
const WORST: f64 = 0.12;

/// Runs it; what it finds is printed.
pub(super) fn prove(package: &Path) -> anyhow::Result<bool> {
    let proof = made().join("proof");
    let bare = proof.join("bare");
    let room = proof.join("room");
    fs::create_dir_all(&proof)?;
    if !bare.join("etc/debian_version").exists() {
        let mut debootstrap = as_root("debootstrap")?;
        debootstrap.args(["--variant=minbase", "--include", ROOM, "bookworm"]);
        run(debootstrap.arg(&bare))?;
    }
    run(as_root("rm")?.args(["-rf", "--one-file-system"]).arg(&room))?;
    run(as_root("cp")?.args(["-a", "--reflink=auto"]).arg(&bare).arg(&room))?;
    let inside = room.join("proof");
    run(as_root("mkdir")?.arg(&inside))?;
    let speech = root().join("src-tauri/engine-pack/speech/two_cities.wav");
    for (from, to) in [
        (package.to_owned(), "sotto.deb"),
        (speech, "speech.wav"),
        (super::sources().join("prove.sh"), "prove.sh"),
    ] {
        run(as_root("cp")?.arg(from).arg(inside.join(to)))?;
    }
    for (step, has_network) in [("install", true), ("record", false), ("remove", true)] {
        println!("proof  {step}{}", if has_network { "" } else { ", without a network" });
        run(&mut enter(&room, step, has_network)?)?;
        if step == "record" {
            keep(&inside, &proof)?;
        }
    }
    let is_good = was_heard(&proof)?;
    run(as_root("rm")?.args(["-rf", "--one-file-system"]).arg(&room))?;
    Ok(is_good)
}

/// A step in the room, with mounts of its own that go when it ends.
fn enter(room: &Path, step: &str, has_network: bool) -> anyhow::Result<Command> {
    let mut unshare = as_root("unshare")?;
    unshare.args(["--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]);
    if !has_network {
        unshare.arg("--net");
    }
    let enter = r#"
set -eu
mount -t proc proc "$1/proc"
mount -t sysfs sysfs "$1/sys"
mount --rbind /dev "$1/dev"
mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
if test "$3" = yes; then cp -L /etc/resolv.conf "$1/etc/resolv.conf"; else
    # Loopback stays: it is inside the machine.
    ip link set lo up
    rm -f "$1/etc/resolv.conf"
fi
exec chroot "$1" sh /proof/prove.sh "$2"
"#;
    unshare.args(["sh", "-c", enter, "enter"]).arg(room).arg(step);
    unshare.arg(if has_network { "yes" } else { "no" });
    Ok(unshare)
}

/// What was heard, and a picture of it, out of the room.
fn keep(inside: &Path, proof: &Path) -> anyhow::Result<()> {
    for name in ["heard.json", "transcribed.json", "window.png"] {
        let to: PathBuf = proof.join(name);
        run(as_root("cp")?.arg(inside.join(name)).arg(&to))?;
        run(as_root("chmod")?.arg("a+r").arg(to))?;
    }
    Ok(())
}

fn was_heard(proof: &Path) -> anyhow::Result<bool> {
    let said = fs::read_to_string(root().join("src-tauri/bench/texts/two_cities.txt"))?;
    let mut is_good = true;
    for (what, name) in
        [("recorded", "heard.json"), ("transcribed from a file", "transcribed.json")]
    {
        // Of plain text the title would be taken for words.
        let heard: serde_json::Value = serde_json::from_slice(&fs::read(proof.join(name))?)?;
        let heard = heard["text"].as_str().unwrap_or_default();
        let (errors, words) = words::errors(&said, heard);
        ensure!(words > 0, "nobody knows what was said");
        let rate = errors as f64 / words as f64;
        println!("{what}: {words} words, word error rate {:.1} %", rate * 100.0);
        is_good &= rate <= WORST;
    }
    println!("picture: {}", super::shown(&proof.join("window.png")));
    Ok(is_good)
}

/// Another root for programs, and a network of their own, are root's to give.
fn as_root(program: &str) -> anyhow::Result<Command> {
    let id = command("id").arg("-u").output()?;
    if id.stdout.trim_ascii() == b"0" {
        return Ok(command(program));
    }
    ensure!(Path::new("/usr/bin/sudo").exists(), "please run as root, or with sudo installed");
    let mut sudo = command("sudo");
    sudo.arg(program);
    Ok(sudo)
}
