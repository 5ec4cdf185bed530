//! Packages of the operating system. Debian and Ubuntu are done; elsewhere it is said what is needed.

use std::path::Path;
use std::process::Stdio;

use anyhow::bail;

use super::{Done, For};
use crate::shell::{command, run_quietly};

/// To build and open the program.
const PROGRAM: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libasound2-dev",
    "libssl-dev",
    "ca-certificates",
];

/// The virtual desktop.
const DESKTOP: &[&str] = &[
    "xvfb",
    "openbox",
    "dbus",
    "gnome-keyring",
    "pulseaudio",
    "pulseaudio-utils",
    "xdotool",
    "x11-xkb-utils",
    "xclip",
    "scrot",
    "sox",
    "util-linux",
    "fonts-dejavu-core",
    "adwaita-icon-theme",
];

/// What only tests need.
const TESTS: &[&str] =
    &["webkit2gtk-driver", "espeak-ng", "chromium", "python3-gi", "gir1.2-gtk-3.0"];

/// What `package` makes packages with, looks at them with, and proves them in.
const PACKAGING: &[&str] =
    &["dpkg-dev", "lintian", "rpm", "appstream", "desktop-file-utils", "debootstrap"];

/// Installs what is missing to make packages.
pub(super) fn install_packaging() -> anyhow::Result<Done> {
    bring(PACKAGING.to_vec())
}

/// Installs sox, if it is missing.
pub(super) fn install_sox() -> anyhow::Result<Done> {
    bring(vec!["sox"])
}

/// Installs what is missing.
pub(super) fn install(purpose: For) -> anyhow::Result<Done> {
    let mut wanted = PROGRAM.to_vec();
    if purpose >= For::Desktop {
        wanted.extend(DESKTOP);
    }
    if purpose >= For::Tests {
        wanted.extend(TESTS);
    }
    bring(wanted)
}

fn bring(wanted: Vec<&str>) -> anyhow::Result<Done> {
    if !cfg!(target_os = "linux") {
        return Ok(Done::Already);
    }
    if !Path::new("/usr/bin/apt-get").exists() {
        eprintln!(
            "this is no Debian; please see that these (or their like) are installed: {}",
            wanted.join(" ")
        );
        return Ok(Done::Already);
    }
    let missing: Vec<&str> = wanted.into_iter().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(Done::Already);
    }
    apt(&["update", "-q"])?;
    let mut install = vec!["install", "-y", "-q", "--no-install-recommends"];
    install.extend(&missing);
    apt(&install)?;
    Ok(Done::Did(format!("{} installed", missing.len())))
}

fn is_installed(package: &str) -> bool {
    let asked = command("dpkg-query")
        .args(["-W", "-f", "${Status}", package])
        .stderr(Stdio::null())
        .output();
    asked.is_ok_and(|output| output.stdout.ends_with(b" installed"))
}

fn apt(arguments: &[&str]) -> anyhow::Result<()> {
    let is_root =
        command("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let mut apt = if is_root { command("apt-get") } else { command("sudo") };
    if !is_root {
        if !Path::new("/usr/bin/sudo").exists() {
            bail!("please run as root, or with sudo installed: apt-get {}", arguments.join(" "));
        }
        apt.arg("--preserve-env=DEBIAN_FRONTEND").arg("apt-get");
    }
    run_quietly(apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}
