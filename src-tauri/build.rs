//! Prepares what the app is compiled with.
fn main() {
    tauri_build::build();
}
