//! The language of menus and windows, and what the trusted side itself says in it. The window has its own words.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A language that the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// What the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum LanguageChoice {
    /// The system's, or English where that is none of ours.
    System,
    /// English.
    En,
    /// German.
    De,
}

impl LanguageChoice {
    /// The language that it comes to on this system.
    #[must_use]
    pub fn spoken(self) -> Language {
        match self {
            Self::System => Language::of_system(),
            Self::En => Language::En,
            Self::De => Language::De,
        }
    }
}

impl Language {
    /// The system's, or English where that is none of ours.
    #[must_use]
    pub fn of_system() -> Self {
        sys_locale::get_locale().map_or(Self::En, |locale| Self::of_locale(&locale))
    }

    /// By BCP 47, or as POSIX writes it.
    fn of_locale(locale: &str) -> Self {
        let language = locale.split(['-', '_', '.']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("de") { Self::De } else { Self::En }
    }

    /// What the trusted side says in it.
    #[must_use]
    pub fn words(self) -> &'static Words {
        match self {
            Self::En => &EN,
            Self::De => &DE,
        }
    }
}

/// Everything that the trusted side says to users outside of the window. A language that lacks one does not compile.
#[derive(Debug)]
#[allow(missing_docs, reason = "the English words say it")]
pub struct Words {
    pub start: &'static str,
    pub stop: &'static str,
    pub pause: &'static str,
    pub go_on: &'static str,
    pub captions: &'static str,
    pub microphone: &'static str,
    pub system_default: &'static str,
    pub recogniser: &'static str,
    pub offline: &'static str,
    pub settings: &'static str,
    pub open: &'static str,
    pub copy_last: &'static str,
    pub quit: &'static str,
    pub idle: &'static str,
    pub arming: &'static str,
    pub recording: &'static str,
    pub paused: &'static str,
    pub finishing: &'static str,
    pub trouble: &'static str,
    pub captions_title: &'static str,
    pub audio_files: &'static str,
    pub text: &'static str,
    pub word_document: &'static str,
    pub subrip: &'static str,
    pub webvtt: &'static str,
    pub deed_toggle: &'static str,
    pub deed_talk: &'static str,
    pub deed_captions: &'static str,
    pub recovery_file: &'static str,
    pub recovery_title: &'static str,
    pub recovery_note: &'static str,
    pub news_started: (&'static str, &'static str),
    pub news_stopped: (&'static str, &'static str),
    pub news_start_failed: (&'static str, &'static str),
    pub news_mic_lost: (&'static str, &'static str),
    pub news_mic_back: (&'static str, &'static str),
    pub news_disk_full: (&'static str, &'static str),
    pub news_recovered: (&'static str, &'static str),
    pub news_imported: (&'static str, &'static str),
    pub news_budget_near: (&'static str, &'static str),
    pub news_budget_spent: (&'static str, &'static str),
    pub news_budget_offline: &'static str,
}

const EN: Words = Words {
    start: "Start recording",
    stop: "Stop recording",
    pause: "Pause",
    go_on: "Go on",
    captions: "Captions",
    microphone: "Microphone",
    system_default: "System default",
    recogniser: "Recogniser",
    offline: "Offline",
    settings: "Settings",
    open: "Open Sotto",
    copy_last: "Copy the last transcript",
    quit: "Quit",
    idle: "Sotto: ready",
    arming: "Sotto: waiting for the microphone",
    recording: "Sotto: recording",
    paused: "Sotto: paused",
    finishing: "Sotto: writing the last words",
    trouble: "Sotto: the microphone is not there",
    captions_title: "Sotto captions",
    audio_files: "Audio",
    text: "Text",
    word_document: "Word document",
    subrip: "SubRip subtitles",
    webvtt: "WebVTT subtitles",
    deed_toggle: "Start and stop recording",
    deed_talk: "Record while it is held",
    deed_captions: "Show and hide the captions",
    recovery_file: "Sotto recovery key.txt",
    recovery_title: "Recovery key of the Sotto history on this computer",
    recovery_note: "Keep it somewhere else than on this computer. Whoever has it and Sotto's files can read the history; without it, and without this computer's keyring, nobody can.",
    news_started: ("Recording", "Sotto is listening."),
    news_stopped: ("Recording stopped", "The last words are being written down."),
    news_start_failed: ("Nothing is being recorded", "Open Sotto to see why."),
    news_mic_lost: (
        "The microphone went away",
        "What was said before is kept. Connect it again, and Sotto goes on by itself.",
    ),
    news_mic_back: ("The microphone is back", "The recording goes on. The pause is marked."),
    news_disk_full: (
        "The disk is full",
        "What was stored is safe. Free some space, and Sotto goes on by itself.",
    ),
    news_recovered: (
        "The recording from last time is complete",
        "What was still missing has been written down.",
    ),
    news_imported: ("The transcript is ready", "The imported file has been written down."),
    news_budget_near: (
        "Four fifths of this month’s budget are spent",
        "Nothing changes yet. The settings show what it went on.",
    ),
    news_budget_spent: (
        "This month’s budget is spent",
        "Recording and writing go on, and cost more.",
    ),
    news_budget_offline: "The offline engine goes on, for free.",
};

