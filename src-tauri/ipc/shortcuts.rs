//! Commands about the global shortcuts: what is wrong with them, trying them, and the command line in their place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_plugin_clipboard_manager::ClipboardExt as _;

use super::{Answer, AppState, CommandError, ErrorCode};
use crate::shell::shortcut;
use crate::shortcuts::{Deed, Given};

/// Why shortcuts that the user chose do not work; managed by Tauri.
#[derive(Debug, Default)]
pub struct Problems(Mutex<BTreeMap<Deed, CommandError>>);

impl Problems {
    pub(crate) fn set(&self, deed: Deed, problem: Option<CommandError>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match problem {
            Some(problem) => drop(all.insert(deed, problem)),
            None => drop(all.remove(&deed)),
        }
    }

    pub(crate) fn all(&self) -> Vec<(Deed, CommandError)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(deed, problem)| (*deed, problem.clone())).collect()
    }
}

/// What the desktop's portal gave, where a program may not listen for keys itself; managed by Tauri.
#[derive(Debug, Default)]
pub struct Portal(Mutex<Granted>);

#[derive(Debug, Default)]
struct Granted {
    given: Option<Vec<Given>>,
    /// Who asks, and listens.
    listener: Option<tauri::async_runtime::JoinHandle<()>>,
}

impl Portal {
    fn given(&self) -> Option<Vec<Given>> {
        self.lock().given.clone()
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn gave(&self, given: Option<Vec<Given>>) {
        self.lock().given = given;
    }

    /// In place of whoever listened before.
    #[cfg(target_os = "linux")]
    pub(crate) fn listens(&self, listener: tauri::async_runtime::JoinHandle<()>) {
        if let Some(before) = self.lock().listener.replace(listener) {
            before.abort();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Granted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the global shortcuts stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ShortcutsDto {
    /// The system hands keys to programs that do not have the focus.
    pub is_listening: bool,
    /// Those that the desktop gave in place of that, with its own words for their keys; `None` where it gave none.
    pub given: Option<Vec<Given>>,
    /// The desktop could be asked for some.
    pub is_askable: bool,
    /// What does the same as the shortcut, for the keyboard settings of the desktop.
    pub command: String,
    /// Those that the user chose and that do not work.
    pub problems: Vec<ShortcutProblemDto>,
}

/// A shortcut that does not work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ShortcutProblemDto {
    /// What it should do.
    pub deed: Deed,
    /// Why it does not.
    pub error: CommandError,
}

/// How the global shortcuts stand.
#[tauri::command]
#[specta::specta]
pub async fn shortcuts_status(
    problems: tauri::State<'_, Problems>,
    portal: tauri::State<'_, Portal>,
) -> Answer<ShortcutsDto> {
    let problems = problems.all().into_iter();
    let is_listening = shortcut::is_listening();
    Ok(ShortcutsDto {
        is_listening,
        given: portal.given(),
        is_askable: !is_listening && is_portal_there().await,
        command: command(),
        problems: problems.map(|(deed, error)| ShortcutProblemDto { deed, error }).collect(),
    })
}

/// While it is on, shortcuts and `sotto toggle` say that they came, and do nothing else.
#[tauri::command]
#[specta::specta]
pub async fn shortcut_try(app: AppState<'_>, is_on: bool) -> Answer<()> {
    app.trial.set(is_on, Instant::now());
    Ok(())
}

/// Asks the desktop for the shortcuts; it may ask its user. What it gives is told by an event.
#[tauri::command]
#[specta::specta]
#[cfg_attr(not(target_os = "linux"), allow(unused_variables, reason = "portals of Linux only"))]
pub async fn shortcuts_ask(handle: tauri::AppHandle) -> Answer<()> {
    #[cfg(target_os = "linux")]
    crate::shell::portal::ask(&handle);
    Ok(())
}

#[cfg(target_os = "linux")]
async fn is_portal_there() -> bool {
    crate::portal::is_there().await
}

#[cfg(not(target_os = "linux"))]
async fn is_portal_there() -> bool {
    false
}

/// Puts the command that does the same as the shortcut on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn shortcut_copy(handle: tauri::AppHandle) -> Answer<()> {
    handle
        .clipboard()
        .write_text(command())
        .map_err(|error| CommandError::new(ErrorCode::Unexpected, error))
}

/// `sotto toggle`, with the whole path where the short name would not find this program.
fn command() -> String {
    let bundle = std::env::var_os("APPIMAGE").map(Into::into);
    let Some(program) = bundle.or_else(|| std::env::current_exe().ok()) else {
        return line(Path::new("sotto"), true);
    };
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let first = std::env::split_paths(&folders)
        .map(|folder| folder.join("sotto"))
        .find(|found| found.is_file())
        .and_then(|found| found.canonicalize().ok());
    line(&program, first.is_some() && first == program.canonicalize().ok())
}

fn line(program: &Path, is_found: bool) -> String {
    let name = program.display().to_string();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    if is_found {
        "sotto toggle".to_owned()
    } else if name.chars().all(is_plain) {
        format!("{name} toggle")
    } else {
        format!("'{}' toggle", name.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_to_bind_works_wherever_the_program_lies() {
        assert_eq!(line(Path::new("/usr/bin/sotto"), true), "sotto toggle");
        assert_eq!(line(Path::new("/opt/sotto-1.0/sotto"), false), "/opt/sotto-1.0/sotto toggle");
        let spaced = line(Path::new("/home/o'neil/My Apps/Sotto"), false);
        assert_eq!(spaced, r"'/home/o'\''neil/My Apps/Sotto' toggle");
    }
}
