//! What happens in a round, all of it drawn from the seed before the round begins.

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::kind::Kind;

/// A round, as it will be played.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) round: u32,
    pub(crate) kind: Kind,
    pub(crate) microphone_hz: u32,
    pub(crate) speech_seconds: u32,
    /// What is in the program's file of settings.
    pub(crate) settings: Map<String, Value>,
    pub(crate) troubles: Vec<Trouble>,
    /// From the stop, or from the end of the last fault, until the transcript has to be complete. What heals is heard in
    /// real time.
    pub(crate) finishing_seconds: u64,
}

/// Enough for what a round of half a minute leaves behind.
const FINISHING_SECONDS: u64 = 150;

/// Something that goes wrong at a moment of the speech.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trouble {
    pub(crate) at_ms: u64,
    pub(crate) act: Act,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Act {
    /// The session ends with an `Error` and a close.
    CloseSession { code: u16, text: &'static str },
    /// The session's connection ends without a close frame.
    DropSession,
    /// The session's connection is reset.
    ResetSession,
    /// The session's connection stays open and dead.
    StallSession,
    /// The first session begins late.
    SlowBegin { ms: u64 },
    /// The first session never begins.
    NeverBegin,
    /// The whole service is silent.
    Silence { for_ms: u64 },
    /// Nobody listens, all connections are reset.
    Dark { for_ms: u64 },
    /// No tokens, but this HTTP status.
    NoTokens { status: u16, for_ms: u64 },
    /// No more sessions than this at once, for the whole round.
    MostSessions { count: usize },
    /// Sessions are closed when their token's window ends, for the whole round.
    ExpiryCloses,
    /// The key is refused; then it is accepted again, and a person says so.
    KeyRefused { for_ms: u64 },
    /// `kill -9` of the program; then it is started again.
    Kill { again_after_ms: u64 },
    /// `kill -9` of the web process.
    KillPage,
    /// The microphone's plug is out.
    Unplug { for_ms: u64 },
    /// The service's process is stopped by a signal.
    StopService { for_ms: u64 },
    /// The disk that holds the program's data is full.
    FillDisk { for_ms: u64 },
}

impl Plan {
    /// Round number `round` of a seed.
    pub(crate) fn draw(seed: u64, round: u32, kind: Kind) -> Self {
        let mut dice = Dice::new(seed, round);
        let speech_seconds = u32::try_from(dice.between(15..31)).unwrap_or(20);
        let mut plan = Self { round, ..Self::bare(seed, kind, speech_seconds) };
        plan.microphone_hz = dice.of(&[48_000, 44_100]);
        let at_ms = plan.moment(&mut dice);
        plan.add(kind, at_ms, &mut dice);
        plan.troubles.sort_by_key(|trouble| trouble.at_ms);
        plan
    }

    /// Nothing goes wrong in it yet.
    pub(crate) fn bare(seed: u64, kind: Kind, speech_seconds: u32) -> Self {
        Self {
            seed,
            round: 0,
            kind,
            microphone_hz: 48_000,
            speech_seconds,
            settings: usual_settings(),
            troubles: Vec::new(),
            finishing_seconds: FINISHING_SECONDS,
        }
    }

    /// Another setting of the program's.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.settings.insert(name.to_owned(), value);
    }

    /// Something more that goes wrong.
    pub(crate) fn meet(&mut self, at_ms: u64, act: Act) {
        self.troubles.push(Trouble { at_ms, act });
    }

    /// What is said differs from round to round.
    pub(crate) fn seed_of_speech(&self) -> u64 {
        Dice::new(self.seed, self.round).next()
    }

    /// Whether the program's data has to lie on a small disk of its own.
    pub(crate) fn needs_small_disk(&self) -> bool {
        self.troubles.iter().any(|trouble| matches!(trouble.act, Act::FillDisk { .. }))
    }

    /// Whether the program may leave a session without a word: it was killed, or gave up on a connection that was dead.
    pub(crate) fn may_leave_silently(&self) -> bool {
        let is_deadly = |trouble: &Trouble| {
            matches!(
                trouble.act,
                Act::DropSession
                    | Act::ResetSession
                    | Act::StallSession
                    | Act::SlowBegin { .. }
                    | Act::NeverBegin
                    | Act::Silence { .. }
                    | Act::Dark { .. }
                    | Act::StopService { .. }
                    | Act::Kill { .. }
                    | Act::KillPage
            )
        };
        self.troubles.iter().any(is_deadly)
    }

    /// Somewhere in the middle: something is said before it and after it.
    fn moment(&self, dice: &mut Dice) -> u64 {
        let whole = u64::from(self.speech_seconds) * 1000;
        dice.between(whole / 8..whole * 5 / 8)
    }

    fn add(&mut self, kind: Kind, at_ms: u64, dice: &mut Dice) {
        match kind {
            Kind::None => {}
            Kind::CloseCodes => {
                let end = closed(dice);
                self.meet(at_ms, end);
            }
            Kind::Reset => self.meet(at_ms, Act::ResetSession),
            Kind::BlackHole => {
                let for_ms = dice.between(4_000..15_000);
                let act = dice.of(&[true, false]);
                let act = if act { Act::StallSession } else { Act::Silence { for_ms } };
                self.meet(at_ms, act);
            }
            Kind::Dark => self.meet(at_ms, Act::Dark { for_ms: dice.between(5_000..15_000) }),
            Kind::Takeover => {
                self.set("isOfflineTakeover", json!(true));
                self.set("takeoverSeconds", json!(3));
                self.meet(at_ms, Act::Dark { for_ms: dice.between(8_000..15_000) });
            }
            Kind::TokenDown => self.refuse_tokens(at_ms, 503, dice),
            Kind::TokenLimited => self.refuse_tokens(at_ms, 429, dice),
            Kind::SlowBegin => {
                self.meet(0, Act::SlowBegin { ms: dice.between(1_000..9_000) });
                self.meet(at_ms, Act::DropSession);
                self.meet(0, Act::SlowBegin { ms: dice.between(1_000..9_000) });
            }
            Kind::NeverBegin => self.meet(0, Act::NeverBegin),
            Kind::TooManySessions => self.allow_one_session(at_ms, dice),
            Kind::BadKey => {
                let for_ms = dice.between(4_000..8_000);
                self.meet(at_ms.saturating_sub(500), Act::KeyRefused { for_ms });
                self.meet(at_ms, Act::DropSession);
            }
            Kind::Kill => {
                self.meet(at_ms, Act::Kill { again_after_ms: dice.between(100..2_000) });
            }
            Kind::WebKill => self.meet(at_ms, Act::KillPage),
            Kind::Unplug => self.meet(at_ms, Act::Unplug { for_ms: dice.between(1_000..4_000) }),
            Kind::StopCont => {
                self.meet(at_ms, Act::StopService { for_ms: dice.between(3_000..20_000) });
            }
            Kind::DiskFull => {
                self.meet(at_ms, Act::FillDisk { for_ms: dice.between(2_000..6_000) })
            }
            Kind::Mixed => self.mix(at_ms, dice),
            Kind::Rotation => self.rotate(dice),
        }
    }

    /// A session ends, and tokens for the next are refused from just before.
    fn refuse_tokens(&mut self, at_ms: u64, status: u16, dice: &mut Dice) {
        let for_ms = dice.between(5_000..15_000);
        self.meet(at_ms.saturating_sub(500), Act::NoTokens { status, for_ms });
        self.meet(at_ms, Act::DropSession);
    }

    /// What was not heard has to wait until live text needs its one session no more; or rotation has to do without an
    /// overlap.
    fn allow_one_session(&mut self, at_ms: u64, dice: &mut Dice) {
        self.meet(0, Act::MostSessions { count: 1 });
        if dice.of(&[true, true, false]) {
            self.meet(at_ms, Act::Dark { for_ms: dice.between(5_000..9_000) });
        } else {
            self.rotate(dice);
        }
    }

    fn rotate(&mut self, dice: &mut Dice) {
        self.speech_seconds = u32::try_from(dice.between(75..100)).unwrap_or(80);
        self.set("tokenSeconds", json!(60));
        self.meet(0, Act::ExpiryCloses);
    }

    fn mix(&mut self, at_ms: u64, dice: &mut Dice) {
        const MIXED: [Kind; 12] = [
            Kind::CloseCodes,
            Kind::Reset,
            Kind::BlackHole,
            Kind::Dark,
            Kind::TokenDown,
            Kind::TokenLimited,
            Kind::NeverBegin,
            Kind::WebKill,
            Kind::Unplug,
            Kind::StopCont,
            Kind::DiskFull,
            Kind::Kill,
        ];
        let first = dice.of(&MIXED);
        let others: Vec<Kind> = MIXED.into_iter().filter(|kind| *kind != first).collect();
        let second = dice.of(&others);
        let second_at = self.moment(dice);
        self.add(first, at_ms, dice);
        self.add(second, second_at, dice);
    }
}

