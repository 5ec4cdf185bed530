//! How the captions look and where they are.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What captions look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CaptionLook {
    /// White on translucent black.
    Dark,
    /// Ink on translucent paper.
    Light,
    /// Yellow on black.
    Contrast,
}

/// What captions are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CaptionFont {
    /// That of the other windows.
    Inter,
    /// The system's own.
    System,
    /// With serifs.
    Serif,
    /// Every letter as wide as the others.
    Mono,
    /// Made for weak eyes; only where the system has it.
    Hyperlegible,
}

/// Where captions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CaptionPlace {
    /// Where they were left, at first near the bottom.
    Free,
    /// At the top of the screen, whenever they are shown.
    Top,
    /// At its bottom.
    Bottom,
}

/// The captions window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Captions {
    /// It is on the screen.
    pub is_shown: bool,
    /// Height of the letters in pixels, 16 to 72.
    pub size: u32,
    /// How many lines, 1 to 6.
    pub lines: u32,
    /// Its colours.
    pub look: CaptionLook,
    /// Its letters.
    pub font: CaptionFont,
    /// Where it is.
    pub place: CaptionPlace,
    /// The pointer reaches what lies behind it. It cannot be moved then.
    pub is_click_through: bool,
}

impl Default for Captions {
    fn default() -> Self {
        Self {
            is_shown: false,
            size: 27,
            lines: 2,
            look: CaptionLook::Dark,
            font: CaptionFont::Inter,
            place: CaptionPlace::Free,
            is_click_through: false,
        }
    }
}
