//! The program as it is released: with the list of what it is made of inside, and nothing of this machine.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use super::{Profile, made};
use crate::setup;
use crate::shell::{cargo, command, root, run};

/// The built program.
pub(super) fn built(profile: Profile) -> PathBuf {
    made().join(profile.name()).join(format!("sotto{}", env::consts::EXE_SUFFIX))
}

/// What was compiled with it for the page's process, on Linux.
pub(super) fn for_page_process(profile: Profile) -> PathBuf {
    made().join(profile.name()).join("page-process/libsotto_page_process.so")
}

/// Compiles both.
pub(super) fn program(profile: Profile, features: Option<&str>) -> anyhow::Result<()> {
    let cargo = cargo();
    let mut auditable = command(setup::tool("cargo-auditable"));
    for (name, value) in cargo.get_envs() {
        match value {
            Some(value) => auditable.env(name, value),
            None => auditable.env_remove(name),
        };
    }
    auditable.args(["auditable", "build", "--locked", "--package", "sotto"]);
    auditable.args(["--profile", profile.name(), "--target-dir"]).arg(made());
    if let Some(features) = features {
        auditable.args(["--features", features]);
    }
    without_paths(&mut auditable)?;
    auditable.env("SOTTO_COMMIT", commit());
    // Which cargo it calls.
    auditable.env("CARGO", cargo.get_program());
    run(&mut auditable)?;
    if cfg!(target_os = "linux") {
        holds_no_path(&for_page_process(profile))?;
    }
    holds_no_path(&built(profile))
}

/// The commit that is packed, as `sotto --version` tells it.
fn commit() -> String {
    let told = command("git")
        .args(["describe", "--always", "--dirty", "--exclude=*", "--abbrev=12"])
        .output()
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok());
    told.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

/// Folders of this machine that compilers write into what they make, and what is written instead.
fn folders() -> anyhow::Result<Vec<(PathBuf, &'static str)>> {
    let home = env::home_dir().context("there is no home folder")?;
    let of_cargo = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let of_rustup = env::var_os("RUSTUP_HOME").map_or_else(|| home.join(".rustup"), PathBuf::from);
    // The last one that matches counts, so the inner ones come last.
    Ok(vec![(root(), "/sotto"), (of_rustup, "/rust"), (of_cargo, "/cargo"), (made(), "/build")])
}

fn without_paths(command: &mut Command) -> anyhow::Result<()> {
    let folders = folders()?;
    let flags: Vec<OsString> = folders
        .iter()
        .map(|(from, to)| {
            let mut flag = OsString::from("--remap-path-prefix=");
            flag.push(from);
            flag.push(format!("={to}"));
            flag
        })
        .collect();
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join(OsStr::new("\x1f")));
    if !cfg!(windows) {
        let mut of_c = OsString::new();
        for (from, to) in &folders {
            of_c.push(" -ffile-prefix-map=");
            of_c.push(from);
            of_c.push(format!("={to}"));
        }
        command.env("CFLAGS", &of_c).env("CXXFLAGS", of_c);
    }
    Ok(())
}

/// Looks for this machine's folders in the program, as every byte of it is.
fn holds_no_path(program: &Path) -> anyhow::Result<()> {
    let bytes =
        fs::read(program).with_context(|| format!("{} was not built", program.display()))?;
    for (folder, _) in folders()? {
        let folder = folder.to_string_lossy().into_owned();
        let at = memchr::memmem::find(&bytes, folder.as_bytes());
        let seen = at
            .map(|at| String::from_utf8_lossy(&bytes[at..bytes.len().min(at + 120)]).into_owned());
        ensure!(
            seen.is_none(),
            "the program tells where it was built: {}",
            seen.unwrap_or_default()
        );
    }
    Ok(())
}
