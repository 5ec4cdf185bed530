//! Another user of the same machine: what they may read of the program, and whether they may ask it anything. Only root can
//! become somebody else, so elsewhere this is left out, and said to be.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use anyhow::{Context as _, ensure};
use tokio::process::Command;

use super::Attempt;
use crate::trust::needle::Needle;

/// `nobody`, on every system.
const NOBODY: [&str; 3] = ["--reuid=65534", "--regid=65534", "--clear-groups"];
/// Every byte below a folder.
const READ: &str = r#"find "$1" -type f -exec cat {} +"#;
/// Exits with 0 when it is connected.
const CONNECT: &str = "use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0) or exit 3; \
                       exit(connect($s, sockaddr_un($ARGV[0])) ? 0 : 1)";

/// Tries as another user; the folder of the data is `data`, in one that all may enter.
pub(super) async fn attempts(data: &Path, program: u32) -> anyhow::Result<Vec<Attempt>> {
    let who = Command::new("id").arg("-u").output().await?;
    if who.stdout.trim_ascii() != b"0" {
        eprintln!("another user is left out: only root can become one");
        return Ok(Vec::new());
    }
    in_reach(data).await?;
    let everything = as_nobody("sh", &["-c", READ, "sh", text(data)?]).await?;
    let environment = as_nobody("cat", &[&format!("/proc/{program}/environ")]).await?;
    let socket = data.join("control.sock");
    let knock = ["-e", CONNECT, text(&socket)?];
    let owner = Command::new("perl").args(knock).status().await?;
    ensure!(owner.success(), "not even its owner reaches the control socket: {owner}");
    let stranger = as_nobody("perl", &knock).await?;
    Ok(vec![
        Attempt::new(
            "another_user_reads_the_data",
            everything.stdout.is_empty(),
            everything.stdout.len(),
        ),
        Attempt::new(
            "another_user_reads_the_environment",
            environment.stdout.is_empty(),
            environment.stdout.len(),
        ),
        Attempt::new(
            "another_user_opens_the_control_socket",
            stranger.status.code() == Some(1),
            stranger.status,
        ),
    ])
}

/// The other user comes as far as the folder's door, and would read what is not closed: else their failure proves nothing.
async fn in_reach(data: &Path) -> anyhow::Result<()> {
    let beside = data.parent().context("the data lies nowhere")?;
    std::fs::set_permissions(beside, std::fs::Permissions::from_mode(0o755))?;
    let (open, mark) = (beside.join("open"), Needle::random());
    std::fs::create_dir_all(&open)?;
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o755))?;
    std::fs::write(open.join("file"), mark.text())?;
    std::fs::set_permissions(open.join("file"), std::fs::Permissions::from_mode(0o644))?;
    let read = as_nobody("sh", &["-c", READ, "sh", text(&open)?]).await?;
    ensure!(
        mark.is_in(&read.stdout),
        "another user cannot even come near: {}",
        String::from_utf8_lossy(&read.stderr)
    );
    Ok(())
}

async fn as_nobody(program: &str, arguments: &[&str]) -> anyhow::Result<Output> {
    let mut command = Command::new("setpriv");
    command.args(NOBODY).arg(program).args(arguments).current_dir("/");
    command.output().await.context("setpriv could not be started")
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("the folder has a name that is no text")
}
