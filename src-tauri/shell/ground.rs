//! What a window is filled with until its page is painted: the ground of that page, so that nothing flashes.

use tauri::Theme as SystemTheme;
use tauri::window::Color;

use crate::settings::{CaptionLook, Theme};

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

/// Has the page begin on its ground: the settings that it goes by come when it has begun. As `App.svelte` does it.
pub(super) fn for_page(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "",
        Theme::Light => "document.documentElement.dataset.theme = \"light\";",
        Theme::Dark => "document.documentElement.dataset.theme = \"dark\";",
    }
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
    fn a_page_begins_with_a_theme_that_it_knows() {
        let tokens = include_str!("../../ui/src/styles/tokens.css");
        assert!(tokens.contains("[data-theme=\"dark\"]"));
        assert!(for_page(Theme::Dark).contains("\"dark\"") && for_page(Theme::System).is_empty());
    }

    #[test]
    fn the_settings_come_before_the_system() {
        assert_eq!(of_page(Theme::Light, SystemTheme::Dark), PAPER);
        assert_eq!(of_page(Theme::System, SystemTheme::Dark), DARK_PAPER);
        assert_eq!(of_page(Theme::System, SystemTheme::Light), PAPER);
    }
}
