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
    // The engine's libraries lie beside the program, and once it is installed in `lib/sotto`, or in the bundle.
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => {
            println!("cargo:rustc-link-arg=-Wl,-rpath,$ORIGIN:$ORIGIN/../lib/sotto");
        }
        Ok("macos") => {
            println!("cargo:rustc-link-arg=-Wl,-rpath,@executable_path");
            println!("cargo:rustc-link-arg=-Wl,-rpath,@executable_path/../Frameworks");
        }
        _ => {}
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(error) =
        tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
    {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
