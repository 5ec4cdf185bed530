//! Icons of every size, drawn from the SVG files by Tauri's own command; the results are not in the repository.

use std::fs;
use std::path::{Path, PathBuf};

use super::Done;
use crate::shell::{npm, root, run_quietly};

const TRAY: [&str; 6] = ["idle", "arming", "recording", "paused", "finishing", "trouble"];

/// Draws what is older than its drawing.
pub(super) fn draw() -> anyhow::Result<Done> {
    let icons = root().join("icons");
    let mut drawn = 0;
    if is_stale(&icons.join("app/icon.png"), &icons.join("sotto.svg")) {
        tauri_icon(&icons.join("sotto.svg"), &icons.join("app"), &[])?;
        drawn += 1;
    }
    for name in TRAY {
        let (from, to) = (
            icons.join(format!("tray-{name}.svg")),
            icons.join("tray").join(format!("{name}.png")),
        );
        if is_stale(&to, &from) {
            let made = icons.join("tray/made");
            tauri_icon(&from, &made, &["--png", "32"])?;
            fs::rename(made.join("32x32.png"), to)?;
            fs::remove_dir_all(made)?;
            drawn += 1;
        }
    }
    Ok(if drawn == 0 { Done::Already } else { Done::Did(format!("{drawn} drawn")) })
}

fn is_stale(picture: &Path, drawing: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
    time(picture).is_none_or(|made| time(drawing).is_some_and(|changed| changed > made))
}

fn tauri_icon(from: &PathBuf, to: &PathBuf, more: &[&str]) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    run_quietly(npm().args(["exec", "--", "tauri", "icon"]).arg(from).arg("-o").arg(to).args(more))
}
