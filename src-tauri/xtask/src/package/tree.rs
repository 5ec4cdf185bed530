//! What is installed on Linux, laid out as it will lie there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, ensure};

use super::{Profile, VERSION, build, filled, made, out, sources};
use crate::shell::{command, npm, root, run_quietly};

const SIZES: [u32; 10] = [16, 22, 24, 32, 48, 64, 96, 128, 256, 512];

/// Whose conventions are followed where they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Convention {
    Debian,
    Fedora,
}

/// The laid out tree of one convention; all files are as the package will have them.
pub(super) fn lay_out(profile: Profile, convention: Convention) -> anyhow::Result<PathBuf> {
    let tree = made().join(match convention {
        Convention::Debian => "tree",
        Convention::Fedora => "tree-rpm",
    });
    if tree.exists() {
        fs::remove_dir_all(&tree)?;
    }
    program(profile, &tree)?;
    page_process(profile, &tree)?;
    engine(&tree)?;
    desktop(&tree)?;
    icons(&tree)?;
    words_of_the_command_line(&tree, convention)?;
    documents(&tree, convention)?;
    settle(&tree)?;
    Ok(tree)
}

/// In a folder of its own with its libraries, which it finds beside itself; on the path by a link.
fn program(profile: Profile, tree: &Path) -> anyhow::Result<()> {
    let folder = tree.join("usr/lib/sotto");
    fs::create_dir_all(&folder)?;
    fs::create_dir_all(tree.join("usr/bin"))?;
    let (from, to) = (build::built(profile), folder.join("sotto"));
    fs::create_dir_all(out())?;
    let symbols = out().join(format!("sotto-{VERSION}.debug"));
    run_quietly(command("objcopy").arg("--only-keep-debug").arg(&from).arg(&symbols))?;
    run_quietly(command("strip").arg("--strip-all").arg("-o").arg(&to).arg(&from))?;
    opens_no_library_of_models(&to)?;
    let mut link = std::ffi::OsString::from("--add-gnu-debuglink=");
    link.push(&symbols);
    run_quietly(command("objcopy").arg(link).arg(&to))?;
    make_link("../lib/sotto/sotto", &tree.join("usr/bin/sotto"))
}

/// What WebKit loads into the page's process, alone in its folder.
fn page_process(profile: Profile, tree: &Path) -> anyhow::Result<()> {
    let folder = tree.join("usr/lib/sotto/page-process");
    fs::create_dir_all(&folder)?;
    let from = build::for_page_process(profile);
    fs::copy(&from, folder.join(from.file_name().context("a file has no name")?))?;
    Ok(())
}

/// It is opened when a model is read; a function that `sotto-engine` does not pass on would bring it back to each start.
fn opens_no_library_of_models(program: &Path) -> anyhow::Result<()> {
    let told = command("objdump").arg("-p").arg(program).output()?;
    ensure!(told.status.success(), "objdump cannot read the program");
    let needed = String::from_utf8_lossy(&told.stdout);
    ensure!(!needed.contains("sherpa"), "the program opens the library of the models at its start");
    Ok(())
}

#[cfg(unix)]
fn make_link(to: &str, at: &Path) -> anyhow::Result<()> {
    Ok(std::os::unix::fs::symlink(to, at)?)
}

#[cfg(not(unix))]
fn make_link(_: &str, _: &Path) -> anyhow::Result<()> {
    anyhow::bail!("this tree is made on Linux")
}

/// What the engine cannot do without; the recordings of the pack are for tests.
fn engine(tree: &Path) -> anyhow::Result<()> {
    let pack = root().join("src-tauri/engine-pack");
    let folder = tree.join("usr/lib/sotto");
    for entry in fs::read_dir(pack.join("lib"))? {
        let from = entry?.path();
        let to = folder.join(from.file_name().context("a file has no name")?);
        run_quietly(command("strip").arg("--strip-unneeded").arg("-o").arg(&to).arg(&from))?;
    }
    let model = folder.join("engine/moonshine-tiny-en");
    fs::create_dir_all(&model)?;
    for entry in fs::read_dir(pack.join("moonshine-tiny-en"))? {
        let from = entry?.path();
        fs::copy(&from, model.join(from.file_name().context("a file has no name")?))?;
    }
    Ok(())
}

fn desktop(tree: &Path) -> anyhow::Result<()> {
    let applications = tree.join("usr/share/applications");
    let metainfo = tree.join("usr/share/metainfo");
    fs::create_dir_all(&applications)?;
    fs::create_dir_all(&metainfo)?;
    let name = "app.sotto.desktop.desktop";
    fs::copy(sources().join(name), applications.join(name))?;
    let name = "app.sotto.desktop.metainfo.xml";
    let date = date("%Y-%m-%d")?;
    fs::write(metainfo.join(name), filled(name, &[("VERSION", VERSION), ("DATE", &date)])?)?;
    Ok(())
}

