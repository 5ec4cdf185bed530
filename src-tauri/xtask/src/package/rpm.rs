//! The package of Fedora and its kin, made by rpmbuild.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{VERSION, filled, made, out, tree};
use crate::shell::{command, run_quietly};

/// Makes it.
pub(super) fn pack(tree: &Path) -> anyhow::Result<PathBuf> {
    let top = made().join("rpm");
    fs::create_dir_all(&top)?;
    let spec = top.join("sotto.spec");
    fs::write(&spec, filled("sotto.spec", &[("VERSION", VERSION)])?)?;
    let mut build = command("rpmbuild");
    build.env("SOURCE_DATE_EPOCH", tree::epoch()?.to_string()).arg("-bb");
    for (name, value) in [
        ("_topdir", top.display().to_string()),
        ("tree", tree.display().to_string()),
        ("_buildhost", "localhost".to_owned()),
        ("use_source_date_epoch_as_buildtime", "1".to_owned()),
        ("clamp_mtime_to_source_date_epoch", "1".to_owned()),
    ] {
        build.arg("--define").arg(format!("{name} {value}"));
    }
    run_quietly(build.arg(&spec))?;
    let architecture = std::env::consts::ARCH;
    let name = format!("sotto-{VERSION}-1.{architecture}.rpm");
    let package = out().join(&name);
    fs::copy(top.join("RPMS").join(architecture).join(&name), &package)
        .context("rpmbuild made nothing")?;
    Ok(package)
}
