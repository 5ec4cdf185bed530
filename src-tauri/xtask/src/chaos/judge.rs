//! What a round is worth: the transcript that the program exports against what was spoken and what was destroyed.

use std::ops::Range;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

use super::compare::{Comparison, SAMPLES_A_MS, Spoken, Stored, compare, number, place};
use super::scene::Destroyed;

/// Around a gap: a word that the gap cuts is gone too.
const EDGE: u64 = 300 * SAMPLES_A_MS;
/// So long a microphone may take until it delivers again after its plug is in.
const REOPENING_MS: u64 = 5_000;
/// Text counts as painted when it is there up to the last tenth of a second of its word.
const WORD_END: u64 = 100 * SAMPLES_A_MS;

/// A transcript, as `sotto history export` prints it; what is not needed is left out.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Transcript {
    pub(crate) samples: u64,
    pub(crate) text: String,
    pub(crate) turns: Vec<Turn>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) ledger: Ledger,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Turn {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) source: String,
    pub(crate) words: Vec<Word>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) from: u64,
    pub(crate) to: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Gap {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) cause: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Ledger {
    pub(crate) open: u64,
}

/// Everything that a verdict rests on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    pub(crate) spoken: Vec<Spoken>,
    pub(crate) transcript: Transcript,
    /// Wall time of sample 0.
    pub(crate) started_at: u64,
    /// Wall time of the speech's first sample.
    pub(crate) speech_at: u64,
    pub(crate) destroyed: Vec<Destroyed>,
    /// What the program said, with the time at which it came.
    pub(crate) said: Vec<(u64, Value)>,
    /// What the service holds against the program.
    pub(crate) violations: Vec<String>,
}

/// The verdict.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdict {
    pub(crate) words_spoken: usize,
    pub(crate) comparison: Comparison,
    pub(crate) gaps_declared: usize,
    pub(crate) longest_stall_ms: Option<u64>,
    /// In words; none when all is well.
    pub(crate) failures: Vec<String>,
}

impl Evidence {
    pub(crate) fn judge(&self) -> Verdict {
        let comparison = self.compared();
        let mut failures = Vec::new();
        let mut fail = |count: usize, what: &str| {
            if count > 0 {
                failures.push(format!("{count} {what}"));
            }
        };
        fail(comparison.lost.len(), "words lost");
        fail(comparison.doubled.len(), "words doubled");
        fail(comparison.out_of_order.len(), "words out of order");
        fail(comparison.strange.len(), "words that nobody spoke");
        fail(self.unexplained().count(), "gaps that no fault explains");
        fail(self.transcript.ledger.open as usize, "samples in no turn and in no gap");
        fail(usize::from(!self.text_is_words()), "text that is not its words");
        failures.extend(self.violations.iter().map(|what| format!("the service: {what}")));
        Verdict {
            words_spoken: self.spoken.len(),
            comparison,
            gaps_declared: self.transcript.gaps.len(),
            longest_stall_ms: self.longest_stall_ms(),
            failures,
        }
    }

    /// The stored words in the order in which they are read.
    pub(crate) fn stored(&self) -> Vec<Stored> {
        let words = self.transcript.turns.iter().flat_map(|turn| &turn.words);
        words.map(|word| Stored { text: word.text.clone(), from: word.from, to: word.to }).collect()
    }

    fn compared(&self) -> Comparison {
        let begins_at = self.axis(self.speech_at);
        compare(&self.spoken, &self.stored(), begins_at, |_, place| self.is_excused(&place))
    }

    fn axis(&self, wall_ms: u64) -> u64 {
        wall_ms.saturating_sub(self.started_at) * SAMPLES_A_MS
    }

    /// Its sound was destroyed, and the program says so where it still can.
    fn is_excused(&self, place: &Range<u64>) -> bool {
        let is_after_the_end = self.destroyed.iter().any(|destroyed| match destroyed {
            Destroyed::All { since_ms } => place.end > self.axis(*since_ms),
            Destroyed::Stretch { .. } => false,
        });
        is_after_the_end
            || self
                .transcript
                .gaps
                .iter()
                .filter(|gap| self.is_explained(gap))
                .any(|gap| place.start < gap.to + EDGE && place.end > gap.from.saturating_sub(EDGE))
    }

