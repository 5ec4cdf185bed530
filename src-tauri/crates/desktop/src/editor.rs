//! A program in which somebody could be writing: a window of GTK's with a text, which it also keeps in a file.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Child;

use crate::process::{Environment, command, ready, run, spawn};
use crate::{Desktop, DesktopError};

const TITLE: &str = "Editor";

/// The system's own, for which it has the bindings of GTK; another may come first in the path.
const PYTHON: &str = "/usr/bin/python3";

const PROGRAM: &str = r#"
import sys, gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
file, copied = sys.argv[1], sys.argv[2]
window = Gtk.Window(title="Editor")
window.set_default_size(420, 200)
view = Gtk.TextView()
window.add(view)
def keep(text):
    with open(file, "w") as out:
        out.write(text.get_text(text.get_start_iter(), text.get_end_iter(), False))
view.get_buffer().connect("changed", keep)
window.connect("destroy", Gtk.main_quit)
if copied:
    import os
    from gi.repository import Gdk
    Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).set_text(copied, -1)
window.show_all()
view.grab_focus()
Gtk.main()
"#;

/// A window that somebody writes in; it ends when this is dropped.
pub struct Editor {
    file: PathBuf,
    env: Environment,
    program: Child,
}

impl Editor {
    pub(crate) async fn open(
        folder: &Path,
        env: &Environment,
        copied: &str,
    ) -> Result<Self, DesktopError> {
        let file = folder.join("editor.txt");
        std::fs::write(&file, "")?;
        let mut python = command(PYTHON, env);
        python.args(["-c", PROGRAM]).arg(&file).arg(copied).stdin(Stdio::null());
        let program = spawn(PYTHON, &mut python, env)?;
        let editor = Self { file, env: env.clone(), program };
        ready(PYTHON, env, async || editor.focus().await.is_ok()).await?;
        Ok(editor)
    }

    /// Gives it the focus.
    ///
    /// # Errors
    /// When its window is not there.
    pub async fn focus(&self) -> Result<(), DesktopError> {
        let wanted = ["search", "--onlyvisible", "--name", TITLE, "windowactivate", "--sync"];
        run("xdotool", &wanted, &self.env).await.map(drop)
    }

    /// Whether keys go to it.
    ///
    /// # Errors
    /// When xdotool fails.
    pub async fn has_focus(&self) -> Result<bool, DesktopError> {
        let output = run("xdotool", &["getactivewindow", "getwindowname"], &self.env).await?;
        Ok(String::from_utf8_lossy(&output.stdout).trim() == TITLE)
    }

    /// Gives it no time until [`Editor::go_on`]: what is typed meanwhile waits for it.
    ///
    /// # Errors
    /// When it has ended.
    #[cfg(target_os = "linux")]
    pub fn hold_up(&self) -> Result<(), DesktopError> {
        self.signal(rustix::process::Signal::STOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When it has ended.
    #[cfg(target_os = "linux")]
    pub fn go_on(&self) -> Result<(), DesktopError> {
        self.signal(rustix::process::Signal::CONT)
    }

    #[cfg(target_os = "linux")]
    fn signal(&self, signal: rustix::process::Signal) -> Result<(), DesktopError> {
        use rustix::process::{Pid, kill_process};

        let id = self.program.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let id = id.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))?;
        Ok(kill_process(id, signal).map_err(std::io::Error::from)?)
    }

    /// What is written in it.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn text(&self) -> Result<String, DesktopError> {
        Ok(std::fs::read_to_string(&self.file)?)
    }

    /// Waits until `is` holds for what is written in it; gives the text as it is then, or as it was when time was up.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub async fn wait_for(
        &self,
        limit: Duration,
        is: impl Fn(&str) -> bool,
    ) -> Result<String, DesktopError> {
        let until = tokio::time::Instant::now() + limit;
        loop {
            let text = self.text()?;
            if is(&text) || tokio::time::Instant::now() > until {
                return Ok(text);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Desktop {
    /// Opens a window that somebody writes in, after having copied `copied` in it.
    ///
    /// # Errors
    /// When Python or GTK is missing.
    pub async fn editor(&self, copied: &str) -> Result<Editor, DesktopError> {
        Editor::open(self.home(), &self.env(), copied).await
    }
}
