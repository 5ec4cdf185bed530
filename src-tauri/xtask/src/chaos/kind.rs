//! The names of what is done to the program, and which of them a round gets.

use clap::ValueEnum;

/// What a round does to the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Kind {
    /// Nothing.
    None,
    /// The service closes with one of its codes, or without any.
    CloseCodes,
    /// The connection is reset.
    Reset,
    /// The connection stays, and nothing goes through it.
    BlackHole,
    /// Nothing listens at the service's address for a while.
    Dark,
    /// The same, and the offline engine takes over.
    Takeover,
    /// Tokens are not to be had, just when one is needed.
    TokenDown,
    /// Tokens are refused for their number.
    TokenLimited,
    /// Sessions begin late.
    SlowBegin,
    /// A session never begins.
    NeverBegin,
    /// One session at a time is all that the account has.
    TooManySessions,
    /// The key is refused until a person has acted.
    BadKey,
    /// The program is killed and started again.
    Kill,
    /// The window's web process is killed.
    WebKill,
    /// The microphone is unplugged and comes back.
    Unplug,
    /// The service's process is stopped and goes on.
    StopCont,
    /// The disk is full for a while.
    DiskFull,
    /// Two of the others.
    Mixed,
    /// Tokens and sessions end every minute, and the service closes on time.
    Rotation,
}

impl Kind {
    /// As on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Those whose rounds last minutes come in every second turn only.
    fn is_long(self) -> bool {
        self == Self::Rotation
    }
}

/// How many kinds there are.
pub(crate) fn count() -> u32 {
    u32::try_from(Kind::value_variants().len()).unwrap_or(u32::MAX)
}

/// A kind for each round, in turn, so that every one occurs.
pub(crate) fn turns(rounds: u32, only: Option<Kind>) -> Vec<Kind> {
    let each = match only {
        Some(kind) => vec![kind],
        None => {
            let all = Kind::value_variants();
            let short = all.iter().filter(|kind| !kind.is_long());
            all.iter().chain(short).copied().collect()
        }
    };
    (0..rounds as usize).map(|round| each[round % each.len()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_turn_and_the_long_ones_fewer() {
        let all = Kind::value_variants().len();
        let drawn = turns(u32::try_from(2 * all - 1).unwrap(), None);
        let count = |wanted| drawn.iter().filter(|kind| **kind == wanted).count();
        assert!(Kind::value_variants()[..all - 1].iter().all(|kind| count(*kind) == 2));
        assert_eq!(count(Kind::Rotation), 1);
        assert_eq!(turns(3, Some(Kind::Kill)), [Kind::Kill; 3]);
    }
}
