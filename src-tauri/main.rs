//! The Sotto binary: the window without arguments, the command line with them.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    sotto_app::main()
}
