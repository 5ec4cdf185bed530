//! As every Tauri program's.

fn main() {
    tauri_build::build();
}
