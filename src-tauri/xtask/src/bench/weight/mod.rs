//! `bench start`, `bench memory`, `bench cpu` and `bench idle`: what the real program costs on a virtual desktop, beside an empty window of
//! Tauri's and beside a web page in Chromium that does the same work, in the same run.

mod chromium;
pub(super) mod cpu;
pub(super) mod idle;
pub(super) mod memory;
mod paint;
mod scene;
mod shortcut;
pub(super) mod start;