fn icons(tree: &Path) -> anyhow::Result<()> {
    let hicolor = tree.join("usr/share/icons/hicolor");
    let drawing = root().join("icons/sotto.svg");
    let drawn = made().join("icons");
    let is_drawn = SIZES.iter().all(|size| drawn.join(format!("{size}x{size}.png")).exists());
    if !is_drawn {
        fs::create_dir_all(&drawn)?;
        let sizes = SIZES.map(|size| size.to_string()).join(",");
        let mut tauri = npm();
        tauri.args(["exec", "--", "tauri", "icon"]).arg(&drawing).arg("-o").arg(&drawn);
        run_quietly(tauri.args(["--png", &sizes]))?;
    }
    for size in SIZES {
        let name = format!("{size}x{size}");
        let folder = hicolor.join(&name).join("apps");
        fs::create_dir_all(&folder)?;
        fs::copy(drawn.join(format!("{name}.png")), folder.join("app.sotto.desktop.png"))?;
    }
    let folder = hicolor.join("scalable/apps");
    fs::create_dir_all(&folder)?;
    fs::copy(drawing, folder.join("app.sotto.desktop.svg"))?;
    Ok(())
}

/// The program that was laid out tells its own.
fn words_of_the_command_line(tree: &Path, convention: Convention) -> anyhow::Result<()> {
    let program = tree.join("usr/lib/sotto/sotto");
    let zsh = match convention {
        Convention::Debian => "usr/share/zsh/vendor-completions/_sotto",
        Convention::Fedora => "usr/share/zsh/site-functions/_sotto",
    };
    for (shell, to) in [
        ("bash", "usr/share/bash-completion/completions/sotto"),
        ("zsh", zsh),
        ("fish", "usr/share/fish/vendor_completions.d/sotto.fish"),
    ] {
        let told =
            command(&program).args(["completions", shell]).stderr(Stdio::inherit()).output()?;
        ensure!(
            told.status.success() && !told.stdout.is_empty(),
            "there are no completions for {shell}"
        );
        let to = tree.join(to);
        fs::create_dir_all(to.parent().unwrap_or(tree))?;
        fs::write(to, told.stdout)?;
    }
    let pages = tree.join("usr/share/man/man1");
    fs::create_dir_all(&pages)?;
    run_quietly(command(&program).arg("manual").arg(&pages))?;
    for page in fs::read_dir(&pages)? {
        gzip(&page?.path())?;
    }
    Ok(())
}

fn documents(tree: &Path, convention: Convention) -> anyhow::Result<()> {
    let folder = tree.join("usr/share/doc/sotto");
    fs::create_dir_all(&folder)?;
    fs::copy(out().join("third-party-notices.txt"), folder.join("third-party-notices"))?;
    gzip(&folder.join("third-party-notices"))?;
    fs::copy(root().join("CHANGELOG.md"), folder.join("NEWS.md"))?;
    gzip(&folder.join("NEWS.md"))?;
    if convention == Convention::Fedora {
        fs::copy(root().join("LICENSE"), folder.join("LICENSE"))?;
        return Ok(());
    }
    fs::copy(sources().join("copyright"), folder.join("copyright"))?;
    let changelog = format!(
        "sotto ({VERSION}) unstable; urgency=medium\n\n  * What changed is told in NEWS.md.gz.\n\n -- The Sotto contributors <sotto-app@users.noreply.github.com>  {}\n",
        date("%a, %d %b %Y %H:%M:%S +0000")?
    );
    fs::write(folder.join("changelog"), changelog)?;
    gzip(&folder.join("changelog"))
}

/// The same bytes give the same file.
fn gzip(path: &Path) -> anyhow::Result<()> {
    run_quietly(command("gzip").args(["--best", "--no-name", "--force"]).arg(path))
}

/// Of the last commit, so that the same commit gives the same package.
pub(super) fn epoch() -> anyhow::Result<u64> {
    if let Some(given) = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok())
    {
        return Ok(given);
    }
    let told = command("git").args(["log", "-1", "--format=%ct"]).output();
    let told = told.ok().filter(|output| output.status.success());
    match told.and_then(|output| String::from_utf8(output.stdout).ok()?.trim().parse().ok()) {
        Some(seconds) => Ok(seconds),
        None => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
            Ok(now.as_secs())
        }
    }
}

fn date(form: &str) -> anyhow::Result<String> {
    let at = format!("@{}", epoch()?);
    let told = command("date")
        .env("LC_ALL", "C")
        .args(["--utc", "--date", &at])
        .arg(format!("+{form}"))
        .output()?;
    ensure!(told.status.success(), "date does not know {at}");
    Ok(String::from_utf8(told.stdout)?.trim().to_owned())
}

/// Rights and times as packages have them, whatever this user's mask is.
fn settle(tree: &Path) -> anyhow::Result<()> {
    run_quietly(command("chmod").args(["-R", "u=rwX,go=rX"]).arg(tree))?;
    // Whatever git or a wheel said, a library is no program.
    let folder = tree.join("usr/lib/sotto");
    for folder in [folder.join("page-process"), folder] {
        for library in fs::read_dir(folder)? {
            let path = library?.path();
            if path.extension().is_some_and(|extension| extension == "so") {
                run_quietly(command("chmod").arg("0644").arg(path))?;
            }
        }
    }
    let at = format!("--date=@{}", epoch()?);
    run_quietly(command("find").arg(tree).args([
        "-exec",
        "touch",
        "--no-dereference",
        &at,
        "{}",
        "+",
    ]))
}
