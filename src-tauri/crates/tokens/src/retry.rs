//! When to ask again, and when to stop. Pure: time and randomness are passed in.

use std::time::Duration;

/// Full jitter: a random part of a ceiling that doubles, so that many clients never ask in step.
const FIRST_CEILING: Duration = Duration::from_millis(500);
const LAST_CEILING: Duration = Duration::from_secs(4);

/// True for the statuses after which the same request may succeed.
pub(crate) fn is_worth_repeating(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

/// How long to wait after failed attempt `attempt` (from 1), or `None` to give up: when that was the last attempt, or
/// when the wait would overrun what is left of the budget. `chance` is in 0..1.
pub(crate) fn pause(
    attempt: u32,
    attempts: u32,
    left: Duration,
    retry_after: Option<Duration>,
    chance: f64,
) -> Option<Duration> {
    if attempt >= attempts {
        return None;
    }
    let ceiling = FIRST_CEILING.saturating_mul(1 << (attempt - 1).min(8)).min(LAST_CEILING);
    let jittered = ceiling.mul_f64(chance.clamp(0.0, 1.0));
    let pause = retry_after.map_or(jittered, |asked| asked.max(jittered));
    (pause < left).then_some(pause)
}

/// Reads `Retry-After` in seconds. The form with a date is not used by the service; it counts as absent.
pub(crate) fn retry_after(header: &str) -> Option<Duration> {
    header.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Duration = Duration::from_secs(10);

    #[test]
    fn pauses_grow_and_are_jittered_from_zero() {
        assert_eq!(pause(1, 3, LEFT, None, 0.0), Some(Duration::ZERO));
        assert_eq!(pause(1, 3, LEFT, None, 1.0), Some(Duration::from_millis(500)));
        assert_eq!(pause(2, 3, LEFT, None, 1.0), Some(Duration::from_secs(1)));
        assert_eq!(pause(8, 9, LEFT, None, 1.0), Some(LAST_CEILING));
    }

    #[test]
    fn retry_after_is_a_lower_bound_and_never_overruns_the_budget() {
        let asked = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(pause(1, 3, LEFT, asked(2), 0.5), asked(2));
        assert_eq!(pause(1, 3, LEFT, asked(60), 0.5), None);
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        assert_eq!(pause(3, 3, LEFT, None, 0.5), None);
    }

    #[test]
    fn retry_after_is_read_in_seconds_only() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Wed, 21 Oct 2026 07:28:00 GMT"), None);
        assert_eq!(retry_after("-1"), None);
    }

    #[test]
    fn refusals_are_not_repeated() {
        assert!([408, 429, 500, 503].into_iter().all(is_worth_repeating));
        assert!(![200, 301, 400, 401, 403, 404, 422].into_iter().any(is_worth_repeating));
    }
}
