//! The clipboard while it is ours: first with the text, until the program in front has taken it; then with what was there
//! before, until somebody else copies something.

use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, SelectionRequestEvent, Window,
};
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{CURRENT_TIME, NONE};

use super::desk::Desk;
use super::kept::Form;
use crate::DictationError;

/// How long the program in front may take to ask.
const TAKE_LIMIT: Duration = Duration::from_secs(3);
/// A program may ask more than once for one paste; when it has been quiet for so long, it has all of it.
const QUIET: Duration = Duration::from_millis(150);

/// Told once, when the program in front has the text or will not have it.
pub(super) type Told<'a> = &'a dyn Fn(Result<(), DictationError>);

pub(super) struct Offer {
    desk: Desk,
    forms: Vec<Form>,
    /// Whose asking counts: programs that remember what was copied ask as well.
    for_whom: Window,
}

impl Offer {
    pub(super) fn of_text(
        desk: Desk,
        text: &str,
        for_whom: Window,
    ) -> Result<Self, DictationError> {
        let atoms = &desk.atoms;
        let form = |target, kind| Form { target, kind, format: 8, bytes: text.as_bytes().to_vec() };
        let mut forms: Vec<Form> = [atoms.UTF8_STRING, atoms.PLAIN_UTF8, atoms.PLAIN, atoms.TEXT]
            .map(|target| form(target, atoms.UTF8_STRING))
            .to_vec();
        // The old form is Latin-1, whose first half is ASCII.
        if text.is_ascii() {
            forms.push(form(atoms.STRING, atoms.STRING));
        }
        forms.push(Form {
            target: atoms.NOT_TO_REMEMBER,
            kind: atoms.STRING,
            format: 8,
            bytes: b"secret".to_vec(),
        });
        let offer = Self { desk, forms, for_whom };
        offer.claim()?;
        Ok(offer)
    }

    fn claim(&self) -> Result<(), DictationError> {
        let (window, clipboard) = (self.desk.window, self.desk.atoms.CLIPBOARD);
        self.desk.connection.set_selection_owner(window, clipboard, CURRENT_TIME)?.check()?;
        Ok(())
    }

    /// Serves to the end: the text, then `before`.
    pub(super) fn serve(mut self, before: Vec<Form>, told: Told<'_>) {
        let taken = self.until_taken();
        let is_still_ours = !matches!(taken, Ok(Taken::LostTo));
        let outcome = match taken {
            Ok(Taken::Yes) => Ok(()),
            Ok(Taken::No | Taken::LostTo) => Err(DictationError::NotTaken),
            Err(error) => Err(error),
        };
        let returned = if is_still_ours { self.give_back(before) } else { Ok(false) };
        told(outcome);
        let served = match returned {
            Ok(true) => self.until_lost(),
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = served {
            tracing::warn!(%error, "the clipboard could not be kept as it was");
        }
    }

    fn until_taken(&self) -> Result<Taken, DictationError> {
        let mut until = Instant::now() + TAKE_LIMIT;
        let mut is_taken = false;
        loop {
            match self.desk.next_event(until)? {
                None => return Ok(if is_taken { Taken::Yes } else { Taken::No }),
                Some(Event::SelectionClear(_)) => {
                    return Ok(if is_taken { Taken::Yes } else { Taken::LostTo });
                }
                Some(Event::SelectionRequest(request)) => {
                    let has_text =
                        self.answer(&request)? && request.target != self.desk.atoms.TARGETS;
                    if self.desk.is_same_program(request.requestor, self.for_whom) {
                        is_taken |= has_text;
                        if is_taken {
                            until = Instant::now() + QUIET;
                        }
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// Whether there is anything to serve.
    fn give_back(&mut self, before: Vec<Form>) -> Result<bool, DictationError> {
        let clipboard = self.desk.atoms.CLIPBOARD;
        if before.is_empty() {
            self.desk.connection.set_selection_owner(NONE, clipboard, CURRENT_TIME)?.check()?;
            return Ok(false);
        }
        self.forms = before;
        // Claimed anew, so that those who remember what was copied look again.
        self.claim()?;
        Ok(true)
    }

    fn until_lost(&self) -> Result<(), DictationError> {
        loop {
            match self.desk.connection.wait_for_event()? {
                // A claim of our own over our own is told as a loss as well; the owner decides.
                Event::SelectionClear(_) if !self.is_ours()? => return Ok(()),
                Event::SelectionRequest(request) => {
                    self.answer(&request)?;
                }
                _ => {}
            }
        }
    }

    fn is_ours(&self) -> Result<bool, DictationError> {
        let clipboard = self.desk.atoms.CLIPBOARD;
        let owner = self.desk.connection.get_selection_owner(clipboard)?.reply()?.owner;
        Ok(owner == self.desk.window)
    }

    /// Gives what was asked for, or says no; whether something was given.
    fn answer(&self, request: &SelectionRequestEvent) -> Result<bool, DictationError> {
        // Programs of old name no place.
        let place = if request.property == NONE { request.target } else { request.property };
        let given = self.put(request.requestor, place, request.target)?;
        let notice = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if given { place } else { NONE },
        };
        let connection = &self.desk.connection;
        connection.send_event(false, request.requestor, EventMask::NO_EVENT, notice)?;
        connection.flush()?;
        Ok(given)
    }

    fn put(&self, to: Window, place: Atom, target: Atom) -> Result<bool, DictationError> {
        let connection = &self.desk.connection;
        if target == self.desk.atoms.TARGETS {
            let mut all = vec![self.desk.atoms.TARGETS];
            all.extend(self.forms.iter().map(|form| form.target));
            connection.change_property32(PropMode::REPLACE, to, place, AtomEnum::ATOM, &all)?;
            return Ok(true);
        }
        let Some(form) = self.forms.iter().find(|form| form.target == target) else {
            return Ok(false);
        };
        let units = u32::try_from(form.bytes.len() / usize::from(form.format.max(8) / 8));
        let Ok(units) = units else { return Ok(false) };
        let written = connection.change_property(
            PropMode::REPLACE,
            to,
            place,
            form.kind,
            form.format,
            units,
            &form.bytes,
        );
        Ok(written.is_ok())
    }
}

enum Taken {
    Yes,
    No,
    /// Somebody copied something meanwhile: theirs stays.
    LostTo,
}