fn usual_settings() -> Map<String, Value> {
    let mut settings = Map::new();
    settings.insert("isWelcomed".to_owned(), json!(true));
    settings.insert("isOfflineTakeover".to_owned(), json!(false));
    settings
}

/// The ends that the protocol knows, and that a program has to get over by itself.
fn closed(dice: &mut Dice) -> Act {
    use sotto_protocol::texts;
    dice.of(&[
        Some((3005, texts::SERVER_FAULT)),
        Some((3008, texts::SESSION_EXPIRED)),
        Some((1011, "internal error")),
        Some((1008, texts::TOKEN_EXPIRED)),
        Some((1008, texts::TOO_MANY_SESSIONS)),
        None,
    ])
    .map_or(Act::DropSession, |(code, text)| Act::CloseSession { code, text })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn a_round_follows_from_its_seed() {
        for kind in Kind::value_variants() {
            let (one, other) = (Plan::draw(7, 3, *kind), Plan::draw(7, 3, *kind));
            assert_eq!(one.troubles, other.troubles);
            assert_eq!(one.troubles.is_empty(), *kind == Kind::None, "{kind:?}");
            let speech_ms = u64::from(one.speech_seconds) * 1000;
            assert!(one.troubles.iter().all(|trouble| trouble.at_ms < speech_ms));
        }
    }

    #[test]
    fn a_mixed_round_has_two_different_faults() {
        for round in 0..50 {
            let acts = Plan::draw(1, round, Kind::Mixed).troubles;
            assert!(acts.len() >= 2);
            assert_ne!(acts[0].act, acts[1].act);
        }
    }
}
