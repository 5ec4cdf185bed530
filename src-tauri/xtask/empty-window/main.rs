//! A window of the size of Sotto's with a page of a few lines, and nothing else: what Tauri and the system's web view cost
//! before a program does anything.
#![cfg_attr(windows, windows_subsystem = "windows")]

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!())
}