    fn is_explained(&self, gap: &Gap) -> bool {
        self.destroyed.iter().any(|destroyed| match destroyed {
            Destroyed::All { since_ms } => gap.from + EDGE > self.axis(*since_ms),
            Destroyed::Stretch { from_ms, until_ms } => {
                gap.from + EDGE > self.axis(*from_ms)
                    && gap.to < self.axis(until_ms + REOPENING_MS)
                    && matches!(gap.cause.as_str(), "micLost" | "xrun")
            }
        })
    }

    /// What is to be seen around each lost word: a lost word is a symptom, and these are its usual causes.
    pub(crate) fn clues(&self) -> Vec<String> {
        let stored = self.stored();
        let at = |number: Option<u32>| {
            let spoken = self.spoken.iter().find(|word| Some(word.number) == number)?;
            let stored = stored.iter().find(|word| word.number() == number)?;
            i64::try_from(stored.from).ok()?.checked_sub_unsigned(spoken.start_ms * SAMPLES_A_MS)
        };
        let numbers = || stored.iter().filter_map(Stored::number);
        let clue = |lost: &Spoken| {
            let before = at(numbers().filter(|number| *number < lost.number).max());
            let after = at(numbers().filter(|number| *number > lost.number).min());
            let place = place(lost, &self.spoken, &stored, self.axis(self.speech_at));
            let mut clue = format!("w{} would be at {}–{}", lost.number, place.start, place.end);
            if let Some(shift) = before.zip(after).map(|(before, after)| after - before) {
                clue += &format!("; what follows is {} ms off", shift / SAMPLES_A_MS as i64);
            }
            let cuts = self.transcript.turns.iter().map(|turn| turn.from);
            for cut in cuts.filter(|cut| place.contains(cut)) {
                let into_ms = (cut - place.start) / SAMPLES_A_MS;
                clue += &format!("; a turn begins at {cut}, {into_ms} ms into it");
            }
            clue
        };
        self.compared().lost.iter().map(clue).collect()
    }

    pub(crate) fn unexplained(&self) -> impl Iterator<Item = &Gap> {
        self.transcript.gaps.iter().filter(|gap| !self.is_explained(gap))
    }

    /// A reader sees the text; positions are the words'. They must say the same.
    fn text_is_words(&self) -> bool {
        let read = self.transcript.text.split_whitespace().filter_map(number);
        read.eq(self.stored().iter().filter_map(Stored::number))
    }

    /// How long after it was spoken the slowest word was on the screen; `None` when nobody said what was painted.
    fn longest_stall_ms(&self) -> Option<u64> {
        self.stalls().into_iter().map(|(_, ms)| ms).max()
    }

    /// The same of each stored word, in the order in which they are read.
    pub(crate) fn stalls(&self) -> Vec<(Stored, u64)> {
        // Up to which sample anything was on the screen by then: it only grows, so what was painted first is found fast.
        let mut reached = 0;
        let painted: Vec<(u64, u64)> = self
            .said
            .iter()
            .filter_map(|(_, line)| painted(line))
            .map(|(to, at)| {
                reached = to.max(reached);
                (reached, at)
            })
            .collect();
        let stall = |word: Stored| {
            let enough = word.to.saturating_sub(WORD_END);
            let (_, at) = painted.get(painted.partition_point(|(to, _)| *to < enough))?;
            let ms = at.saturating_sub(self.started_at + word.to / SAMPLES_A_MS);
            Some((word, ms))
        };
        self.stored().into_iter().filter_map(stall).collect()
    }
}

/// Up to which sample the words were on the screen, and since when.
fn painted(line: &Value) -> Option<(u64, u64)> {
    (line["kind"] == "painted").then(|| Some((line["to"].as_u64()?, line["at"].as_u64()?)))?
}

