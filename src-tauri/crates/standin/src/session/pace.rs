//! How fast audio may come.

/// What a client may always be ahead.
const START_MS: u64 = 2_000;
/// Times real time, so that a client can catch up.
const RATE: u64 = 2;
/// So much more than that, and the session ends.
const PATIENCE_MS: u64 = 10_000;

/// What there is to say about so much audio in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    Fine,
    /// The client should know better.
    Fast,
    /// The session is over.
    TooFast,
}

pub(super) fn pace(audio_ms: u64, elapsed_ms: u64) -> Pace {
    let fine = START_MS + RATE * elapsed_ms;
    match audio_ms {
        ms if ms <= fine => Pace::Fine,
        ms if ms <= fine + PATIENCE_MS => Pace::Fast,
        _ => Pace::TooFast,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_as_fast_as_real_time_is_fine_and_much_more_is_not() {
        assert_eq!(pace(2_000, 0), Pace::Fine);
        assert_eq!(pace(2_001, 0), Pace::Fast);
        assert_eq!(pace(22_000, 10_000), Pace::Fine);
        assert_eq!(pace(32_000, 10_000), Pace::Fast);
        assert_eq!(pace(32_001, 10_000), Pace::TooFast);
    }
}
