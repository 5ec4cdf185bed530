//! What the clipboard held before, in every form in which its owner gives it.

use std::time::{Duration, Instant};

use x11rb::protocol::Event;
use x11rb::protocol::xproto::{Atom, ConnectionExt as _, GetPropertyReply, Property};
use x11rb::{CURRENT_TIME, NONE};

use super::desk::Desk;
use crate::DictationError;

/// How long the owner may take for one form.
const ANSWER_LIMIT: Duration = Duration::from_millis(700);
/// More than this is not carried about: the text is typed then.
const LARGEST: usize = 8 << 20;
const MOST_FORMS: usize = 24;

/// One form of it.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) target: Atom,
    pub(super) kind: Atom,
    pub(super) format: u8,
    pub(super) bytes: Vec<u8>,
}

impl Desk {
    /// All forms; none when the clipboard is empty, and `None` when they cannot all be had.
    pub(super) fn kept(&self) -> Result<Option<Vec<Form>>, DictationError> {
        let owner = self.connection.get_selection_owner(self.atoms.CLIPBOARD)?.reply()?.owner;
        if owner == NONE {
            return Ok(Some(Vec::new()));
        }
        let Some(listed) = self.asked(self.atoms.TARGETS)? else { return Ok(None) };
        let mut forms = Vec::new();
        let mut size = 0;
        for target in targets(&listed.bytes) {
            if self.is_no_form(target) {
                continue;
            }
            // An owner may list what it then does not give; what it gives counts.
            let Some(form) = self.asked(target)? else { continue };
            size += form.bytes.len();
            if size > LARGEST || forms.len() == MOST_FORMS {
                return Ok(None);
            }
            forms.push(form);
        }
        Ok((!forms.is_empty()).then_some(forms))
    }

    fn is_no_form(&self, target: Atom) -> bool {
        let atoms = &self.atoms;
        [atoms.TARGETS, atoms.MULTIPLE, atoms.TIMESTAMP, atoms.SAVE_TARGETS, atoms.DELETE]
            .contains(&target)
    }

    /// One form; `None` when the owner refuses or does not answer.
    fn asked(&self, target: Atom) -> Result<Option<Form>, DictationError> {
        let (clipboard, place) = (self.atoms.CLIPBOARD, self.atoms.SOTTO_CLIPBOARD);
        self.connection
            .convert_selection(self.window, clipboard, target, place, CURRENT_TIME)?
            .check()?;
        let until = Instant::now() + ANSWER_LIMIT;
        loop {
            match self.next_event(until)? {
                None => return Ok(None),
                Some(Event::SelectionNotify(answer)) if answer.target == target => {
                    return if answer.property == NONE { Ok(None) } else { self.received(target) };
                }
                Some(_) => {}
            }
        }
    }

    /// What lies at the place of answers; a large answer comes in pieces.
    fn received(&self, target: Atom) -> Result<Option<Form>, DictationError> {
        let first = self.taken()?;
        if first.type_ != self.atoms.INCR {
            let (kind, format) = (first.type_, first.format);
            return Ok(Some(Form { target, kind, format, bytes: first.value }));
        }
        let mut bytes = Vec::new();
        loop {
            if !self.piece_is_there()? {
                return Ok(None);
            }
            let piece = self.taken()?;
            let (kind, format) = (piece.type_, piece.format);
            if piece.value.is_empty() {
                return Ok(Some(Form { target, kind, format, bytes }));
            }
            bytes.extend(piece.value);
            if bytes.len() > LARGEST {
                return Ok(None);
            }
        }
    }

    fn piece_is_there(&self) -> Result<bool, DictationError> {
        let until = Instant::now() + ANSWER_LIMIT;
        loop {
            match self.next_event(until)? {
                None => return Ok(false),
                Some(Event::PropertyNotify(change))
                    if change.atom == self.atoms.SOTTO_CLIPBOARD
                        && change.state == Property::NEW_VALUE =>
                {
                    return Ok(true);
                }
                Some(_) => {}
            }
        }
    }

    /// Takes the answer away, which tells the owner that the next piece may come.
    fn taken(&self) -> Result<GetPropertyReply, DictationError> {
        let place = self.atoms.SOTTO_CLIPBOARD;
        let any = x11rb::protocol::xproto::AtomEnum::ANY;
        Ok(self.connection.get_property(true, self.window, place, any, 0, u32::MAX / 4)?.reply()?)
    }
}

fn targets(bytes: &[u8]) -> impl Iterator<Item = Atom> {
    bytes.chunks_exact(4).filter_map(|four| Some(Atom::from_ne_bytes(four.try_into().ok()?)))
}
