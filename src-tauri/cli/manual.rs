//! What the command line says about itself: completions for shells, and the pages of the manual.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Arguments;

/// Prints the completions of a shell.
pub(super) fn completions(shell: Shell) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "sotto", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a page of each command.
pub(super) fn pages(folder: &Path) -> anyhow::Result<ExitCode> {
    let command = Arguments::command().disable_help_subcommand(true);
    clap_mangen::generate_to(command, folder)
        .with_context(|| format!("{} cannot be written to", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_that_is_shown_has_a_page_and_is_completed() {
        let folder = tempfile::tempdir().unwrap();
        pages(folder.path()).unwrap();
        let mut script = Vec::new();
        clap_complete::generate(Shell::Bash, &mut Arguments::command(), "sotto", &mut script);
        let script = String::from_utf8(script).unwrap();
        let shown = Arguments::command();
        let shown = shown.get_subcommands().filter(|one| !one.is_hide_set());
        let names: Vec<&str> = shown.map(clap::Command::get_name).collect();
        assert!(names.contains(&"toggle") && !names.contains(&"manual"));
        for name in names {
            assert!(folder.path().join(format!("sotto-{name}.1")).is_file(), "{name}");
            assert!(script.contains(name), "{name}");
        }
        assert!(folder.path().join("sotto.1").is_file());
    }
}
