//! Starting with the computer, by setting: the window stays hidden then, and the tray is there.
//!
//! On Linux the entry is written here: what Tauri's plugin writes lies under the home folder whatever `XDG_CONFIG_HOME`
//! says, and names a program in a folder with a space so that no desktop finds it.

use tauri::AppHandle;

use crate::ipc::{CommandError, ErrorCode};

pub(crate) use self::system::plugged;

/// The argument with which the system starts the program.
const ARGUMENT: &str = "--hidden";

/// Tells the system to start the program, or not to any more.
///
/// # Errors
/// When the system refuses.
pub(crate) fn set(handle: &AppHandle, is_on: bool) -> Result<(), CommandError> {
    system::set(handle, is_on).map_err(|error| CommandError::new(ErrorCode::Unexpected, error))
}

/// Whether the system will start the program, whatever the settings say: the user, or another program, may have changed it
/// where the system keeps it.
///
/// # Errors
/// When the system does not say.
pub(crate) fn is_on(handle: &AppHandle) -> Result<bool, CommandError> {
    system::is_on(handle).map_err(|error| CommandError::new(ErrorCode::Unexpected, error))
}

#[cfg(target_os = "linux")]
mod system {
    use std::io;
    use std::path::PathBuf;

    use tauri::{AppHandle, Builder, Wry};

    use super::entry;

    /// Nothing of Tauri's is needed.
    pub(crate) fn plugged(builder: Builder<Wry>) -> Builder<Wry> {
        builder
    }

    pub(super) fn set(_: &AppHandle, is_on: bool) -> io::Result<()> {
        let file = file()?;
        if !is_on {
            return match std::fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, entry::text(&program()?))
    }

    pub(super) fn is_on(_: &AppHandle) -> io::Result<bool> {
        match std::fs::read_to_string(file()?) {
            Ok(text) => Ok(entry::is_on(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn file() -> io::Result<PathBuf> {
        let config = dirs::config_dir();
        let config = config.ok_or_else(|| io::Error::other("there is no folder for settings"))?;
        Ok(config.join("autostart/Sotto.desktop"))
    }

    /// A bundle is mounted anew at every start; its own file stays.
    fn program() -> io::Result<String> {
        let bundle = std::env::var_os("APPIMAGE").map(PathBuf::from);
        let program = bundle.map_or_else(std::env::current_exe, Ok)?;
        let name = program.into_os_string().into_string();
        name.map_err(|_| io::Error::other("an entry cannot name the folder of this program"))
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use tauri::{AppHandle, Builder, Wry};
    use tauri_plugin_autostart::ManagerExt as _;

    use super::ARGUMENT;

    pub(crate) fn plugged(builder: Builder<Wry>) -> Builder<Wry> {
        builder.plugin(tauri_plugin_autostart::Builder::new().arg(ARGUMENT).build())
    }

    pub(super) fn set(handle: &AppHandle, is_on: bool) -> tauri_plugin_autostart::Result<()> {
        let autostart = handle.autolaunch();
        if is_on { autostart.enable() } else { autostart.disable() }
    }

    pub(super) fn is_on(handle: &AppHandle) -> tauri_plugin_autostart::Result<bool> {
        handle.autolaunch().is_enabled()
    }
}

/// An entry of the desktop's, after the Desktop Entry and Autostart specifications of freedesktop.org.
#[cfg(target_os = "linux")]
mod entry {
    use super::ARGUMENT;

    /// What is to be written for a program.
    pub(super) fn text(program: &str) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Sotto\nExec={} {ARGUMENT}\n\
             StartupNotify=false\nTerminal=false\n",
            quoted(program)
        )
    }

    /// One that is there may have been switched off in the settings of the desktop.
    pub(super) fn is_on(text: &str) -> bool {
        let says = |key: &str, value: &str| {
            let mut pairs = text.lines().filter_map(|line| line.split_once('='));
            pairs.any(|(name, said)| name.trim() == key && said.trim() == value)
        };
        !says("Hidden", "true") && !says("X-GNOME-Autostart-enabled", "false")
    }

    /// Escaped twice: for the quotes, and because a backslash is one in every value of an entry.
    fn quoted(program: &str) -> String {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+".contains(letter);
        if program.chars().all(is_plain) {
            return program.to_owned();
        }
        let mut quoted = String::from('"');
        for letter in program.chars() {
            match letter {
                '"' | '`' | '$' => quoted.push_str(r"\\"),
                '\\' => quoted.push_str(r"\\\"),
                '%' => quoted.push('%'),
                _ => {}
            }
            quoted.push(letter);
        }
        quoted.push('"');
        quoted
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn exec(program: &str) -> String {
            let text = text(program);
            text.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap().to_owned()
        }

        #[test]
        fn a_program_is_found_wherever_it_lies() {
            assert_eq!(exec("/usr/bin/sotto"), "/usr/bin/sotto --hidden");
            assert_eq!(exec("/home/a b/sotto"), r#""/home/a b/sotto" --hidden"#);
            assert_eq!(exec("/home/100%/sotto"), r#""/home/100%%/sotto" --hidden"#);
            assert_eq!(exec("/home/$a/sotto"), r#""/home/\\$a/sotto" --hidden"#);
            assert_eq!(exec(r"/home/a\b/sotto"), r#""/home/a\\\\b/sotto" --hidden"#);
        }

        #[test]
        fn an_entry_that_was_switched_off_in_the_desktop_is_off() {
            let written = text("/usr/bin/sotto");
            assert!(is_on(&written));
            assert!(!is_on(&(written.clone() + "Hidden=true\n")));
            assert!(!is_on(&(written.clone() + "X-GNOME-Autostart-enabled = false\n")));
            assert!(is_on(&(written + "X-GNOME-Autostart-enabled=true\n")));
        }
    }
}
