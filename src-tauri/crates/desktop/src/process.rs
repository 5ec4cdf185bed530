//! Programs of the desktop: started in its environment, and ended with it.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::DesktopError;

/// How long a program may take to become ready.
pub(crate) const READY_LIMIT: Duration = Duration::from_secs(20);

/// Variables for the programs of the desktop.
pub(crate) type Environment = Vec<(String, String)>;

/// A command that ends when its parent does, however that ends: `setpriv` asks the kernel for it. To the kernel the parent
/// is the thread that started it: the main thread or a worker of the runtime, never one that ends before the desktop.
pub(crate) fn command(program: &str, env: &Environment) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", "--", program])
        .envs(env.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

/// Starts a part of the desktop; its complaints are kept.
pub(crate) fn spawn(
    program: &str,
    command: &mut Command,
    env: &Environment,
) -> Result<Child, DesktopError> {
    command.stderr(File::create(complaints(program, env))?);
    command.spawn().map_err(|error| DesktopError::Start { program: program.to_owned(), error })
}

/// The error of a part that did not become ready, with the last that it complained about.
pub(crate) fn not_ready(program: &str, env: &Environment) -> DesktopError {
    let said = std::fs::read_to_string(complaints(program, env)).unwrap_or_default();
    let lines: Vec<&str> = said.lines().collect();
    let said = lines[lines.len().saturating_sub(5)..].join("; ");
    DesktopError::NotReady { program: program.to_owned(), said }
}

fn complaints(program: &str, env: &Environment) -> PathBuf {
    let folder = env.iter().find(|(name, _)| name == "XDG_RUNTIME_DIR");
    let folder = folder.map_or_else(std::env::temp_dir, |(_, folder)| PathBuf::from(folder));
    folder.join(format!("{program}.log"))
}

/// Runs a tool to its end.
pub(crate) async fn run(
    program: &str,
    arguments: &[&str],
    env: &Environment,
) -> Result<Output, DesktopError> {
    let mut command = command(program, env);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error| DesktopError::Start { program: program.to_owned(), error };
    let output = command.output().await.map_err(failed)?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(DesktopError::Failed { program: program.to_owned(), said })
}

/// Asks again, fifty times a second, until the answer is yes. For programs that send no signal when they are ready.
pub(crate) async fn ready(
    program: &str,
    env: &Environment,
    mut is_ready: impl AsyncFnMut() -> bool,
) -> Result<(), DesktopError> {
    let wait = async {
        while !is_ready().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(READY_LIMIT, wait).await.map_err(|_| not_ready(program, env))
}
