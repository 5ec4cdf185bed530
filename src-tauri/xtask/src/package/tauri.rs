//! What Tauri's own bundler makes: a disk image on macOS, an installer on Windows. Each is signed where the environment holds
//! what signs it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};

use super::{Profile, VERSION, made, out, sources};
use crate::shell::{command, run};

/// Makes it.
pub(super) fn pack(profile: Profile) -> anyhow::Result<()> {
    ensure!(profile == Profile::Release, "Tauri's bundler takes what was released");
    let (bundles, config) = if cfg!(windows) {
        ("nsis", sources().join("windows.json"))
    } else {
        ("app,dmg", sources().join("macos.json"))
    };
    // From the repository's folder: the paths of its configuration begin there.
    let mut bundle = command("node");
    bundle.arg("ui/node_modules/@tauri-apps/cli/tauri.js");
    bundle.args(["bundle", "--ci", "--bundles", bundles, "--config"]);
    bundle.arg(config);
    // It looks for the program where cargo was told to put it.
    bundle.env("CARGO_TARGET_DIR", made());
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
                fs::copy(&path, out().join(handed_out(&name)))?;
                count += 1;
            }
        }
    }
    ensure!(count > 0, "nothing was bundled");
    Ok(())
}

/// The bundler's archive of macOS does not say for which processor it is.
fn handed_out(name: &str) -> String {
    let processor = if cfg!(target_arch = "aarch64") { "aarch64" } else { "x64" };
    match name.strip_prefix("Sotto.app.tar.gz") {
        Some(rest) => format!("Sotto_{VERSION}_{processor}.app.tar.gz{rest}"),
        None => name.to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_says_for_which_processor_it_is() {
        for end in ["", ".sig"] {
            let name = handed_out(&format!("Sotto.app.tar.gz{end}"));
            assert!(name.starts_with(&format!("Sotto_{VERSION}_")), "{name}");
            assert!(name.ends_with(&format!(".app.tar.gz{end}")), "{name}");
        }
        assert_eq!(handed_out("Sotto_0.1.0_x64-setup.exe"), "Sotto_0.1.0_x64-setup.exe");
    }
}
