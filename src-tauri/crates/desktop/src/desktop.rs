//! The desktop itself. The order of its parts matters: programs that the bus starts need the display, and the keyring
//! and the sound server need the bus.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Child;

use crate::plug::{Plug, SOURCE};
use crate::process::{Environment, READY_LIMIT, command, not_ready, ready, run, spawn};
use crate::{DesktopError, Microphone};

/// What a desktop has.
#[derive(Debug, Clone)]
pub struct DesktopOptions {
    /// Width and height in pixels.
    pub screen: (u32, u32),
    /// A keyring that is unlocked.
    pub has_keyring: bool,
    /// Samples a second of the microphone: 48,000 or 44,100 in most machines.
    pub microphone_hz: u32,
}

impl Default for DesktopOptions {
    fn default() -> Self {
        Self { screen: (1280, 800), has_keyring: true, microphone_hz: 48_000 }
    }
}

/// A running desktop; it ends when this is dropped.
pub struct Desktop {
    env: Environment,
    bus_address: String,
    microphone: Microphone,
    plug: Plug,
    sound_server_id: Option<u32>,
    /// In the order of their start; ended in reverse.
    parts: Vec<Child>,
    /// Dropped last: the parts have their sockets in it.
    home: TempDir,
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
        let sound_server = sound_server(home.path(), &mut env).await?;
        let sound_server_id = sound_server.id();
        parts.push(sound_server);
        let plug = Plug::new(home.path().join("run/microphone"), options.microphone_hz);
        plug.put_in(&env).await?;
        run("pactl", &["set-default-source", SOURCE], &env).await?;
        let microphone = Microphone::open(plug.pipe().to_owned(), options.microphone_hz)?;
        parts.push(window_manager(&env).await?);
        Ok(Self { env, bus_address, microphone, plug, sound_server_id, parts, home })
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

    /// Pulls the microphone's plug; what is said from now on reaches nobody.
    ///
    /// # Errors
    /// When pactl fails, or it is out already.
    pub async fn unplug(&self) -> Result<(), DesktopError> {
        self.plug.pull(&self.env).await
    }

    /// Puts the microphone's plug in again; PulseAudio takes it for its default again.
    ///
    /// # Errors
    /// When pactl fails.
    pub async fn replug(&self) -> Result<(), DesktopError> {
        self.plug.put_in(&self.env).await
    }

    /// Mutes the microphone where its system does: it delivers nothing but zeros.
    ///
    /// # Errors
    /// When pactl fails.
    pub async fn mute(&self, is_muted: bool) -> Result<(), DesktopError> {
        let muted = if is_muted { "1" } else { "0" };
        run("pactl", &["set-source-mute", SOURCE, muted], &self.env).await.map(drop)
    }

    /// Whether any program has a microphone open.
    ///
    /// # Errors
    /// When pactl fails.
    pub async fn is_recorded_from(&self) -> Result<bool, DesktopError> {
        let output = run("pactl", &["list", "short", "source-outputs"], &self.env).await?;
        Ok(!output.stdout.is_empty())
    }

