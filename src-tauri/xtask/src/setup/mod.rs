//! Brings what this machine lacks, one line a step; a step with nothing to do takes no time.

mod icons;
mod pack;
mod packages;
mod tokens;
pub(crate) mod tools;
mod window;

pub(crate) use pack::hex;

use std::process::ExitCode;
use std::time::Instant;

/// What the machine is set up for. Each includes the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum For {
    /// Building and opening the program.
    Program,
    /// The virtual desktop too.
    Desktop,
    /// What only tests need too.
    Tests,
}

/// What a step did.
pub(crate) enum Done {
    /// There was nothing to do.
    Already,
    /// In words.
    Did(String),
}

/// Sets up.
pub(crate) fn run(purpose: For) -> anyhow::Result<ExitCode> {
    prepare(purpose)?;
    Ok(ExitCode::SUCCESS)
}

/// All steps that `purpose` needs.
pub(crate) fn prepare(purpose: For) -> anyhow::Result<()> {
    step("system packages", || packages::install(purpose))?;
    step("window's modules", window::modules)?;
    step("engine pack", pack::bring)?;
    step("icons", icons::draw)?;
    step("window", window::build)?;
    // The tests that open the real window are for Linux.
    if purpose >= For::Tests && cfg!(target_os = "linux") {
        step("tauri-driver", || tools::install("tauri-driver", "2.1.0"))?;
    }
    Ok(())
}

/// Runs a step and says what it did and how long it took.
pub(crate) fn step(name: &str, work: impl FnOnce() -> anyhow::Result<Done>) -> anyhow::Result<()> {
    let began = Instant::now();
    eprint!("setup  {name:<18} ");
    match work() {
        Ok(Done::Already) => eprintln!("there"),
        Ok(Done::Did(words)) => eprintln!("{words} ({:.0} s)", began.elapsed().as_secs_f64()),
        Err(error) => {
            eprintln!("failed");
            return Err(error.context(format!("the step \"{name}\" failed")));
        }
    }
    Ok(())
}

/// cargo-deny, which only `check` needs: it takes minutes to build.
pub(crate) fn deny() -> anyhow::Result<Done> {
    tools::install("cargo-deny", "0.18.9")
}

/// cargo-fuzz, which only `fuzz` needs.
pub(crate) fn fuzz() -> anyhow::Result<Done> {
    tools::install("cargo-fuzz", "0.13.2")
}

/// cargo-auditable, which only `package` needs.
pub(crate) fn auditable() -> anyhow::Result<Done> {
    tools::install("cargo-auditable", "0.7.7")
}

/// cargo-cyclonedx, which only `package` needs.
pub(crate) fn cyclonedx() -> anyhow::Result<Done> {
    tools::install("cargo-cyclonedx", "0.5.9")
}

/// The engine pack alone.
pub(crate) fn engine_pack() -> anyhow::Result<Done> {
    pack::bring()
}

/// sox, beside which `bench audio` measures.
pub(crate) fn sox() -> anyhow::Result<Done> {
    packages::install_sox()
}

/// What makes and looks at packages of Linux.
pub(crate) fn packaging() -> anyhow::Result<Done> {
    packages::install_packaging()
}

/// Where an installed tool is.
pub(crate) fn tool(name: &str) -> std::path::PathBuf {
    tools::path(name)
}
