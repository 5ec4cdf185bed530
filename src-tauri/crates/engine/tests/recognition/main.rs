//! Real speech through the real model: what is heard, and that what is final stays.
//!
//! Needs the engine pack; `SOTTO_ENGINE_DIR` (set by `.cargo/config.toml`) names it.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod folder;
mod loading;
mod speech;

use std::path::PathBuf;
use std::sync::OnceLock;

use sotto_engine::Engine;

fn pack() -> PathBuf {
    let pack = PathBuf::from(
        std::env::var_os("SOTTO_ENGINE_DIR")
            .expect("SOTTO_ENGINE_DIR is set by .cargo/config.toml"),
    );
    assert!(
        pack.join("moonshine-tiny-en").is_dir(),
        "no engine pack in {}: run `cargo xtask setup`",
        pack.display()
    );
    pack
}

/// Loaded once for all tests: that is how it is used, too.
fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::load(&pack()).unwrap())
}
