//! What the machine did to the microphone around gaps that no fault explains: whoever looks for their cause begins there.

use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;
use sotto_desktop::{Side, Stall};

use crate::chaos::compare::SAMPLES_A_MS;
use crate::chaos::judge::{Evidence, Gap};

/// Before and behind a gap.
const AROUND_MS: u64 = 4_000;

/// How often one side of the microphone was held up, and for how long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Held {
    times: usize,
    longest_ms: u64,
}

/// Of who speaks, and of the sound server.
pub(super) fn held(stalls: &[Stall]) -> [Held; 2] {
    [Side::Speaker, Side::SoundServer].map(|side| {
        let late = || stalls.iter().filter(|stall| stall.of == side).map(|stall| ms(stall.late));
        Held { times: late().count(), longest_ms: late().max().unwrap_or(0) }
    })
}

/// One line for each gap.
pub(super) fn around_gaps(evidence: &Evidence, stalls: &[Stall]) -> Vec<String> {
    let clue = |gap: &Gap| {
        let [from, to] = [gap.from, gap.to].map(|at| evidence.started_at + at / SAMPLES_A_MS);
        let mut clue = format!(
            "{} at {:.3} h ({from}) for {} ms:",
            gap.cause,
            (gap.from / SAMPLES_A_MS) as f64 / 3_600_000.0,
            to - from
        );
        let is_near = |at: u64| at + AROUND_MS >= from && at <= to + AROUND_MS;
        let mut near = stalls.iter().filter(|stall| is_near(unix(stall))).peekable();
        if near.peek().is_none() {
            clue += " the microphone was not held up";
        }
        for stall in near {
            clue +=
                &format!(" {:?} late by {} ms, until {};", stall.of, ms(stall.late), unix(stall));
        }
        clue
    };
    evidence.unexplained().map(clue).collect()
}

fn unix(stall: &Stall) -> u64 {
    ms(stall.at.duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn ms(time: Duration) -> u64 {
    time.as_millis() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chaos::judge::Transcript;

    fn stall(of: Side, at_ms: u64, late_ms: u64) -> Stall {
        let [at, late] = [at_ms, late_ms].map(Duration::from_millis);
        Stall { of, at: UNIX_EPOCH + at, late }
    }

    #[test]
    fn a_gap_is_told_with_the_stalls_around_it() {
        let gap = Gap { from: 16_000_000, to: 16_008_000, cause: "micLost".to_owned() };
        let transcript = Transcript { gaps: vec![gap], ..Transcript::default() };
        let evidence = Evidence { started_at: 5_000, transcript, ..Evidence::default() };
        let far = stall(Side::Speaker, 20_000, 300);
        let near = stall(Side::SoundServer, 1_006_000, 520);
        assert_eq!(
            around_gaps(&evidence, &[far, near]),
            ["micLost at 0.278 h (1005000) for 500 ms: SoundServer late by 520 ms, until 1006000;"]
        );
        assert!(around_gaps(&evidence, &[far])[0].ends_with("was not held up"));
        assert_eq!(
            held(&[far, near, near]),
            [Held { times: 1, longest_ms: 300 }, Held { times: 2, longest_ms: 520 }]
        );
    }
}
