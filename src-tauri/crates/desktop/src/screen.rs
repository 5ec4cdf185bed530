//! The desktop's screen and keyboard, looked at from outside: what is painted, and which keys are down. In this process, so
//! that a look takes less than a millisecond and costs the desktop next to nothing.

use std::error::Error;

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, ImageFormat};
use x11rb::rust_connection::RustConnection;

use crate::{Desktop, DesktopError};

/// A rectangle of the screen, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From the left.
    pub x: u16,
    /// From the top.
    pub y: u16,
    /// At least 1.
    pub width: u16,
    /// At least 1.
    pub height: u16,
}

/// What was on the screen at a place: red, green and blue in the lowest 24 bits of each pixel, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Where.
    pub place: Place,
    /// `width × height` of them.
    pub pixels: Vec<u32>,
}

impl Picture {
    /// How many pixels have exactly this colour.
    #[must_use]
    pub fn count(&self, colour: u32) -> usize {
        self.pixels.iter().filter(|pixel| **pixel == colour).count()
    }

    /// The smallest place on the screen that holds every pixel of exactly this colour; `None` where there is none.
    #[must_use]
    pub fn place_of(&self, colour: u32) -> Option<Place> {
        let width = usize::from(self.place.width);
        let is_hit = |(_, pixel): &(usize, &u32)| **pixel == colour;
        let hits = || self.pixels.iter().enumerate().filter(is_hit).map(|(at, _)| at);
        let (left, right) =
            (hits().map(|at| at % width).min()?, hits().map(|at| at % width).max()?);
        let (top, bottom) = (hits().min()? / width, hits().max()? / width);
        let narrow = |pixels: usize| u16::try_from(pixels).unwrap_or(u16::MAX);
        Some(Place {
            x: self.place.x + narrow(left),
            y: self.place.y + narrow(top),
            width: narrow(right - left + 1),
            height: narrow(bottom - top + 1),
        })
    }
}

/// A connection to the display of a desktop.
pub struct Screen {
    connection: RustConnection,
    root: u32,
    whole: Place,
}

impl Screen {
    /// Connects.
    ///
    /// # Errors
    /// When the desktop's display does not answer.
    pub fn open(desktop: &Desktop) -> Result<Self, DesktopError> {
        let env = desktop.env();
        let display = env.iter().find(|(name, _)| name == "DISPLAY").map(|(_, value)| &**value);
        let (connection, number) = x11rb::connect(display).map_err(display_error)?;
        let screen = &connection.setup().roots[number];
        let whole =
            Place { x: 0, y: 0, width: screen.width_in_pixels, height: screen.height_in_pixels };
        Ok(Self { root: screen.root, whole, connection })
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> Place {
        self.whole
    }

    /// What is painted at a place at this moment, windows included.
    ///
    /// # Errors
    /// When the place is not on the screen, or the display has ended.
    pub fn picture(&self, place: Place) -> Result<Picture, DesktopError> {
        let (x, y) = (signed(place.x), signed(place.y));
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, x, y, place.width, place.height, u32::MAX)
            .map_err(display_error)?
            .reply()
            .map_err(display_error)?;
        // The display has 24 bits a pixel, each in four bytes, the lowest first.
        let pixels = image.data.chunks_exact(4);
        let pixels = pixels.map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]));
        Ok(Picture { place, pixels: pixels.collect() })
    }

    /// How many keys are down.
    ///
    /// # Errors
    /// When the display has ended.
    pub fn keys_down(&self) -> Result<u32, DesktopError> {
        let keymap = self.connection.query_keymap().map_err(display_error)?;
        let keymap = keymap.reply().map_err(display_error)?;
        Ok(keymap.keys.iter().map(|byte| byte.count_ones()).sum())
    }

    /// Takes a key from every other program while these modifiers are held, for as long as this connection lives. `held` are
    /// X11's bits (4 is Control, 8 is Alt), `keysym` is X11's number of what is written on the key.
    ///
    /// # Errors
    /// When the keyboard has no such key, another program has it already, or the display has ended.
    pub fn take_keys(&self, held: u16, keysym: u32) -> Result<(), DesktopError> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let asked = self.connection.get_keyboard_mapping(first, last - first + 1);
        let mapping = asked.map_err(display_error)?.reply().map_err(display_error)?;
        let mut keys = mapping.keysyms.chunks_exact(usize::from(mapping.keysyms_per_keycode));
        let key = keys.position(|written| written.contains(&keysym));
        let key = key.and_then(|key| u8::try_from(key).ok()).ok_or(DesktopError::NoKey(keysym))?;
        let grab = self.connection.grab_key(
            false,
            self.root,
            held.into(),
            first + key,
            GrabMode::ASYNC,
            GrabMode::ASYNC,
        );
        grab.map_err(display_error)?.check().map_err(display_error)
    }
}

fn signed(pixels: u16) -> i16 {
    i16::try_from(pixels).unwrap_or(i16::MAX)
}

fn display_error(error: impl Error + Send + Sync + 'static) -> DesktopError {
    DesktopError::Display(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_counted_and_found_where_it_is() {
        let place = Place { x: 10, y: 20, width: 3, height: 2 };
        let picture = Picture { place, pixels: vec![0, 7, 0, 0, 7, 7] };
        assert_eq!(picture.count(7), 3);
        let found = Place { x: 11, y: 20, width: 2, height: 2 };
        assert_eq!(picture.place_of(7), Some(found));
        assert_eq!(picture.place_of(9), None);
    }
}
