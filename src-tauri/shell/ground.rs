//! What a window is filled with until its page is there: the ground of that page, so that nothing flashes, and what the page has to
//! know to begin.

use tauri::Theme as SystemTheme;
use tauri::window::Color;

use crate::language::Language;
use crate::settings::{CaptionLook, Settings, Theme};

const PAPER: Color = Color(0xfa, 0xf9, 0xf7, 0xff);
const DARK_PAPER: Color = Color(0x17, 0x18, 0x1a, 0xff);
const NOTHING: Color = Color(0, 0, 0, 0);

/// That of every window but the captions.
pub(super) fn of_page(theme: Theme, system: SystemTheme) -> Color {
    match (theme, system) {
        (Theme::Dark, _) | (Theme::System, SystemTheme::Dark) => DARK_PAPER,
        _ => PAPER,
    }
}

/// Has the page begin on its ground, in its language, and with its record button (`opening.ts`): the settings that it goes by come
/// when all of it is read. As `App.svelte` does it.
pub(super) fn beginning_of_page(settings: &Settings) -> String {
    let mut script = String::from("{ const page = document.documentElement;");
    match settings.theme {
        Theme::System => {}
        Theme::Light => script.push_str(" page.dataset.theme = \"light\";"),
        Theme::Dark => script.push_str(" page.dataset.theme = \"dark\";"),
    }
    if settings.language.spoken() == Language::De {
        script.push_str(" page.lang = \"de\";");
    }
    // A new user is welcomed first. Where a page is loaded again, something may be recorded already.
    if settings.is_welcomed {
        script.push_str(" if (performance.getEntriesByType(\"navigation\")[0]?.type !== \"reload\") page.dataset.opening = \"\";");
    }
    script.push_str(" }");
    script
}

/// That of the captions; nothing where what lies behind can be seen through them.
pub(super) fn of_captions(look: CaptionLook, is_see_through: bool) -> Color {
    match look {
        _ if is_see_through => NOTHING,
        CaptionLook::Dark => Color(16, 17, 19, 0xff),
        CaptionLook::Light => Color(250, 249, 247, 0xff),
        CaptionLook::Contrast => Color(0, 0, 0, 0xff),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::LanguageChoice;

    #[test]
    fn the_grounds_are_those_of_the_pages() {
        let tokens = include_str!("../../ui/src/styles/tokens.css");
        for Color(red, green, blue, _) in [PAPER, DARK_PAPER] {
            let written = format!("--paper: #{red:02x}{green:02x}{blue:02x};");
            assert!(tokens.contains(&written), "{written}");
        }
        let captions = include_str!("../../ui/src/views/captions/Captions.svelte");
        for look in [CaptionLook::Dark, CaptionLook::Light] {
            let Color(red, green, blue, _) = of_captions(look, false);
            let written = format!("--ground: rgb({red} {green} {blue} / ");
            assert!(captions.contains(&written), "{written}");
        }
        assert!(captions.contains("--ground: #000000;"));
    }

    #[test]
    fn a_page_begins_as_the_settings_say() {
        let new = Settings { language: LanguageChoice::En, ..Settings::default() };
        let script = beginning_of_page(&new);
        assert!(
            !script.contains("theme") && !script.contains("lang") && !script.contains("opening")
        );
        let used = Settings {
            theme: Theme::Dark,
            language: LanguageChoice::De,
            is_welcomed: true,
            ..Settings::default()
        };
        let script = beginning_of_page(&used);
        assert!(script.contains("\"dark\"") && script.contains("\"de\""));
        assert!(script.contains("dataset.opening"));
        assert!(include_str!("../../ui/src/styles/tokens.css").contains("[data-theme=\"dark\"]"));
        assert!(include_str!("../../ui/src/styles/opening.css").contains("[data-opening]"));
    }

    #[test]
    fn the_settings_come_before_the_system() {
        assert_eq!(of_page(Theme::Light, SystemTheme::Dark), PAPER);
        assert_eq!(of_page(Theme::System, SystemTheme::Dark), DARK_PAPER);
        assert_eq!(of_page(Theme::System, SystemTheme::Light), PAPER);
    }
}