    /// Gives the sound server no time for so long; what is said meanwhile waits in the microphone's pipe.
    ///
    /// # Errors
    /// When it has ended.
    #[cfg(target_os = "linux")]
    pub async fn hold_up_sound_server(
        &self,
        time: std::time::Duration,
    ) -> Result<(), DesktopError> {
        use rustix::process::{Pid, Signal, kill_process};

        let id = self.sound_server_id.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let id = id.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))?;
        kill_process(id, Signal::STOP).map_err(std::io::Error::from)?;
        tokio::time::sleep(time).await;
        kill_process(id, Signal::CONT).map_err(std::io::Error::from)?;
        Ok(())
    }

    /// Presses keys, as in `ctrl+alt+r`.
    ///
    /// # Errors
    /// When xdotool fails.
    pub async fn press(&self, keys: &str) -> Result<(), DesktopError> {
        run("xdotool", &["key", "--clearmodifiers", keys], &self.env).await.map(drop)
    }

    /// Presses keys and holds them down.
    ///
    /// # Errors
    /// When xdotool fails.
    pub async fn hold(&self, keys: &str) -> Result<(), DesktopError> {
        run("xdotool", &["keydown", keys], &self.env).await.map(drop)
    }

    /// Lets go of keys that are held down.
    ///
    /// # Errors
    /// When xdotool fails.
    pub async fn release(&self, keys: &str) -> Result<(), DesktopError> {
        run("xdotool", &["keyup", keys], &self.env).await.map(drop)
    }

    /// Gives the keyboard the letters of a country, as in `fr`.
    ///
    /// # Errors
    /// When setxkbmap fails.
    pub async fn lay_out_keyboard(&self, country: &str) -> Result<(), DesktopError> {
        run("setxkbmap", &[country], &self.env).await.map(drop)
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Minimises the window of this title.
    ///
    /// # Errors
    /// When there is none within xdotool's patience.
    pub async fn hide_window(&self, title: &str) -> Result<(), DesktopError> {
        let pattern = format!("^{title}$");
        run(
            "xdotool",
            &["search", "--sync", "--onlyvisible", "--name", &pattern, "windowminimize", "--sync"],
            &self.env,
        )
        .await
        .map(drop)
    }

    /// Whether a window of this title is on the screen.
    ///
    /// # Errors
    /// When xdotool cannot be started.
    pub async fn shows_window(&self, title: &str) -> Result<bool, DesktopError> {
        let pattern = format!("^{title}$");
        match run("xdotool", &["search", "--onlyvisible", "--name", &pattern], &self.env).await {
            Ok(output) => Ok(!output.stdout.is_empty()),
            // It finds nothing: that is how xdotool says no.
            Err(DesktopError::Failed { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The title of the window that has the focus; empty where none has.
    ///
    /// # Errors
    /// When xdotool cannot be started.
    pub async fn window_in_front(&self) -> Result<String, DesktopError> {
        match run("xdotool", &["getactivewindow", "getwindowname"], &self.env).await {
            Ok(output) => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            // None has it: that is how xdotool says so.
            Err(DesktopError::Failed { .. }) => Ok(String::new()),
            Err(error) => Err(error),
        }
    }

    /// Where a window of this title is, and how large: x, y, width, height.
    ///
    /// # Errors
    /// When there is none.
    pub async fn window_place(&self, title: &str) -> Result<[i32; 4], DesktopError> {
        let pattern = format!("^{title}$");
        let asked =
            ["search", "--onlyvisible", "--name", pattern.as_str(), "getwindowgeometry", "--shell"];
        let output = run("xdotool", &asked, &self.env).await?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let number = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.and_then(|value| value.trim().parse().ok()).unwrap_or_default()
        };
        Ok(["X", "Y", "WIDTH", "HEIGHT"].map(number))
    }

    /// A picture of the window that has the focus, or of the whole screen when none has; as PNG.
    ///
    /// # Errors
    /// When scrot fails.
    pub async fn screenshot(&self, to: &Path) -> Result<(), DesktopError> {
        let whole = ["--overwrite", &*to.to_string_lossy()];
        let focused = [&["--focused"], &whole[..]].concat();
        if run("scrot", &focused, &self.env).await.is_err() {
            run("scrot", &whole, &self.env).await?;
        }
        Ok(())
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
    // The bus has nobody who would answer for accessibility.
    env.push(("NO_AT_BRIDGE".to_owned(), "1".to_owned()));
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
    let (child, number) = first_line("Xvfb", xvfb.stdout(Stdio::piped()), env).await?;
    env.push(("DISPLAY".to_owned(), format!(":{number}")));
    Ok(child)
}

/// Without folders of services: nothing is started by being asked for. A program sees only what was started here, and the
/// keyring is the unlocked one or none: a bus that could start one would start a second, locked.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// The daemon says its address when it takes connections.
async fn session_bus(home: &Path, env: &mut Environment) -> Result<(Child, String), DesktopError> {
    let (config, socket) = (home.join("run/bus.conf"), home.join("run/bus"));
    std::fs::write(&config, BUS.replace("SOCKET", &socket.to_string_lossy()))?;
    let mut bus = command("dbus-daemon", env);
    bus.args(["--nofork", "--nopidfile", "--print-address=1", "--config-file"]).arg(&config);
    let (child, address) = first_line("dbus-daemon", bus.stdout(Stdio::piped()), env).await?;
    env.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), address.clone()));
    Ok((child, address))
}

/// Unlocked by a password on its standard input; ready when its default collection is there and open. A locked one would
/// make a program wait for a prompt that nobody sees.
async fn keyring(env: &Environment) -> Result<Child, DesktopError> {
    let mut keyring = command("gnome-keyring-daemon", env);
    keyring.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped());
    let mut child = spawn("gnome-keyring-daemon", &mut keyring, env)?;
    if let Some(mut password) = child.stdin.take() {
        password.write_all(b"virtual desktop").await?;
    }
    ready("gnome-keyring-daemon", env, async || is_unlocked(env).await).await?;
    Ok(child)
}

