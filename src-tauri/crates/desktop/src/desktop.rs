//! The desktop itself. The order of its parts matters: programs that the bus starts need the display, and the keyring
//! and the sound server need the bus.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Child;

use crate::process::{Environment, READY_LIMIT, command, ready, run, spawn};
use crate::{DesktopError, Microphone};

/// What a desktop has.
#[derive(Debug, Clone)]
pub struct DesktopOptions {
    /// Width and height in pixels.
    pub screen: (u32, u32),
    /// A keyring that is unlocked.
    pub has_keyring: bool,
}

impl Default for DesktopOptions {
    fn default() -> Self {
        Self { screen: (1280, 800), has_keyring: true }
    }
}

/// A running desktop; it ends when this is dropped.
pub struct Desktop {
    env: Environment,
    bus_address: String,
    microphone: Microphone,
    /// In the order of their start; ended in reverse.
    parts: Vec<Child>,
    /// Dropped last: the parts have their sockets in it.
    _home: TempDir,
}

impl Desktop {
    /// Starts one.
    ///
    /// # Errors
    /// When a program is missing or does not become ready.
    pub async fn start(options: DesktopOptions) -> Result<Self, DesktopError> {
        let home = tempfile::Builder::new().prefix("desktop-").tempdir()?;
        let mut env = folders(home.path())?;
        let mut parts = Vec::new();
        parts.push(display(options.screen, &mut env).await?);
        let (bus, bus_address) = session_bus(home.path(), &mut env).await?;
        parts.push(bus);
        if options.has_keyring {
            parts.push(keyring(&env).await?);
        }
        let (sound, microphone) = sound_server(home.path(), &mut env).await?;
        parts.push(sound);
        parts.push(spawn("openbox", &mut command("openbox", &env))?);
        Ok(Self { env, bus_address, microphone, parts, _home: home })
    }

    /// Variables for a program that runs on this desktop.
    #[must_use]
    pub fn env(&self) -> Vec<(String, String)> {
        self.env.clone()
    }

    /// The address of the session bus.
    #[must_use]
    pub fn bus_address(&self) -> &str {
        &self.bus_address
    }

    /// The microphone.
    #[must_use]
    pub fn microphone(&self) -> &Microphone {
        &self.microphone
    }

    /// Presses keys, as in `ctrl+alt+r`.
    ///
    /// # Errors
    /// When xdotool fails.
    pub async fn press(&self, keys: &str) -> Result<(), DesktopError> {
        run("xdotool", &["key", "--clearmodifiers", keys], &self.env).await.map(drop)
    }

    /// Minimises the window of this title.
    ///
    /// # Errors
    /// When there is none within xdotool's patience.
    pub async fn hide_window(&self, title: &str) -> Result<(), DesktopError> {
        let pattern = format!("^{title}$");
        run(
            "xdotool",
            &["search", "--sync", "--onlyvisible", "--name", &pattern, "windowminimize"],
            &self.env,
        )
        .await
        .map(drop)
    }

    /// A picture of the window that has the focus, as PNG.
    ///
    /// # Errors
    /// When scrot fails.
    pub async fn screenshot(&self, to: &Path) -> Result<(), DesktopError> {
        run("scrot", &["--focused", "--overwrite", &to.to_string_lossy()], &self.env).await.map(drop)
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        // In reverse, and none waits for another: `kill_on_drop` does it for each.
        while let Some(part) = self.parts.pop() {
            drop(part);
        }
    }
}

/// Folders of its own for everything that programs keep.
fn folders(home: &Path) -> Result<Environment, DesktopError> {
    let mut env = Vec::new();
    for (name, folder) in [
        ("HOME", "home"),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_DATA_HOME", "home/.local/share"),
        ("XDG_CONFIG_HOME", "home/.config"),
        ("XDG_CACHE_HOME", "home/.cache"),
    ] {
        let path = home.join(folder);
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        env.push((name.to_owned(), path.to_string_lossy().into_owned()));
    }
    env.push(("XDG_SESSION_TYPE".to_owned(), "x11".to_owned()));
    env.push(("WAYLAND_DISPLAY".to_owned(), String::new()));
    Ok(env)
}