impl Transcript {
    /// Reads what the program exported.
    pub(crate) fn read(exported: Value) -> anyhow::Result<Self> {
        serde_json::from_value(exported).context("the export is not what it was")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Words of 300 ms, two a second, the speech beginning a second into the recording.
    fn evidence(stored: &[u32]) -> Evidence {
        let spoken = |number: u32| {
            let start_ms = u64::from(number) * 500;
            Spoken { number, start_ms, end_ms: start_ms + 300 }
        };
        let word = |number: &u32| {
            let from = 16_000 + u64::from(*number) * 8_000;
            Word { text: format!("w{number}"), from, to: from + 4_800 }
        };
        let words: Vec<Word> = stored.iter().map(word).collect();
        let text = words.iter().map(|word| word.text.clone()).collect::<Vec<_>>().join(" ");
        let turn = Turn { from: 0, to: 1, source: String::new(), words };
        Evidence {
            spoken: (0..20).map(spoken).collect(),
            transcript: Transcript { text, turns: vec![turn], ..Transcript::default() },
            started_at: 100_000,
            speech_at: 101_000,
            ..Evidence::default()
        }
    }

    fn all() -> Vec<u32> {
        (0..20).collect()
    }

    #[test]
    fn a_whole_transcript_is_clean() {
        let verdict = evidence(&all()).judge();
        assert!(verdict.failures.is_empty(), "{:?}", verdict.failures);
        assert_eq!((verdict.words_spoken, verdict.longest_stall_ms), (20, None));
    }

    #[test]
    fn a_word_in_a_declared_and_explained_gap_is_no_loss() {
        let mut evidence =
            evidence(&all().into_iter().filter(|n| !(6..9).contains(n)).collect::<Vec<_>>());
        assert_eq!(evidence.judge().comparison.lost.len(), 3);
        evidence.destroyed = vec![Destroyed::Stretch { from_ms: 104_000, until_ms: 105_500 }];
        assert_eq!(evidence.judge().comparison.lost.len(), 3, "the program did not declare it");
        let gap = |cause: &str| Gap { from: 64_000, to: 90_000, cause: cause.to_owned() };
        evidence.transcript.gaps = vec![gap("micLost")];
        assert!(evidence.judge().failures.is_empty(), "{:?}", evidence.judge().failures);
        evidence.transcript.gaps = vec![gap("notTranscribed")];
        assert_eq!(evidence.judge().comparison.lost.len(), 3, "its sound was there");
    }

    #[test]
    fn a_lost_word_has_a_clue() {
        let mut evidence = evidence(&[0, 2, 3]);
        // From word 2 on, 50 ms are missing.
        evidence.transcript.turns[0].words[1..].iter_mut().for_each(|word| word.from -= 800);
        evidence.spoken.truncate(4);
        let cut = Turn { from: 24_320, ..evidence.transcript.turns[0].clone() };
        evidence.transcript.turns.push(Turn { words: Vec::new(), ..cut });
        let clue = "w1 would be at 24000–28800; what follows is -50 ms off; a turn begins at 24320, 20 ms into it";
        assert_eq!(evidence.clues(), [clue]);
    }

    #[test]
    fn after_a_kill_only_the_last_second_and_what_follows_is_excused() {
        let kept: Vec<u32> = (0..6).collect();
        let mut evidence = evidence(&kept);
        // Word 6 is spoken from 104.0 to 104.3 s, word 5 to 103.8 s.
        evidence.destroyed = vec![Destroyed::All { since_ms: 104_200 }];
        assert!(evidence.judge().failures.is_empty());
        evidence.destroyed = vec![Destroyed::All { since_ms: 104_400 }];
        assert_eq!(evidence.judge().comparison.lost.len(), 1);
    }

    #[test]
    fn the_stall_is_that_of_the_slowest_word() {
        let mut evidence = evidence(&[0, 1]);
        let line = |to: u64, at: u64| (0, json!({ "kind": "painted", "to": to, "at": at }));
        // Word 0 ends at 101.3 s, word 1 at 101.8 s.
        evidence.said = vec![line(20_800, 101_700), line(28_800, 102_900)];
        assert_eq!(evidence.longest_stall_ms(), Some(1_100));
    }
}