async fn is_unlocked(env: &Environment) -> bool {
    let ask = async |arguments: &[&str]| {
        let who = ["--session", "--print-reply=literal", "--dest=org.freedesktop.secrets"];
        let answer = run("dbus-send", &[&who[..], arguments].concat(), env).await;
        answer.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).ok()
    };
    let alias =
        ["/org/freedesktop/secrets", "org.freedesktop.Secret.Service.ReadAlias", "string:default"];
    let Some(collection) = ask(&alias).await else { return false };
    // Without a default, the answer is `/`.
    let locked = [
        &*collection,
        "org.freedesktop.DBus.Properties.Get",
        "string:org.freedesktop.Secret.Collection",
        "string:Locked",
    ];
    collection.len() > 1 && ask(&locked).await.is_some_and(|answer| answer.contains("false"))
}

/// PulseAudio, which has speakers from the start.
async fn sound_server(home: &Path, env: &mut Environment) -> Result<Child, DesktopError> {
    let socket = home.join("run/pulse.socket");
    env.push(("PULSE_SERVER".to_owned(), format!("unix:{}", socket.display())));
    let mut pulse = command("pulseaudio", env);
    pulse.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]);
    pulse.arg(format!(
        "--load=module-native-protocol-unix socket={} auth-anonymous=1",
        socket.display()
    ));
    pulse.arg(
        "--load=module-null-sink sink_name=speakers sink_properties=device.description=Speakers",
    );
    let child = spawn("pulseaudio", &mut pulse, env)?;
    ready("pulseaudio", env, async || run("pactl", &["info"], env).await.is_ok()).await?;
    Ok(child)
}

/// Openbox runs a command when it manages the screen: a word for us.
async fn window_manager(env: &Environment) -> Result<Child, DesktopError> {
    let mut openbox = command("openbox", env);
    openbox.args(["--sm-disable", "--startup", "echo ready"]);
    Ok(first_line("openbox", openbox.stdout(Stdio::piped()), env).await?.0)
}

/// Starts a program and waits for the line in which it says that it is ready.
async fn first_line(
    program: &str,
    command: &mut tokio::process::Command,
    env: &Environment,
) -> Result<(Child, String), DesktopError> {
    let mut child = spawn(program, command, env)?;
    let mut lines =
        BufReader::new(child.stdout.take().ok_or_else(|| not_ready(program, env))?).lines();
    let line = tokio::time::timeout(READY_LIMIT, lines.next_line()).await;
    let line = line.map_err(|_| not_ready(program, env))??;
    // What else it says is read and dropped: a closed pipe could end it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, line.ok_or_else(|| not_ready(program, env))?.trim().to_owned()))
}
