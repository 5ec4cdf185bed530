//! What a service said in a session, and what may be said of any such, whatever the client did.

use std::collections::BTreeMap;

use sotto_protocol::{Begin, ServerMessage, Termination, Turn, texts};

/// Everything that came.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    messages: Vec<ServerMessage>,
    /// Whether a close came, and its code, if it had one.
    pub(crate) close: Option<Option<u16>>,
}

impl Heard {
    /// Takes a text message, which has to be one of the protocol's.
    pub(crate) fn say(&mut self, text: &str) {
        let message = ServerMessage::decode(text).expect("the service says what it should");
        assert!(!matches!(message, ServerMessage::Unknown { .. }), "{text}");
        assert_eq!(message.encode(), text);
        self.messages.push(message);
    }

    /// A session begins with `Begin` or is refused; the last message is the only one that ends it; turns follow each
    /// other, and what is final stays final.
    pub(crate) fn check_order(&self) {
        let last = self.messages.len().saturating_sub(1);
        for (at, message) in self.messages.iter().enumerate() {
            let is_begin = matches!(message, ServerMessage::Begin(_));
            let is_end = matches!(message, ServerMessage::Error(_) | ServerMessage::Termination(_));
            assert!(is_begin == (at == 0) || (at == 0 && is_end), "{message:?} as number {at}");
            assert!(!is_end || at == last, "{message:?} is not the last");
        }
        let mut before: Option<&Turn> = None;
        for turn in self.turns() {
            let may_follow = before.map_or(turn.turn_order == 0, |before| follows(before, turn));
            assert!(may_follow, "{turn:?} after {before:?}");
            before = Some(turn);
        }
    }

    /// A close has the code of the error before it, or is that of a regular end.
    pub(crate) fn check_close(&self) {
        let code = self.close.expect("the session ends with a close").expect("a close has a code");
        match self.messages.last() {
            Some(ServerMessage::Termination(_)) => assert_eq!(code, 1000),
            Some(ServerMessage::Error(error)) => assert_eq!(Some(code), error.error_code),
            other => panic!("closed with {code} after {other:?}"),
        }
    }

    /// The first message, if it is a `Begin`.
    pub(crate) fn begin(&self) -> Option<&Begin> {
        match self.messages.first() {
            Some(ServerMessage::Begin(begin)) => Some(begin),
            _ => None,
        }
    }

    /// The last message, if it is a `Termination`.
    pub(crate) fn termination(&self) -> Option<Termination> {
        match self.messages.last() {
            Some(ServerMessage::Termination(termination)) => Some(*termination),
            _ => None,
        }
    }

    /// Whether it was refused because another session had its place.
    pub(crate) fn is_without_place(&self) -> bool {
        matches!(&self.messages[..], [ServerMessage::Error(error)] if error.error == texts::TOO_MANY_SESSIONS)
    }

    /// The words of all final turns, in lower case and in order. A turn may end twice: the second form counts.
    pub(crate) fn words(&self) -> Vec<String> {
        let finals = self.turns().filter(|turn| turn.end_of_turn);
        let by_number: BTreeMap<u32, &Turn> = finals.map(|turn| (turn.turn_order, turn)).collect();
        let words = by_number.into_values().flat_map(|turn| &turn.words);
        words.map(|word| word.text.to_lowercase()).collect()
    }

    fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.messages.iter().filter_map(|message| match message {
            ServerMessage::Turn(turn) => Some(turn),
            _ => None,
        })
    }
}

/// A turn goes on until it is final; then it may come once more, formatted, or the next one begins.
fn follows(before: &Turn, turn: &Turn) -> bool {
    let is_same = turn.turn_order == before.turn_order;
    if before.end_of_turn {
        let is_second_form =
            turn.end_of_turn && turn.turn_is_formatted && !before.turn_is_formatted;
        (is_same && is_second_form) || turn.turn_order == before.turn_order + 1
    } else {
        is_same
    }
}
