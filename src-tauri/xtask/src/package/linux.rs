//! Both packages of Linux, and what the distributions' own tools say to them.

use std::fs;
use std::path::{Path, PathBuf};

use super::sums::Size;
use super::tree::{self, Convention};
use super::{Profile, deb, rpm, shown};
use crate::shell::command;

/// What was made.
pub(super) struct Packages {
    pub(super) deb: PathBuf,
    rpm: PathBuf,
    tree: PathBuf,
}

/// Makes them.
pub(super) fn pack(profile: Profile) -> anyhow::Result<Packages> {
    let fedora = tree::lay_out(profile, Convention::Fedora)?;
    let rpm = rpm::pack(&fedora)?;
    let debian = tree::lay_out(profile, Convention::Debian)?;
    let deb = deb::pack(&debian)?;
    Ok(Packages { deb, rpm, tree: debian })
}

impl Packages {
    /// What is measured, with what it may be.
    pub(super) fn sizes(&self) -> Vec<Size> {
        let of = |path: &Path| fs::metadata(path).map_or(0, |about| about.len());
        vec![
            Size {
                what: "program without engine",
                bytes: of(&self.tree.join("usr/lib/sotto/sotto")),
                limit: Some(15),
            },
            Size { what: ".deb with engine", bytes: of(&self.deb), limit: Some(75) },
            Size { what: ".rpm with engine", bytes: of(&self.rpm), limit: None },
        ]
    }
}

/// Whether nothing is wrong with them; each tool says itself what is.
pub(super) fn look(packages: &Packages) -> anyhow::Result<bool> {
    let share = packages.tree.join("usr/share");
    let mut lintian = command("lintian");
    lintian.args(["--allow-root", "--fail-on", "error"]).arg(&packages.deb);
    let mut entry = command("desktop-file-validate");
    entry.arg(share.join("applications/app.sotto.desktop.desktop"));
    let mut metadata = command("appstreamcli");
    metadata.args(["validate", "--no-net"]);
    metadata.arg(share.join("metainfo/app.sotto.desktop.metainfo.xml"));
    let mut contents = command("rpm");
    contents.args(["--query", "--package", "--requires"]).arg(&packages.rpm);
    let mut is_good = true;
    for mut tool in [lintian, entry, metadata, contents] {
        let name = tool.get_program().to_string_lossy().into_owned();
        let output = tool.output()?;
        let words = String::from_utf8_lossy(&output.stdout);
        if name != "rpm" || !output.status.success() {
            print!("{words}{}", String::from_utf8_lossy(&output.stderr));
        }
        println!("{name}: {}", if output.status.success() { "good" } else { "FAILED" });
        is_good &= output.status.success();
    }
    println!("{}\n{}", shown(&packages.deb), shown(&packages.rpm));
    Ok(is_good)
}
