//! Which key of a keyboard is meant: a shortcut is called after what is printed on its key, and X11 hands over keys by their number.

use global_hotkey::hotkey::Code;
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{ConnectionExt as _, GetKeyboardMappingReply, Keycode};
use x11rb::rust_connection::RustConnection;
use xkeysym::key as sym;

/// Where letters and digits lie, on a keyboard that is told of by Linux: their first key's number.
const ROWS: [(&str, Keycode); 4] =
    [("1234567890", 10), ("QWERTYUIOP", 24), ("ASDFGHJKL", 38), ("ZXCVBNM", 52)];

/// What each key writes: a few columns a key, with and without Shift, and of further layouts.
pub(super) struct Layout {
    first: Keycode,
    keys: GetKeyboardMappingReply,
}

impl Layout {
    /// The one that the keyboard has now.
    pub(super) fn now(connection: &RustConnection) -> Result<Self, ReplyError> {
        let setup = connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let keys = connection.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        Ok(Self { first, keys })
    }

    /// The key on which this is written, where it can be had without much ado; else where it would lie on an English keyboard,
    /// for there may be no Latin letters at all.
    pub(super) fn key_of(&self, key: Code) -> Option<Keycode> {
        let wanted = symbol(key)?;
        let width = usize::from(self.keys.keysyms_per_keycode).max(1);
        let column = |symbols: &[u32]| symbols.iter().position(|one| *one == wanted);
        let all = (self.first..=Keycode::MAX).zip(self.keys.keysyms.chunks(width));
        let best = all.filter_map(|(on, symbols)| Some((column(symbols)?, on))).min();
        best.map(|(_, on)| on).or_else(|| place(key))
    }
}

fn place(key: Code) -> Option<Keycode> {
    let name = key.to_string();
    let sign = name.strip_prefix("Key").or_else(|| name.strip_prefix("Digit"))?;
    let in_row =
        |(row, first): (&str, Keycode)| Some(first + Keycode::try_from(row.find(sign)?).ok()?);
    ROWS.into_iter().find_map(in_row)
}

fn symbol(key: Code) -> Option<u32> {
    let name = key.to_string();
    let sign = name.strip_prefix("Key").or_else(|| name.strip_prefix("Digit"));
    // Latin letters and digits are their own numbers.
    if let Some(sign) = sign.and_then(|sign| sign.bytes().next()) {
        return Some(sign.into());
    }
    let number = |prefix: &str| name.strip_prefix(prefix)?.parse::<u32>().ok();
    if let Some(number) = number("F").filter(|number| (1..=24).contains(number)) {
        return Some(sym::F1 + number - 1);
    }
    if let Some(digit) = number("Numpad").filter(|digit| *digit <= 9) {
        return Some(sym::KP_0 + digit);
    }
    Some(match key {
        Code::Space => sym::space,
        Code::Enter => sym::Return,
        Code::Tab => sym::Tab,
        Code::Backspace => sym::BackSpace,
        Code::Escape => sym::Escape,
        Code::Insert => sym::Insert,
        Code::Delete => sym::Delete,
        Code::Home => sym::Home,
        Code::End => sym::End,
        Code::PageUp => sym::Page_Up,
        Code::PageDown => sym::Page_Down,
        Code::ArrowUp => sym::Up,
        Code::ArrowDown => sym::Down,
        Code::ArrowLeft => sym::Left,
        Code::ArrowRight => sym::Right,
        Code::Minus => sym::minus,
        Code::Equal => sym::equal,
        Code::Comma => sym::comma,
        Code::Period => sym::period,
        Code::Slash => sym::slash,
        Code::Backslash => sym::backslash,
        Code::Semicolon => sym::semicolon,
        Code::Quote => sym::apostrophe,
        Code::Backquote => sym::grave,
        Code::BracketLeft => sym::bracketleft,
        Code::BracketRight => sym::bracketright,
        Code::NumpadAdd => sym::KP_Add,
        Code::NumpadSubtract => sym::KP_Subtract,
        Code::NumpadMultiply => sym::KP_Multiply,
        Code::NumpadDivide => sym::KP_Divide,
        Code::NumpadDecimal => sym::KP_Decimal,
        Code::NumpadEnter => sym::KP_Enter,
        Code::NumpadEqual => sym::KP_Equal,
        Code::CapsLock => sym::Caps_Lock,
        Code::NumLock => sym::Num_Lock,
        Code::ScrollLock => sym::Scroll_Lock,
        Code::PrintScreen => sym::Print,
        Code::Pause => sym::Pause,
        Code::AudioVolumeDown => sym::XF86_AudioLowerVolume,
        Code::AudioVolumeMute => sym::XF86_AudioMute,
        Code::AudioVolumeUp => sym::XF86_AudioRaiseVolume,
        Code::MediaPlay | Code::MediaPlayPause => sym::XF86_AudioPlay,
        Code::MediaPause => sym::XF86_AudioPause,
        Code::MediaStop => sym::XF86_AudioStop,
        Code::MediaTrackNext => sym::XF86_AudioNext,
        Code::MediaTrackPrevious => sym::XF86_AudioPrev,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As X11 has them of an English keyboard with a Russian layout beside, and of a Russian one alone.
    const TWO: [[u32; 4]; 2] =
        [[b'q' as u32, b'Q' as u32, 0x6ca, 0x6ea], [b'w' as u32, b'W' as u32, 0x6c3, 0x6e3]];

    fn layout(columns: usize) -> Layout {
        let keysyms = TWO.iter().flat_map(|key| key[4 - columns..].iter().copied()).collect();
        let keys = GetKeyboardMappingReply {
            keysyms_per_keycode: columns.try_into().unwrap(),
            sequence: 0,
            keysyms,
        };
        Layout { first: 24, keys }
    }

    #[test]
    fn a_letter_lies_where_it_is_written_and_else_in_its_usual_place() {
        assert_eq!(layout(4).key_of(Code::KeyW), Some(25));
        assert_eq!(layout(2).key_of(Code::KeyW), Some(25), "no Latin letters at all");
        assert_eq!(layout(2).key_of(Code::KeyM), Some(58));
        assert_eq!(layout(4).key_of(Code::F9), None, "nothing else has a usual place");
    }

    #[test]
    fn a_key_that_writes_it_by_itself_comes_before_one_that_needs_more() {
        let mut both = layout(4);
        both.keys.keysyms[3] = b'W'.into();
        assert_eq!(both.key_of(Code::KeyW), Some(25));
    }
}
