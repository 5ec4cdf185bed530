//! The real program in a real window on a virtual desktop: a microphone that is spoken into, a keyring, a tray, a
//! shortcut, and a stand-in for the cloud.
//!
//! `cargo xtask test` sets the machine up and runs these; each test has a desktop of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod autostart;
mod bookmark;
mod captions;
mod cloud;
mod correct;
mod cost;
mod crash;
mod encryption;
mod environment;
mod hidden;
mod hostile;
mod http;
mod import;
mod instance;
mod live;
mod meter;
mod notifications;
mod outage;
mod painting;
mod pause;
mod player;
mod portal;
mod private;
mod serve;
mod shortcut;
mod speakers;
mod stage;
mod transcribe;
mod tray;
mod watcher;
