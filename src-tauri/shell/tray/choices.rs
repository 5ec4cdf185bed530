//! The two submenus in which one of several is chosen: the microphone, and who recognises.

use sotto_audio::Device;
use tauri::menu::{CheckMenuItem, MenuId, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Wry};

use crate::language::Words;
use crate::settings::{RecogniserChoice, SettingsPatch};

/// Before the id of a device in the id of its entry; nothing behind it is the system's default.
const MICROPHONE: &str = "microphone:";

const RECOGNISERS: [(RecogniserChoice, &str); 3] = [
    (RecogniserChoice::Assemblyai, "recogniser:assemblyai"),
    (RecogniserChoice::AssemblyaiEu, "recogniser:assemblyaiEu"),
    (RecogniserChoice::Offline, "recogniser:offline"),
];

/// What choosing the entry of this id changes in the settings.
pub(super) fn patch_of(id: &str) -> Option<SettingsPatch> {
    if let Some(device) = id.strip_prefix(MICROPHONE) {
        let device = Some(device).filter(|device| !device.is_empty()).map(str::to_owned);
        return Some(SettingsPatch { device_id: Some(device), ..SettingsPatch::default() });
    }
    let (choice, _) = RECOGNISERS.into_iter().find(|(_, entry)| *entry == id)?;
    Some(SettingsPatch { recogniser: Some(choice), ..SettingsPatch::default() })
}

/// The submenu of recognisers.
pub(super) struct Recognisers {
    pub(super) menu: Submenu<Wry>,
    entries: Vec<(RecogniserChoice, CheckMenuItem<Wry>)>,
}

impl Recognisers {
    pub(super) fn new(handle: &AppHandle, words: &Words) -> tauri::Result<Self> {
        let menu = Submenu::with_id(handle, "recogniser", words.recogniser, true)?;
        let mut entries = Vec::new();
        for (choice, id) in RECOGNISERS {
            let label = match choice {
                RecogniserChoice::Assemblyai => "AssemblyAI",
                RecogniserChoice::AssemblyaiEu => "AssemblyAI EU",
                RecogniserChoice::Offline => words.offline,
            };
            let entry = CheckMenuItem::with_id(handle, id, label, true, false, None::<&str>)?;
            menu.append(&entry)?;
            entries.push((choice, entry));
        }
        Ok(Self { menu, entries })
    }

    /// In another language.
    pub(super) fn say(&self, words: &Words) -> tauri::Result<()> {
        self.menu.set_text(words.recogniser)?;
        let mut offline =
            self.entries.iter().filter(|(choice, _)| *choice == RecogniserChoice::Offline);
        offline.try_for_each(|(_, entry)| entry.set_text(words.offline))
    }

    /// The chosen one, and no other; a click alone has already changed a mark.
    pub(super) fn paint(&self, chosen: RecogniserChoice) -> tauri::Result<()> {
        self.entries.iter().try_for_each(|(choice, entry)| entry.set_checked(*choice == chosen))
    }
}

/// The submenu of microphones.
pub(super) struct Microphones {
    pub(super) menu: Submenu<Wry>,
    handle: AppHandle,
    default: CheckMenuItem<Wry>,
    entries: Vec<(String, CheckMenuItem<Wry>)>,
    listed: Vec<Device>,
}

impl Microphones {
    pub(super) fn new(handle: &AppHandle, words: &Words) -> tauri::Result<Self> {
        let menu = Submenu::with_id(handle, "microphones", words.microphone, true)?;
        let label = words.system_default;
        let default = CheckMenuItem::with_id(handle, MICROPHONE, label, true, true, None::<&str>)?;
        menu.append(&default)?;
        let (entries, listed) = (Vec::new(), Vec::new());
        Ok(Self { menu, handle: handle.clone(), default, entries, listed })
    }

    /// What there is to choose from; microphones first, then the sound of this computer below a line.
    pub(super) fn list(&mut self, devices: &[Device]) -> tauri::Result<()> {
        if self.listed == devices {
            return Ok(());
        }
        for item in self.menu.items()? {
            if *item.id() != MenuId::new(MICROPHONE) {
                self.menu.remove(&item)?;
            }
        }
        self.entries.clear();
        let mut is_monitor = None;
        for device in devices {
            if is_monitor != Some(device.is_monitor) {
                is_monitor = Some(device.is_monitor);
                self.menu.append(&PredefinedMenuItem::separator(&self.handle)?)?;
            }
            let id = format!("{MICROPHONE}{}", device.id);
            let entry =
                CheckMenuItem::with_id(&self.handle, id, &device.name, true, false, None::<&str>)?;
            self.menu.append(&entry)?;
            self.entries.push((device.id.to_string(), entry));
        }
        self.listed = devices.to_vec();
        Ok(())
    }

    /// In another language.
    pub(super) fn say(&self, words: &Words) -> tauri::Result<()> {
        self.menu.set_text(words.microphone)?;
        self.default.set_text(words.system_default)
    }

    /// As [`Recognisers::paint`].
    pub(super) fn paint(&self, chosen: Option<&str>) -> tauri::Result<()> {
        self.default.set_checked(chosen.is_none())?;
        self.entries
            .iter()
            .try_for_each(|(device, entry)| entry.set_checked(Some(device.as_str()) == chosen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_changes_what_it_names_and_nothing_else() {
        let default = patch_of("microphone:").unwrap();
        assert_eq!((default.device_id, default.recogniser), (Some(None), None));
        let device = patch_of("microphone:pulse:a:b").unwrap();
        assert_eq!(device.device_id, Some(Some("pulse:a:b".to_owned())));
        let eu = patch_of("recogniser:assemblyaiEu").unwrap();
        assert_eq!((eu.device_id, eu.recogniser), (None, Some(RecogniserChoice::AssemblyaiEu)));
        assert!(patch_of("quit").is_none() && patch_of("recogniser:other").is_none());
    }
}
