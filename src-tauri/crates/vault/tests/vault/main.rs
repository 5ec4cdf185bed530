//! The vault over a real gnome-keyring, in a session bus and a home of the test's own.
//!
//! Each test runs this very binary again, inside `dbus-run-session`, with the name of a scene; the scene talks to the
//! keyring and fails by panicking. The user's own keyring is out of reach: bus, home and runtime folder are others.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod scenes;

use std::env;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// Which scene the binary is to play.
const SCENE: &str = "SOTTO_TEST_VAULT_SCENE";

/// A bus with a keyring of its own, unlocked with a password that comes on standard input, then the scene.
const WITH_KEYRING: &str = r#"
set -e
printf 'correct horse' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
exec "$0" play_the_scene --exact --nocapture
"#;

/// Not a test of its own: what runs inside.
#[tokio::test(flavor = "multi_thread")]
async fn play_the_scene() {
    match env::var(SCENE).as_deref() {
        Ok("a day with a key") => scenes::a_day_with_a_key().await,
        Ok("locked") => scenes::locked().await,
        Ok("nobody home") => scenes::nobody_home().await,
        Ok(other) => panic!("there is no scene {other}"),
        Err(_) => {}
    }
}

#[test]
fn a_real_keyring_keeps_gives_and_forgets_the_key() {
    inside("a day with a key", |home| {
        let mut bus = Command::new("dbus-run-session");
        bus.args(["--", "sh", "-c", WITH_KEYRING]).arg(env::current_exe().unwrap());
        secluded(bus, home)
    });
}

#[test]
fn a_locked_keyring_is_told_at_once_and_without_a_prompt() {
    inside("locked", |home| {
        let mut bus = Command::new("dbus-run-session");
        bus.args(["--", "sh", "-c", WITH_KEYRING]).arg(env::current_exe().unwrap());
        secluded(bus, home)
    });
}

#[test]
fn without_a_bus_the_key_lives_for_this_run() {
    inside("nobody home", |home| {
        let mut alone = Command::new(env::current_exe().unwrap());
        alone.args(["play_the_scene", "--exact", "--nocapture"]);
        let mut alone = secluded(alone, home);
        alone.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}/no-bus", home.display()));
        alone
    });
}

fn inside(scene: &str, command: impl FnOnce(&Path) -> Command) {
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let output = command(home.path()).env(SCENE, scene).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// Without the user's bus, home, display and runtime folder.
fn secluded(mut command: Command, home: &Path) -> Command {
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL"]
    {
        command.env_remove(name);
    }
    command.env("HOME", home);
    for name in ["XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(name, home);
    }
    command
}
