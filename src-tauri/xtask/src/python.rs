//! Environments of Python with exactly the packages that a file names.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::setup::Done;
use crate::shell::{command, run_quietly};

/// Makes an environment in `folder` with the packages of `requirements`, unless it is there.
pub(crate) fn environment(requirements: &Path, folder: &Path) -> anyhow::Result<Done> {
    let stamp = folder.join(".sotto-requirements");
    let wanted = fs::read_to_string(requirements)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(Done::Already);
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    run_quietly(command(system).args(["-m", "venv", "--clear"]).arg(folder)).context(
        "Python cannot make an environment: it needs Python 3 with venv, which Debian has in the package python3-venv",
    )?;
    let mut pip = command(interpreter(folder));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run_quietly(pip.arg(requirements))?;
    fs::write(stamp, wanted)?;
    Ok(Done::Did("installed".to_owned()))
}

/// Its Python.
pub(crate) fn interpreter(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}