const DE: Words = Words {
    start: "Aufnahme starten",
    stop: "Aufnahme beenden",
    pause: "Pausieren",
    go_on: "Weiter",
    captions: "Untertitel",
    microphone: "Mikrofon",
    system_default: "Standard des Systems",
    recogniser: "Erkennung",
    offline: "Offline",
    settings: "Einstellungen",
    open: "Sotto öffnen",
    copy_last: "Letzte Mitschrift kopieren",
    quit: "Beenden",
    idle: "Sotto: bereit",
    arming: "Sotto: wartet auf das Mikrofon",
    recording: "Sotto: nimmt auf",
    paused: "Sotto: Pause",
    finishing: "Sotto: schreibt die letzten Wörter",
    trouble: "Sotto: das Mikrofon ist nicht da",
    captions_title: "Sotto Untertitel",
    audio_files: "Tondateien",
    text: "Text",
    word_document: "Word-Dokument",
    subrip: "SubRip-Untertitel",
    webvtt: "WebVTT-Untertitel",
    deed_toggle: "Aufnahme starten und beenden",
    deed_talk: "Aufnehmen, solange sie gehalten werden",
    deed_captions: "Untertitel ein- und ausblenden",
    recovery_file: "Sotto Wiederherstellungsschlüssel.txt",
    recovery_title: "Wiederherstellungsschlüssel des Sotto-Verlaufs auf diesem Computer",
    recovery_note: "Bewahren Sie ihn anderswo auf als auf diesem Computer. Wer ihn und die Dateien von Sotto hat, kann den Verlauf lesen; ohne ihn und ohne den Schlüsselbund dieses Computers kann es niemand.",
    news_started: ("Aufnahme läuft", "Sotto hört zu."),
    news_stopped: ("Aufnahme beendet", "Die letzten Wörter werden noch geschrieben."),
    news_start_failed: ("Es wird nichts aufgenommen", "Öffnen Sie Sotto, um zu sehen, warum."),
    news_mic_lost: (
        "Das Mikrofon ist weg",
        "Was vorher gesagt wurde, bleibt. Schließen Sie es wieder an, macht Sotto von selbst weiter.",
    ),
    news_mic_back: (
        "Das Mikrofon ist wieder da",
        "Die Aufnahme geht weiter. Die Lücke ist vermerkt.",
    ),
    news_disk_full: (
        "Der Datenträger ist voll",
        "Was gespeichert ist, ist sicher. Schaffen Sie Platz, macht Sotto von selbst weiter.",
    ),
    news_recovered: (
        "Die Aufnahme vom letzten Mal ist vollständig",
        "Was noch fehlte, ist geschrieben.",
    ),
    news_imported: ("Die Mitschrift ist fertig", "Die importierte Datei ist geschrieben."),
    news_budget_near: (
        "Vier Fünftel des Budgets dieses Monats sind verbraucht",
        "Noch ändert sich nichts. Die Einstellungen zeigen, wofür.",
    ),
    news_budget_spent: (
        "Das Budget dieses Monats ist verbraucht",
        "Aufnahme und Text gehen weiter und kosten mehr.",
    ),
    news_budget_offline: "Die Offline-Erkennung macht kostenlos weiter.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_is_known_in_every_spelling() {
        for german in ["de", "de-DE", "de_AT.UTF-8", "DE"] {
            assert_eq!(Language::of_locale(german), Language::De, "{german}");
        }
        for other in ["en-GB", "C", "", "den", "fr_FR.UTF-8"] {
            assert_eq!(Language::of_locale(other), Language::En, "{other}");
        }
    }

    #[test]
    fn a_choice_outdoes_the_system() {
        assert_eq!(LanguageChoice::De.spoken(), Language::De);
        assert_eq!(LanguageChoice::En.spoken(), Language::En);
    }
}
