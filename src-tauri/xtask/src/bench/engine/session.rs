//! A session of `sotto serve`: audio in real time or as fast as it is taken, and when what was told.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use sotto_protocol::{CloseCode, ServerMessage, Turn};

use super::hearing::{Hearing, Update, words_of};
use super::recording::RATE;
use super::score::Placed;
use crate::conformance::raw::socket::{Heard, Socket};
use crate::conformance::service::Service;

/// Samples in a message of 50 ms.
const FRAME: usize = RATE / 20;
/// Samples in a message where nobody waits for the words.
const LARGE_FRAME: usize = RATE / 2;

/// How the audio is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// As a microphone gives it: each 50 ms when they are over.
    RealTime,
    /// As fast as the service takes it.
    AsFastAsItGoes,
}

/// A turn as it came, and when: seconds after the first sample was spoken.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) at: f64,
    pub(super) turn: Turn,
}

/// All of a session.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) told: Vec<Told>,
    /// When the service had heard and said everything: seconds after the first sample was spoken.
    pub(super) ended: f64,
}

/// What a session asks for besides the form of its audio.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wishes {
    /// Milliseconds of silence that end any turn; the service's own choice where there are none.
    pub(super) turn_silence: Option<u64>,
    /// Whether a sign of life is to come every few seconds.
    pub(super) heartbeat: bool,
}

impl Wishes {
    fn query(self) -> String {
        let mut query = "sample_rate=16000&encoding=pcm_s16le&format_turns=false".to_owned();
        if let Some(silence) = self.turn_silence {
            query += &format!("&min_turn_silence={silence}&max_turn_silence={silence}");
        }
        if self.heartbeat {
            query += "&session_heartbeat=true";
        }
        query
    }
}

/// Opens a session, which has to begin.
pub(super) fn open(service: &Service, wishes: Wishes) -> anyhow::Result<Socket> {
    let mut socket = knock(service, wishes)?;
    match socket.next()? {
        Heard::Message(_, message) if message["type"] == "Begin" => Ok(socket),
        other => bail!("the session did not begin: {other:?}"),
    }
}

/// Opens a session as far as the upgrade.
fn knock(service: &Service, wishes: Wishes) -> anyhow::Result<Socket> {
    let key = format!("Authorization: {}", service.key);
    Socket::open(service.port, &wishes.query(), &[&key], &[])
}

/// How long it takes to be told that there is no place, and that this is what is said.
pub(super) fn refusal(service: &Service) -> anyhow::Result<f64> {
    let began = Instant::now();
    let mut socket = knock(service, Wishes::default())?;
    let Heard::Message(text, message) = socket.next()? else { bail!("it was not told why") };
    ensure!(message["error_code"] == CloseCode::TOO_MANY_SESSIONS.0, "it was told {text}");
    let end = socket.next()?;
    let is_right =
        matches!(&end, Heard::Closed(code, _) if *code == CloseCode::TOO_MANY_SESSIONS.0);
    ensure!(is_right, "it was not closed as it should be: {end:?}");
    Ok(began.elapsed().as_secs_f64())
}

