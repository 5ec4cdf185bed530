//! Programs of the desktop: started in its environment, and ended with it.

use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::DesktopError;

/// How long a program may take to become ready.
pub(crate) const READY_LIMIT: Duration = Duration::from_secs(20);

/// Variables for the programs of the desktop.
pub(crate) type Environment = Vec<(String, String)>;

/// A command that ends when its parent does, however that ends: `setpriv` asks the kernel for it.
pub(crate) fn command(program: &str, env: &Environment) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", "--", program])
        .envs(env.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

pub(crate) fn spawn(program: &str, command: &mut Command) -> Result<Child, DesktopError> {
    command.spawn().map_err(|error| DesktopError::Start { program: program.to_owned(), error })
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
    mut is_ready: impl AsyncFnMut() -> bool,
) -> Result<(), DesktopError> {
    let wait = async {
        while !is_ready().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let late = |_| DesktopError::NotReady { program: program.to_owned(), said: String::new() };
    tokio::time::timeout(READY_LIMIT, wait).await.map_err(late)
}
