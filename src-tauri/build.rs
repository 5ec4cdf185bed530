//! Prepares what the app is compiled with: the list of commands that windows need permission for, and a folder for the
//! window's files, which the compiler wants to exist.

/// The same commands as in `ipc/mod.rs`; a test compares them.
const COMMANDS: &[&str] = &include!("ipc/commands.in");

fn main() {
    // Without a built window the program would not even compile; `cargo xtask setup` builds the real one.
    let page = std::path::Path::new("ui/dist/index.html");
    if !page.exists()
        && let Err(error) = std::fs::create_dir_all("ui/dist")
            .and_then(|()| std::fs::write(page, "<!doctype html>"))
    {
        println!("cargo:warning=ui/dist could not be made: {error}");
    }
    println!("cargo:rerun-if-changed=src-tauri/ipc/commands.in");
    // The engine's libraries lie beside the program, also where it is installed (`lib/sotto`), or in the bundle.
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => {
            println!("cargo:rustc-link-arg=-Wl,-rpath,$ORIGIN");
            if is_for_gnu_of_64_bits()
                && let Err(error) = compile_for_page_process()
            {
                println!("cargo:warning=what the page's process loads was not made: {error}");
                std::process::exit(1);
            }
        }
        Ok("macos") => {
            println!("cargo:rustc-link-arg=-Wl,-rpath,@executable_path");
            println!("cargo:rustc-link-arg=-Wl,-rpath,@executable_path/../Frameworks");
        }
        _ => {}
    }
    tell_version();
    tell_updates();
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(error) =
        tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
    {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}

/// As `pages.rs` needs it.
fn is_for_gnu_of_64_bits() -> bool {
    let is = |name, value| std::env::var(name).is_ok_and(|told| told == value);
    is("CARGO_CFG_TARGET_ENV", "gnu") && is("CARGO_CFG_TARGET_POINTER_WIDTH", "64")
}

/// Compiles `page-process/` into a folder of its own beside the program, for WebKitGTK loads all that is there. Cargo puts no library
/// beside a program that does not link it.
fn compile_for_page_process() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src-tauri/page-process");
    println!("cargo:rerun-if-changed=src-tauri/pages/let_go.rs");
    let output = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    // target/PROFILE/build/sotto-HASH/out
    let beside = output.ancestors().nth(3).ok_or("no folder of the profile")?.join("page-process");
    std::fs::create_dir_all(&beside)?;
    let mut compiler = std::process::Command::new(std::env::var("RUSTC")?);
    compiler
        .args(["--edition=2024", "--crate-type=cdylib", "--crate-name=sotto_page_process"])
        .args(["-Copt-level=s", "-Clto=fat", "-Ccodegen-units=1", "-Cpanic=abort"])
        .args(["-Cstrip=symbols", "-Wunsafe_code"])
        .arg(format!("--target={}", std::env::var("TARGET")?))
        .arg("--out-dir")
        .arg(&beside)
        .arg("src-tauri/page-process/lib.rs");
    if let Ok(linker) = std::env::var("RUSTC_LINKER") {
        compiler.arg(format!("-Clinker={linker}"));
    }
    // What a package is compiled with: above all, which paths are not to be in it.
    let flags = std::env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    compiler.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
    let status = compiler.status()?;
    if status.success() { Ok(()) } else { Err(format!("{status}").into()) }
}

/// Which commit this is, for `sotto --version`: as the packager says, else as git does; without either it stays unsaid. Only
/// where it matters: a program for development would be built anew after every commit.
fn tell_version() {
    println!("cargo:rerun-if-env-changed=SOTTO_COMMIT");
    let said = std::env::var("SOTTO_COMMIT").ok().filter(|commit| !commit.is_empty());
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = match said {
        Some(commit) => commit,
        None if is_release => {
            println!("cargo:rerun-if-changed=.git/logs/HEAD");
            git_commit().unwrap_or_else(|| "unknown".to_owned())
        }
        None => "development".to_owned(),
    };
    println!("cargo:rustc-env=SOTTO_COMMIT={commit}");
}

fn git_commit() -> Option<String> {
    let mut git = std::process::Command::new("git");
    let told = git.args(["describe", "--always", "--dirty", "--exclude=*", "--abbrev=12"]).output();
    let told = told.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(told.stdout).ok()?.trim().to_owned())
}

/// Newer versions can be looked for where the feature is on and the key is there that releases are signed by.
fn tell_updates() {
    println!("cargo:rustc-check-cfg=cfg(sotto_updates)");
    println!("cargo:rerun-if-env-changed=SOTTO_UPDATE_KEY");
    let key = std::env::var("SOTTO_UPDATE_KEY").unwrap_or_default();
    if std::env::var_os("CARGO_FEATURE_UPDATES").is_none() {
        return;
    }
    if key.trim().is_empty() {
        println!(
            "cargo:warning=there is no SOTTO_UPDATE_KEY, so this build does not look for new versions"
        );
    } else {
        println!("cargo:rustc-cfg=sotto_updates");
    }
}
