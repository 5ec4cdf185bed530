//! A virtual desktop for tests and the demo: a display, a session bus, a keyring, a sound server with a microphone that
//! can be spoken into, and a window manager; all in folders of its own, so that nothing of the user's is touched.
//!
//! Everything here is real (Xvfb, dbus-daemon, gnome-keyring, PulseAudio, openbox); only the voice comes from a file.
//! Linux only: elsewhere starting one is an error. What this crate is not: it knows nothing of the program that runs on
//! the desktop.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod desktop;
mod editor;
mod error;
mod microphone;
mod pipe;
mod plug;
mod process;
mod screen;
mod stall;

pub use desktop::{Desktop, DesktopOptions};
pub use editor::Editor;
pub use error::DesktopError;
pub use microphone::{Microphone, Speaking, Wait, samples_of};
pub use screen::{Picture, Place, Screen};
pub use stall::{Side, Stall};
