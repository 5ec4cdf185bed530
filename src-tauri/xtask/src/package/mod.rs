//! `package`: what people install, and its proof.
//!
//! On Linux the tree that is installed is laid out once (`tree`), and the tools that distributions themselves use make
//! packages of it; on macOS and Windows Tauri's own bundler does. Nothing of this machine may be in the program: its paths are
//! mapped away, and looked for.

mod build;
mod deb;
mod linux;
mod notices;
mod prove;
mod rpm;
mod sbom;
mod sums;
mod tauri;
mod tree;
mod versions;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::setup::{self, For};
use crate::shell::{root, target};

pub(crate) use versions::{VersionsArguments, run as versions};

/// How hard the compiler works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Profile {
    /// As it is released.
    #[default]
    Release,
    /// Faster to compile; the program is larger and slower.
    Trial,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Trial => "trial",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PackageArguments {
    /// How hard the compiler works.
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,
    /// Features of the program, as in `updates`.
    #[arg(long)]
    features: Option<String>,
    /// Install the package on a bare system without a network, record there, and remove it (Linux).
    #[arg(long)]
    prove: bool,
    /// The same with the package that was made before, and nothing else.
    #[arg(long)]
    prove_only: bool,
    /// With what was built before.
    #[arg(long)]
    no_build: bool,
    /// Leave out the lists of what the program is made of.
    #[arg(long)]
    no_sbom: bool,
}

/// The files of the repository that packages are made with.
fn sources() -> PathBuf {
    root().join("src-tauri/package")
}

/// Everything that is made.
fn made() -> PathBuf {
    target().join("package")
}

/// What is handed out.
fn out() -> PathBuf {
    made().join("out")
}

/// Of the program, as in its `Cargo.toml`: all packages of the workspace have the same.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Sets up, builds, packs, and tells the sizes.
pub(crate) fn run(arguments: &PackageArguments) -> anyhow::Result<ExitCode> {
    if arguments.prove_only {
        setup::step("engine pack", setup::engine_pack)?;
        setup::step("tools of packages", setup::packaging)?;
        let is_good = prove::prove(&deb::made_before()?)?;
        return Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    setup::prepare(For::Program)?;
    setup::step("tools of packages", setup::packaging)?;
    if !arguments.no_build {
        setup::step("cargo-auditable", setup::auditable)?;
        build::program(arguments.profile, arguments.features.as_deref())?;
    }
    std::fs::create_dir_all(out())?;
    notices::write(&out().join("third-party-notices.txt"))?;
    if !arguments.no_sbom {
        setup::step("cargo-cyclonedx", setup::cyclonedx)?;
        sbom::write(&out(), arguments.features.as_deref())?;
    }
    let mut is_good = true;
    if cfg!(target_os = "linux") {
        let packages = linux::pack(arguments.profile)?;
        is_good &= sums::are_small_enough(&packages.sizes());
        is_good &= linux::look(&packages)?;
        if arguments.prove {
            is_good &= prove::prove(&packages.deb)?;
        }
    } else {
        tauri::pack(arguments.profile)?;
    }
    sums::write(&out())?;
    println!("packages: {}", shown(&out()));
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A path as the reader types it.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// `@NAME@` in a file of the repository, filled in.
fn filled(name: &str, values: &[(&str, &str)]) -> std::io::Result<String> {
    let mut text = std::fs::read_to_string(sources().join(name))?;
    for (key, value) in values {
        text = text.replace(&format!("@{key}@"), value);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(name: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(sources().join(name)).unwrap()).unwrap()
    }

    #[test]
    fn on_macos_the_program_is_hardened_and_asks_for_the_microphone_alone() {
        let macos = &read("macos.json")["bundle"]["macOS"];
        assert_eq!(macos["hardenedRuntime"], true);
        let text =
            |key: &str| std::fs::read_to_string(root().join(macos[key].as_str().unwrap())).unwrap();
        let entitlements = text("entitlements");
        let asked: Vec<&str> = entitlements.lines().filter(|line| line.contains("<key>")).collect();
        assert_eq!(asked.len(), 1);
        assert!(asked[0].contains("com.apple.security.device.audio-input"));
        assert!(text("infoPlist").contains("NSMicrophoneUsageDescription"));
    }

    #[test]
    fn libraries_lie_where_each_system_looks_for_them() {
        let windows = &read("windows.json")["bundle"]["resources"];
        for library in ["sherpa-onnx-c-api.dll", "onnxruntime.dll"] {
            assert_eq!(windows[format!("src-tauri/engine-pack/lib/{library}")], library);
        }
        let macos = &read("macos.json")["bundle"]["macOS"]["frameworks"];
        assert_eq!(macos.as_array().unwrap().len(), 2);
    }

    #[test]
    fn the_flatpak_may_hear_and_speak_and_sees_no_files() {
        let flatpak = read("app.sotto.desktop.json");
        assert_eq!(
            (&flatpak["id"], &flatpak["command"]),
            (&json!("app.sotto.desktop"), &json!("sotto"))
        );
        let asked = flatpak["finish-args"].as_array().unwrap();
        assert!(asked.contains(&json!("--socket=pulseaudio")));
        let is_wide = |one: &Value| {
            let one = one.as_str().unwrap();
            one.starts_with("--filesystem") || one.contains("session-bus") || one == "--device=all"
        };
        assert!(!asked.iter().any(is_wide), "{asked:?}");
    }

    #[test]
    fn what_is_filled_in_leaves_nothing_open() {
        let values =
            [("VERSION", "1"), ("ARCHITECTURE", "amd64"), ("SIZE", "1"), ("DEPENDS", "libc6")];
        for name in ["control", "sotto.spec"] {
            let text = filled(name, &values).unwrap();
            assert!(
                !text.contains('@') || name == "control" && text.matches('@').count() == 1,
                "{text}"
            );
        }
    }
}