/// Says audio in a session of its own, terminates, and gives all that was told.
pub(super) fn speak(
    service: &Service,
    wishes: Wishes,
    pcm: &[i16],
    pace: Pace,
) -> anyhow::Result<Story> {
    let mut socket = open(service, wishes)?;
    let listening = socket.twin()?;
    let began = Instant::now();
    thread::scope(|scope| {
        let listener =
            scope.spawn(move || listen(listening, began, Vec::new(), |told, one| told.push(one)));
        say(&mut socket, pcm, pace, began)?;
        socket.text(r#"{"type":"Terminate"}"#)?;
        let (told, ended) = listener.join().ok().context("the listener panicked")??;
        Ok(Story { told, ended })
    })
}

/// Sends audio.
pub(super) fn say(
    socket: &mut Socket,
    pcm: &[i16],
    pace: Pace,
    began: Instant,
) -> anyhow::Result<()> {
    let length = if pace == Pace::RealTime { FRAME } else { LARGE_FRAME };
    let mut sent = 0;
    for frame in pcm.chunks(length) {
        sent += frame.len();
        if pace == Pace::RealTime {
            let due = began + Duration::from_secs_f64(sent as f64 / RATE as f64);
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        let bytes: Vec<u8> = frame.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        socket.audio(&bytes)?;
    }
    Ok(())
}

/// Hands on every turn until the session has ended as it should; when that was.
pub(super) fn listen<T>(
    mut socket: Socket,
    began: Instant,
    mut kept: T,
    mut keep: impl FnMut(&mut T, Told),
) -> anyhow::Result<(T, f64)> {
    let mut is_over = false;
    loop {
        let heard = socket.next()?;
        let at = began.elapsed().as_secs_f64();
        match heard {
            Heard::Message(text, _) => match ServerMessage::decode(&text)? {
                ServerMessage::Turn(turn) => keep(&mut kept, Told { at, turn }),
                ServerMessage::Termination(_) => is_over = true,
                ServerMessage::Error(error) => bail!("the service said: {}", error.error),
                _other => {}
            },
            Heard::Pong(_) => {}
            Heard::Closed(..) if is_over => return Ok((kept, at)),
            other => bail!("the session broke off: {other:?}"),
        }
    }
}

impl Story {
    /// As it is compared with the peer's.
    pub(super) fn hearing(&self) -> Hearing {
        let update = |told: &Told| Update {
            at: told.at,
            turn: told.turn.turn_order.into(),
            words: told.turn.words.iter().flat_map(|word| words_of(&word.text)).collect(),
            is_final: told.turn.end_of_turn,
        };
        Hearing { updates: self.told.iter().map(update).collect() }
    }

    /// The words of all final turns where the engine says they are.
    pub(super) fn placed(&self) -> Vec<Placed> {
        let finals = self.told.iter().filter(|told| told.turn.end_of_turn);
        let words = finals.flat_map(|told| &told.turn.words);
        let seconds = |ms: u64| ms as f64 / 1000.0;
        words
            .flat_map(|word| {
                words_of(&word.text).into_iter().map(|one| Placed {
                    word: one,
                    start: seconds(word.start),
                    end: seconds(word.end),
                })
            })
            .collect()
    }

    /// How many words were called final, and how many of them were something else later.
    pub(super) fn stability(&self) -> (usize, usize) {
        stability(self.told.iter().map(|told| &told.turn))
    }
}

/// A final word has changed when a later message about its turn has another text or another place for it, or lacks it.
fn stability<'a>(turns: impl Iterator<Item = &'a Turn>) -> (usize, usize) {
    let mut kept: Vec<Vec<(&str, u64, u64)>> = Vec::new();
    let mut changed = 0;
    for turn in turns {
        let order = turn.turn_order as usize;
        if kept.len() <= order {
            kept.resize(order + 1, Vec::new());
        }
        let before = &mut kept[order];
        let of = |word: &'a sotto_protocol::Word| (word.text.as_str(), word.start, word.end);
        changed += before
            .iter()
            .enumerate()
            .filter(|(at, word)| turn.words.get(*at).map(of) != Some(**word))
            .count();
        let finals: Vec<_> =
            turn.words.iter().take_while(|word| word.word_is_final).map(of).collect();
        if finals.len() >= before.len() {
            *before = finals;
        }
    }
    (kept.iter().map(Vec::len).sum(), changed)
}

#[cfg(test)]
mod tests {
    use sotto_protocol::Word;

    use super::*;

    fn turn(turn_order: u32, words: &[(&str, u64, bool)]) -> Turn {
        let word = |(text, start, word_is_final): &(&str, u64, bool)| Word {
            start: *start,
            end: start + 10,
            text: (*text).to_owned(),
            confidence: 1.0,
            word_is_final: *word_is_final,
            speaker: None,
        };
        Turn { turn_order, words: words.iter().map(word).collect(), ..Turn::default() }
    }

    #[test]
    fn a_final_word_that_moves_or_goes_has_changed_and_a_tentative_one_may() {
        let steady = [
            turn(0, &[("we", 0, true), ("had", 20, false)]),
            turn(0, &[("we", 0, true), ("add", 25, true)]),
            turn(1, &[("nothing", 50, true)]),
        ];
        assert_eq!(stability(steady.iter()), (3, 0));
        let moved = [turn(0, &[("we", 0, true)]), turn(0, &[("we", 5, true)])];
        assert_eq!(stability(moved.iter()), (1, 1));
        let gone = [turn(0, &[("we", 0, true), ("had", 20, true)]), turn(0, &[("we", 0, true)])];
        assert_eq!(stability(gone.iter()), (2, 1));
    }

    #[test]
    fn what_is_wished_for_is_in_the_query() {
        let query = Wishes { turn_silence: Some(260), heartbeat: true }.query();
        assert!(
            query.ends_with("&min_turn_silence=260&max_turn_silence=260&session_heartbeat=true")
        );
    }
}
