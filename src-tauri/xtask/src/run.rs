//! `run`: from a fresh machine to the open program.

use std::process::ExitCode;

use crate::demo::{self, DemoArguments};
use crate::setup::{self, For};
use crate::shell::{cargo, command, program, run as run_command};

/// Sets up, builds, opens; without a display, the demo.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    if !has_display() {
        eprintln!(
            "There is no display here, so the program runs on a virtual desktop and prints what it hears."
        );
        return demo::run(&DemoArguments::default());
    }
    setup::prepare(For::Program)?;
    run_command(cargo().args(["build", "--package", "sotto"]))?;
    let status = command(program()).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
