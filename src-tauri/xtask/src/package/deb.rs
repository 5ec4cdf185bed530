//! The package of Debian, made by Debian's own tools.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::{VERSION, filled, made, out, tree};
use crate::shell::{command, run_quietly};

/// Makes it.
pub(super) fn pack(tree: &Path) -> anyhow::Result<PathBuf> {
    let architecture = told(command("dpkg").arg("--print-architecture"))?;
    let control = tree.join("DEBIAN");
    fs::create_dir_all(&control)?;
    let size = told(
        command("du")
            .args(["--summarize", "--block-size=1024", "--apparent-size"])
            .arg(tree.join("usr")),
    )?;
    let size = size.split_whitespace().next().unwrap_or_default();
    let depends = libraries(tree)?;
    let values = [
        ("VERSION", VERSION),
        ("ARCHITECTURE", &architecture),
        ("SIZE", size),
        ("DEPENDS", &depends),
    ];
    fs::write(control.join("control"), filled("control", &values)?)?;
    fs::write(control.join("md5sums"), sums(tree)?)?;
    run_quietly(command("chmod").args(["-R", "u=rwX,go=rX"]).arg(&control))?;
    let package = out().join(format!("sotto_{VERSION}_{architecture}.deb"));
    run_quietly(
        command("dpkg-deb")
            .env("SOURCE_DATE_EPOCH", tree::epoch()?.to_string())
            .args(["--root-owner-group", "-Zxz", "-z9", "--build"])
            .arg(tree)
            .arg(&package),
    )?;
    // What else is made of the tree has no use for it.
    fs::remove_dir_all(control)?;
    Ok(package)
}

/// The one that lies there.
pub(super) fn made_before() -> anyhow::Result<PathBuf> {
    for entry in fs::read_dir(out())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            return Ok(path);
        }
    }
    anyhow::bail!("no package was made")
}

/// What the program is linked to, as packages, and what it opens by name.
fn libraries(tree: &Path) -> anyhow::Result<String> {
    // The tool reads the control file of a source package.
    let source = made().join("shlibdeps");
    fs::create_dir_all(source.join("debian"))?;
    fs::write(
        source.join("debian/control"),
        "Source: sotto\n\nPackage: sotto\nArchitecture: any\nDescription: sotto\n",
    )?;
    let own = tree.join("usr/lib/sotto");
    let mut ask = command("dpkg-shlibdeps");
    ask.current_dir(&source).args(["-O", "--ignore-missing-info"]);
    let mut folder = std::ffi::OsString::from("-l");
    folder.push(&own);
    ask.arg(folder).arg("-e").arg(own.join("sotto"));
    for entry in fs::read_dir(&own)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "so") {
            ask.arg("-e").arg(path);
        }
    }
    let linked = told(&mut ask)?;
    let linked = linked
        .lines()
        .find_map(|line| line.strip_prefix("shlibs:Depends="))
        .context("dpkg-shlibdeps says nothing")?;
    // The tray's library is opened when the icon is.
    Ok(format!("{linked}, libayatana-appindicator3-1"))
}

fn sums(tree: &Path) -> anyhow::Result<String> {
    let mut find = command("find");
    find.current_dir(tree).args(["usr", "-type", "f", "-exec", "md5sum", "{}", "+"]);
    let mut lines: Vec<String> = told(&mut find)?.lines().map(str::to_owned).collect();
    lines.sort_by(|one, other| one.get(34..).cmp(&other.get(34..)));
    Ok(lines.join("\n") + "\n")
}

fn told(command: &mut std::process::Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{name} could not be started"))?;
    ensure!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}
