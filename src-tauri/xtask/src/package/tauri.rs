//! What Tauri's own bundler makes: a disk image on macOS, an installer on Windows. Each is signed where the environment holds
//! what signs it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};

use super::{Profile, made, out, sources};
use crate::shell::{npm, root, run};

/// Makes it.
pub(super) fn pack(profile: Profile) -> anyhow::Result<()> {
    ensure!(profile == Profile::Release, "Tauri's bundler takes what was released");
    let (bundles, config) = if cfg!(windows) {
        ("nsis", sources().join("windows.json"))
    } else {
        ("app,dmg", sources().join("macos.json"))
    };
    let mut bundle = npm();
    // It looks for the program where cargo was told to put it.
    bundle.current_dir(root()).env("CARGO_TARGET_DIR", made());
    bundle.args([
        "--prefix",
        "ui",
        "exec",
        "--",
        "tauri",
        "bundle",
        "--bundles",
        bundles,
        "--config",
    ]);
    bundle.arg(config);
    if let Some(more) = signing() {
        bundle.args(["--config", &more.to_string()]);
    }
    run(&mut bundle)?;
    let made = made().join("release/bundle");
    let mut count = 0;
    for folder in ["dmg", "macos", "nsis"] {
        let Ok(entries) = fs::read_dir(made.join(folder)) else { continue };
        for entry in entries {
            let path: PathBuf = entry?.path();
            let name =
                path.file_name().context("a file has no name")?.to_string_lossy().into_owned();
            if path.is_file()
                && [".dmg", ".exe", ".tar.gz", ".sig"].iter().any(|end| name.ends_with(end))
            {
                fs::copy(&path, out().join(name))?;
                count += 1;
            }
        }
    }
    ensure!(count > 0, "nothing was bundled");
    Ok(())
}

/// What the environment adds: the certificate of Windows by its thumbprint, and signatures of new versions where their key is.
/// What signs on macOS is read by the bundler itself.
fn signing() -> Option<serde_json::Value> {
    let given = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let mut bundle = serde_json::Map::new();
    if let Some(thumbprint) = given("SOTTO_WINDOWS_THUMBPRINT") {
        bundle.insert(
            "windows".to_owned(),
            serde_json::json!({ "certificateThumbprint": thumbprint }),
        );
    }
    if given("TAURI_SIGNING_PRIVATE_KEY").is_some() {
        bundle.insert("createUpdaterArtifacts".to_owned(), true.into());
    }
    (!bundle.is_empty()).then(|| serde_json::json!({ "bundle": bundle }))
}