/// Xvfb chooses a free number and says it when it takes connections.
async fn display(
    (width, height): (u32, u32),
    env: &mut Environment,
) -> Result<Child, DesktopError> {
    let mut xvfb = command("Xvfb", env);
    xvfb.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        &format!("{width}x{height}x24"),
        "-nolisten",
        "tcp",
    ]);
    let (child, number) = first_line("Xvfb", xvfb.stdout(Stdio::piped())).await?;
    env.push(("DISPLAY".to_owned(), format!(":{number}")));
    Ok(child)
}

async fn session_bus(home: &Path, env: &mut Environment) -> Result<(Child, String), DesktopError> {
    let mut bus = command("dbus-daemon", env);
    let address = format!("--address=unix:path={}", home.join("run/bus").display());
    bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1", &address]);
    let (child, address) = first_line("dbus-daemon", bus.stdout(Stdio::piped())).await?;
    env.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), address.clone()));
    Ok((child, address))
}

/// Unlocked by a password on its standard input; ready when it has a default collection.
async fn keyring(env: &Environment) -> Result<Child, DesktopError> {
    let mut keyring = command("gnome-keyring-daemon", env);
    keyring.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped());
    let mut child = spawn("gnome-keyring-daemon", &mut keyring)?;
    if let Some(mut password) = child.stdin.take() {
        password.write_all(b"virtual desktop").await?;
    }
    ready("gnome-keyring-daemon", async || has_default_collection(env).await).await?;
    Ok(child)
}

/// Asked of the bus first: a question to a name that nobody owns yet makes the bus start a second, locked keyring, which
/// may then take the name.
async fn has_default_collection(env: &Environment) -> bool {
    let ask = async |arguments: &[&str]| {
        let answer =
            run("dbus-send", &[&["--session", "--print-reply=literal"], arguments].concat(), env)
                .await;
        answer
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default()
    };
    let owner = [
        "--dest=org.freedesktop.DBus",
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus.NameHasOwner",
        "string:org.freedesktop.secrets",
    ];
    let alias = [
        "--dest=org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service.ReadAlias",
        "string:default",
    ];
    ask(&owner).await.contains("true") && ask(&alias).await.contains("/org/freedesktop/secrets/")
}

/// PulseAudio with a microphone that reads from a pipe: it has no start delay, unlike the monitor of a null sink.
async fn sound_server(
    home: &Path,
    env: &mut Environment,
) -> Result<(Child, Microphone), DesktopError> {
    let (socket, pipe) = (home.join("run/pulse.socket"), home.join("run/microphone"));
    env.push(("PULSE_SERVER".to_owned(), format!("unix:{}", socket.display())));
    let mut pulse = command("pulseaudio", env);
    pulse.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]);
    pulse.arg(format!(
        "--load=module-native-protocol-unix socket={} auth-anonymous=1",
        socket.display()
    ));
    pulse.arg(format!(
        "--load=module-pipe-source source_name=microphone file={} format=s16le rate=48000 channels=1 \
         source_properties=device.description=Microphone",
        pipe.display()
    ));
    pulse.arg(
        "--load=module-null-sink sink_name=speakers sink_properties=device.description=Speakers",
    );
    let child = spawn("pulseaudio", &mut pulse)?;
    ready("pulseaudio", async || {
        run("pactl", &["set-default-source", "microphone"], env).await.is_ok()
    })
    .await?;
    Ok((child, Microphone::open(&pipe)?))
}

/// Starts a program and waits for the line in which it says that it is ready.
async fn first_line(
    program: &str,
    command: &mut tokio::process::Command,
) -> Result<(Child, String), DesktopError> {
    let mut child = spawn(program, command)?;
    let not_ready = || DesktopError::NotReady { program: program.to_owned(), said: String::new() };
    let mut lines = BufReader::new(child.stdout.take().ok_or_else(not_ready)?).lines();
    let line =
        tokio::time::timeout(READY_LIMIT, lines.next_line()).await.map_err(|_| not_ready())??;
    Ok((child, line.ok_or_else(not_ready)?.trim().to_owned()))
}
